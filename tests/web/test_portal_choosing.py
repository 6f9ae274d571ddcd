"""The customer's page offers what the decision leaves to them, in buttons that work without a script."""

import re

import pytest
from werkzeug.test import TestResponse

from helpdesk.core.db import db
from helpdesk.policies import Remedy
from helpdesk.returns import act, choices_on, choose, give_facts
from helpdesk.tickets import Action, IssueType, Status, Ticket
from tests import factories
from tests.returns.judged import asked, damaged, decision_on, edition_on, unused
from tests.scenes import actions_on
from tests.web.browsing import Browser, hidden, read
from tests.web.guest import mailed, page_of
from tests.web.policed import came, petito
from tests.web.wizard import JPEG, Wizard, files

YOURS = "It is yours to choose. You can change it until we have arranged it."


def chosen(ticket: Ticket) -> list[str]:
    return [each.remedy.value for each in choices_on(ticket).values()]


def press(client: Browser, ticket: Ticket, remedy: str, **more: str) -> str:
    """Press the button of this remedy on the customer's page, and read what comes."""
    page = client.get(page_of(ticket))
    assert remedy in buttons(page)
    data = hidden(page, "/choice") | {"remedy": remedy} | more
    return read(client.post(f"{page_of(ticket)}/choice", data=data, follow_redirects=True))


def buttons(page: TestResponse) -> list[str]:
    """What can be pressed there."""
    return re.findall(r'<button[^>]* name="remedy" value="(\w+)"', page.text)


def test_each_remedy_is_a_button_and_pressing_it_says_what_follows(client: Browser) -> None:
    ticket = damaged()
    db.session.commit()
    page = read(client.get(page_of(ticket)))
    assert f"{YOURS} A replacement We send you what you ordered once more, free of charge." in page
    assert "My money back $42.00, the way you paid" in page
    page = press(client, ticket, "replacement")
    assert "You asked for a replacement. We prepare it and write to you when it is on its way." in page
    assert YOURS not in page
    assert chosen(ticket) == ["replacement"]


def test_it_can_be_changed_until_it_is_arranged(client: Browser) -> None:
    ticket = damaged()
    db.session.commit()
    press(client, ticket, "replacement")
    page = press(client, ticket, "refund")
    assert "You asked for your money back." in page
    act(ticket, decision_on(ticket), Remedy.REFUND, by=factories.agent(ticket.store))
    page = read(client.get(page_of(ticket)))
    assert "You asked for your money back. This is arranged." in page
    assert buttons(client.get(page_of(ticket))) == []


def test_a_double_press_is_one_choice(client: Browser) -> None:
    ticket = damaged()
    db.session.commit()
    form = hidden(client.get(page_of(ticket)), "/choice") | {"remedy": "replacement"}
    for _press in range(2):
        client.post(f"{page_of(ticket)}/choice", data=form)
    assert actions_on(ticket).count(Action.REMEDY_CHOSEN) == 1


def test_the_link_of_a_letter_does_it_too_and_stays_itself(client: Browser) -> None:
    ticket = damaged()
    db.session.commit()
    form = hidden(client.get(mailed(ticket)), "/choice") | {"remedy": "replacement"}
    assert client.post(f"{mailed(ticket)}/choice", data=form).location == f"{mailed(ticket)}#choice"
    assert chosen(ticket) == ["replacement"]


def test_who_waited_for_the_customer_goes_on(client: Browser) -> None:
    ticket = damaged()
    agent = factories.agent(ticket.store)
    ticket.reply(by=agent, body="What would you like?")
    ticket.wait_for_customer(by=agent)
    db.session.commit()
    assert "Waiting for you" in read(client.get(page_of(ticket)))
    assert "In work" in press(client, ticket, "refund")


@pytest.mark.parametrize("words", ["", "refund ", "gold", "information"])
def test_what_is_no_offer_is_refused_in_a_sentence(client: Browser, words: str) -> None:
    ticket = damaged()
    db.session.commit()
    lines = str(ticket.items[0].order_line_id)
    data = {"remedy": words, "lines": lines if words != "refund " else "99999999999999999999 x", "form_key": "k" * 20}
    page = read(client.post(f"{page_of(ticket)}/choice", data=data, follow_redirects=True))
    assert "Our answer has changed, and this can no longer be chosen." in page
    assert chosen(ticket) == []


