"""Merging tickets: what belongs together, where later words go, which promise is kept, and the way back."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from helpdesk import sla
from helpdesk.accounts import User
from helpdesk.core.db import NEVER, db
from helpdesk.core.errors import Problem
from helpdesk.escalation import ask_for_help, open_escalation
from helpdesk.mail import OutgoingMail
from helpdesk.returns import Claim, ClaimKind, ClaimState, Decision, Refund, given_facts, latest_decision
from helpdesk.returns.claim import open_claim
from helpdesk.sla import State, Target
from helpdesk.stores import Store
from helpdesk.tickets import (
    Action,
    Evidence,
    IssueType,
    Merge,
    Status,
    Ticket,
    choose_items,
    conversation_of,
    follow,
    held_back,
    main_of,
    merge,
    merge_of,
    merges_into,
    take_back,
)
from tests import factories
from tests.scenes import actions_on, clock_of, clocks_on, local, story_of, sweep

pytestmark = pytest.mark.usefixtures("database")
At = Callable[..., datetime]


@pytest.fixture
def shop() -> Store:
    return factories.store()


@pytest.fixture
def agent(shop: Store) -> User:
    return factories.agent(shop)


def two(shop: Store, at: At, **second: Any) -> tuple[Ticket, Ticket]:
    """Two tickets of one customer, five hours apart."""
    at("2026-06-01 10:00", "America/New_York")
    one = factories.ticket(shop)
    at("2026-06-01 15:00", "America/New_York")
    return one, factories.ticket(shop, **{"by": one.customer, "customer": one.customer, **second})


def said(ticket: Ticket) -> list[str]:
    return [row.body for row in conversation_of(ticket.id, with_notes=True)]


# ---- what merging does


def test_the_merged_one_closes_and_leads_to_the_main_one(shop: Store, agent: User, at: At) -> None:
    old, main = two(shop, at)
    made = merge(old, into=main, by=agent)
    assert (old.status, old.is_over, old.unanswered_since, old.next_due_at) == (Status.CLOSED, True, None, NEVER)
    assert (merge_of(old), main_of(old), main_of(main), list(merges_into(main))) == (made, main, main, [made])
    assert actions_on(old)[-1] is Action.MERGED_AWAY
    assert actions_on(main)[:3] == [Action.OPENED, Action.MERGED, Action.PROMISES_TAKEN_OVER]
    assert actions_on(main)[3:] == [Action.CLOCK_RETARGETED] * 2


def test_the_main_one_shows_both_conversations(shop: Store, agent: User, at: At) -> None:
    old, main = two(shop, at, body="Still nothing here.")
    old.note(by=agent, body="Looks lost.")
    merge(old, into=main, by=agent)
    rows = conversation_of(main.id, with_notes=True)
    assert [(row.body, row.origin) for row in rows] == [
        ("Where is my bowl?", old.reference),
        ("Still nothing here.", None),
        ("Looks lost.", old.reference),
    ]
    assert [row.origin for row in conversation_of(old.id, with_notes=True)] == [None, None]


@pytest.mark.parametrize("way", ["old into new", "new into old"])
def test_the_earlier_promise_is_kept(way: str, shop: Store, agent: User, at: At) -> None:
    old, new = two(shop, at)
    away, main = (old, new) if way == "old into new" else (new, old)
    merge(away, into=main, by=agent)
    assert clock_of(main, Target.FIRST_RESPONSE).due_at == local("2026-06-02 10:00")
    assert clock_of(main, Target.RESOLUTION).due_at == local("2026-06-08 10:00")
    assert {each.state for each in sla.clocks_of([away.id])[away.id]} == {State.CANCELLED}
    assert main.next_due_at == local("2026-06-02 10:00")


def test_an_answered_ticket_owes_the_answer_that_the_merged_one_owed(shop: Store, agent: User, at: At) -> None:
    main, asked = two(shop, at)
    main.reply(by=agent, body="On its way.")
    main.wait_for_customer(by=agent)
    merge(asked, into=main, by=agent)
    assert (main.status, main.unanswered_since) == (Status.OPEN, asked.opened_at)
    assert [each.due_at for each in clocks_on(main, Target.NEXT_RESPONSE)] == [local("2026-06-02 15:00")]
    assert clock_of(main, Target.RESOLUTION).state is State.RUNNING


def test_an_answer_that_was_given_is_not_owed_again(shop: Store, agent: User, at: At) -> None:
    answered, main = two(shop, at)
    answered.reply(by=agent, body="On its way.")
    merge(answered, into=main, by=agent)
    assert clock_of(main, Target.FIRST_RESPONSE).due_at == local("2026-06-02 15:00")  # its own, not the earlier


def test_a_broken_promise_stays_broken_and_is_told_once(shop: Store, agent: User, at: At) -> None:
    factories.supervisor(shop)
    old, main = two(shop, at)
    at("2026-06-02 11:00", "America/New_York")
    sweep()
    merge(old, into=main, by=agent)
    at("2026-06-02 12:00", "America/New_York")
    sweep()
    assert actions_on(old).count(Action.BREACHED) == 1
    assert Action.BREACHED not in actions_on(main)
    assert clock_of(main, Target.FIRST_RESPONSE).breached_at == local("2026-06-02 10:00")
    escalation = open_escalation(main)
    assert escalation
    assert escalation.reasons[0][0] == "response_overdue"
    assert open_escalation(old) is None


def test_what_went_up_goes_along(shop: Store, agent: User, at: At) -> None:
    old, main = two(shop, at)
    ask_for_help(old, by=agent, note="May I?")
    merge(old, into=main, by=agent)
    escalation = open_escalation(main)
    assert escalation
    assert escalation.reasons[0][2] == f"May I? (from {old.reference})"


def test_photos_of_the_merged_one_count_as_evidence(shop: Store, agent: User, at: At) -> None:
    at("2026-06-01 10:00", "America/New_York")
    order, buyer = factories.order(shop, delivered_at=local("2026-06-01 08:00")), factories.customer(shop)
    given = {"issue": IssueType.DAMAGED, "order": order, "customer": buyer, "by": buyer}
    main = factories.ticket(shop, **given)
    photos = factories.ticket(shop, photos=[Evidence.DAMAGE, Evidence.PACKAGING], **given)
    assert the_decision(main) == "need_information"
    made = merge(photos, into=main, by=agent)
    assert the_decision(main) == "approve"
    assert (open_claim(photos, ClaimKind.DAMAGE), bool(open_claim(main, ClaimKind.DAMAGE))) == (None, True)
    made.undo(by=agent)
    assert the_decision(main) == "need_information"
    states = db.session.scalars(select(Claim.state).where(Claim.ticket_id == photos.id).order_by(Claim.id)).all()
    assert states == [ClaimState.WITHDRAWN, ClaimState.OPEN]


def the_decision(ticket: Ticket) -> str:
    decision = db.session.scalar(latest_decision(ticket.id))
    assert decision
    return decision.outcome.value


def test_items_only_the_merged_one_asked_about_come_along_and_go_back(shop: Store, agent: User) -> None:
    order, buyer = factories.order(shop, lines=3), factories.customer(shop)
    first, second, _ = order.lines
    given = {"order": order, "customer": buyer, "by": buyer}
    main = factories.ticket(shop, items=[(first, 1)], **given)
    away = factories.ticket(shop, items=[(first, 1), (second, 1)], **given)
    made = merge(away, into=main, by=agent)
    assert [item.order_line for item in main.items] == [first, second]
    made.undo(by=agent)
    db.session.refresh(main)
    assert [item.order_line for item in main.items] == [first]


# ---- what does not belong together


def test_what_cannot_be_merged(shop: Store, agent: User) -> None:
    main = factories.ticket(shop)
    same = {"customer": main.customer, "by": main.customer}
    order, other_order = factories.order(shop), factories.order(shop)
    elsewhere = factories.store()
    foreign = factories.ticket(elsewhere)
    with_order = factories.ticket(shop, order=order, **same)
    closed = factories.ticket(shop, **same)
    closed.solve(by=agent)
    closed.close(by=agent)
    solved = factories.ticket(shop, **same)
    solved.solve(by=agent)
    for away, into, words in (
        (main, main, "into itself"),
        (main, factories.ticket(shop), "two customers"),
        (with_order, factories.ticket(shop, order=other_order, **same), "two orders"),
        (with_order, main, "Only .* knows its order"),
        (main, closed, "is closed"),
        (closed, main, "closed already"),
        (main, solved, "the other way round"),
    ):
        with pytest.raises(Problem, match=words):
            merge(away, into=into, by=agent)
    with pytest.raises(Problem, match="own staff"):
        merge(foreign, into=main, by=agent)
    with pytest.raises(Problem, match="two stores"):
        merge(foreign, into=main, by=factories.agent(shop, elsewhere))
    assert db.session.scalars(select(Merge)).all() == []


def test_what_is_being_paid_or_sent_keeps_its_ticket(shop: Store, agent: User) -> None:
    order, buyer = factories.order(shop), factories.customer(shop)
    away, main = (factories.ticket(shop, order=order, customer=buyer, by=buyer) for _ in range(2))
    Refund.goodwill(away, 500, by=agent, reason="Sorry.")
    with pytest.raises(Problem, match="a refund that is not paid out: merge the other ticket into this one"):
        merge(away, into=main, by=agent)
    merge(main, into=away, by=agent)
    assert main_of(main) is away


# ---- chains


def test_chains_are_short_and_never_closed(shop: Store, agent: User, at: At) -> None:
    one, two_ = two(shop, at)
    same = {"customer": one.customer, "by": one.customer}
    three, four = factories.ticket(shop, **same), factories.ticket(shop, **same)
    merge(one, into=two_, by=agent)
    with pytest.raises(Problem, match=f"merged into {two_.reference}"):
        merge(three, into=one, by=agent)
    with pytest.raises(Problem):
        merge(two_, into=one, by=agent)
    second = merge(two_, into=three, by=agent)
    third = merge(three, into=four, by=agent)
    assert {main_of(each) for each in (one, two_, three, four)} == {four}
    assert len(said(four)) == 4
    with pytest.raises(Problem, match="no longer"):
        second.undo(by=agent)  # three is part of four now
    third.undo(by=agent)
    assert [main_of(each) for each in (one, two_, three, four)] == [three, three, three, four]
    second.undo(by=agent)
    assert [main_of(each) for each in (one, two_, three)] == [two_, two_, three]


def test_who_followed_the_merged_one_hears_of_the_main_one(shop: Store, agent: User, at: At) -> None:
    old, main = two(shop, at)
    mara, both = factories.agent(shop), factories.agent(shop)
    for ticket, person in ((old, mara), (old, both), (main, both)):
        follow(ticket, by=person)
    merge(old, into=main, by=agent)
    main.write(by=main.customer, body="Any news?")
    told = select(OutgoingMail.to_address).where(OutgoingMail.letter == "followed_message")
    assert sorted(db.session.scalars(told)) == sorted([mara.email, both.email])


# ---- the way back


def test_undone_it_is_as_it_was(shop: Store, agent: User, at: At) -> None:
    old, main = two(shop, at)
    was = [clock_of(old, each).due_at for each in (Target.FIRST_RESPONSE, Target.RESOLUTION)]
    made = merge(old, into=main, by=agent)
    at("2026-06-01 16:00", "America/New_York")
    made.undo(by=agent)
    assert (old.status, old.unanswered_since, main.unanswered_since) == (Status.NEW, old.opened_at, main.opened_at)
    assert [clock_of(old, each).due_at for each in (Target.FIRST_RESPONSE, Target.RESOLUTION)] == was
    assert (actions_on(old)[-1], Action.MERGE_UNDONE in actions_on(main)) == (Action.RESTORED, True)
    assert (merge_of(old), list(merges_into(main)), len(said(main))) == (None, [], 1)
    with pytest.raises(Problem, match="no longer"):
        made.undo(by=agent)
    assert merge(old, into=main, by=agent).ticket is old  # and again


def test_an_answer_to_both_stays_an_answer_to_both(shop: Store, agent: User, at: At) -> None:
    old, main = two(shop, at)
    made = merge(old, into=main, by=agent)
    at("2026-06-01 16:00", "America/New_York")
    main.reply(by=agent, body="Both bowls are on their way.")
    at("2026-06-01 16:30", "America/New_York")
    made.undo(by=agent)
    assert (old.status, old.unanswered_since) == (Status.OPEN, None)
    assert clock_of(old, Target.FIRST_RESPONSE).state is State.CANCELLED
    assert clock_of(old, Target.RESOLUTION).state is State.RUNNING


@pytest.mark.parametrize("is_solved", [False, True])
def test_an_answer_that_was_taken_back_answered_nothing(is_solved: bool, shop: Store, agent: User, at: At) -> None:
    old, main = two(shop, at)
    made = merge(old, into=main, by=agent)
    with held_back(main, by=agent, seconds=10, clocks=sla.standing_of(main)):
        main.reply(by=agent, body="Both bowls are on their way.")
        if is_solved:
            main.solve(by=agent)
    take_back(main, by=agent)
    made.undo(by=agent)
    assert (old.status, old.unanswered_since, old.first_answered_at) == (Status.NEW, old.opened_at, None)
    assert clock_of(old, Target.FIRST_RESPONSE).state is State.RUNNING


def test_what_only_the_merged_one_owed_is_owed_there_again(shop: Store, agent: User, at: At) -> None:
    main, asked = two(shop, at)
    main.reply(by=agent, body="On its way.")
    made = merge(asked, into=main, by=agent)
    made.undo(by=agent)
    assert (main.unanswered_since, clock_of(main, Target.NEXT_RESPONSE).state) == (None, State.CANCELLED)
    assert clock_of(asked, Target.FIRST_RESPONSE).state is State.RUNNING


def test_a_ticket_that_is_over_gives_nothing_back(shop: Store, agent: User, at: At) -> None:
    old, main = two(shop, at)
    made = merge(old, into=main, by=agent)
    main.solve(by=agent)
    main.close(by=agent)
    with pytest.raises(Problem, match="is over"):
        made.undo(by=agent)


def test_what_was_asked_for_in_time_stays_so_whichever_goes_on(shop: Store, agent: User, at: At) -> None:
    order = factories.order(shop, delivered_at=local("2026-05-31 10:00"))
    photos = [Evidence.DAMAGE, Evidence.PACKAGING]
    at("2026-06-01 10:00", "America/New_York")
    old = factories.ticket(shop, order=order, issue=IssueType.DAMAGED, photos=photos)
    at("2026-06-05 10:00", "America/New_York")  # its 48 hours are over
    again = {"order": order, "issue": IssueType.DAMAGED, "by": old.customer, "customer": old.customer}
    main = factories.ticket(shop, photos=photos, **again)
    made = merge(old, into=main, by=agent)
    made.undo(by=agent)
    rules = select(Decision.rule).where(Decision.ticket_id == main.id).order_by(Decision.id)
    assert db.session.scalars(rules).all() == ["damage-late", "damage-in-time", "damage-late"]


def test_what_the_customer_answered_once_is_not_asked_again(shop: Store, agent: User, at: At) -> None:
    old, main = two(shop, at, answers={"facts": {"0": {"country": "US"}}})
    old.answers = {"facts": {"0": {"country": "DE", "described": True}}}
    made = merge(old, into=main, by=agent)
    assert given_facts(main)[0] == {"country": "US", "described": True}
    made.undo(by=agent)
    assert (given_facts(main)[0], given_facts(old)[0]["country"]) == ({"country": "US"}, "DE")


def test_an_undone_merge_never_makes_a_ticket_one_about_the_whole_order(shop: Store, agent: User) -> None:
    order = factories.order(shop, lines=2)
    given = {"order": order, "customer": (ada := factories.customer(shop)), "by": ada}
    first, second = order.lines
    main, away = (factories.ticket(shop, items=[(line, 1)], **given) for line in (first, second))
    made = merge(away, into=main, by=agent)
    choose_items(main, [(second, 1)], by=agent)
    made.undo(by=agent)
    assert [item.order_line for item in main.items] == [second]


def test_a_renewed_link_makes_every_link_void(shop: Store, agent: User, at: At) -> None:
    old, main = two(shop, at)
    merge(old, into=main, by=agent)
    main.renew_link(by=agent)
    assert (old.link_version, main.link_version) == (2, 2)


def test_two_tickets_clocks_can_be_reckoned_again_from_their_histories(shop: Store, agent: User, at: At) -> None:
    old, main = two(shop, at)
    made = merge(old, into=main, by=agent)
    at("2026-06-01 17:00", "America/New_York")
    made.undo(by=agent)
    for ticket in (old, main):
        again = sla.replay([sla.line_of(event) for event in story_of(ticket)], sla.book_of(shop))
        kept = sla.clocks_of([ticket.id])[ticket.id]
        assert [(run.target, run.state, run.due_at) for run in again] == [(c.target, c.state, c.due_at) for c in kept]
