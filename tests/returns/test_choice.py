"""What the customer chooses of what the decision offers: kept, told, and refused where it is too late."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Invalid, NotAllowed, Problem, WrongState
from helpdesk.mail import OutgoingMail
from helpdesk.policies import Remedy
from helpdesk.returns import (
    Refund,
    RemedyChoice,
    Replacement,
    Rma,
    act,
    choices_on,
    choose,
    give_facts,
    offers_of,
    some_of,
)
from helpdesk.sla import Target
from helpdesk.tickets import Action, IssueType, Snooze, Status, Ticket, choose_items, merge
from tests import factories
from tests.returns.judged import asked, damaged, decision_on, edition_on, unused
from tests.scenes import actions_on, clock_of, clocks_on, last, sweep
from tests.web.policed import petito

pytestmark = pytest.mark.usefixtures("database")
At = Callable[..., datetime]
REPLACEMENT, REFUND = Remedy.REPLACEMENT, Remedy.REFUND


def lines_of(ticket: Ticket) -> list[int]:
    return [item.order_line_id for item in ticket.items]


def ask_for(ticket: Ticket, remedy: Remedy, *lines: int, by: Any = None, key: str | None = None) -> None:
    choose(ticket, remedy, lines or lines_of(ticket), by=by or ticket.customer, key=key)


def chosen(ticket: Ticket) -> list[str]:
    return [each.remedy.value for each in choices_on(ticket).values()]


def test_a_choice_is_kept_and_told() -> None:
    ticket = damaged()
    ask_for(ticket, REPLACEMENT)
    assert chosen(ticket) == ["replacement"]
    told = last(ticket, Action.REMEDY_CHOSEN)
    assert (told.customer_id, told.details["remedy"], told.details["old"]) == (ticket.customer_id, "replacement", None)


def test_another_choice_takes_its_place_and_the_history_has_both() -> None:
    ticket = damaged()
    ask_for(ticket, REPLACEMENT)
    ask_for(ticket, REFUND)
    assert chosen(ticket) == ["refund"]
    assert actions_on(ticket).count(Action.REMEDY_CHOSEN) == 2
    assert last(ticket, Action.REMEDY_CHOSEN).details["old"] == "replacement"


def test_the_same_again_changes_nothing() -> None:
    ticket = damaged()
    ask_for(ticket, REFUND)
    ask_for(ticket, REFUND)
    assert actions_on(ticket).count(Action.REMEDY_CHOSEN) == 1


def test_a_press_that_arrives_late_a_second_time_does_not_undo_what_came_after() -> None:
    ticket = damaged()
    ask_for(ticket, REPLACEMENT, key="first-press")
    ask_for(ticket, REFUND, key="second-press")
    ask_for(ticket, REPLACEMENT, key="first-press")
    assert chosen(ticket) == ["refund"]


@pytest.mark.parametrize("status", [Status.PENDING, Status.ON_HOLD, Status.SOLVED])
def test_it_is_our_turn_then(status: Status, at: At) -> None:
    at("2026-06-01 10:00")
    ticket = damaged()
    agent = factories.agent(ticket.store)
    ticket.reply(by=agent, body="A new one or your money?")
    {Status.PENDING: ticket.wait_for_customer, Status.ON_HOLD: ticket.hold, Status.SOLVED: ticket.solve}[status](
        by=agent
    )
    ask_for(ticket, REPLACEMENT)
    assert ticket.status is Status.OPEN
    assert ticket.unanswered_since == clock_of(ticket, Target.NEXT_RESPONSE).started_at


def test_an_answer_is_promised_as_for_a_message_and_never_twice(at: At) -> None:
    at("2026-06-01 10:00")
    ticket = damaged()
    ticket.reply(by=factories.agent(ticket.store), body="A new one or your money?")
    first = at("2026-06-01 11:00")
    ask_for(ticket, REPLACEMENT)
    at("2026-06-01 12:00")
    ask_for(ticket, REFUND)
    assert [each.started_at for each in clocks_on(ticket, Target.NEXT_RESPONSE)] == [first]
    assert ticket.unanswered_since == first
    ticket.reply(by=factories.agent(ticket.store), body="Done.")
    assert ticket.unanswered_since is None


def test_a_choice_wakes_the_ticket_up(at: At) -> None:
    at("2026-06-01 10:00")
    ticket = damaged()
    agent = factories.agent(ticket.store)
    ticket.reply(by=agent, body="A new one or your money?")
    Snooze.begin(ticket, clock.now() + timedelta(hours=3), by=agent)
    ask_for(ticket, REPLACEMENT)
    assert ticket.snoozed_until is None


def test_whoever_has_the_ticket_hears_of_it() -> None:
    ticket = damaged()
    agent = factories.agent(ticket.store)
    ticket.assign(to=agent, by=agent)
    ask_for(ticket, REPLACEMENT)
    mail = db.session.scalars(select(OutgoingMail).where(OutgoingMail.to_address == agent.email)).one()
    assert "chose a replacement" in mail.subject


@pytest.mark.parametrize("remedy", [Remedy.EXCHANGE, Remedy.STORE_CREDIT, Remedy.INFORMATION])
def test_what_is_not_offered_cannot_be_chosen(remedy: Remedy) -> None:
    ticket = damaged()
    with pytest.raises(Invalid, match="can no longer be chosen"):
        ask_for(ticket, remedy)
    assert chosen(ticket) == []


def test_nor_for_what_the_ticket_is_not_about() -> None:
    ticket = damaged()
    for lines in ([0], [lines_of(ticket)[0] + 1000], [*lines_of(ticket), 0]):
        with pytest.raises(Invalid):
            choose(ticket, REPLACEMENT, lines, by=ticket.customer)
    with pytest.raises(Invalid):
        choose(ticket, REPLACEMENT, [], by=ticket.customer)


def test_once_it_is_decided_otherwise_it_is_offered_no_more() -> None:
    ticket = unused()
    offered = offers_of(ticket, decision_on(ticket))[0].remedies
    ask_for(ticket, offered[-1])
    give_facts(
        ticket, {lines_of(ticket)[0]: {"used": True}}, by=factories.agent(ticket.store), edition=edition_on(ticket)
    )
    assert offers_of(ticket, decision_on(ticket)) == []
    with pytest.raises(Invalid, match="Our answer has changed"):
        ask_for(ticket, offered[0])


def test_a_choice_outlives_a_decision_that_offers_the_same() -> None:
    ticket = damaged(quantity=2)
    ask_for(ticket, REPLACEMENT)
    before = decision_on(ticket).id
    choose_items(ticket, [(ticket.items[0].order_line, 1)], by=factories.agent(ticket.store))
    assert decision_on(ticket).id != before
    (offer,) = offers_of(ticket, decision_on(ticket))
    assert offer.chosen is not None
    assert offer.chosen.remedy is REPLACEMENT


def close(ticket: Ticket) -> None:
    ticket.solve(by=ticket.customer)
    ticket.close(by=factories.agent(ticket.store))


def merge_away(ticket: Ticket) -> None:
    other = factories.ticket(ticket.store, by=ticket.customer, issue=IssueType.DAMAGED, order=ticket.order)
    merge(ticket, into=other, by=factories.agent(ticket.store))


@pytest.mark.parametrize("end", [close, merge_away])
def test_what_is_closed_or_merged_takes_no_choice(end: Callable[[Ticket], None]) -> None:
    ticket = damaged()
    end(ticket)
    with pytest.raises(WrongState, match="This request is closed"):
        ask_for(ticket, REPLACEMENT)


def replaced(ticket: Ticket) -> None:
    act(ticket, decision_on(ticket), REPLACEMENT, by=factories.agent(ticket.store))


def paid_back(ticket: Ticket) -> None:
    act(ticket, decision_on(ticket), REFUND, by=factories.agent(ticket.store))


def paid_in_part(ticket: Ticket) -> None:
    Refund.record(
        ticket, some_of({lines_of(ticket)[0]: 500}), by=factories.agent(ticket.store), reason="Agreed on the phone."
    )


def sent_back(ticket: Ticket) -> None:
    Rma.request(ticket, [(item.order_line, 1) for item in ticket.items], by=factories.agent(ticket.store))


@pytest.mark.parametrize("arrange", [replaced, paid_back, paid_in_part, sent_back])
def test_what_is_arranged_cannot_be_chosen_any_more(arrange: Callable[[Ticket], None]) -> None:
    ticket = damaged()
    ask_for(ticket, REPLACEMENT)
    arrange(ticket)
    with pytest.raises(WrongState, match="arranged already"):
        ask_for(ticket, REFUND)
    assert chosen(ticket) == ["replacement"]


def test_what_was_called_off_can_be_chosen_again() -> None:
    ticket = damaged()
    replaced(ticket)
    agent = factories.agent(ticket.store)
    db.session.scalars(select(Replacement)).one().cancel("None is left.", by=agent)
    ask_for(ticket, REFUND)
    assert chosen(ticket) == ["refund"]


def test_nobody_chooses_for_another() -> None:
    ticket = damaged()
    with pytest.raises(NotAllowed):
        ask_for(ticket, REPLACEMENT, by=factories.customer(ticket.store))
    assert db.session.scalars(select(RemedyChoice)).all() == []


def test_each_item_can_have_its_own_and_one_press_does_as_was_chosen() -> None:
    ticket = damaged(lines=2)
    bowl, mat = lines_of(ticket)
    ask_for(ticket, REPLACEMENT, bowl)
    ask_for(ticket, REFUND, mat)
    agent = factories.agent(ticket.store)
    act(ticket, decision_on(ticket), REFUND, by=agent)
    paid = db.session.scalars(select(Refund)).one()
    assert [line.order_line_id for line in paid.lines] == [mat]
    act(ticket, decision_on(ticket), REPLACEMENT, by=agent)
    sent = db.session.scalars(select(Replacement)).one()
    assert [item.order_line_id for item in sent.items] == [bowl]


def test_staff_who_know_better_can_do_the_other_thing() -> None:
    ticket = damaged()
    ask_for(ticket, REPLACEMENT)
    paid_back(ticket)
    assert db.session.scalars(select(Refund)).one().cents > 0


def test_items_with_the_same_choice_are_offered_together() -> None:
    ticket = damaged(lines=3)
    first, *others = lines_of(ticket)
    assert [offer.lines for offer in offers_of(ticket, decision_on(ticket))] == [(first, *others)]
    ask_for(ticket, REFUND, first)
    assert [offer.lines for offer in offers_of(ticket, decision_on(ticket))] == [(first,), tuple(others)]


def test_what_was_chosen_on_a_merged_ticket_counts_where_it_goes_on() -> None:
    ticket = damaged()
    ask_for(ticket, REPLACEMENT)
    items = [(item.order_line, 1) for item in ticket.items]
    main = factories.ticket(ticket.store, by=ticket.customer, issue=IssueType.DAMAGED, order=ticket.order, items=items)
    made = merge(ticket, into=main, by=factories.agent(ticket.store))
    assert chosen(main) == ["replacement"]
    made.undo(by=factories.agent(ticket.store))
    assert chosen(main) == []
    assert ticket.unanswered_since is not None


def test_a_lost_parcel_is_chosen_for_as_a_whole() -> None:
    shop, _edition = petito()
    ticket = asked(IssueType.LOST, shop=shop, days_ago=None)
    edition = edition_on(ticket)
    give_facts(ticket, {0: {"carrier_confirmed_loss": True}}, by=factories.agent(shop), edition=edition)
    (offer,) = offers_of(ticket, decision_on(ticket))
    assert offer.lines == (0,)
    ask_for(ticket, Remedy.RESEND, 0)
    act(ticket, decision_on(ticket), Remedy.RESEND, by=factories.agent(shop))
    with pytest.raises(Problem):
        ask_for(ticket, REFUND, 0)


def test_a_broken_promise_after_a_choice_is_noticed(at: At) -> None:
    at("2026-06-01 10:00")
    ticket = damaged()
    factories.supervisor(ticket.store)
    ticket.reply(by=factories.agent(ticket.store), body="A new one or your money?")
    ask_for(ticket, REPLACEMENT)
    at("2026-06-05 10:00")
    sweep()
    assert Action.BREACHED in actions_on(ticket)
