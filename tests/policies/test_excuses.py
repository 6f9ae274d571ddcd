"""Excuses: asked for only where the answer would lift a refusal, and only the customer can say it in a yes or no."""

import pytest

from helpdesk.policies.excuses import excuses
from tests.policies.lamps import answer, rows

LATE = ("late", 'days_since_delivery = "> 30"', "decline")
GOOD = ("good", "", "approve")
KEPT = ("kept", "disaster = true", "approve")
AWAY = ("away", "deployed = true", "review")
OWN_FACT = """
[[fact]]
name = "{name}"
type = "{kind}"
source = "{source}"
meaning = "moved house"
question = "{question}"
default = {default}
"""


def own(name: str = "moved", *, kind: str = "yes_no", source: str = "customer", question: str = "Did you move?",
        default: str = "false") -> str:  # fmt: skip
    return OWN_FACT.format(name=name, kind=kind, source=source, question=question, default=default)


@pytest.mark.parametrize("rules, days, names", [
    ([KEPT, LATE, GOOD], 99, ["disaster"]),
    ([AWAY, LATE, GOOD], 99, ["deployed"]),  # a person looking at it is better than a no
    ([KEPT, AWAY, LATE, GOOD], 99, ["deployed", "disaster"]),
    ([KEPT, LATE, GOOD], 9, []),  # it is a yes already
    ([LATE, KEPT, GOOD], 99, []),  # late is late, whatever the weather was
    ([("never", "", "decline")], 9, []),
    ([KEPT, ("late", 'days_since_delivery = "> 30"', "review"), GOOD], 99, []),  # a person looks at it anyway
    ([("kept", "disaster = true", "decline"), LATE, GOOD], 99, []),  # another no helps nobody
])  # fmt: skip
def test_what_would_lift_a_refusal(rules: list[tuple[str, str, str]], days: int, names: list[str]) -> None:
    edition = rows(*rules)
    found = excuses(edition, answer(edition, days_since_delivery=days))
    assert sorted(fact.name for fact in found) == names


@pytest.mark.parametrize("said, names", [(None, ["disaster"]), (False, []), (True, [])])
def test_what_was_said_is_not_asked_again(said: bool | None, names: list[str]) -> None:
    edition = rows(KEPT, LATE, GOOD)
    facts = {} if said is None else {"disaster": said}
    decision = answer(edition, days_since_delivery=99, **facts)
    assert [fact.name for fact in excuses(edition, decision)] == names


@pytest.mark.parametrize("more, when, names", [
    (own(), "moved = true", ["moved"]),
    (own(default="true"), "moved = false", ["moved"]),
    (own(source="agent"), "moved = true", []),  # staff find it out
    (own(question=""), "moved = true", []),  # nobody may be asked
    (own(kind="number", default="0"), 'moved = "> 0"', []),  # no yes or no: it would have to be guessed
])  # fmt: skip
def test_only_what_the_customer_can_say_in_a_yes_or_no(more: str, when: str, names: list[str]) -> None:
    edition = rows(("moved", when, "approve"), LATE, GOOD, more=more)
    assert [fact.name for fact in excuses(edition, answer(edition, days_since_delivery=99))] == names
