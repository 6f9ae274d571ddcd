"""The decision at the desk: panel, trace, facts to correct, one press to act, exceptions and who allows them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from helpdesk.accounts import By, Role, User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.orders import Stage
from helpdesk.policies import Outcome
from helpdesk.returns import (
    Cancellation,
    Decision,
    ExceptionState,
    GivenFact,
    PolicyException,
    Refund,
    Replacement,
    Rma,
)
from helpdesk.stores import Store
from helpdesk.tickets import Action, IssueType, Message, Status, Ticket
from tests import factories
from tests.returns.goods import order_of
from tests.returns.judged import asked, damaged, decision_on, too_late, unused
from tests.scenes import actions_on, last, story_of
from tests.web.browsing import Browser, hidden, read
from tests.web.policed import petito, with_policy

KEY = {"form_key": "k" * 20}


@pytest.fixture
def desk(client: Browser, shop: Store) -> Browser:
    """An agent's browser."""
    return client.sign_in(factories.agent(shop))


def as_(client: Browser, person: User) -> Browser:
    """Another browser, in which this person is signed in."""
    return Browser(client.application).sign_in(person)


def page_of(ticket: Ticket) -> str:
    return f"/desk/tickets/{ticket.reference}"


def count(kind: Any) -> int:
    return db.session.scalar(select(func.count(kind.id))) or 0


def press(desk: Browser, ticket: Ticket, remedy: str, times: int = 1) -> None:
    """The panel's button, as the page has it."""
    address = f"{page_of(ticket)}/acts/{remedy}"
    form = hidden(desk.get(page_of(ticket)), f"/acts/{remedy}")
    for _ in range(times):
        assert desk.post(address, data=form).status_code == 302


def exception(desk: Browser, ticket: Ticket, **fields: str) -> Any:
    given = {"kind": "compensation", "amount": "20.00", "clause": "1", "reason": "A loyal customer.", **KEY, **fields}
    return desk.post(f"{page_of(ticket)}/exceptions", data=given)


# ---- what it shows


def test_the_panel_says_what_why_and_by_which_clause(desk: Browser, shop: Store) -> None:
    page = desk.get(page_of(too_late(shop=shop)))
    assert "Decision Not possible It could go back until" in read(page)
    assert "#clause-1" in page.text
    assert "/acts/" not in page.text


def test_the_panel_offers_what_the_decision_offers(desk: Browser, shop: Store) -> None:
    page = read(desk.get(page_of(damaged(shop=shop))))
    assert ("Send a replacement" in page, "Refund it" in page, "Give store credit" in page) == (True, True, False)


def test_a_ticket_that_the_policy_does_not_judge_has_no_panel(desk: Browser, shop: Store) -> None:
    ticket = factories.ticket(shop, issue=IssueType.TRACKING)
    assert "Why, facts, exception" not in read(desk.get(page_of(ticket)))
    assert desk.get(f"{page_of(ticket)}/decision").status_code == 404


def test_the_trace_tells_every_rule_that_was_looked_at(desk: Browser, shop: Store) -> None:
    page = read(desk.get(f"{page_of(unused(shop=shop))}/decision"))
    assert "return-late no" in page
    assert "return-used no used: no; it asks for yes" in page
    assert "return-in-time yes" in page
    assert "exchange-in-time" not in page


def test_staff_see_what_would_change_it(desk: Browser, shop: Store) -> None:
    ticket = asked(shop=shop, said={"used": True})
    assert "What would change it not used (" in read(desk.get(f"{page_of(ticket)}/decision"))


def test_earlier_decisions_stay(desk: Browser, shop: Store) -> None:
    ticket = asked(shop=shop)
    desk.post(f"{page_of(ticket)}/facts", data={**KEY, f"fact_{ticket.items[0].order_line_id}_used": "no"})
    assert "Earlier decisions" in read(desk.get(f"{page_of(ticket)}/decision"))


@pytest.mark.parametrize("path", ["decision", "facts", "acts/refund", "evidence", "exceptions"])
def test_another_stores_ticket_does_not_exist(desk: Browser, path: str) -> None:
    foreign = damaged()
    method = desk.get if path == "decision" else desk.post
    assert method(f"{page_of(foreign)}/{path}").status_code == 404
    assert count(Refund) == 0


# ---- facts


