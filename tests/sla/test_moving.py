"""Hours that change while clocks run: what would move, what moves, once, and what never does."""

from collections.abc import Callable
from datetime import date, datetime

import pytest

from helpdesk import jobs, sla
from helpdesk.core.db import NEVER, db
from helpdesk.sla import SlaClock, State, Target, moving
from helpdesk.sla.moving import _stores_behind
from helpdesk.stores import (
    Hours,
    HoursEdition,
    Special,
    Store,
    calendar_of,
    change_hours,
    hours_of,
    keep_edition,
    keep_holidays,
    proposed_calendar,
)
from helpdesk.tickets import Action, Ticket
from tests import factories
from tests.scenes import NEW_YORK, actions_on, clock_of, last, local, plans_of, story_of, sweep

pytestmark = pytest.mark.usefixtures("database")
At = Callable[..., datetime]
FIRST, SOLUTION = Target.FIRST_RESPONSE, Target.RESOLUTION


@pytest.fixture
def shop(at: At) -> Store:
    """Open Monday to Friday; a day of answers is promised on business days."""
    at("2026-06-01 10:00", NEW_YORK)
    made = factories.store()
    keep_edition(made, made_by="Max", why="the first")
    return made


@pytest.fixture
def ticket(shop: Store) -> Ticket:
    """Its answer is due on Tuesday at ten, its solution a week later."""
    return factories.ticket(shop)


def closed_on(shop: Store, *days: str) -> Hours:
    hours = hours_of(shop)
    special = [Special(on=date.fromisoformat(day), name="Closed") for day in days]
    return hours.model_copy(update={"special": special})


def close(shop: Store, *days: str) -> None:
    change_hours(shop, closed_on(shop, *days), made_by="Mia", why="a party")


def moves(ticket: Ticket) -> list[str]:
    return [e.details["target"] for e in story_of(ticket) if e.action is Action.CLOCK_RETARGETED]


def test_a_look_ahead_says_what_would_move_and_moves_nothing(shop: Store, ticket: Ticket) -> None:
    answered = factories.ticket(shop)
    answered.solve(by=answered.customer)
    factories.ticket(factories.store())
    seen = sla.preview(shop, proposed_calendar(shop, closed_on(shop, "2026-06-02")))
    assert (seen.running, seen.looked_at, seen.later, seen.earlier) == (2, 2, 2, 0)
    assert {(s.clock.target, s.old, s.new, s.seconds) for s in seen.largest} == {
        (FIRST, local("2026-06-02 10:00"), local("2026-06-03 10:00"), 86_400),
        (SOLUTION, local("2026-06-08 10:00"), local("2026-06-09 10:00"), 86_400),
    }
    assert clock_of(ticket, FIRST).due_at == local("2026-06-02 10:00")


