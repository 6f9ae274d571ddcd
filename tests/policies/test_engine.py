"""The engine: windows and days, what is asked, what follows, and the money."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from helpdesk.core.errors import Invalid
from helpdesk.policies.decision import Decision
from helpdesk.policies.engine import decide
from helpdesk.policies.words import Request
from tests.policies.files import answer, edition_of, effect, rule, window

LATE_OR_NOT = rule("late", "decline", "late = true") + rule("in-time")


def ends(decision: Decision, target: str = "return_window") -> str | None:
    """When a deadline of the decision ends."""
    deadline = decision.deadline(target)
    assert deadline is not None
    return deadline.ends_at


# ---- windows


@pytest.mark.parametrize(
    "zone, delivered, days, end",
    [
        ("UTC", "2026-03-02T10:00:00+00:00", 30, "2026-04-02T00:00:00+00:00"),
        ("UTC", "2026-03-02T00:00:00+00:00", 0, "2026-03-03T00:00:00+00:00"),
        ("America/New_York", "2026-03-02T23:30:00-05:00", 7, "2026-03-10T04:00:00+00:00"),  # the clocks go forward
        ("America/New_York", "2026-03-03T03:30:00+00:00", 7, "2026-03-10T04:00:00+00:00"),  # still the 2nd there
        ("America/New_York", "2026-10-30T12:00:00-04:00", 7, "2026-11-07T05:00:00+00:00"),  # and back
        ("Europe/Istanbul", "2026-03-28T12:00:00+03:00", 7, "2026-04-04T21:00:00+00:00"),  # no summer time since 2016
        ("Europe/Istanbul", "2016-03-26T12:00:00+02:00", 1, "2016-03-27T21:00:00+00:00"),  # the last time it began
        ("Europe/Istanbul", "2016-03-25T12:00:00+02:00", 1, "2016-03-26T22:00:00+00:00"),
        ("Europe/Istanbul", "2026-03-28", 7, "2026-04-04T21:00:00+00:00"),  # only the day is known
    ],
)
def test_a_window_of_days_ends_at_the_stores_midnight(zone: str, delivered: str, days: int, end: str) -> None:
    rows = LATE_OR_NOT + window("w", more=f"days = {days}")
    facts = {"timezone": zone, "delivered_at": delivered}
    assert ends(answer(rows, **facts, requested_at=delivered)) == end
    assert answer(rows, **facts, requested_at=_second_before(end)).rule == "in-time"
    assert answer(rows, **facts, requested_at=end).rule == "late"


@pytest.mark.parametrize(
    "zone, delivered, end",
    [
        ("UTC", "2026-03-02T10:00:00+00:00", "2026-03-04T10:00:00+00:00"),
        # Forward: 48 hours gone by are Monday 11:00, the same time on the wall Monday 10:00 EDT; the later counts.
        ("America/New_York", "2026-03-07T10:00:00-05:00", "2026-03-09T15:00:00+00:00"),
        # Back: 48 hours gone by are Monday 9:00 EST, on the wall 10:00 EST.
        ("America/New_York", "2026-10-31T10:00:00-04:00", "2026-11-02T15:00:00+00:00"),
        # Ends in the hour that is shown twice: the second showing.
        ("America/New_York", "2026-10-30T01:30:00-04:00", "2026-11-01T06:30:00+00:00"),
        ("Europe/Istanbul", "2016-03-26T10:00:00+02:00", "2016-03-28T08:00:00+00:00"),
        ("Europe/Istanbul", "2015-11-07T10:00:00+03:00", "2015-11-09T08:00:00+00:00"),  # back on 8 November that year
        ("Europe/Istanbul", "2026-10-24T10:00:00+03:00", "2026-10-26T07:00:00+00:00"),
        # Known only by its day: from the end of that day.
        ("America/New_York", "2026-03-07", "2026-03-10T05:00:00+00:00"),
        ("Europe/Istanbul", "2026-03-07", "2026-03-09T21:00:00+00:00"),
    ],
)
def test_a_window_of_hours_ends_at_the_kinder_reading(zone: str, delivered: str, end: str) -> None:
    rows = LATE_OR_NOT + window("w", more="hours = 48")
    facts = {"timezone": zone, "delivered_at": delivered}
    assert ends(answer(rows, **facts, requested_at=delivered)) == end
    assert answer(rows, **facts, requested_at=end).rule == "in-time"
    assert answer(rows, **facts, requested_at=_second_after(end)).rule == "late"


@pytest.mark.parametrize(
    "hours_cell, asked, rule_",
    [
        ("<= 48", "2026-03-09T15:00:00+00:00", "in-time"),
        ("<= 48", "2026-03-09T15:00:01+00:00", "late"),
    ],
)
def test_hours_asked_in_a_cell_and_hours_of_a_window_agree(hours_cell: str, asked: str, rule_: str) -> None:
    rows = rule("in-time", when=f'hours_since_delivery = "{hours_cell}"') + rule("late", "decline")
    facts = {"timezone": "America/New_York", "delivered_at": "2026-03-07T10:00:00-05:00", "requested_at": asked}
    assert answer(rows, **facts).rule == rule_


@pytest.mark.parametrize(
    "given, days_late",
    [
        ({"days_since_delivery": 30}, None),
        ({"days_since_delivery": 31}, "1"),
        ({"days_since_delivery": 40}, "10"),
        ({"late": True, "days_late": 3}, "3"),
    ],
)
def test_days_late(given: dict[str, Any], days_late: str | None) -> None:
    rows = rule("late", "decline", "late = true").replace("Because of late.", "{days_late} days") + rule("in-time")
    decision = answer(rows + window("w"), **given)
    many = "day" if days_late == "1" else "days"
    assert decision.because == (f"{days_late} {many}" if days_late else "Because of in-time.")


def test_hours_count_as_days_late_when_begun() -> None:
    rows = rule("late", "decline", "late = true").replace("Because of late.", "{days_late} days") + rule("in-time")
    rows += window("w", more="hours = 48")
    assert answer(rows, hours_since_delivery=48).rule == "in-time"
    assert answer(rows, hours_since_delivery=49).because == "1 day"
    assert answer(rows, hours_since_delivery=73).because == "2 days"


def test_a_window_until_a_day_counts_that_day() -> None:
    rows = LATE_OR_NOT + window("w", more="until = 2027-01-31")
    facts = {"timezone": "America/New_York"}
    assert answer(rows, **facts, requested_at="2027-01-31T23:59:59-05:00").rule == "in-time"
    decision = answer(rows, **facts, requested_at="2027-02-01T00:00:00-05:00")
    assert (decision.rule, ends(decision)) == ("late", "2027-02-01T05:00:00+00:00")


def test_the_first_window_that_fits_is_measured() -> None:
    rows = LATE_OR_NOT + window("food", 'item_class = "food"', more="days = 7") + window("rest")
    assert answer(rows, item_class="food", days_since_delivery=8).rule == "late"
    assert answer(rows, item_class="toy", days_since_delivery=8).rule == "in-time"
    asked = answer(rows, days_since_delivery=8)
    assert (asked.outcome, asked.missing) == ("need_information", ("item_class",))


@pytest.mark.parametrize("windows", ["", window("w", "opened = true"), window("w", request='"exchange"')])
def test_where_no_window_applies_nothing_is_late(windows: str) -> None:
    assert answer(LATE_OR_NOT + windows, opened=False).rule == "in-time"


def test_now_is_when_it_is_asked_for_unless_a_fact_says_that() -> None:
    rows = LATE_OR_NOT + window("w")
    facts = {"delivered_at": "2026-03-02T10:00:00+00:00"}
    assert answer(rows, now="2026-04-02T00:00:00+00:00", **facts).rule == "late"
    assert (
        answer(rows, now="2026-04-02T00:00:00+00:00", requested_at="2026-03-09T00:00:00+00:00", **facts).rule
        == "in-time"
    )


# ---- what is asked


@pytest.mark.parametrize(
    "facts, missing",
    [
        ({}, ("delivered_at",)),
        ({"delivered_at": "2026-03-02"}, ("requested_at",)),
        ({"requested_at": "2026-03-09"}, ("delivered_at",)),
        ({"delivered_at": "2026-03-02", "requested_at": "2026-03-09"}, ("reason", "opened")),
        ({"delivered_at": "2026-03-02", "requested_at": "2026-03-09", "reason": "other"}, ("opened",)),
        ({"delivered_at": "2026-03-02", "requested_at": "2026-03-09", "reason": "defective"}, ()),
    ],
)
@pytest.mark.parametrize("more", ["days = 30", "hours = 240"])
def test_only_what_the_first_open_rule_needs_is_asked(
    facts: dict[str, Any], missing: tuple[str, ...], more: str
) -> None:
    rows = rule("late", "decline", "late = true") + rule("opened", "decline", 'fault = "none", opened = true')
    decision = answer(rows + rule("yes") + window("w", more=more), **facts)
    assert decision.missing == missing
    assert decision.outcome == ("need_information" if missing else "approve")


def test_a_window_until_a_day_asks_when_it_was_asked_for() -> None:
    assert answer(LATE_OR_NOT + window("w", more="until = 2027-01-31")).missing == ("requested_at",)


def test_computed_facts_ask_for_what_they_are_made_of() -> None:
    own = (
        '[[fact]]\nname = "fragile"\ntype = "yes_no"\nvalues = [{ when = { item_class = "home" }, value = true }, '
        "{ when = { late = true }, value = true }, { value = false }]\n"
    )
    rows = own + rule("no", "decline", "fragile = true") + rule("yes") + window("w")
    assert answer(rows).missing == ("item_class",)
    assert answer(rows, item_class="toy").missing == ("delivered_at",)
    assert answer(rows, item_class="home").rule == "no"
    assert answer(rows, item_class="toy", days_since_delivery=3).rule == "yes"


def test_what_is_taken_for_granted_is_said() -> None:
    rows = rule("no", "decline", "final_sale = true") + rule("yes")
    assert answer(rows).assumed == ("final_sale",)
    assert answer(rows, final_sale=False).assumed == ()


def test_a_fact_nobody_declared_is_refused() -> None:
    with pytest.raises(Invalid, match="did you mean “opened”"):
        answer(rule("yes"), oppened=True)


def test_where_no_rule_fits_a_person_decides() -> None:
    decision = answer(rule("no", "decline", "opened = true"), opened=False)
    assert (decision.outcome, decision.rule, decision.clauses) == ("review", "no-rule", ())


# ---- evidence

EVIDENCE = 'evidence = ["photos_of_damage", "photos_of_packaging"]'


@pytest.mark.parametrize(
    "outcome, facts, found, missing",
    [
        ("approve", {}, "need_information", ("photos_of_damage", "photos_of_packaging")),
        ("approve", {"photos_of_damage": 0, "photos_of_packaging": 2}, "need_information", ("photos_of_damage",)),
        ("approve", {"photos_of_damage": 1, "photos_of_packaging": 1}, "approve", ()),
        ("review", {"photos_of_packaging": 1}, "review", ("photos_of_damage",)),
        ("decline", {}, "decline", ("photos_of_damage", "photos_of_packaging")),
    ],
)
def test_evidence(outcome: str, facts: dict[str, Any], found: str, missing: tuple[str, ...]) -> None:
    decision = answer(rule("r", outcome, more=EVIDENCE), **facts)
    assert (decision.outcome, decision.missing) == (found, missing)
    assert decision.pending == ("approve" if found == "need_information" else None)
    assert decision.evidence == ("photos_of_damage", "photos_of_packaging")


def test_evidence_of_effects_counts_too() -> None:
    rows = rule("r") + effect("dear", 'item_value = "> 100"', more='evidence = ["proof_of_purchase"]')
    assert answer(rows, item_value=10_001).missing == ("proof_of_purchase",)
    assert answer(rows, item_value=10_000).outcome == "approve"


# ---- effects


def test_effects_that_hold_and_those_that_may() -> None:
    rows = (
        rule("r", more='remedies = ["refund"]')
        + effect("holds", "opened = true", more='remedies = ["exchange"]\nsteps = ["One."]')
        + effect("may", "used = true", more='remedies = ["repair"]')
        + effect("not", "opened = false", more='remedies = ["resend"]')
        + effect("declined", more='outcome = "decline"\nsteps = ["Two."]')
        + effect("other", request='"exchange"', more='steps = ["Three."]')
    )
    decision = answer(rows, opened=True)
    assert (decision.effects, decision.possible) == (("holds",), ("may",))
    assert (decision.remedies, decision.steps) == (("refund", "exchange"), ("One.",))


def test_effects_of_a_refusal_and_of_what_waits_for_evidence() -> None:
    refusal = rule("r", "decline") + effect("e", more='outcome = ["decline"]\nsteps = ["Why not sell it?"]')
    assert answer(refusal).steps == ("Why not sell it?",)
    waiting = rule("r", more=EVIDENCE) + effect("e", more='outcome = ["approve"]\nsteps = ["Soon."]')
    assert answer(waiting).steps == ("Add a photo of the damage.", "Add a photo of the packaging.")
    assert answer(waiting, photos_of_damage=1, photos_of_packaging=1).steps == ("Soon.",)


def test_a_withheld_remedy_is_not_offered_whoever_offers_it() -> None:
    rows = rule("r", more='remedies = ["refund", "exchange"]') + effect("e", more='withhold = ["refund"]')
    decision = answer(rows, item_value=1000)
    assert (decision.remedies, decision.refund) == (("exchange",), None)


def test_the_first_to_speak_of_single_things_is_heard() -> None:
    rows = (
        rule("r", more='remedies = ["refund"]')
        + effect("a", more='return_shipping = "pickup"\nrefund = { shipping = true }\nescalate = "high_value"')
        + effect("b", more='return_shipping = "customer"\nrefund = { shipping = false, percent = 50 }\nurgent = true')
    )
    decision = answer(rows, item_value=1000, shipping_paid=300)
    assert decision.refund is not None
    assert (decision.return_shipping, decision.escalate, decision.urgent) == ("pickup", "high_value", True)
    assert (decision.refund.percent, decision.refund.shipping, decision.refund.cents) == (50, True, 800)


def test_clauses_are_cited_once_in_the_order_they_decided() -> None:
    rows = rule("late", "decline", "late = true") + effect("e", more='outcome = "decline"\nclauses = ["1", "2"]')
    assert answer(rows + window("w"), days_since_delivery=31).clauses == ("1", "2")


def test_deadlines_count_from_steps_that_have_come_and_wait_for_others() -> None:
    send_back = 'deadline = { target = "send_back", days = 14, from = "approval" }'
    report = 'deadline = { target = "evidence", hours = 48, from = "request" }'
    pay = 'deadline = { target = "refund", days = 7, from = "inspection", counts = "business_days" }'
    rows = rule("r", more=send_back) + effect("e", more=report) + effect("f", more=pay)
    decision = answer(rows, requested_at="2026-03-07T10:00:00-05:00", timezone="America/New_York")
    assert ends(decision, "send_back") is None
    assert ends(decision, "evidence") == "2026-03-09T15:00:00+00:00"
    refund = decision.deadline("refund")
    assert refund is not None
    assert (refund.ends_at, refund.days, refund.counts, refund.counted_from) == (None, 7, "business_days", "inspection")


@pytest.mark.parametrize(
    "text, facts, said",
    [
        ("Until {until}.", {"delivered_at": "2026-03-02", "requested_at": "2026-03-03"}, "Until Wed 1 Apr 2026."),
        ("Until {until}.", {"days_since_delivery": 3}, "Until a day that is not known yet."),
        (
            "{days_since_delivery} days, {item_class}.",
            {"days_since_delivery": 3, "item_class": "food"},
            "3 days, food and",
        ),
        ("It cost {item_value}.", {"item_value": 1250}, "It cost $12.50."),
        ("Opened: {opened}.", {}, "Opened: not known."),
    ],
)
def test_texts_are_filled(text: str, facts: dict[str, Any], said: str) -> None:
    decision = answer(rule("r").replace("Because of r.", text) + window("w"), **facts)
    assert decision.because.startswith(said)


# ---- money

REFUND = rule("r", more='remedies = ["refund"]')


@pytest.mark.parametrize(
    "rows, facts, cents, least",
    [
        ("", {"item_value": 1999}, 1999, 1999),
        ("", {"order_value": 5000, "shipping_paid": 700}, 4300, 4300),
        ("", {"order_value": 5000, "shipping_paid": 700, "item_value": 2000}, 2000, 2000),
        ("", {"order_value": 500, "shipping_paid": 700}, 0, 0),
        ("", {}, None, None),
        (effect("e", more="refund = { percent = 50 }"), {"item_value": 999}, 500, 500),
        (effect("e", more="refund = { shipping = true }"), {"item_value": 1000, "shipping_paid": 700}, 1700, 1700),
        (effect("e", more="refund = { shipping = true }"), {"item_value": 1000}, 1000, 1000),
        (effect("e", more='fee = { kind = "x", percent = 15 }'), {"item_value": 1001}, 851, 851),
        (effect("e", more='fee = { kind = "x", up_to_percent = 15 }'), {"item_value": 1000}, 1000, 850),
        (effect("e", more='fee = { kind = "x", amount = 4.90 }'), {"item_value": 1000}, 510, 510),
        (effect("e", more='fee = { kind = "x", amount = 4.90 }'), {"item_value": 400}, 0, 0),
        (effect("e", more='fee = { kind = "x", amount = 4.90 }'), {}, None, None),
        (
            effect("e", more='fee = { kind = "x", amount = 1 }') + effect("f", more='fee = { kind = "x", amount = 2 }'),
            {"item_value": 1000},
            900,
            900,
        ),
        (
            effect("e", more='fee = { kind = "x", percent = 60 }\ndeduction = { kind = "y", percent = 60 }'),
            {"item_value": 1000},
            0,
            0,
        ),
    ],
)
def test_what_is_paid_back(rows: str, facts: dict[str, Any], cents: int | None, least: int | None) -> None:
    refund = answer(REFUND + rows, **facts).refund
    assert refund is not None
    assert (refund.cents, refund.least_cents) == (cents, least)


@pytest.mark.parametrize(
    "wanted, value, cents, least",
    [
        ("amount = 4.90", 1000, 490, 490),
        ("amount = 4.90", None, 490, 490),
        ("amount = 4.90", 300, 300, 300),
        ("percent = 15", 999, 150, 150),
        ("percent = 15", None, None, None),
        ("up_to_percent = 15", 999, 150, 0),
        ("percent = 15", -200, 0, 0),
    ],
)
def test_a_charge_is_never_more_than_was_paid(
    wanted: str, value: int | None, cents: int | None, least: int | None
) -> None:
    facts = {"order_value": 500, "shipping_paid": 700} if value is not None and value < 0 else {"item_value": value}
    charge = answer(REFUND + effect("e", more=f'fee = {{ kind = "x", {wanted} }}'), **facts).charges[0]
    assert (charge.cents, charge.least_cents) == (cents, least)


@pytest.mark.parametrize("remedy, pays", [("refund", True), ("store_credit", True), ("replacement", False)])
def test_only_a_remedy_that_pays_back_has_a_refund(remedy: str, pays: bool) -> None:
    assert bool(answer(rule("r", more=f'remedies = ["{remedy}"]'), item_value=100).refund) is pays


def test_an_edition_decides_for_every_request_it_names_and_a_person_for_the_others() -> None:
    edition = edition_of(rule("r", request='"return", "exchange"'))
    approved = {request for request in Request if decide(edition, request, {}).outcome == "approve"}
    assert approved == {Request.RETURN, Request.EXCHANGE}


def _second_before(moment: str) -> str:
    return _moved(moment, -1)


def _second_after(moment: str) -> str:
    return _moved(moment, 1)


def _moved(moment: str, seconds: int) -> str:
    return (datetime.fromisoformat(moment) + timedelta(seconds=seconds)).isoformat()
