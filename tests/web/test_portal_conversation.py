"""Messages and photos that the customer adds to a ticket."""

from secrets import token_urlsafe

from flask import Flask

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.stores import Store
from helpdesk.tickets import IssueType, ShownBy, Status, merge, prove
from tests import factories
from tests.web.browsing import Browser, at_once, hidden, read
from tests.web.guest import bodies, page_of, write
from tests.web.wizard import JPEG, PDF, files, tickets

BROKEN = JPEG[:200]


def test_a_message_arrives_once_however_often_it_is_sent(client: Browser, shop: Store) -> None:
    ticket = factories.ticket(shop)
    form = write(client, page_of(ticket))
    first, second = (client.post(f"{page_of(ticket)}/messages", data=form) for _ in range(2))
    assert first.location == second.location
    assert bodies(ticket) == ["Where is my bowl?", "Any news?"]


def test_a_message_opens_a_waiting_ticket(client: Browser, shop: Store) -> None:
    ticket = factories.ticket(shop)
    ticket.reply(by=factories.agent(shop), body="Which colour?")
    ticket.wait_for_customer(by=factories.agent(shop))
    assert "Waiting for you" in read(client.get(page_of(ticket)))
    client.post(f"{page_of(ticket)}/messages", data=write(client, page_of(ticket), "Blue"))
    assert ticket.status is Status.OPEN


def test_nothing_to_send_is_said(client: Browser, shop: Store) -> None:
    ticket = factories.ticket(shop)
    answer = client.post(f"{page_of(ticket)}/messages", data=write(client, page_of(ticket), "  "))
    assert answer.status_code == 422
    assert "There is nothing to send yet" in read(answer)


def test_photos_that_were_missing_change_the_decision(client: Browser, shop: Store) -> None:
    order = factories.order(shop, delivered_at=clock.now())
    ticket = factories.ticket(shop, issue=IssueType.DAMAGED, order=order)
    assert "Our answer We need something from you" in read(client.get(page_of(ticket)))
    photos = {"damage": files(("bowl.jpg", JPEG)), "packaging": files(("box.jpg", JPEG))}
    client.post(f"{page_of(ticket)}/messages", data=write(client, page_of(ticket), "", **photos))
    assert "Our answer Yes" in read(client.get(page_of(ticket)))


def test_text_and_good_photos_wait_for_the_next_try(client: Browser, shop: Store) -> None:
    ticket = factories.ticket(shop)
    post = f"{page_of(ticket)}/messages"
    photos = files(("good.jpg", JPEG), ("torn.jpg", BROKEN))
    answer = client.post(post, data=write(client, page_of(ticket), "Look at this", other=photos))
    assert answer.status_code == 422
    assert "“torn.jpg”" in read(answer)
    assert "1 file was kept and goes along: good.jpg" in read(answer)
    assert "Look at this" in answer.text

    client.post(post, data={"body": "Look at this", **hidden(answer, "/messages")})
    assert [a.filename for a in ticket.attachments if a.message_id] == ["good.jpg"]
    assert bodies(ticket)[1:] == ["Look at this"]


def test_photos_that_wait_go_along_where_their_ticket_was_merged_to(client: Browser, shop: Store) -> None:
    ticket = factories.ticket(shop)
    photos = files(("good.jpg", JPEG), ("torn.jpg", BROKEN))
    refused = client.post(f"{page_of(ticket)}/messages", data=write(client, page_of(ticket), "Look", other=photos))
    main = factories.ticket(shop, customer=ticket.customer, by=ticket.customer)
    prove(ticket, ShownBy.LINK)
    merge(ticket, into=main, by=factories.agent(shop))

    client.post(f"{page_of(ticket)}/messages", data={"body": "Look", **hidden(refused, "/messages")})
    assert [(a.filename, a.message_id is None) for a in main.attachments] == [("good.jpg", False)]
    assert bodies(main)[-1] == "Look"


def test_an_eleventh_file_in_a_message_is_refused(client: Browser, shop: Store) -> None:
    ticket = factories.ticket(shop)
    many = files(*[(f"bill-{n}.pdf", PDF + bytes([n])) for n in range(12)])
    answer = client.post(f"{page_of(ticket)}/messages", data=write(client, page_of(ticket), "Bills", other=many))
    assert answer.status_code == 422
    assert "10 files fit into one message" in read(answer)


def test_what_is_written_on_a_closed_ticket_begins_one_new_ticket(client: Browser, shop: Store) -> None:
    old = factories.ticket(shop)
    old.solve(by=old.customer)
    old.close(by=factories.agent(shop))
    form = write(client, page_of(old), "It broke again")
    first, second = (client.post(f"{page_of(old)}/messages", data=form) for _ in range(2))
    new = tickets()[-1]
    assert (len(tickets()), new.follows, bodies(new)) == (2, old, ["It broke again"])
    assert first.location == second.location
    assert new.reference in read(client.get(first.location))


def test_presses_at_the_same_moment_send_one_message(live: Flask) -> None:
    with live.app_context():
        ticket = factories.ticket()
        post, data = f"{page_of(ticket)}/messages", {"body": "Any news?", "form_key": token_urlsafe()}
        db.session.commit()
        answers = at_once(4, lambda: live.test_client().post(post, data=data).status_code)
        assert bodies(ticket) == ["Where is my bowl?", "Any news?"]
    assert answers == [302] * 4


def test_photos_sent_to_a_closed_ticket_come_with_the_new_one(client: Browser, shop: Store) -> None:
    old = factories.ticket(shop)
    old.solve(by=old.customer)
    old.close(by=factories.agent(shop))
    photos = files(("torn.jpg", BROKEN), ("crack.jpg", JPEG))
    refused = client.post(f"{page_of(old)}/messages", data=write(client, page_of(old), "Broken again", other=photos))
    assert (refused.status_code, len(tickets())) == (422, 1)

    client.post(f"{page_of(old)}/messages", data={"body": "Broken again", **hidden(refused, "/messages")})
    new = tickets()[-1]
    assert (new.follows, bodies(new), [a.filename for a in new.attachments]) == (old, ["Broken again"], ["crack.jpg"])
    assert not old.attachments


def test_nothing_said_on_a_closed_ticket_begins_nothing(client: Browser, shop: Store) -> None:
    old = factories.ticket(shop)
    old.solve(by=old.customer)
    old.close(by=factories.agent(shop))
    answer = client.post(f"{page_of(old)}/messages", data=write(client, page_of(old), "  "))
    assert (answer.status_code, tickets()) == (422, [old])
    assert "There is nothing to send yet" in read(answer)
