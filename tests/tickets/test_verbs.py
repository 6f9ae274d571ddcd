"""The verbs of a ticket: what each checks, changes and writes on the timeline."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from helpdesk.accounts import SYSTEM, By, Role, User
from helpdesk.core.errors import Invalid, NotAllowed, WrongState
from helpdesk.core.tokens import CLEAR, unsign
from helpdesk.tickets import (
    Action,
    Category,
    Channel,
    Evidence,
    IssueType,
    Kind,
    Priority,
    Status,
    Ticket,
    conversation_of,
    from_choice,
    sort,
)
from helpdesk.tickets.message import LONGEST
from tests import factories
from tests.scenes import actions_on, last, story_of

pytestmark = pytest.mark.usefixtures("database")
At = Callable[..., datetime]


def scene(**given: Any) -> tuple[Ticket, User]:
    """A customer's new ticket and an agent of its store."""
    ticket = factories.ticket(**given)
    return ticket, factories.agent(ticket.store)


def in_status(status: Status) -> tuple[Ticket, User]:
    """A ticket that came to this status by its verbs, with nothing left unanswered."""
    ticket, agent = scene()
    ticket.reply(by=agent, body="We look into it.")
    ways: dict[Status, tuple[Callable[..., None], ...]] = {
        Status.OPEN: (),
        Status.PENDING: (ticket.wait_for_customer,),
        Status.ON_HOLD: (ticket.hold,),
        Status.SOLVED: (ticket.solve,),
        Status.CLOSED: (ticket.solve, ticket.close),
    }
    for verb in ways[status]:
        verb(by=agent)
    return ticket, agent


# ---- opening


def test_a_new_ticket_is_new_normal_and_waits_for_an_answer(at: At) -> None:
    now = at("2026-03-02 15:00")
    ticket = factories.ticket(issue=IssueType.LOST)
    assert (ticket.status, ticket.priority, ticket.category) == (Status.NEW, Priority.NORMAL, Category.SHIPPING)
    assert (ticket.opened_at, ticket.updated_at, ticket.unanswered_since) == (now, now, now)
    assert ticket.is_waiting_for_us
    assert not ticket.is_finished


def test_opening_writes_who_and_what_on_the_timeline() -> None:
    ticket = factories.ticket(issue=IssueType.LOST)
    event = story_of(ticket)[0]
    assert (event.action, event.by, event.customer) == (Action.OPENED, By.CUSTOMER, ticket.customer)
    assert event.details == {"category": "shipping", "issue_type": "lost", "channel": "portal"}


def test_the_first_message_and_its_files_are_the_customers() -> None:
    ticket = factories.ticket(body="  It broke.\r\nTwice. ", photos=[Evidence.DAMAGE])
    (message,) = ticket.messages
    assert (message.body, message.kind, message.is_from_customer) == ("It broke.\nTwice.", Kind.PUBLIC, True)
    assert [file.ticket_id for file in message.attachments] == [ticket.id]


def test_the_subject_says_what_it_is_about_unless_one_is_given() -> None:
    shop = factories.store()
    order = factories.order(shop, number="#1007")
    assert factories.ticket(shop, order=order).subject == "Not arrived - order #1007"
    assert factories.ticket(shop, subject="Bowl?").subject == "Bowl?"
    assert len(factories.ticket(shop, subject="x" * 500).subject) == 200


def test_a_sorted_text_keeps_why_it_was_sorted_so() -> None:
    ticket = factories.ticket(sorted_as=sort("Hello"))
    assert ticket.issue_type is IssueType.POLICY_QUESTION
    assert ticket.sorting["is_unsure"]


def test_it_knows_the_lines_of_the_order_it_is_about() -> None:
    shop = factories.store()
    order = factories.order(shop, lines=3, quantity=2)
    ticket = factories.ticket(shop, order=order, items=[(order.lines[1], 2)])
    assert [(item.order_line.title, item.quantity) for item in ticket.items] == [("Bowl 2", 2)]


def test_another_stores_order_is_refused() -> None:
    foreign = factories.order(factories.store())
    with pytest.raises(Invalid, match="does not belong"):
        factories.ticket(order=foreign)


