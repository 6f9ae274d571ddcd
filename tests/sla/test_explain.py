"""Why a clock is due when it is, in sentences a customer could check with a calendar."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from helpdesk.sla import Target, why_due
from helpdesk.stores import SpecialDay
from helpdesk.tickets import Ticket
from tests import factories
from tests.scenes import NEW_YORK, clock_of

pytestmark = pytest.mark.usefixtures("database")
At = Callable[..., datetime]
FIRST, SOLUTION = Target.FIRST_RESPONSE, Target.RESOLUTION


def opened(at: At, moment: str, **store: Any) -> Ticket:
    at(moment, NEW_YORK)
    return factories.ticket(factories.store(**store))


def test_it_names_start_promise_weekend_and_end(at: At) -> None:
    ticket = opened(at, "2026-06-05 16:00")
    assert why_due(clock_of(ticket, FIRST)) == [
        "Started Fri 5 Jun 2026, 16:00.",
        "Promised: 24 hours on business days.",
        "Not counted: Sat 6 Jun, Sun 7 Jun.",
        "So it is due Mon 8 Jun 2026, 16:00.",
    ]


def test_it_names_holidays(at: At) -> None:
    party = SpecialDay(on=date(2026, 6, 8), name="Founders' Day", hours=[])
    ticket = opened(at, "2026-06-05 16:00", special_days=[party])
    assert "Not counted: Sat 6 Jun, Sun 7 Jun, Mon 8 Jun (Founders' Day)." in why_due(clock_of(ticket, FIRST))


def test_around_the_clock_everything_counts(at: At) -> None:
    ticket = opened(at, "2026-06-05 16:00", promise_terms={"first_response": {"hours": 24}})
    assert why_due(clock_of(ticket, FIRST)) == [
        "Started Fri 5 Jun 2026, 16:00.",
        "Promised: 24 hours.",
        "So it is due Sat 6 Jun 2026, 16:00.",
    ]


def test_many_closed_days_are_summed_up(at: At) -> None:
    terms = {"resolution": {"days": 30, "counts": "business_days"}}
    sentences = why_due(clock_of(opened(at, "2026-06-01 10:00", promise_terms=terms), SOLUTION))
    assert (
        sentences[2] == "Not counted: Sat 6 Jun, Sun 7 Jun, Sat 13 Jun, Sun 14 Jun, Sat 20 Jun, Sun 21 Jun and 6 more."
    )


def test_a_standing_clock_says_since_when_and_why(at: At) -> None:
    ticket = opened(at, "2026-06-01 10:00")
    agent = factories.agent(ticket.store)
    ticket.reply(by=agent, body="Which bowl?")
    ticket.wait_for_customer(by=agent)
    assert why_due(clock_of(ticket, SOLUTION))[-2:] == [
        "Stood still from Mon 1 Jun 2026, 10:00 to now: waiting for the customer.",
        "It stands still now; what was left when it stopped will be left when it goes on.",
    ]


def test_every_pause_is_named(at: At) -> None:
    ticket = opened(at, "2026-06-01 10:00")
    agent = factories.agent(ticket.store)
    ticket.reply(by=agent, body="Which bowl?")
    ticket.wait_for_customer(by=agent)
    at("2026-06-02 11:00", NEW_YORK)
    ticket.resume(by=agent)
    ticket.solve(by=agent)
    at("2026-06-03 11:00", NEW_YORK)
    ticket.resume(by=agent)
    assert [sentence for sentence in why_due(clock_of(ticket, SOLUTION)) if sentence.startswith("Stood")] == [
        "Stood still from Mon 1 Jun 2026, 10:00 to Tue 2 Jun 2026, 11:00: waiting for the customer.",
        "Stood still from Tue 2 Jun 2026, 11:00 to Wed 3 Jun 2026, 11:00: it counted as solved.",
    ]


@pytest.mark.parametrize("moment, late", [
    ("2026-06-02 10:00:30", "30 s late (30 s counted)"),
    ("2026-06-02 10:07", "7 min late (7 min counted)"),
    ("2026-06-08 11:30", "145 h 30 min late (97 h 30 min counted)"),
])  # fmt: skip
def test_a_late_answer_says_by_how_much(moment: str, late: str, at: At) -> None:
    ticket = opened(at, "2026-06-01 10:00")
    at(moment, NEW_YORK)
    ticket.reply(by=factories.agent(ticket.store), body="Sorry.")
    assert why_due(clock_of(ticket, FIRST))[-1] == f"It was answered {late}."


@pytest.mark.parametrize("moment, sentences", [
    ("2026-06-05 15:00", [
        "Started Fri 5 Jun 2026, 15:00.",
        "Promised: 4 hours of opening time.",
        "Not counted: Sat 6 Jun, Sun 7 Jun.",
        "Counted while we were open: Fri 5 Jun 15:00-17:00, Mon 8 Jun 09:00-11:00; "
        "the nights and breaks between did not count.",
        "So it is due Mon 8 Jun 2026, 11:00.",
    ]),
    ("2026-06-01 10:00", [
        "Started Mon 1 Jun 2026, 10:00.",
        "Promised: 4 hours of opening time.",
        "So it is due Mon 1 Jun 2026, 14:00.",
    ]),
])  # fmt: skip
def test_in_opening_time_it_says_which_hours_counted(moment: str, sentences: list[str], at: At) -> None:
    terms = {"first_response": {"hours": 4, "counts": "service_hours"}}
    assert why_due(clock_of(opened(at, moment, promise_terms=terms), FIRST)) == sentences