def test_what_was_decided_otherwise_meanwhile_is_refused_in_a_sentence(client: Browser) -> None:
    ticket = unused()
    db.session.commit()
    form = hidden(client.get(page_of(ticket)), "/choice") | {"remedy": "exchange"}
    line = ticket.items[0].order_line_id
    give_facts(ticket, {line: {"used": True}}, by=factories.agent(ticket.store), edition=edition_on(ticket))
    db.session.commit()
    page = client.post(f"{page_of(ticket)}/choice", data=form, follow_redirects=True)
    assert "Our answer has changed, and this can no longer be chosen." in read(page)
    assert buttons(page) == []


def test_what_is_closed_meanwhile_is_refused_in_a_sentence(client: Browser) -> None:
    ticket = damaged()
    db.session.commit()
    form = hidden(client.get(page_of(ticket)), "/choice") | {"remedy": "replacement"}
    ticket.solve(by=ticket.customer)
    ticket.close(by=factories.agent(ticket.store))
    db.session.commit()
    page = read(client.post(f"{page_of(ticket)}/choice", data=form, follow_redirects=True))
    assert "This request is closed. Your message begins a new one that knows this one." in page
    assert ticket.status is Status.CLOSED


def test_nobody_else_can_press(client: Browser) -> None:
    mine, other = damaged(), damaged()
    db.session.commit()
    form = hidden(client.get(page_of(mine)), "/choice") | {"remedy": "replacement"}
    assert client.post(f"{page_of(mine)[:-4]}xxxx/choice", data=form).status_code == 404
    elsewhere = page_of(mine).replace(mine.store.slug, other.store.slug)
    assert client.post(f"{elsewhere}/choice", data=form).status_code == 404
    client.post(f"{page_of(other)}/choice", data=form)  # another ticket's items are none of this one
    assert (chosen(mine), chosen(other)) == ([], [])
    mine.renew_link(by=factories.agent(mine.store))
    db.session.commit()
    old = page_of(mine)
    mine.link_version += 1
    assert client.post(f"{old}/choice", data=form).status_code == 404


def test_nothing_is_offered_where_a_person_decides_or_one_thing_is_left(client: Browser) -> None:
    late = damaged(days_ago=20)
    db.session.commit()
    assert buttons(client.get(page_of(late))) == []


def test_a_solved_request_asks_for_nothing(client: Browser) -> None:
    ticket = damaged()
    ticket.solve(by=ticket.customer)
    db.session.commit()
    page = client.get(page_of(ticket))
    assert buttons(page) == []
    assert "What would you like?" not in read(page)


def test_back_on_the_same_page_the_other_button_counts(client: Browser) -> None:
    ticket = damaged()
    db.session.commit()
    form = hidden(client.get(page_of(ticket)), "/choice")
    for remedy in ("replacement", "refund"):
        client.post(f"{page_of(ticket)}/choice", data=form | {"remedy": remedy})
    assert chosen(ticket) == ["refund"]


def test_items_that_differ_are_chosen_for_one_by_one(client: Browser) -> None:
    ticket = damaged(lines=2)
    first, second = (item.order_line_id for item in ticket.items)
    db.session.commit()
    assert hidden(client.get(page_of(ticket)), "/choice")["lines"] == f"{first},{second}"
    press(client, ticket, "refund", lines=str(first))
    page = read(client.get(page_of(ticket)))
    assert "Bowl 1 You asked for your money back." in page
    assert f"Bowl 2 {YOURS}" in page


def test_the_step_that_asks_to_choose_is_done_then(client: Browser) -> None:
    shop, _ = petito()
    ticket = damaged(shop=shop)
    db.session.commit()
    step = '<p class="step-words">Choose a replacement or your money back.</p>'
    done = re.compile(r'<li class="is-done">(?:(?!</li>).)*' + re.escape(step), re.DOTALL)
    page = client.get(page_of(ticket))
    assert step in page.text
    assert not done.search(page.text)
    assert "Choose what you would like" not in page.text
    press(client, ticket, "replacement")
    assert done.search(client.get(page_of(ticket)).text)