def test_another_stores_customer_is_refused() -> None:
    stranger = factories.customer(factories.store())
    with pytest.raises(Invalid):
        factories.ticket(factories.store(), by=stranger)


@pytest.mark.parametrize("body", ["", "   ", "\r\n", "\x00"])
def test_a_message_says_something_or_brings_a_file(body: str) -> None:
    with pytest.raises(Invalid, match="nothing to send"):
        factories.ticket(body=body)
    assert factories.ticket(body=body, photos=[Evidence.OTHER]).messages[0].body == ""


def test_a_book_is_no_message() -> None:
    ticket, agent = scene()
    ticket.reply(by=agent, body="x" * LONGEST)
    with pytest.raises(Invalid, match="50,001 characters"):
        ticket.reply(by=agent, body="x" * (LONGEST + 1))


def test_a_ticket_that_staff_opened_owes_no_answer_and_may_wait() -> None:
    shop = factories.store()
    agent, buyer = factories.agent(shop), factories.customer(shop)
    ticket = factories.ticket(shop, customer=buyer, by=agent, channel=Channel.DESK)
    ticket.wait_for_customer(by=agent)
    assert (ticket.status, ticket.unanswered_since) == (Status.PENDING, None)


# ---- its reference and its link


def test_references_can_be_read_out_and_differ() -> None:
    shop = factories.store()
    buyer = factories.customer(shop)
    references = {factories.ticket(shop, by=buyer).reference for _ in range(30)}
    assert len(references) == 30
    assert all(len(code) == 9 and code[4] == "-" and set(code) <= {*CLEAR, "-"} for code in references)
    assert not set(CLEAR) & set("01258BILOSUVZ")


def test_a_renewed_link_voids_the_old_one() -> None:
    ticket, agent = scene()
    old = ticket.guest_token
    ticket.renew_link(by=agent)
    assert unsign("ticket", old) == [ticket.reference, 1]
    assert unsign("ticket", ticket.guest_token) == [ticket.reference, 2]
    assert last(ticket, Action.LINK_RENEWED).user is agent


# ---- the conversation


def test_an_answer_opens_a_new_ticket_and_owes_nothing_more(at: At) -> None:
    at("2026-03-02 15:00")
    ticket, agent = scene()
    now = at("2026-03-02 16:00")
    ticket.reply(by=agent, body="It is on its way.")
    assert (ticket.status, ticket.first_answered_at, ticket.unanswered_since) == (Status.OPEN, now, None)
    event = last(ticket, Action.STAFF_REPLIED)
    assert (event.user, event.details) == (agent, {"message": ticket.messages[-1].id, "first": True})


def test_only_the_first_answer_is_the_first() -> None:
    ticket, agent = scene()
    ticket.reply(by=agent, body="One.")
    answered_at = ticket.first_answered_at
    ticket.reply(by=agent, body="Two.")
    assert ticket.first_answered_at == answered_at
    assert not last(ticket, Action.STAFF_REPLIED).details["first"]


def test_a_note_is_for_staff_and_answers_nothing() -> None:
    ticket, agent = scene()
    ticket.note(by=agent, body="Carrier called.")
    assert (ticket.status, ticket.first_answered_at) == (Status.NEW, None)
    assert ticket.unanswered_since
    assert last(ticket, Action.NOTED).user is agent
    assert [m.body for m in conversation_of(ticket.id, with_notes=False)] == ["Where is my bowl?"]
    assert [m.kind for m in conversation_of(ticket.id, with_notes=True)] == [Kind.PUBLIC, Kind.NOTE]


@pytest.mark.parametrize("status", [Status.PENDING, Status.ON_HOLD, Status.SOLVED])
def test_a_customers_message_opens_what_rested(status: Status) -> None:
    ticket, _ = in_status(status)
    ticket.write(by=ticket.customer, body="Still nothing.")
    assert ticket.status is Status.OPEN
    assert ticket.unanswered_since
    assert last(ticket, Action.CUSTOMER_WROTE).customer is ticket.customer


def test_the_oldest_unanswered_message_is_the_one_that_waits(at: At) -> None:
    at("2026-03-02 15:00")
    ticket, agent = scene()
    ticket.reply(by=agent, body="Yes?")
    first = at("2026-03-02 16:00")
    ticket.write(by=ticket.customer, body="One.")
    at("2026-03-02 17:00")
    ticket.write(by=ticket.customer, body="Two.")
    assert ticket.unanswered_since == first