def as_filled(page: Any) -> dict[str, str]:
    """The facts' fields as the page shows them."""
    found = dict(re.findall(r'<input[^>]*name="(fact_[^"]+)" type="(?:date|number|text)" value="([^"]*)"', page.text))
    for name, options in re.findall(r'<select[^>]*name="(fact_[^"]+)"[^>]*>(.*?)</select>', page.text, re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', options)
        found[name] = chosen[1] if chosen else ""
    return found


def test_facts_that_nobody_touched_change_nothing(client: Browser) -> None:
    shop = with_policy()
    client.sign_in(factories.agent(shop))
    ticket = unused(shop=shop, quantity=3)
    fields = as_filled(client.get(f"{page_of(ticket)}/decision"))
    assert {name.split("_", 2)[2] for name in fields} >= {"delivered_at", "item_value", "used"}
    assert set(fields.values()) >= {"126.00", "no"}
    assert client.post(f"{page_of(ticket)}/facts", data={**KEY, **fields}).status_code == 302
    assert count(GivenFact) == 0


def test_what_an_agent_found_out_is_an_event_each_and_a_new_decision(desk: Browser, shop: Store) -> None:
    ticket = asked(shop=shop)
    line = ticket.items[0].order_line_id
    desk.post(f"{page_of(ticket)}/facts", data={**KEY, f"fact_{line}_used": "yes"})
    assert decision_on(ticket).outcome is Outcome.REVIEW
    event = last(ticket, Action.FACT_GIVEN)
    assert (event.details["name"], event.details["new"], event.by) == ("used", True, By.STAFF)
    found = {f"fact_{line}_used": "no", f"fact_{line}_delivered_at": "2026-01-02"}
    desk.post(f"{page_of(ticket)}/facts", data={**KEY, **found})
    told = [each.details["name"] for each in story_of(ticket) if each.action is Action.FACT_GIVEN]
    assert sorted(told) == ["delivered_at", "used", "used"]
    assert count(Decision) == 3


def test_money_among_the_facts_is_written_as_money(client: Browser) -> None:
    shop = with_policy()
    client.sign_in(factories.agent(shop))
    ticket = asked(shop=shop, said={"used": True})
    field = f"fact_{ticket.items[0].order_line_id}_item_value"
    assert 'value="42.00"' in client.get(f"{page_of(ticket)}/decision").text
    wrong = client.post(f"{page_of(ticket)}/facts", data={**KEY, field: "dear"})
    assert wrong.status_code == 422
    assert "is not an amount of money" in read(wrong)
    client.post(f"{page_of(ticket)}/facts", data={**KEY, field: "120.50"})
    assert (decision_on(ticket).facts["item_value"], decision_on(ticket).rule) == (12050, "dear")


def test_counted_photos_and_the_clock_cannot_be_said(desk: Browser, shop: Store) -> None:
    ticket = asked(IssueType.DAMAGED, shop=shop)
    line = ticket.items[0].order_line_id
    said = {f"fact_{line}_photos_of_damage": "2", f"fact_{line}_requested_at": "2020-01-01"}
    desk.post(f"{page_of(ticket)}/facts", data={**KEY, **said})
    assert count(GivenFact) == 0


# ---- one press


@pytest.mark.parametrize("issue, remedy, kind", [
    ("damaged", "refund", Refund), ("damaged", "replacement", Replacement), ("return", "refund", Rma),
    ("return", "exchange", Rma), ("cancel_order", "cancellation", Cancellation),
])  # fmt: skip
def test_one_press_makes_its_record_once(desk: Browser, shop: Store, issue: str, remedy: str, kind: Any) -> None:
    made = {"damaged": damaged, "return": unused}.get(issue)
    ticket = made(shop=shop) if made else asked(
        IssueType.CANCEL_ORDER, shop=shop, days_ago=None, order={"stage": Stage.PAID}
    )  # fmt: skip
    press(desk, ticket, remedy, times=2)
    assert count(kind) == 1
    page = desk.get(page_of(ticket))
    assert "/acts/" not in page.text  # done is not offered again


def test_a_press_on_what_is_not_offered_does_nothing_and_says_so(desk: Browser, shop: Store) -> None:
    answer = desk.post(f"{page_of(too_late(shop=shop))}/acts/refund", data=KEY, follow_redirects=True)
    assert "The decision does not offer that" in read(answer)
    assert count(Refund) + count(Rma) == 0
    assert desk.post(f"{page_of(too_late(shop=shop))}/acts/repair", data=KEY).status_code == 404


@pytest.mark.parametrize("flags, word", [(["subscription"], "Yes"), ([], "A person decides")])
def test_stopping_a_subscription_has_no_button(client: Browser, flags: list[str], word: str) -> None:
    shop, _ = petito()
    order = factories.order(shop)
    order.lines[0].flags = flags
    ticket = factories.ticket(shop, issue=IssueType.CANCEL_SUBSCRIPTION, order=order, items=[(order.lines[0], 1)])
    page = client.sign_in(factories.agent(shop)).get(page_of(ticket))
    assert f"Decision {word}" in read(page)
    assert "/acts/" not in page.text


def test_asking_for_what_is_missing_waits_for_the_customer(desk: Browser, shop: Store) -> None:
    ticket = asked(IssueType.DAMAGED, shop=shop)
    page = desk.get(f"{page_of(ticket)}/decision")
    assert "- Photos of the damage" in page.text
    form = {**hidden(page, "/evidence"), "body": "Please send photos."}
    for _ in range(2):
        assert desk.post(f"{page_of(ticket)}/evidence", data=form).status_code == 302
    assert ticket.status is Status.PENDING
    assert db.session.scalar(select(func.count(Message.id)).where(Message.body == "Please send photos.")) == 1
    assert desk.post(f"{page_of(ticket)}/evidence", data={**KEY, "body": " "}).status_code == 422


# ---- exceptions


def test_within_the_limit_an_exception_is_done_at_once_and_once(desk: Browser, shop: Store) -> None:
    ticket = too_late(shop=shop)
    for _ in range(2):
        assert exception(desk, ticket).status_code == 302
    assert (count(PolicyException), count(Refund)) == (1, 1)
    assert "$20.00" in read(desk.get(f"{page_of(ticket)}/decision"))


def test_the_same_words_on_another_page_are_another_exception(desk: Browser, shop: Store) -> None:
    ticket = too_late(shop=shop)
    for key in ("a" * 20, "b" * 20):
        exception(desk, ticket, form_key=key)
    assert (count(PolicyException), count(Refund)) == (2, 2)


@pytest.mark.parametrize("wrong, words", [
    ({"kind": ""}, "Choose what the customer shall get"), ({"reason": " "}, "Say in a sentence why"),
    ({"amount": "much"}, "not an amount"), ({"amount": ""}, "Say how much"), ({"amount": "-3"}, "less than nothing"),
    ({"amount": "0"}, "nothing to pay back"), ({"clause": "99"}, "Not a valid choice"),
])  # fmt: skip
def test_what_is_wrong_is_said_and_kept(desk: Browser, shop: Store, wrong: dict[str, str], words: str) -> None:
    page = exception(desk, too_late(shop=shop), **wrong)
    assert page.status_code == 422
    assert words in read(page)
    assert wrong.get("reason", "A loyal customer.").strip() in page.text
    assert count(PolicyException) == 0


def test_goods_cost_what_they_cost_whatever_was_typed(desk: Browser, shop: Store) -> None:
    ticket = too_late(shop=shop, quantity=2)
    exception(desk, ticket, kind="replacement", amount="0.01")
    made = db.session.scalars(select(PolicyException)).one()
    assert (made.amount_cents, made.state, count(Replacement)) == (8400, ExceptionState.WAITING, 0)


def test_above_the_limit_a_supervisor_finds_it_in_the_queue_and_allows_it_once(client: Browser, shop: Store) -> None:
    agent, boss = as_(client, factories.agent(shop)), factories.supervisor(shop)
    ticket = too_late(shop=shop)
    exception(agent, ticket, amount="60.00")
    assert "It waits for a supervisor." in read(agent.get(page_of(ticket)))
    made = db.session.scalars(select(PolicyException)).one()
    assert agent.post(f"/desk/exceptions/{made.id}/grant", data=KEY).status_code == 403
    client.sign_in(boss)
    assert "A loyal customer." in read(client.get("/desk/exceptions"))
    for _ in range(2):
        assert client.post(f"/desk/exceptions/{made.id}/grant", data=KEY).status_code == 302
    assert (made.state, count(Refund)) == (ExceptionState.GRANTED, 1)
    assert "Nothing waits" in read(client.get("/desk/exceptions"))
    assert f"granted by {boss.name}" in read(client.get("/desk/exceptions?view=decided"))


def test_a_refusal_needs_a_note_and_says_so_at_its_field(client: Browser, shop: Store) -> None:
    exception(as_(client, factories.agent(shop)), too_late(shop=shop), amount="60.00")
    made = db.session.scalars(select(PolicyException)).one()
    client.sign_in(factories.supervisor(shop))
    page = client.post(f"/desk/exceptions/{made.id}/refuse", data=KEY)
    assert page.status_code == 422
    assert f'href="#note-{made.id}"' in page.text
    assert "why not" in read(page)
    client.post(f"/desk/exceptions/{made.id}/refuse", data={**KEY, "note": "Not again."})
    assert (made.state, made.note, count(Refund)) == (ExceptionState.REFUSED, "Not again.", 0)


def test_ones_own_proposal_is_for_somebody_else(client: Browser, shop: Store) -> None:
    client.sign_in(factories.supervisor(shop))
    exception(client, too_late(shop=shop), amount="600.00")
    made = db.session.scalars(select(PolicyException)).one()
    assert "You proposed it, so somebody else decides." in read(client.get("/desk/exceptions"))
    assert client.post(f"/desk/exceptions/{made.id}/grant", data=KEY).status_code == 403
    assert made.is_waiting


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.MANAGER])
def test_another_stores_exception_is_invisible(client: Browser, shop: Store, role: Role) -> None:
    exception(as_(client, factories.agent(shop)), too_late(shop=shop), amount="60.00", reason="A secret reason.")
    made = db.session.scalars(select(PolicyException)).one()
    client.sign_in(factories.agent(factories.store(), role=role))
    assert "secret" not in client.get("/desk/exceptions").text
    assert client.post(f"/desk/exceptions/{made.id}/grant", data=KEY).status_code == 404