def test_where_the_policy_has_no_such_step_there_is_one(client: Browser) -> None:
    shop, _ = petito()
    ticket = asked(IssueType.LOST, shop=shop, days_ago=None)
    give_facts(ticket, {0: {"carrier_confirmed_loss": True}}, by=factories.agent(shop), edition=edition_on(ticket))
    wrong = asked(IssueType.WRONG_ITEM, shop=shop)
    db.session.commit()
    assert "Choose: the same again, or your money back." in read(client.get(page_of(ticket)))
    assert "Choose what you would like" not in read(client.get(page_of(ticket)))
    assert "Choose what you would like" in read(client.get(page_of(wrong)))
    assert "What happens next We have your report You asked for a replacement We send" in press(
        client, wrong, "replacement"
    )


def test_who_asked_for_a_return_or_an_exchange_has_said_so(client: Browser) -> None:
    ticket = unused()
    db.session.commit()
    page = client.get(page_of(ticket))
    assert "You asked for your money back." in read(page)
    assert YOURS not in read(page)
    assert "Choose what you would like" not in read(page)
    assert buttons(page) == ["exchange"]
    assert chosen(ticket) == []
    press(client, ticket, "exchange")
    assert buttons(client.get(page_of(ticket))) == ["refund"]


def test_right_after_filing_the_buttons_are_there(client: Browser) -> None:
    shop, _ = petito()
    order = came(shop, days_ago=1)
    photos = {kind: files((f"{kind}.jpg", JPEG)) for kind in ("damage", "packaging")}
    page = Wizard(client, shop, "damaged").filed(order, **photos)
    assert buttons(page) == ["replacement", "refund"]


def test_credit_is_not_called_cash(client: Browser) -> None:
    shop, _ = petito()
    ticket = damaged(shop=shop, order={"payment_method": "gift_card"})
    db.session.commit()
    assert "My money back $42.00, as store credit" in read(client.get(page_of(ticket)))


def test_what_has_to_come_back_is_not_said_to_be_on_its_way(client: Browser) -> None:
    ticket = unused()
    db.session.commit()
    page = read(client.get(page_of(ticket)))
    assert "You asked for your money back. We write to you how it comes back to us, and go on from there." in page
    page = press(client, ticket, "exchange")
    assert "You asked for an exchange. Tell us below what you would like instead, unless you have done so." in page


def test_in_turkish_every_word_of_it_is(client: Browser) -> None:
    shop, _ = petito()
    shop.languages = ["tr", "en"]
    ticket = damaged(shop=shop)
    db.session.commit()
    page = press(client, ticket, "replacement")
    assert "Yenisini istediniz." in page
    assert "You asked" not in page


def test_at_the_desk_the_choice_stands_with_the_decision_and_its_act_comes_first(client: Browser) -> None:
    ticket = damaged()
    agent = factories.agent(ticket.store)
    choose(ticket, Remedy.REFUND, [ticket.items[0].order_line_id], by=ticket.customer)
    db.session.commit()
    client.sign_in(agent)
    for address in (f"/desk/tickets/{ticket.reference}", f"/desk/tickets/{ticket.reference}/decision"):
        assert client.get(address).status_code == 200
    page = client.get(f"/desk/tickets/{ticket.reference}")
    assert "The customer chose a refund" in read(page)
    assert "chose a refund" in read(client.get(f"/desk/tickets/{ticket.reference}/timeline"))
    assert re.findall(r'action="[^"]*/acts/(\w+)"', page.text) == ["refund", "replacement"]
    assert "Refund it (as chosen)" in read(page)
    assert "Send a replacement (as chosen)" not in read(page)


def test_a_ticket_without_choices_says_nothing_of_them_at_the_desk(client: Browser) -> None:
    ticket = factories.ticket(issue=IssueType.TRACKING)
    db.session.commit()
    client.sign_in(factories.agent(ticket.store))
    assert "The customer chose" not in read(client.get(f"/desk/tickets/{ticket.reference}"))
