"""Tickets find an agent by themselves: who is here, who has least, whose turn it is."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask

from helpdesk import jobs
from helpdesk.accounts import Absence, User, put_on_duty, take_off_duty
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Problem
from helpdesk.escalation import assign_now, assigning, ids_to_assign
from helpdesk.stores import Store
from helpdesk.tickets import Action, IssueType, Snooze, Ticket
from tests import factories
from tests.lasting import lasting_app
from tests.scenes import last

At = Callable[..., datetime]
pytestmark = pytest.mark.usefixtures("database")


def shop_that(**handing_out: object) -> tuple[Store, list[User]]:
    """A store with three agents."""
    shop = factories.store(work_terms={"handing_out": handing_out})
    return shop, [factories.agent(shop, name=name) for name in ("Ada", "Ben", "Cleo")]


def takers(shop: Store, count: int, **given: object) -> list[str | None]:
    made = [factories.ticket(shop, **given) for _ in range(count)]  # type: ignore[arg-type]
    return [ticket.assignee.name if ticket.assignee else None for ticket in made]


def test_where_nothing_is_said_nobody_gets_it() -> None:
    shop, _ = shop_that()
    assert takers(shop, 1) == [None]
    assert ids_to_assign() == []


def test_whoever_has_least() -> None:
    shop, (ada, *_) = shop_that(mode="least_loaded")
    assert takers(shop, 4) == ["Ada", "Ben", "Cleo", "Ada"]
    for ticket in db.session.scalars(db.select(Ticket).where(Ticket.assignee_id == ada.id)):
        ticket.solve(by=ada)
    assert takers(shop, 2) == ["Ada", "Ada"]


def test_one_after_the_other_however_much_they_have() -> None:
    shop, (ada, ben, cleo) = shop_that(mode="round_robin")
    for _ in range(3):
        factories.ticket(shop, by=factories.customer(shop)).assign(to=cleo, by=ada)
    assert takers(shop, 4) == ["Ada", "Ben", "Cleo", "Ada"]
    take_off_duty(ben, by=ben)
    assert takers(shop, 2) == ["Cleo", "Ada"]


def test_categories_may_differ_and_have_turns_of_their_own() -> None:
    shop, _ = shop_that(mode="round_robin", categories={"policy": "off"})
    assert takers(shop, 1, issue=IssueType.RETURN) == [None]
    assert takers(shop, 1, issue=IssueType.LOST) == ["Ada"]
    assert takers(shop, 1, issue=IssueType.QUALITY) == ["Ada"]


def test_only_who_is_here_and_has_room() -> None:
    shop, (ada, _, _) = shop_that(mode="least_loaded", at_most=1)
    take_off_duty(ada, by=ada)
    assert takers(shop, 3) == ["Ben", "Cleo", None]
    put_on_duty(ada, by=ada)
    jobs.mind_the_ladder()
    (waited,) = db.session.scalars(db.select(Ticket).where(Ticket.assignee_id == ada.id))
    assert last(waited, Action.ASSIGNED).details["new"] == "Ada"
    assert ids_to_assign() == []


def test_what_somebody_has_who_is_long_away_goes_to_others(at: At) -> None:
    at("2026-06-01 10:00")
    shop, (ada, ben, _) = shop_that(mode="least_loaded", absent_hours=24)
    mine = factories.ticket(shop)
    assert mine.assignee is ada
    Absence.plan(ada, clock.now(), clock.now() + timedelta(hours=2), by=ada)
    assert ids_to_assign() == []  # back soon
    take_off_duty(ada, by=ada)
    assert ids_to_assign() == [mine.id]
    jobs.mind_the_ladder()
    assert mine.assignee is ben


def test_a_snoozed_ticket_is_nobodys_work_now(at: At) -> None:
    at("2026-06-01 10:00")
    shop = factories.store(work_terms={"handing_out": {"mode": "least_loaded"}})
    ticket = factories.ticket(shop)
    agent = factories.agent(shop)
    Snooze.begin(ticket, clock.now() + timedelta(hours=1), by=agent)
    assert ids_to_assign() == []


def test_a_supervisor_hands_out_at_once_in_their_own_stores() -> None:
    shop, _ = shop_that()
    far, _ = shop_that()
    for each in (shop, shop, shop, far):
        factories.ticket(each)
    boss = factories.supervisor(shop)
    assert assign_now(by=boss) == 3
    assert assign_now(by=boss) == 0
    with pytest.raises(Problem, match="supervisor"):
        assign_now(by=factories.agent(shop))


def test_stores_are_handed_out_in_one_order_whatever_is_due_first(monkeypatch: pytest.MonkeyPatch, at: At) -> None:
    locked: list[int] = []
    turn_of = assigning._turn_of
    monkeypatch.setattr(assigning, "_turn_of", lambda store_id: locked.append(store_id) or turn_of(store_id))
    (one, _), (other, _) = shop_that(), shop_that()
    at("2026-06-01 10:00")
    factories.ticket(other)
    at("2026-06-01 11:00")
    factories.ticket(one)
    assert assign_now(by=factories.supervisor(one, other)) == 2
    assert locked == sorted([one.id, other.id])


@pytest.fixture
def lasting(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with lasting_app("postgresql", request, tmp_path_factory.mktemp("assigning")) as app:
        yield app


def open_together(app: Flask, shop_id: int, count: int) -> None:
    start, problems = Barrier(count), []

    def run() -> None:
        try:
            with app.app_context():
                shop = db.session.get_one(Store, shop_id)
                start.wait(20)
                factories.ticket(shop)
                db.session.commit()
        except Exception as problem:
            problems.append(problem)

    threads = [Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert problems == []


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # one pass is enough: it makes a PostgreSQL of its own
def test_six_customers_at_once_are_shared_out_evenly(lasting: Flask) -> None:
    with lasting.app_context():
        shop, _ = shop_that(mode="least_loaded")
        db.session.commit()
        shop_id = shop.id
    open_together(lasting, shop_id, 6)
    with lasting.app_context():
        held = db.session.scalars(db.select(Ticket.assignee_id).where(Ticket.store_id == shop_id)).all()
        assert sorted(held.count(person) for person in set(held)) == [2, 2, 2]
