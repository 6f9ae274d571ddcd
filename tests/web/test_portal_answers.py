"""Questions of the policy on the customer's ticket page, and the answer they lead to."""

import pytest
from sqlalchemy import func, select

from helpdesk.core.db import db
from helpdesk.policies import Outcome
from helpdesk.returns import Decision, GivenFact
from helpdesk.stores import Store
from helpdesk.tickets import IssueType, Ticket
from tests import factories
from tests.returns.judged import asked, decision_on
from tests.web.browsing import Browser, read
from tests.web.guest import page_of

USED = "Has it been used, worn or altered?"


def name_of(ticket: Ticket, number: int = 0) -> str:
    """The field of the house policy's one question about an item."""
    return f"fact_{ticket.items[number].order_line_id}_used"


def answer(client: Browser, ticket: Ticket, **said: str) -> int:
    return client.post(f"{page_of(ticket)}/answers", data={"form_key": "k" * 20, **said}).status_code


def decisions() -> int:
    return db.session.scalar(select(func.count(Decision.id))) or 0


def test_an_open_question_stands_on_the_page_and_among_the_steps(client: Browser, shop: Store) -> None:
    page = client.get(page_of(asked(shop=shop)))
    assert USED in read(page)
    assert 'href="#questions"' in page.text
    assert 'id="questions"' in page.text


def test_an_answer_is_decided_on_the_spot(client: Browser, shop: Store) -> None:
    ticket = asked(shop=shop)
    assert answer(client, ticket, **{name_of(ticket): "no"}) == 302
    page = read(client.get(page_of(ticket)))
    assert ("Our answer Yes" in page, USED in page) == (True, False)


def test_items_are_asked_about_one_by_one(client: Browser, shop: Store) -> None:
    ticket = asked(shop=shop, lines=2)
    answer(client, ticket, **{name_of(ticket, 1): "no"})
    outcomes = [one.decision.outcome for one in decision_on(ticket).answers]
    assert outcomes == [Outcome.NEED_INFORMATION, Outcome.APPROVE]
    assert read(client.get(page_of(ticket))).count(USED) == 1


def test_a_second_press_changes_nothing(client: Browser, shop: Store) -> None:
    ticket = asked(shop=shop)
    said = {name_of(ticket): "no"}
    assert [answer(client, ticket, **said) for _ in range(2)] == [302, 302]
    assert (decisions(), db.session.scalar(select(func.count(GivenFact.id)))) == (2, 1)


def test_nothing_said_decides_nothing(client: Browser, shop: Store) -> None:
    ticket = asked(shop=shop)
    assert answer(client, ticket) == 302
    assert decisions() == 1


def test_what_is_no_answer_is_said_beside_its_question(client: Browser, shop: Store) -> None:
    ticket = asked(shop=shop)
    page = client.post(f"{page_of(ticket)}/answers", data={"form_key": "k" * 20, name_of(ticket): "perhaps"})
    assert page.status_code == 422
    assert f'id="{name_of(ticket)}-error"' in page.text
    assert decisions() == 1


@pytest.mark.parametrize("field", ["fact_0_our_error", "fact_0_reaction_verified", "fact_999_used", "fact_x"])
def test_only_what_is_asked_can_be_answered(client: Browser, shop: Store, field: str) -> None:
    answer(client, asked(shop=shop), **{field: "yes"})
    assert db.session.scalar(select(GivenFact.id)) is None


def test_a_closed_ticket_asks_nothing_and_takes_no_answer(client: Browser, shop: Store) -> None:
    ticket = asked(shop=shop)
    ticket.solve(by=ticket.customer)
    ticket.close(by=factories.agent(shop))
    assert USED not in read(client.get(page_of(ticket)))
    assert answer(client, ticket, **{name_of(ticket): "no"}) == 302
    assert decisions() == 1


def test_the_answer_names_its_clause_with_a_link_that_works(client: Browser, shop: Store) -> None:
    ticket = asked(shop=shop, days_ago=90)
    page = client.get(page_of(ticket))
    assert "Our answer Not possible" in read(page)
    link = page.text.split('class="clause" href="')[1].split('"')[0]
    address, clause = link.split("#")
    assert f'id="{clause}"' in client.get(address).text


def test_nobody_is_told_which_other_answer_would_have_been_better(client: Browser, shop: Store) -> None:
    ticket = asked(shop=shop, said={"used": True})
    page = read(client.get(page_of(ticket)))
    assert "Our answer A person decides" in page
    assert "What would change it" not in page


def test_what_is_no_request_of_the_policy_has_no_answer(client: Browser, shop: Store) -> None:
    assert "Our answer" not in read(client.get(page_of(factories.ticket(shop, issue=IssueType.TRACKING))))
