"""docs/policy.md is true: its example works, its rows can be added to it, and its tables name what there is."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from pydantic import BaseModel

from config import ROOT
from helpdesk.policies import document
from helpdesk.policies.document import Charge, Refund
from helpdesk.policies.examples import failures
from helpdesk.policies.facts import VOCABULARY, Fact, Kind
from helpdesk.policies.reading import read_policy
from helpdesk.policies.words import Outcome, Remedy, Request, ReturnShipping

PAGE = Path(ROOT, "docs", "policy.md").read_text(encoding="utf-8")
EXAMPLE, *SNIPPETS = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
#: Under which heading the fields of each part stand.
PARTS: dict[type[BaseModel], str] = {
    document.Head: "## `[policy]`",
    document.Clause: "## `[[clause]]`",
    document.Window: "## `[[window]]`",
    document.Rule: "## `[[rule]]`",
    document.Effect: "## `[[rule]]`",
    Charge: "### Fees and refunds",
    Refund: "### Fees and refunds",
    document.Deadline: "### Deadlines",
    document.OwnFact: "## `[[fact]]`",
    document.ValueRow: "## `[[fact]]`",
    document.Limit: "## `[[limit]]`",
    document.Example: "## `[[example]]`",
}


def table() -> str:
    """The vocabulary as the page shows it; what stands between its two marks has to be this."""
    rows = ["| fact | what it is | who knows it | values |", "| --- | --- | --- | --- |"]
    return "\n".join([*rows, *(_row(fact) for fact in VOCABULARY.values())])


def _row(fact: Fact) -> str:
    asked = f": “{fact.question}”" if fact.question else ""
    granted = f"; taken for granted: {_granted(fact)}" if fact.default is not None else ""
    flag = f", flag `{fact.flag}`" if fact.flag else ""
    return f"| `{fact.name}` | {fact.meaning}{asked} | {fact.source}{flag} | {_values(fact)}{granted} |"


def _granted(fact: Fact) -> str:
    return ("yes" if fact.default else "no") if fact.kind is Kind.YES_NO else f"`{fact.default}`"


def _values(fact: Fact) -> str:
    if fact.kind is Kind.CHOICE:
        return ", ".join(f"`{value}`" for value in fact.choices)
    words = {Kind.YES_NO: "yes or no", Kind.NUMBER: f"a number of {fact.unit}", Kind.MONEY: "an amount"}
    return words.get(fact.kind, f"a {fact.kind}")


def section(heading: str) -> str:
    """The page from this heading to the next that is not below it."""
    start = PAGE.index(f"\n{heading}") + 1
    level = heading.split(" ")[0]
    after = re.compile(rf"^#{{2,{len(level)}}} ", re.MULTILINE).search(PAGE, start + len(heading))
    return PAGE[start : after.start() if after else len(PAGE)]


def test_the_example_is_sound_has_no_warnings_and_its_examples_hold() -> None:
    edition = read_policy(EXAMPLE)
    assert (failures(edition), list(edition.warnings)) == ([], [])
    assert len(edition.file.example) >= 9
    assert all(edition.sheets[request].rules for request in Request)


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda snippet: snippet.splitlines()[1])
def test_every_further_row_can_be_added_to_the_example(snippet: str) -> None:
    first_window = EXAMPLE.index("[[window]]")
    edition = read_policy(EXAMPLE[:first_window] + snippet + "\n" + EXAMPLE[first_window:])
    assert len(edition.rows) == len(read_policy(EXAMPLE).rows) + 1
    assert list(edition.warnings) == []


def test_the_vocabulary_is_the_one_there_is() -> None:
    shown = re.search(r"<!-- vocabulary: [^\n]*-->\n(.*?)\n<!-- end of vocabulary -->", PAGE, re.DOTALL)
    assert shown
    assert shown[1] == table(), f"this belongs between the marks:\n\n{table()}"


@pytest.mark.parametrize("part, heading", PARTS.items(), ids=lambda one: getattr(one, "__name__", ""))
def test_every_field_is_described(part: type[BaseModel], heading: str) -> None:
    text = section(heading)
    if part in (document.Rule, document.Effect):  # they share a table
        text += section("## `[[effect]]`")
    assert missing((field.alias or name for name, field in part.model_fields.items()), text) == []


@pytest.mark.parametrize("words", [Request, Outcome, Remedy, ReturnShipping], ids=lambda words: words.__name__)
def test_every_word_is_named(words: Iterable[str]) -> None:
    assert missing(words, PAGE) == []


def missing(words: Iterable[str], text: str) -> list[str]:
    return [word for word in words if f"`{word}`" not in text and f'`"{word}"`' not in text]


def test_conditions_of_the_table_mean_something() -> None:
    cells = [line.split("|")[1] for line in section("## Conditions").splitlines() if line.startswith("| `")]
    written = [cell for line in cells for cell in re.findall(r"`([^`]*=[^`]*)`", line)]
    assert len(written) >= 13
    head = EXAMPLE[: EXAMPLE.index("[[rule]]")]
    for cell in written:
        rule = f'[[rule]]\nid = "row"\nrequest = "return"\nwhen = {{ {cell} }}\noutcome = "review"\nbecause = "So."\n'
        assert read_policy(head + rule).cells["row"]
