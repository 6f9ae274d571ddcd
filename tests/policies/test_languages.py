"""Texts of a policy file in other languages: what is shipped is complete, and a translation decides nothing."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import tomli

from helpdesk.core.language import speaking
from helpdesk.policies import Outcome, Request, changes, decide, in_words, retold
from helpdesk.policies.house import house_text
from helpdesk.policies.reading import BadPolicy, read_policy
from helpdesk.policies.statutory import FILE as LAWS
from helpdesk.policies.statutory import statutory
from helpdesk.seed import SEEDS

TOLD = {
    "policy": ("title", "changes"),
    "clause": ("title", "text"),
    "fact": ("meaning", "question", "hint", "unit"),
    "rule": ("because", "steps"),
    "effect": ("because", "steps"),
    "floor": ("title", "text", "because", "law", "steps"),
}
SHIPPED = {
    "petito": next((SEEDS / "petito").glob("policy-*.toml")).read_text(encoding="utf-8"),
    "house": house_text("my-shop", "USD", 48, 30),
    "law": LAWS.read_text(encoding="utf-8"),
}
PETITO = read_policy(SHIPPED["petito"])
SMALL = """
[policy]
store = "tea"
edition = "1"
effective = 2026-01-01
title = "Geri verme"
language = "tr"

[policy.also.en]
title = "Sending back"

[[clause]]
id = "1"
title = "Süre"
text = "On dört gün."

[clause.also.en]
title = "Time"

[[fact]]
name = "sealed"
type = "choice"
meaning = "mühür"
choices = { yes = "mühürlü", no = "açık" }

[fact.also.en]
meaning = "the seal"
choices = { yes = "sealed" }

[[rule]]
id = "late"
request = "return"
when = { days_since_delivery = "> 14" }
outcome = "decline"
because = "{days_since_delivery} gün geçti."
steps = ["Bize yazın."]
clauses = "1"

[rule.also.en]
because = "It is {days_since_delivery} days."
steps = ["Write to us."]