def test_the_register_counts_by_clause(desk: Browser, shop: Store) -> None:
    for number, clause in enumerate(("1", "1", "")):
        exception(desk, too_late(shop=shop), clause=clause, form_key=f"{number}" * 20)
    page = read(desk.get("/desk/exceptions"))
    assert f"{shop.name} 1 2 $40.00" in page
    assert f"{shop.name} none 1 $20.00" in page


# ---- investigation


def test_an_adverse_reaction_is_not_solved_before_its_note(desk: Browser, shop: Store) -> None:
    ticket = factories.ticket(shop, issue=IssueType.ADVERSE_REACTION, body="The cat got ill after it.")
    solved = {**KEY, "status": "solved"}
    refused = desk.post(f"{page_of(ticket)}/status", data=solved)
    assert refused.status_code in (409, 422)
    assert "investigation note" in read(refused)
    assert ticket.status is not Status.SOLVED
    desk.post(f"{page_of(ticket)}/note", data={"form_key": "n" * 20, "body": "It was the plant.", "investigation": "1"})
    assert Action.INVESTIGATED in actions_on(ticket)
    desk.post(f"{page_of(ticket)}/status", data={"form_key": "s" * 20, "status": "solved"})
    assert ticket.status is Status.SOLVED


# ---- items


def without_items(shop: Store) -> Ticket:
    order = factories.order(shop, lines=2, quantity=2, delivered_at=clock.now() - timedelta(days=1))
    return factories.ticket(shop, issue=IssueType.RETURN, order=order)


