"""Macros: used on a ticket, written by whoever may."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk.accounts import Role, User
from helpdesk.core.db import db
from helpdesk.core.errors import NotAllowed
from helpdesk.stores import Store
from helpdesk.tickets import IssueType, Macro, Message, Priority, Status, Ticket, add_tag, ship_macro, tags_of
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


def opened(client: Browser, address: str) -> dict[str, str]:
    """The hidden fields of the macro's form, as its page was opened."""
    found = re.findall(r'type="hidden" name="(csrf_token|form_key|seen)" value="([^"]*)"', client.get(address).text)
    return dict(reversed(found))


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
    client.post(address, data=opened(client, address) | {"name": "Better", "body": "Hello."})
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


# ---- tags


@pytest.fixture
def patient(app: Flask) -> Iterator[None]:
    """Answers wait for ten seconds, as they do by default."""
    app.config["UNDO_SEND_SECONDS"] = 10
    yield
    app.config["UNDO_SEND_SECONDS"] = 0


def tags_on(ticket: Ticket) -> list[str]:
    return [tag.name for tag in tags_of(ticket.id)]


def send(client: Browser, ticket: Ticket, mine: Macro) -> Any:
    page = client.get(f"{page_of(ticket)}?macro={mine.id}")
    return client.post(f"{page_of(ticket)}/reply", data={"body": "Hi.", "also": str(mine.id), **hidden(page, "/reply")})


@pytest.mark.usefixtures("patient")
def test_tags_come_and_go_with_it_and_back_with_undo(client: Browser, shop: Store) -> None:
    me, ticket = factories.agent(shop), ticket_of(shop)
    add_tag(ticket, "new", by=me)
    changes = {"add_tags": ["#Broken Bowl", "vip"], "remove_tags": ["new", "gone"], "priority": "high"}
    mine = macro(factories.supervisor(shop), shop, changes=changes)
    client.sign_in(me)
    words = "sets the priority to high, removes the tags new and gone, adds the tags broken-bowl and vip"
    assert f"“Mine” also {words}" in read(client.get(f"{page_of(ticket)}?macro={mine.id}"))
    send(client, ticket, mine)
    assert (tags_on(ticket), ticket.priority) == (["broken-bowl", "vip"], Priority.HIGH)
    client.post(f"{page_of(ticket)}/undo")
    assert (tags_on(ticket), ticket.priority) == (["new"], Priority.NORMAL)


def test_a_tag_retired_since_is_left_out_and_not_said(client: Browser, shop: Store) -> None:
    chief, ticket = factories.supervisor(shop), ticket_of(shop)
    mine = macro(chief, shop, changes={"add_tags": ["sale", "vip"]})
    add_tag(factories.ticket(shop), "sale", by=chief).retire(by=chief)
    client.sign_in(factories.agent(shop))
    use = client.get(f"{page_of(ticket)}/macros/{mine.id}.json").get_json()
    assert use["also"] == "adds the tag vip"
    assert send(client, ticket, mine).status_code == 302
    assert tags_on(ticket) == ["vip"]


def test_a_macro_follows_a_tag_that_gets_another_name(shop: Store) -> None:
    chief, ticket = factories.supervisor(shop), factories.ticket(shop)
    mine = macro(chief, shop, changes={"add_tags": ["brokn", "vip"], "remove_tags": ["smashed"], "priority": "low"})
    far = macro(factories.agent(role=Role.ADMIN), factories.store(), changes={"add_tags": ["brokn"]})
    wrong, other, right = (add_tag(ticket, name, by=chief) for name in ("brokn", "smashed", "broken"))
    wrong.rename("Cracked", by=chief)
    assert mine.changes == {"priority": "low", "add_tags": ["cracked", "vip"], "remove_tags": ["smashed"]}
    wrong.merge_into(right, by=chief)
    other.merge_into(right, by=chief)  # given and taken away by one macro: it is given
    assert mine.changes == {"priority": "low", "add_tags": ["broken", "vip"]}
    assert far.changes == {"add_tags": ["brokn"]}


@pytest.mark.parametrize("given, words", [
    ({"add_tags": "#!?"}, "Add tags - A tag is a word or two"),
    ({"remove_tags": "x" * 41}, "Remove tags - Please keep a tag under 40 characters."),
    ({"add_tags": "vip, old sale"}, "“old-sale” is retired"),
    ({"add_tags": "VIP", "remove_tags": "a, vip"}, "cannot add the tag vip and remove it too"),
    ({"add_tags": ", ".join("abcdefghijk")}, "10 tags are enough for one macro"),
])  # fmt: skip
def test_what_cannot_be_a_macros_tag_is_said_and_kept_typed(
    client: Browser, shop: Store, given: dict[str, str], words: str
) -> None:
    chief = factories.supervisor(shop)
    add_tag(factories.ticket(shop), "old sale", by=chief).retire(by=chief)
    client.sign_in(chief)
    form = {"name": "X", "body": "Hello.", "store": shop.slug, "whose": "shared", "form_key": KEY, **given}
    answer = client.post("/desk/macros/new", data=form)
    assert answer.status_code == 422
    assert words in read(answer)
    for value in given.values():
        assert f'value="{value}"' in answer.text
    assert db.session.scalars(select(Macro)).all() == []