[[rule]]
id = "fine"
request = "return"
outcome = "approve"
because = "Olur."
"""


def untold(text: str, code: str = "tr") -> Iterator[tuple[str, str]]:
    """Texts of a file that it does not hold in this language."""
    for kind, rows in tomli.loads(text).items():
        for row in listed(rows):
            there = row.get("also", {}).get(code, {})
            for name in TOLD.get(kind, ()):
                if row.get(name) and not there.get(name):
                    yield str(row.get("id") or row.get("name") or kind), name
            choices = row.get("choices", {}) if kind == "fact" else {}
            yield from ((row["name"], value) for value in choices if not there.get("choices", {}).get(value))


@pytest.mark.parametrize("name", SHIPPED)
def test_what_is_shipped_is_told_in_turkish(name: str) -> None:
    assert list(untold(SHIPPED[name])) == []


@pytest.mark.parametrize("name", SHIPPED)
def test_a_translation_has_the_same_figures_and_braces(name: str) -> None:
    """A window, an amount or a clause that reads otherwise in Turkish would be another promise."""
    assert [pair for pair in pairs(SHIPPED[name]) if signs_of(pair[0]) != signs_of(pair[1])] == []


def pairs(text: str) -> Iterator[tuple[str, str]]:
    """Every text of a file with its translation."""
    for kind, names in TOLD.items():
        for row in listed(tomli.loads(text).get(kind, [])):
            for name in names:
                yield from zip(
                    listed(row.get(name, [])), listed(row.get("also", {}).get("tr", {}).get(name, [])), strict=True
                )


def listed(one: Any) -> list[Any]:
    return one if isinstance(one, list) else [one]


def signs_of(text: str) -> list[str]:
    return sorted(re.findall(r"\d+|\{\w+\}", text))


def test_the_engine_speaks_and_decides_the_same() -> None:
    facts = {"reason": "changed_mind", "opened": True, "item_class": "food", "delivered_at": "2026-01-01"}
    facts |= {"requested_at": "2026-01-05T10:00:00+00:00", "timezone": "Europe/Istanbul"}
    english = decide(PETITO, Request.RETURN, facts)
    with speaking("tr"):
        turkish = decide(PETITO, Request.RETURN, facts)
    assert english.because.startswith("Opened food and treats can only come back after a bad reaction")
    assert turkish.because.startswith("Açılmış mama ve ödüller yalnızca kötü tepki yaptıysa")
    assert replace(turkish, because="", steps=()) == replace(english, because="", steps=())


def test_a_question_names_its_facts() -> None:
    with speaking("tr"):
        facts = {"delivered_at": "2026-01-01", "requested_at": "2026-01-05T10:00:00+00:00"}
        asked = decide(PETITO, Request.RETURN, facts)
        assert asked.outcome is Outcome.NEED_INFORMATION
        assert asked.because.startswith("Yanıt verebilmemiz için şunları bilmemiz gerekiyor: ")


def test_a_kept_decision_is_told_again_and_stays_what_it_was() -> None:
    edition = read_policy(SMALL)
    kept = decide(edition, Request.RETURN, {"days_since_delivery": 20})
    assert (kept.because, kept.steps) == ("It is 20 days.", ("Write to us.",))
    assert retold(edition, kept) is kept
    with speaking("tr"):
        again = retold(edition, kept)
        assert (again.because, again.steps) == ("20 gün geçti.", ("Bize yazın.",))
        assert replace(again, because=kept.because, steps=kept.steps) == kept
        other = replace(kept, rule="a-rule-of-then", because="As it was said then.")
        assert retold(edition, other) is other


def test_what_is_not_translated_is_told_as_it_stands_and_says_in_which_language() -> None:
    edition = read_policy(SMALL)
    clause = edition.clauses["1"]
    assert (clause.told("title"), clause.told("text")) == ("Time", "On dört gün.")
    assert edition.language_of_rule("fine") == "tr"
    assert edition.language_of_rule("late") == "en"
    assert edition.file.policy.told("title") == "Sending back"
    with speaking("tr"):
        assert (clause.told("title"), edition.language_of(clause)) == ("Süre", "tr")


def test_facts_of_a_file_are_told_too() -> None:
    edition = read_policy(SMALL)
    assert (edition.facts["sealed"].meaning, in_words(edition.facts["sealed"], "yes")) == ("the seal", "sealed")
    assert in_words(edition.facts["sealed"], "no") == "açık"
    with speaking("tr"):
        assert (edition.facts["sealed"].meaning, in_words(edition.facts["sealed"], "yes")) == ("mühür", "mühürlü")
        assert edition.facts["opened"].question == "Açıldı mı ya da mührü bozuldu mu?"
        assert edition.facts.get("opened").meaning == "açılmış"


def test_a_translation_is_no_change_of_the_policy() -> None:
    more = SMALL.replace(
        '[clause.also.en]\ntitle = "Time"', '[clause.also.en]\ntitle = "Time"\ntext = "Fourteen days."'
    )
    more = more.replace('choices = { yes = "sealed" }', 'choices = { yes = "sealed", no = "open" }')
    assert changes(read_policy(SMALL), read_policy(more)) == []


@pytest.mark.parametrize(
    "old, new, problem",
    [
        (
            "It is {days_since_delivery} days.",
            "It is {hours_since_delivery} h.",
            "“{hours_since_delivery}” does not stand",
        ),
        ('steps = ["Write to us."]', 'steps = ["Write", "to us."]', "as many steps are expected"),
        ('choices = { yes = "sealed" }', 'choices = { maybe = "perhaps" }', "there is no choice maybe"),
        ("[clause.also.en]", "[clause.also.English]", "also.English"),
    ],
)
def test_a_translation_that_cannot_be_is_refused(old: str, new: str, problem: str) -> None:
    with pytest.raises(BadPolicy, match=re.escape(problem)):
        read_policy(SMALL.replace(old, new))


def test_floors_are_all_told() -> None:
    with speaking("tr"):
        assert all(floor.told("title") != floor.title for floor in statutory().floor)