def choose(desk: Browser, ticket: Ticket, *counts: str) -> Any:
    lines = order_of(ticket).lines
    form = hidden(desk.get(f"{page_of(ticket)}/decision"), "/items")
    fields = {f"item_{line.id}": count for line, count in zip(lines, counts, strict=True)}
    return desk.post(f"{page_of(ticket)}/items", data={**form, **fields})


def test_where_nobody_said_which_items_the_agent_chooses_them(desk: Browser, shop: Store) -> None:
    ticket = without_items(shop)
    page = desk.get(page_of(ticket)).text
    assert "Choose the items" in page
    assert "/acts/" not in page
    assert choose(desk, ticket, "2", "").status_code == 302
    answers = decision_on(ticket).answers
    assert [(answer.title, answer.quantity) for answer in answers] == [(order_of(ticket).lines[0].title, 2)]
    page = read(desk.get(page_of(ticket)))
    assert "Choose the items" not in page
    assert "said it is about 2 × " in page


def test_a_wrong_choice_is_mended_until_something_is_recorded(desk: Browser, shop: Store) -> None:
    ticket = unused(shop=shop, lines=2)
    assert choose(desk, ticket, "0", "1").status_code == 302
    assert [item.order_line for item in ticket.items] == [order_of(ticket).lines[1]]
    form = {**KEY, **{f"item_{line.id}": "1" for line in order_of(ticket).lines}}
    Rma.request(ticket, [(order_of(ticket).lines[1], 1)], by=ticket.customer)
    answer = desk.post(f"{page_of(ticket)}/items", data=form)
    assert (answer.status_code, len(ticket.items)) == (422, 1)
    assert "recorded for its items already" in read(answer)


@pytest.mark.parametrize(
    "counts, words", [(("0", ""), "Choose at least one piece."), (("3", ""), "A count from 0 to 2")]
)
def test_a_choice_that_is_none_is_said_at_its_form(
    desk: Browser, shop: Store, counts: tuple[str, str], words: str
) -> None:
    answer = choose(desk, without_items(shop), *counts)
    assert answer.status_code == 422
    assert words in read(answer)
