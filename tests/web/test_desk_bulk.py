"""Changing many tickets from the queue."""

import re

import pytest

from helpdesk import jobs
from helpdesk.accounts import User
from helpdesk.core.db import db
from helpdesk.stores import Store
from helpdesk.tickets import BulkChange, Priority, Ticket
from helpdesk.web.desk import bulk
from tests import factories
from tests.web.browsing import Browser, hidden, read


@pytest.fixture
def agent(client: Browser, shop: Store) -> User:
    made = factories.agent(shop)
    client.sign_in(made)
    return made


def urgent() -> list[int]:
    return list(db.session.scalars(db.select(Ticket.id).where(Ticket.priority == Priority.URGENT).order_by(Ticket.id)))


def test_those_chosen_are_changed_and_put_back(client: Browser, shop: Store, agent: User) -> None:
    first, second, _third = (factories.ticket(shop) for _ in range(3))
    chosen = {"ticket": [first.id, second.id], "do": "priority:urgent", "query": "assignee=nobody"}
    answer = client.post("/desk/bulk", data=chosen)
    assert answer.location == "/desk/?assignee=nobody"
    page = client.get(answer.location)
    assert "Priority: urgent: 2 tickets." in read(page)
    assert urgent() == [first.id, second.id]
    undo = re.search(r'action="(/desk/bulk/\d+/undo)"', page.text)
    assert undo
    back = client.post(undo[1], data=hidden(page, "/undo"))
    assert back.location == "/desk/?assignee=nobody"
    assert "2 tickets put back as before." in read(client.get(back.location))
    assert urgent() == []


def test_all_that_match_on_every_page_and_no_other(client: Browser, shop: Store, agent: User) -> None:
    matching = [factories.ticket(shop).id for _ in range(27)]
    taken, _foreign = factories.ticket(shop), factories.ticket()
    taken.assign(to=agent, by=agent)
    client.post("/desk/bulk", data={"all_matching": "1", "query": "assignee=nobody", "do": "priority:urgent"})
    assert urgent() == matching


def test_a_foreign_ticket_cannot_be_chosen(client: Browser, shop: Store, agent: User) -> None:
    foreign = factories.ticket()
    answer = client.post("/desk/bulk", data={"ticket": foreign.id, "do": "priority:urgent"})
    assert "No ticket is chosen" in read(client.get(answer.location))
    assert urgent() == []


@pytest.mark.parametrize("do", ["", "priority", "priority:", "fly:home", "assign:0", "\x00"])
def test_nothing_to_do_is_said(client: Browser, shop: Store, agent: User, do: str) -> None:
    answer = client.post("/desk/bulk", data={"ticket": factories.ticket(shop).id, "do": do})
    assert "Choose" in read(client.get(answer.location))


def test_a_second_press_changes_nothing_twice(client: Browser, shop: Store, agent: User) -> None:
    form = {"ticket": factories.ticket(shop).id, "do": "priority:urgent", "form_key": "k" * 20}
    client.post("/desk/bulk", data=form)
    again = client.post("/desk/bulk", data=form)
    assert db.session.scalars(db.select(BulkChange.id)).all() == [int(again.location.rsplit("/", 1)[1])]


def test_refusals_are_listed_with_their_tickets(client: Browser, shop: Store, agent: User) -> None:
    waiting = factories.ticket(shop)
    answer = client.post("/desk/bulk", data={"ticket": waiting.id, "do": "status:pending"})
    page = read(client.get(answer.location))
    assert f"{waiting.reference} {waiting.subject} Answer the customer first" in page
    assert "1 refused" in page


def test_many_are_left_to_a_job_and_its_page_shows_how_far_it_is(
    client: Browser, shop: Store, agent: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    for _ in range(3):
        factories.ticket(shop)
    page = client.post("/desk/bulk", data={"all_matching": "1", "do": "priority:urgent"}).location
    running = client.get(page)
    assert "0 of 3" in read(running)
    assert "Look again" in read(running)  # where no script does
    assert urgent() == []
    jobs.change_many_tickets()
    done = client.get(page)
    assert "3 of 3" in read(done)
    assert "Look again" not in read(done)
    assert len(urgent()) == 3


def test_what_runs_can_be_stopped(client: Browser, shop: Store, agent: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 0)
    factories.ticket(shop)
    page = client.post("/desk/bulk", data={"all_matching": "1", "do": "priority:urgent"}).location
    client.post(f"{page}/stop")
    jobs.change_many_tickets()
    assert "Stopped half-way" in read(client.get(page))
    assert urgent() == []
    assert client.post(f"{page}/stop").status_code == 409


def test_anothers_change_does_not_exist(client: Browser, shop: Store, agent: User) -> None:
    answer = client.post("/desk/bulk", data={"ticket": factories.ticket(shop).id, "do": "status:pending"})
    client.post("/account/sign-out")
    client.sign_in(factories.supervisor(shop))
    assert client.get(answer.location).status_code == 404
    assert [client.post(f"{answer.location}/{deed}").status_code for deed in ("undo", "stop")] == [404, 404]
    assert client.get(f"/desk/bulk/{'9' * 12}").status_code == 404
