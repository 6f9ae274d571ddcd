"""Macros: used on a ticket, written by whoever may."""

from typing import Any

import pytest
from sqlalchemy import select

from helpdesk.accounts import Role, User
from helpdesk.core.db import db
from helpdesk.core.errors import NotAllowed
from helpdesk.stores import Store
from helpdesk.tickets import IssueType, Macro, Message, Priority, Status, Ticket, ship_macro
from tests import factories
from tests.web.browsing import Browser, hidden, read

KEY = "k" * 20
TEXT = "Hello {customer.first_name}, about {order.number}: {{braces}} and {{order.number}}."


def page_of(ticket: Ticket) -> str:
    return f"/desk/tickets/{ticket.reference}"


def macro(by: User, store: Store | None, *, is_shared: bool = True, **given: Any) -> Macro:
    return Macro.write(
        by=by, store=store, is_shared=is_shared, **{"name": "Mine", "body": TEXT, "changes": {}, **given}
    )


def ticket_of(shop: Store) -> Ticket:
    return factories.ticket(shop, order=factories.order(shop, number="#77"))


# ---- used


def test_a_macro_fills_the_box_with_and_without_a_script(client: Browser, shop: Store) -> None:
    ticket, mine = ticket_of(shop), macro(factories.supervisor(shop), shop, changes={"status": "pending"})
    client.sign_in(factories.agent(shop))
    said = "Hello Ada, about #77: {{braces}} and {{order.number}}."
    assert client.get(f"{page_of(ticket)}/macros/{mine.id}.json").json == {
        "id": mine.id, "name": "Mine", "body": said, "then": "pending", "also": "",
    }  # fmt: skip
    page = client.get(f"{page_of(ticket)}?macro={mine.id}")
    assert f">\r\n{said}</textarea>" in page.text
    assert '<option selected value="pending">' in page.text
    assert mine.name in read(client.get(f"{page_of(ticket)}/macros"))


def test_sent_it_is_filled_in_and_changes_what_it_says(client: Browser, shop: Store) -> None:
    changes = {"status": "solved", "assignee": "me", "priority": "high", "issue_type": "lost"}
    me, ticket = factories.agent(shop), ticket_of(shop)
    mine = macro(factories.supervisor(shop), shop, changes=changes)
    page = client.sign_in(me).get(f"{page_of(ticket)}?macro={mine.id}")
    assert "also gives it to you, sets the priority to high, sorts it as lost" in read(page)
    form = {"body": TEXT, "then": "solved", "also": str(mine.id), **hidden(page, "/reply")}
    client.post(f"{page_of(ticket)}/reply", data=form)
    last = db.session.scalars(select(Message.body).order_by(Message.id.desc())).first()
    assert last == "Hello Ada, about #77: {{braces}} and {order.number}."
    assert (ticket.status, ticket.assignee, ticket.priority) == (Status.SOLVED, me, Priority.HIGH)
    assert ticket.issue_type is IssueType.LOST


@pytest.mark.parametrize("body, words", [
    ("About {order.number}.", "{order.number} has no value here."),
    ("About {order.numbr}.", "{order.numbr} is not a placeholder. Did you mean {order.number}?"),
    ("By {deadline.send_back}, {return.number}.", "{deadline.send_back} has no value here. {return.number} has"),
])  # fmt: skip
def test_what_has_no_value_is_named_and_nothing_is_sent(client: Browser, shop: Store, body: str, words: str) -> None:
    ticket = factories.ticket(shop)
    client.sign_in(factories.agent(shop))
    answer = client.post(f"{page_of(ticket)}/reply", data={"body": body, "form_key": KEY})
    assert answer.status_code == 422
    assert words in read(answer)
    assert body in answer.text
    assert db.session.scalars(select(Message.body)).all() == ["Where is my bowl?"]


def test_every_placeholder_with_a_value_gets_it(client: Browser, shop: Store) -> None:
    ticket = ticket_of(shop)
    client.sign_in(factories.agent(shop, name="Grace Hopper"))
    body = "{customer.email} {agent.first_name} {store.name} {ticket.reference} {ticket.link} {order.items}"
    client.post(f"{page_of(ticket)}/reply", data={"body": body, "form_key": KEY})
    said = db.session.scalars(select(Message.body).order_by(Message.id.desc())).first()
    link = f"http://help.example.com/{shop.slug}/tickets/{ticket.guest_token}"
    assert said == f"{ticket.customer.email} Grace {shop.name} {ticket.reference} {link} 1 × Bowl 1"


@pytest.mark.parametrize("address", ["?macro={id}", "/macros/{id}.json"])
def test_macros_of_others_do_not_exist(client: Browser, shop: Store, address: str) -> None:
    me, other, elsewhere = factories.agent(shop), factories.agent(shop), factories.store()
    theirs = [
        macro(other, shop, is_shared=False, body="A secret way"),
        macro(factories.supervisor(elsewhere), elsewhere, body="A secret way"),
    ]
    retired = macro(factories.supervisor(shop), shop, body="A secret way")
    retired.retire(by=factories.supervisor(shop))
    ticket = factories.ticket(shop)
    client.sign_in(me)
    for one in (*theirs, retired):
        answer = client.get(page_of(ticket) + address.format(id=one.id))
        assert "A secret way" not in answer.text
    assert "Mine" not in read(client.get(f"{page_of(ticket)}/macros?part=1"))
    form = {"body": "Hello.", "also": str(theirs[1].id), "form_key": KEY}
    assert client.post(f"{page_of(ticket)}/reply", data=form).status_code == 302