def test_the_timeline_counts_the_photos_that_came() -> None:
    ticket, _ = scene()
    ticket.write(by=ticket.customer, body="", attachments=[factories.photo(), factories.photo(Evidence.DAMAGE)])
    assert last(ticket, Action.CUSTOMER_WROTE).details == {"photos": 2}


@pytest.mark.parametrize("verb", ["write", "reply"])
def test_nothing_public_is_said_on_a_closed_ticket(verb: str) -> None:
    ticket, agent = in_status(Status.CLOSED)
    before = actions_on(ticket)
    with pytest.raises(WrongState, match="closed"):
        getattr(ticket, verb)(by=ticket.customer if verb == "write" else agent, body="Hello?")
    assert actions_on(ticket) == before


def test_a_closed_ticket_still_takes_notes() -> None:
    ticket, agent = in_status(Status.CLOSED)
    ticket.note(by=agent, body="They called to say thanks.")
    assert (ticket.status, actions_on(ticket)[-1]) == (Status.CLOSED, Action.NOTED)


def test_a_follow_up_is_a_new_ticket_that_knows_the_old() -> None:
    shop = factories.store()
    order = factories.order(shop, lines=2)
    old = factories.ticket(shop, order=order, items=[(order.lines[0], 1)], subject="My bowl")
    old.solve(by=SYSTEM)
    old.close(by=SYSTEM)
    new = old.follow_up(by=old.customer, body="It is broken again.")
    assert (new.follows, new.customer, new.order, new.subject) == (old, old.customer, order, "My bowl")
    assert [item.order_line for item in new.items] == [order.lines[0]]
    assert (new.status, old.status) == (Status.NEW, Status.CLOSED)
    assert new.reference != old.reference


# ---- who and where


def test_assigning_says_from_whom_to_whom() -> None:
    ticket, agent = scene()
    boss = factories.supervisor(ticket.store)
    ticket.assign(to=agent, by=boss)
    event = last(ticket, Action.ASSIGNED)
    assert (ticket.assignee, event.user, event.details) == (agent, boss, {"old": None, "new": agent.name})
    ticket.assign(to=None, by=boss)
    assert (ticket.assignee, last(ticket, Action.ASSIGNED).details) == (None, {"old": agent.name, "new": None})


def test_assigning_to_the_same_person_is_no_news() -> None:
    ticket, agent = scene()
    ticket.assign(to=agent, by=agent)
    before = actions_on(ticket)
    ticket.assign(to=agent, by=agent)
    assert actions_on(ticket) == before


@pytest.mark.parametrize("is_here, role, is_active", [
    (False, Role.AGENT, True),
    (False, Role.MANAGER, True),
    (True, Role.AGENT, False),
    (True, Role.SUPERVISOR, False),
])  # fmt: skip
def test_a_ticket_goes_only_to_active_staff_of_its_store(is_here: bool, role: Role, is_active: bool) -> None:
    ticket, agent = scene()
    other = factories.agent(ticket.store if is_here else factories.store(), role=role, is_active=is_active)
    with pytest.raises(NotAllowed, match=other.name):
        ticket.assign(to=other, by=agent)
    assert ticket.assignee is None


def test_an_admin_works_for_every_store() -> None:
    ticket, _ = scene()
    admin = factories.agent(role=Role.ADMIN)
    ticket.assign(to=admin, by=admin)
    assert ticket.assignee is admin


def test_sorting_anew_changes_the_category_and_says_so() -> None:
    ticket, agent = scene(sorted_as=sort("Hello"))
    ticket.sort(IssueType.WRONG_ITEM, by=agent)
    assert (ticket.issue_type, ticket.category) == (IssueType.WRONG_ITEM, Category.POST_PURCHASE)
    assert (ticket.sorting["is_unsure"], ticket.sorting["because"]) == (False, "chosen by staff")
    event = last(ticket, Action.SORTED)
    assert (event.user, event.details) == (agent, {"old": "policy_question", "new": "wrong_item"})


