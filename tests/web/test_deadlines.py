"""Days by which something is to be done: promised while they are to come, told once they are past."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from helpdesk.core.language import speaking
from helpdesk.policies import Deadline, Decision, Outcome, Request
from helpdesk.web.deadlines import shown_deadlines
from helpdesk.web.decisions import in_a_line

At = Callable[..., datetime]
END = "2026-06-01T10:00:00+00:00"
BEFORE, AFTER = "2026-06-01 09:59", "2026-06-01 10:00"
UTC = ZoneInfo("UTC")


def decided(*targets: str, outcome: Outcome = Outcome.APPROVE, **given: Any) -> Decision:
    deadlines = tuple(Deadline(target, "window", ends_at=END) for target in targets)
    return Decision(Request.RETURN, outcome, "rule", "It was used.", deadlines=deadlines, **given)


@pytest.mark.parametrize("target, moment, code, name", [
    ("return_window", BEFORE, "en", "You can ask for it until"),
    ("return_window", AFTER, "en", "It could be asked for until"),
    ("withdrawal", BEFORE, "en", "By law, without a reason, until"),
    ("withdrawal", AFTER, "en", "By law it was possible without a reason until"),
    ("damage_report", BEFORE, "en", "Damage is to be reported by"),
    ("damage_report", AFTER, "en", "Damage was to be reported by"),
    ("send_back", BEFORE, "en", "Send it by"),
    ("send_back", AFTER, "en", "It was to be sent by"),
    ("refund", AFTER, "en", "We pay it back"),
    ("of_the_shop", AFTER, "en", "Of the shop"),
    ("return_window", BEFORE, "tr", "Son istek günü"),
    ("return_window", AFTER, "tr", "Son istek günü şuydu"),
    ("damage_report", AFTER, "tr", "Hasar için son bildirim şuydu"),
])  # fmt: skip
def test_what_a_day_is_called(target: str, moment: str, code: str, name: str, at: At) -> None:
    at(moment)
    with speaking(code):
        assert [each["name"] for each in shown_deadlines(decided(target), UTC)] == [name]


def test_what_counts_from_a_step_to_come_is_never_past(at: At) -> None:
    at(AFTER)
    decision = Decision(
        Request.RETURN, Outcome.APPROVE, "rule", "Yes.", deadlines=(Deadline("send_back", "w", days=14),)
    )
    (shown,) = shown_deadlines(decision, UTC)
    assert (shown["name"], shown["words"], shown["is_past"]) == ("Send it by", "within 14 days after delivery", False)


@pytest.mark.parametrize("targets, outcome, moment, words", [
    (["return_window"], Outcome.APPROVE, BEFORE, "Possible until Mon 1 Jun 2026."),
    (["return_window"], Outcome.APPROVE, AFTER, "Possible."),
    (["return_window"], Outcome.NEED_INFORMATION, BEFORE,
     "Can be asked for until Mon 1 Jun 2026; a few answers decide."),
    (["return_window"], Outcome.NEED_INFORMATION, AFTER, "A few answers decide."),
    (["withdrawal", "return_window"], Outcome.APPROVE, BEFORE,
     "By law without a reason until Mon 1 Jun 2026, by our own policy until Mon 1 Jun 2026."),
    (["withdrawal", "return_window"], Outcome.APPROVE, AFTER, "Possible."),
    (["withdrawal", "return_window"], Outcome.DECLINE, BEFORE, "It was used."),
    (["return_window"], Outcome.REVIEW, BEFORE, "A person looks at this and decides."),
])  # fmt: skip
def test_what_is_possible_in_a_line(targets: list[str], outcome: Outcome, moment: str, words: str, at: At) -> None:
    at(moment)
    assert in_a_line(decided(*targets, outcome=outcome)) == words