def test_of_many_moves_the_largest_are_named_and_all_are_counted(
    shop: Store, ticket: Ticket, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "SHOWN", 2)
    at("2026-05-29 10:00", NEW_YORK)
    early = factories.ticket(shop)  # whose answer is due on Monday, before that day
    seen = sla.preview(shop, proposed_calendar(shop, closed_on(shop, "2026-06-02", "2026-06-03")))
    assert (seen.running, seen.looked_at, seen.later, seen.earlier) == (4, 4, 3, 0)
    assert [s.seconds // 86_400 for s in seen.largest] == [4, 2]  # over a weekend, and from Tuesday to Thursday
    assert seen.largest[0].clock is clock_of(early, SOLUTION)


def test_of_very_many_those_due_first_are_looked_at(
    shop: Store, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "LOOKED_AT", 1)
    seen = sla.preview(shop, proposed_calendar(shop, closed_on(shop, "2026-06-02")))
    assert (seen.running, seen.looked_at, seen.later) == (2, 1, 1)


def test_what_runs_moves_once_and_both_times_are_told(shop: Store, ticket: Ticket) -> None:
    close(shop, "2026-06-02")
    assert sla.clocks_to_move(shop) == 2
    jobs.move_clocks()
    jobs.move_clocks()
    assert (moves(ticket), sla.clocks_to_move(shop)) == ([FIRST, SOLUTION], 0)
    assert clock_of(ticket, FIRST).due_at == ticket.next_due_at == local("2026-06-03 10:00")
    edition = db.session.get_one(HoursEdition, (shop.id, shop.calendar_version))
    assert (edition.clocks, edition.moved_at is not None, edition.made_by) == (2, True, "Mia")


def test_the_queue_is_not_stirred_by_it(shop: Store, ticket: Ticket, at: At) -> None:
    before = ticket.updated_at
    at("2026-06-01 12:00", NEW_YORK)
    close(shop, "2026-06-02")
    jobs.move_clocks()
    assert ticket.updated_at == before


def test_only_what_moves_is_told(shop: Store, ticket: Ticket) -> None:
    close(shop, "2026-06-04")
    jobs.move_clocks()
    assert moves(ticket) == [SOLUTION]


def test_what_was_kept_or_broken_stays(shop: Store, ticket: Ticket, at: At) -> None:
    answered = factories.ticket(shop)
    answered.reply(by=factories.agent(shop), body="Here.")
    at("2026-06-02 11:00", NEW_YORK)
    sweep()
    close(shop, "2026-06-02")
    jobs.move_clocks()
    assert SOLUTION in moves(ticket)
    assert FIRST not in moves(ticket)
    assert moves(answered) == [SOLUTION]
    assert clock_of(ticket, FIRST).due_at == clock_of(answered, FIRST).due_at == local("2026-06-02 10:00")
    assert clock_of(answered, FIRST).state is State.MET


def test_a_promise_broken_before_the_change_is_not_mended_by_it(shop: Store, ticket: Ticket, at: At) -> None:
    at("2026-06-02 10:00:01", NEW_YORK)
    close(shop, "2026-06-02")  # though no sweep has run yet
    jobs.move_clocks()
    assert clock_of(ticket, FIRST).due_at == local("2026-06-02 10:00")
    sweep()
    assert actions_on(ticket).count(Action.BREACHED) == 1
    assert last(ticket, Action.BREACHED).details["due_at"] == local("2026-06-02 10:00").isoformat()


def test_a_promise_that_the_change_moved_is_not_broken_though_nothing_moved_it_yet(
    shop: Store, ticket: Ticket, at: At
) -> None:
    close(shop, "2026-06-02")
    at("2026-06-02 10:00:01", NEW_YORK)
    sweep()
    assert Action.BREACHED not in actions_on(ticket)
    assert clock_of(ticket, FIRST).due_at == local("2026-06-03 10:00")


def test_each_of_several_changes_counts_from_its_moment(shop: Store, ticket: Ticket, at: At) -> None:
    close(shop, "2026-06-02")
    at("2026-06-02 12:00", NEW_YORK)  # after the first due time, before the second
    close(shop, "2026-06-02", "2026-06-03")
    jobs.move_clocks()
    assert clock_of(ticket, FIRST).due_at == local("2026-06-04 10:00")
    assert moves(ticket).count(FIRST) == 2


def test_a_standing_clock_goes_on_by_the_new_hours(shop: Store, ticket: Ticket, at: At) -> None:
    agent = factories.agent(shop)
    ticket.reply(by=agent, body="Which?")
    ticket.wait_for_customer(by=agent)
    close(shop, "2026-06-04")
    jobs.move_clocks()
    assert (moves(ticket), ticket.next_due_at) == ([], NEVER)
    ticket.resume(by=agent)
    assert clock_of(ticket, SOLUTION).due_at == local("2026-06-09 10:00")


def test_holidays_of_another_year_move_clocks_the_same_way(shop: Store, at: At) -> None:
    at("2026-11-25 10:00", NEW_YORK)
    ticket = factories.ticket(shop)
    shop.holiday_country = "US"
    keep_holidays(shop, [2026])
    jobs.move_clocks()
    assert clock_of(ticket, FIRST).due_at == local("2026-11-27 10:00")
    assert last(ticket, Action.CLOCK_RETARGETED).details["who"] == "the helpdesk"


def test_many_are_moved_some_at_a_time(shop: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helpdesk.sla.moving.AT_ONCE", 4)
    tickets = [factories.ticket(shop) for _ in range(9)]
    close(shop, "2026-06-02")
    first = sla.move_some()
    assert (0 < first <= 4, sla.clocks_to_move(shop)) == (True, 18 - 2 * first)
    jobs.move_clocks()
    assert [moves(each) for each in tickets] == [[FIRST, SOLUTION]] * 9


def test_a_change_that_is_taken_back_leaves_no_calendar_behind(shop: Store) -> None:
    with db.session.begin_nested() as half_way:
        close(shop, "2026-06-02")
        assert not calendar_of(shop).is_open(local("2026-06-02 10:00"))
        half_way.rollback()
    close(shop, "2026-06-03")
    assert calendar_of(shop).is_open(local("2026-06-02 10:00"))
    assert not calendar_of(shop).is_open(local("2026-06-03 10:00"))


def test_an_old_promise_is_explained_by_the_hours_it_was_reckoned_with(shop: Store, ticket: Ticket) -> None:
    ticket.reply(by=factories.agent(shop), body="Here.")
    before = sla.why_due(clock_of(ticket, FIRST))
    close(shop, "2026-06-01", "2026-06-02")
    assert sla.why_due(clock_of(ticket, FIRST)) == before


def test_the_queries_follow_their_index(shop: Store, ticket: Ticket) -> None:
    close(shop, "2026-06-02")
    row = {c.name: getattr(clock_of(ticket, FIRST), c.name) for c in SlaClock.__table__.columns if c.name != "id"}
    there = {**row, "calendar_version": shop.calendar_version}  # reckoned by the new hours already
    met = {**there, "state": State.MET, "stopped_at": row["started_at"]}
    db.session.execute(db.insert(SlaClock), [met, there] * 900)
    db.session.execute(db.text("ANALYZE"))
    plan = plans_of(lambda: sla.clocks_to_move(shop))
    assert "ix_sla_clocks_to_move" in plan
    assert "ix_sla_clocks_deliveries" in plans_of(sla.tickets_with_news)
    assert "ix_sla_clocks_to_move" in plans_of(lambda: db.session.scalars(_stores_behind()).all())