def test_sorting_to_the_same_type_is_no_news() -> None:
    ticket, agent = scene(sorted_as=from_choice(IssueType.LOST))
    ticket.sort(IssueType.LOST, by=agent)
    assert actions_on(ticket) == [Action.OPENED]


def test_a_priority_is_set_once() -> None:
    ticket, agent = scene()
    ticket.prioritise(Priority.HIGH, by=agent)
    ticket.prioritise(Priority.HIGH, by=agent)
    assert actions_on(ticket).count(Action.PRIORITISED) == 1
    assert last(ticket, Action.PRIORITISED).details == {"old": "normal", "new": "high"}


# ---- statuses

VERBS: dict[str, Callable[[Ticket, User], None]] = {
    "pending": lambda ticket, by: ticket.wait_for_customer(by=by),
    "on_hold": lambda ticket, by: ticket.hold(by=by),
    "open": lambda ticket, by: ticket.resume(by=by),
    "solved": lambda ticket, by: ticket.solve(by=by),
    "closed": lambda ticket, by: ticket.close(by=by),
}


@pytest.mark.parametrize("status, allowed", [
    (Status.OPEN, "pending on_hold solved"),
    (Status.PENDING, "on_hold open solved"),
    (Status.ON_HOLD, "pending open solved"),
    (Status.SOLVED, "open closed"),
    (Status.CLOSED, ""),
])  # fmt: skip
@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_moves_a_ticket_or_refuses_and_leaves_no_trace(status: Status, allowed: str, verb: str) -> None:
    ticket, agent = in_status(status)
    before = actions_on(ticket)
    if verb in allowed.split():
        VERBS[verb](ticket, agent)
        assert (ticket.status, actions_on(ticket)[len(before) :]) == (Status(verb), [_action(status, verb)])
        assert story_of(ticket)[-1].user is agent
    else:
        with pytest.raises(WrongState):
            VERBS[verb](ticket, agent)
        assert (ticket.status, actions_on(ticket)) == (status, before)


def _action(was: Status, verb: str) -> Action:
    if verb == "open" and was is Status.SOLVED:
        return Action.REOPENED
    return {"solved": Action.SOLVED, "closed": Action.CLOSED}.get(verb, Action.STATUS_CHANGED)


@pytest.mark.parametrize("is_answered_before", [False, True])
def test_we_do_not_wait_for_a_customer_who_waits_for_us(is_answered_before: bool) -> None:
    ticket, agent = scene()
    if is_answered_before:
        ticket.reply(by=agent, body="Which bowl?")
        ticket.write(by=ticket.customer, body="The red one.")
    with pytest.raises(WrongState, match="unanswered"):
        ticket.wait_for_customer(by=agent)
    assert ticket.status is not Status.PENDING


def test_solving_ends_the_waiting_and_reopening_says_since_when_it_was_solved(at: At) -> None:
    at("2026-03-02 15:00")
    ticket, agent = scene()
    ticket.solve(by=agent)
    assert (ticket.solved_at, ticket.unanswered_since) == (datetime(2026, 3, 2, 15, tzinfo=UTC), None)
    at("2026-03-03 15:00")
    ticket.resume(by=ticket.customer)
    event = last(ticket, Action.REOPENED)
    assert (ticket.solved_at, event.customer) == (None, ticket.customer)
    asked_at = "2026-03-02T15:00:00+00:00"  # and nobody has answered
    moments = {"solved_at": "2026-03-02T15:00:00+00:00", "unanswered_since": asked_at}
    assert event.details == {**moments, "waits_for_evidence": False}
    assert ticket.unanswered_since == datetime.fromisoformat(asked_at)


def test_a_customer_may_say_that_it_is_solved() -> None:
    ticket, _ = scene()
    ticket.solve(by=ticket.customer)
    assert (ticket.status, last(ticket, Action.SOLVED).by) == (Status.SOLVED, By.CUSTOMER)
    assert ticket.is_finished


def test_every_verb_moves_the_last_change(at: At) -> None:
    at("2026-03-02 15:00")
    ticket, agent = scene()
    now = at("2026-03-02 18:30")
    ticket.note(by=agent, body="Hm.")
    assert ticket.updated_at == now