def test_its_page_shows_its_tags_and_keeps_them(client: Browser, shop: Store) -> None:
    chief = factories.supervisor(shop)
    client.sign_in(chief)
    form = {"name": "X", "body": "Hello.", "store": shop.slug, "whose": "shared", "form_key": KEY}
    client.post("/desk/macros/new", data=form | {"add_tags": "Broken Bowl,, vip ,VIP", "remove_tags": "sale"})
    mine = db.session.scalars(select(Macro)).one()
    assert mine.changes == {"add_tags": ["broken-bowl", "vip"], "remove_tags": ["sale"]}
    page = client.get(f"/desk/macros/{mine.id}")
    assert 'value="broken-bowl, vip"' in page.text
    assert "removes the tag sale, adds the tags broken-bowl and vip" in read(client.get("/desk/macros"))


# ---- tried, and written by two


@pytest.mark.parametrize("is_new", [False, True])
def test_show_it_shows_what_is_typed_and_keeps_nothing(client: Browser, shop: Store, is_new: bool) -> None:
    chief, ticket = factories.supervisor(shop), ticket_of(shop)
    address = "/desk/macros/new" if is_new else f"/desk/macros/{macro(chief, shop).id}"
    before = [(one.name, one.body) for one in db.session.scalars(select(Macro))]
    client.sign_in(chief)
    add_tag(factories.ticket(shop), "old", by=chief).retire(by=chief)
    typed = {"name": "Typed", "body": "Typed for {order.number}.", "add_tags": "old, vip", "priority": "high"}
    shown = client.post(
        address, data=opened(client, address) | typed | {"on": ticket.reference, "show": "1", "store": shop.slug,
                                                         "whose": "shared"}
    )  # fmt: skip
    page = read(shown)
    assert "Typed for #77." in page
    assert "What it does there: sets the priority to high, adds the tags old and vip." in page
    assert f"“old” is retired at {shop.name}: it is left out." in page
    assert "Typed for {order.number}.</textarea>" in shown.text
    assert [(one.name, one.body) for one in db.session.scalars(select(Macro))] == before


def test_of_two_who_change_one_macro_neither_is_lost(client: Browser, shop: Store) -> None:
    chief, other = factories.supervisor(shop), factories.supervisor(shop, name="Grace Hopper")
    mine = macro(chief, shop, body="Hello.\nBest")
    address = f"/desk/macros/{mine.id}"
    form = opened(client.sign_in(chief), address) | {"name": "Mine", "body": "Hello.\nMy line"}
    mine.edit(by=other, name="Mine", body="Hello.\nTheir line", changes={"add_tags": ["vip"]})
    answer = client.post(address, data=form)
    assert answer.status_code == 409
    page = read(answer)
    assert "Not kept yet: this macro was changed while you wrote. Grace Hopper kept it" in page
    assert "Theirs: adds the tag vip." in page
    assert "Yours My line Theirs Their line" in page
    assert "My line</textarea>" in answer.text
    assert mine.body == "Hello.\nTheir line"
    [seen] = set(re.findall(r'name="seen" value="([^"]*)"', answer.text))
    assert client.post(address, data=form | {"seen": seen}).status_code == 302
    assert mine.body == "Hello.\nMy line"


def test_show_it_says_what_cannot_be(client: Browser, shop: Store) -> None:
    chief, ticket = factories.supervisor(shop), ticket_of(shop)
    address = f"/desk/macros/{macro(chief, shop).id}"
    client.sign_in(chief)
    typed = {"name": "Typed", "body": "Hello.", "add_tags": "vip", "remove_tags": "vip", "on": ticket.reference}
    shown = client.post(address, data=opened(client, address) | typed | {"show": "1"})
    assert "A macro cannot add the tag vip and remove it too" in read(shown)
    assert "Hello.</textarea>" in shown.text


def test_the_same_form_twice_is_no_quarrel(client: Browser, shop: Store) -> None:
    chief = factories.supervisor(shop)
    mine = macro(chief, shop)
    address = f"/desk/macros/{mine.id}"
    form = opened(client.sign_in(chief), address) | {"name": "Better", "body": "Hello. ", "add_tags": "B, a"}
    assert [client.post(address, data=form).status_code for _ in range(2)] == [302, 302]
    assert mine.changes == {"add_tags": ["b", "a"]}


@pytest.mark.parametrize("seen", ["", "x", None])
def test_a_form_that_does_not_say_what_it_saw_overwrites_nothing(
    client: Browser, shop: Store, seen: str | None
) -> None:
    chief = factories.supervisor(shop)
    mine = macro(chief, shop)
    client.sign_in(chief)
    given = {"name": "Better", "body": "Hello.", "form_key": KEY} | ({} if seen is None else {"seen": seen})
    assert client.post(f"/desk/macros/{mine.id}", data=given).status_code == 409
    assert mine.name == "Mine"


# ---- proposals


def test_a_proposal_stands_in_the_box(client: Browser, shop: Store) -> None:
    ticket = factories.ticket(shop, issue=IssueType.DAMAGED, order=factories.order(shop))
    client.sign_in(factories.agent(shop, name="Grace Hopper"))
    text = client.get(f"{page_of(ticket)}/proposal.json").get_json()["body"]
    assert text.startswith("Hello Ada,")
    assert text.endswith(f"Grace Hopper\n{shop.name}")
    assert "Hello Ada," in client.get(f"{page_of(ticket)}?propose=1").text
    undecided = factories.ticket(shop, issue=IssueType.PRODUCT_QUESTION)
    assert client.get(f"{page_of(undecided)}/proposal.json").json == {"body": ""}
    assert client.get(f"{page_of(factories.ticket())}/proposal.json").status_code == 404