# ---- written


@pytest.mark.parametrize("role, whose, allowed", [
    (Role.AGENT, "mine", True), (Role.AGENT, "shared", False), (Role.SUPERVISOR, "shared", True),
])  # fmt: skip
def test_who_may_write_what(client: Browser, shop: Store, role: Role, whose: str, allowed: bool) -> None:
    client.sign_in(factories.agent(shop, role=role))
    form = {"name": "On its way", "body": TEXT, "store": shop.slug, "whose": whose, "priority": "high"}
    answer = client.post("/desk/macros/new", data=form | {"form_key": KEY})
    assert answer.status_code == (302 if allowed else 422)
    written = db.session.scalars(select(Macro)).all()
    assert [one.changes for one in written] == ([{"priority": "high"}] if allowed else [])


def test_only_who_sees_every_store_writes_for_all(shop: Store) -> None:
    with pytest.raises(NotAllowed):
        macro(factories.agent(shop, role=Role.MANAGER), None)
    assert macro(factories.agent(role=Role.ADMIN), None).store is None
    with pytest.raises(NotAllowed):
        macro(factories.supervisor(shop), factories.store())


def test_a_typing_mistake_in_a_placeholder_is_found_when_it_is_written(client: Browser, shop: Store) -> None:
    client.sign_in(factories.agent(shop))
    form = {"name": "X", "body": "{order.nummer}", "store": shop.slug, "whose": "mine", "form_key": KEY}
    answer = client.post("/desk/macros/new", data=form)
    assert answer.status_code == 422
    assert "Did you mean {order.number}?" in read(answer)


def test_it_is_changed_tried_retired_and_brought_back(client: Browser, shop: Store) -> None:
    chief, ticket = factories.supervisor(shop), ticket_of(shop)
    mine = macro(chief, shop)
    address = f"/desk/macros/{mine.id}"
    client.sign_in(chief)
    assert "about #77" in read(client.get(f"{address}?on={ticket.reference}"))
    assert "no such ticket" in read(client.get(f"{address}?on={factories.ticket().reference}"))
    client.post(address, data={"name": "Better", "body": "Hello.", "form_key": KEY})
    assert (mine.name, mine.body) == ("Better", "Hello.")
    client.post(f"{address}/retirement")
    assert mine.retired_at
    client.post(f"{address}/retirement", data={"back": "1"})
    assert mine.retired_at is None


def test_an_agent_changes_nothing_that_is_shared(client: Browser, shop: Store) -> None:
    mine, foreign = macro(factories.supervisor(shop), shop), macro(factories.agent(role=Role.ADMIN), factories.store())
    client.sign_in(factories.agent(shop))
    assert "Keep the macro" not in read(client.get(f"/desk/macros/{mine.id}"))
    client.post(f"/desk/macros/{mine.id}", data={"name": "Worse", "body": "Hm.", "form_key": KEY})
    assert client.post(f"/desk/macros/{mine.id}/retirement").status_code == 403
    assert (mine.name, mine.retired_at) == ("Mine", None)
    for answer in (client.get(f"/desk/macros/{foreign.id}"), client.post(f"/desk/macros/{foreign.id}/retirement")):
        assert answer.status_code == 404


def test_shipped_ones_are_loaded_once_and_then_belong_to_people(shop: Store) -> None:
    assert ship_macro(shop, "hello", "Hello", "Hello.", {})
    mine = db.session.scalars(select(Macro)).one()
    mine.edit(by=factories.supervisor(shop), name="Hi", body="Hi.", changes={})
    assert not ship_macro(shop, "hello", "Hello", "Hello.", {})
    assert [one.name for one in db.session.scalars(select(Macro))] == ["Hi"]


# ---- proposals


def test_a_proposal_stands_in_the_box(client: Browser, shop: Store) -> None:
    ticket = factories.ticket(shop, issue=IssueType.DAMAGED, order=factories.order(shop))
    client.sign_in(factories.agent(shop, name="Grace Hopper"))
    text = client.get(f"{page_of(ticket)}/proposal.json").json["body"]
    assert text.startswith("Hello Ada,")
    assert text.endswith(f"Grace Hopper\n{shop.name}")
    assert "Hello Ada," in client.get(f"{page_of(ticket)}?propose=1").text
    undecided = factories.ticket(shop, issue=IssueType.PRODUCT_QUESTION)
    assert client.get(f"{page_of(undecided)}/proposal.json").json == {"body": ""}
    assert client.get(f"{page_of(factories.ticket())}/proposal.json").status_code == 404
