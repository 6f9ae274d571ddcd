"""The 48-hour damage rule of DOMAIN 4 as a table, by the house policy; no database, no clock."""

from datetime import timedelta

import pytest

from helpdesk.policies import Decision, Outcome, Request, decide
from helpdesk.policies.house import house_edition
from tests.scenes import BERLIN, ISTANBUL, NEW_YORK, local

HOUSE = house_edition("shop", "USD", 48, 30)
EITHER = ("replacement", "refund")
ALL_PHOTOS = ("photos_of_damage", "photos_of_packaging")
BOTH, NONE, DAMAGE, PACKAGING = (1, 1), (0, 0), (1, 0), (0, 1)
UNKNOWN = ""


def judged(zone: str, delivered: str, filed: str, photos: tuple[int, int], ran_out: bool = False) -> Decision:
    """The decision on a report; a delivery may be a moment, a day, or unknown."""
    facts = {
        "timezone": zone,
        "requested_at": local(filed, zone).isoformat(),
        "delivered_at": local(delivered, zone).isoformat() if " " in delivered else delivered or None,
        "photos_of_damage": photos[0],
        "photos_of_packaging": photos[1],
        "evidence_ran_out": ran_out,
    }
    return decide(HOUSE, Request.DAMAGED, facts)


def rule_of(decision: Decision) -> str:
    """The rule that decided; with a question mark while it waits for photos."""
    return decision.rule + "?" * (decision.outcome is Outcome.NEED_INFORMATION)


@pytest.mark.parametrize("zone, delivered, filed, photos, rule", [
    # in time, by what came with it
    (NEW_YORK, "2026-06-02 10:00", "2026-06-02 18:00", BOTH, "damage-in-time"),
    (NEW_YORK, "2026-06-02 10:00", "2026-06-02 18:00", (3, 2), "damage-in-time"),
    (NEW_YORK, "2026-06-02 10:00", "2026-06-02 18:00", DAMAGE, "damage-in-time?"),
    (NEW_YORK, "2026-06-02 10:00", "2026-06-02 18:00", PACKAGING, "damage-in-time?"),
    (NEW_YORK, "2026-06-02 10:00", "2026-06-02 18:00", NONE, "damage-in-time?"),
    (NEW_YORK, "2026-06-02 10:00", "2026-06-02 10:00", BOTH, "damage-in-time"),
    # to the second
    (NEW_YORK, "2026-06-02 10:00", "2026-06-04 09:59:59", BOTH, "damage-in-time"),
    (NEW_YORK, "2026-06-02 10:00", "2026-06-04 10:00", BOTH, "damage-in-time"),
    (NEW_YORK, "2026-06-02 10:00", "2026-06-04 10:00", NONE, "damage-in-time?"),
    (NEW_YORK, "2026-06-02 10:00", "2026-06-04 10:00:01", BOTH, "damage-late"),
    (NEW_YORK, "2026-06-02 10:00", "2026-06-04 10:00:01", NONE, "damage-late"),
    (NEW_YORK, "2026-06-02 10:00", "2026-07-02 10:00", DAMAGE, "damage-late"),
    # a weekend or a holiday is no excuse: the wall clock counts
    (NEW_YORK, "2026-06-05 18:00", "2026-06-07 18:00:01", BOTH, "damage-late"),
    # known only by its day: from the end of that day
    (NEW_YORK, "2026-06-02", "2026-06-02 09:00", BOTH, "damage-in-time"),
    (NEW_YORK, "2026-06-02", "2026-06-05 00:00", BOTH, "damage-in-time"),
    (NEW_YORK, "2026-06-02", "2026-06-05 00:00:01", BOTH, "damage-late"),
    (ISTANBUL, "2026-06-02", "2026-06-05 00:00", NONE, "damage-in-time?"),
    (ISTANBUL, "2026-06-02", "2026-06-05 00:00:01", NONE, "damage-late"),
    # a night that lacks an hour: 48 hours gone by is the later reading
    (NEW_YORK, "2026-03-07 10:00", "2026-03-09 11:00", BOTH, "damage-in-time"),
    (NEW_YORK, "2026-03-07 10:00", "2026-03-09 11:00:01", BOTH, "damage-late"),
    (BERLIN, "2026-03-28 10:00", "2026-03-30 11:00", BOTH, "damage-in-time"),
    (BERLIN, "2026-03-28 10:00", "2026-03-30 11:00:01", BOTH, "damage-late"),
    (NEW_YORK, "2026-03-07", "2026-03-10 01:00", BOTH, "damage-in-time"),
    (NEW_YORK, "2026-03-07", "2026-03-10 01:00:01", BOTH, "damage-late"),
    # a night that has an hour twice: the same time on the wall is the later reading
    (NEW_YORK, "2026-10-31 10:00", "2026-11-02 10:00", BOTH, "damage-in-time"),
    (NEW_YORK, "2026-10-31 10:00", "2026-11-02 10:00:01", BOTH, "damage-late"),
    (BERLIN, "2026-10-24 10:00", "2026-10-26 10:00", BOTH, "damage-in-time"),
    (BERLIN, "2026-10-24 10:00", "2026-10-26 10:00:01", BOTH, "damage-late"),
    (NEW_YORK, "2026-10-30 01:30", "2026-11-01 01:30*", BOTH, "damage-in-time"),  # of two half past ones the second
    (NEW_YORK, "2026-10-30 01:30", "2026-11-01 01:30:01*", BOTH, "damage-late"),
    (NEW_YORK, "2026-10-30", "2026-11-02 00:00", BOTH, "damage-in-time"),
    (NEW_YORK, "2026-10-30", "2026-11-02 00:00:01", BOTH, "damage-late"),
    # no change any more in Istanbul
    (ISTANBUL, "2026-03-28 10:00", "2026-03-30 10:00", BOTH, "damage-in-time"),
    (ISTANBUL, "2026-03-28 10:00", "2026-03-30 10:00:01", BOTH, "damage-late"),
    # nobody knows when it came
    (NEW_YORK, UNKNOWN, "2026-06-02 10:00", BOTH, "damage-delivery-unknown"),
    (NEW_YORK, UNKNOWN, "2026-06-02 10:00", NONE, "damage-delivery-unknown"),
])  # fmt: skip
def test_the_rule(zone: str, delivered: str, filed: str, photos: tuple[int, int], rule: str) -> None:
    assert rule_of(judged(zone, delivered, filed, photos)) == rule


@pytest.mark.parametrize("photos, rule", [
    (NONE, "damage-photos-late"),
    (DAMAGE, "damage-photos-late"),
    (BOTH, "damage-photos-late"),  # they came, but late: a person decides
])  # fmt: skip
def test_when_the_time_for_photos_is_over(photos: tuple[int, int], rule: str) -> None:
    assert judged(NEW_YORK, "2026-06-02 10:00", "2026-06-02 18:00", photos, ran_out=True).rule == rule


@pytest.mark.parametrize("delivered, filed, photos, outcome, remedies, missing", [
    ("2026-06-02 10:00", "2026-06-02 18:00", BOTH, "approve", EITHER, ()),
    ("2026-06-02 10:00", "2026-06-02 18:00", DAMAGE, "need_information", EITHER, ("photos_of_packaging",)),
    ("2026-06-02 10:00", "2026-06-02 18:00", PACKAGING, "need_information", EITHER, ("photos_of_damage",)),
    ("2026-06-02 10:00", "2026-06-02 18:00", NONE, "need_information", EITHER, ALL_PHOTOS),
    ("2026-06-02 10:00", "2026-06-09 18:00", BOTH, "review", (), ()),
    ("2026-06-02 10:00", "2026-06-09 18:00", NONE, "review", (), ()),
    (UNKNOWN, "2026-06-09 18:00", BOTH, "review", (), ()),
])  # fmt: skip
def test_what_follows(
    delivered: str, filed: str, photos: tuple[int, int], outcome: str, remedies: object, missing: object
) -> None:
    decision = judged(NEW_YORK, delivered, filed, photos)
    assert (decision.outcome, decision.remedies, decision.missing) == (outcome, remedies, missing)


@pytest.mark.parametrize("hours", [0, 47, 49, 24 * 30])
@pytest.mark.parametrize("photos", [BOTH, DAMAGE, PACKAGING, NONE])
@pytest.mark.parametrize("ran_out", [False, True])
def test_it_never_refuses_and_always_says_why_and_what_next(hours: int, photos: tuple[int, int], ran_out: bool) -> None:
    filed = f"{local('2026-06-02 10:00') + timedelta(hours=hours):%Y-%m-%d %H:%M}"
    decision = judged("UTC", "2026-06-02 14:00", filed, photos, ran_out)
    assert decision.outcome is not Outcome.DECLINE
    assert decision.because
    assert decision.steps


def test_a_late_report_hears_late_the_limit_and_the_way_round() -> None:
    decision = judged(NEW_YORK, "2026-06-02 10:00", "2026-06-06 10:00", BOTH)
    assert decision.rule == "damage-late"
    assert "late" in decision.because
    assert "48 hours" in decision.because
    assert any("supervisor" in step for step in decision.steps)
    assert any("defect" in step for step in decision.steps)


@pytest.mark.parametrize("photos, words", [
    (DAMAGE, ["packaging"]),
    (PACKAGING, ["damage"]),
    (NONE, ["damage", "packaging"]),
])  # fmt: skip
def test_only_what_is_missing_is_asked_for(photos: tuple[int, int], words: list[str]) -> None:
    steps = judged(NEW_YORK, "2026-06-02 10:00", "2026-06-02 18:00", photos).steps
    assert [word in step for word, step in zip(words, steps, strict=True)] == [True] * len(words)


@pytest.mark.parametrize("filed, words", [
    ("2026-06-02 10:20", "less than 1 hour"),
    ("2026-06-02 11:00", "1 hour"),
    ("2026-06-02 15:00", "5 hours"),
    ("2026-06-04 10:00", "48 hours"),
    ("2026-06-09 10:00", "168 hours"),
])  # fmt: skip
def test_it_says_how_long_after_delivery(filed: str, words: str) -> None:
    assert f"reported {words} after" in judged(NEW_YORK, "2026-06-02 10:00", filed, BOTH).because
