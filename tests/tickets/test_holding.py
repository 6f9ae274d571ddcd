"""Undo: an answer that is taken back within its seconds leaves everything as it was before."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from helpdesk import sla
from helpdesk.accounts import User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import WrongState
from helpdesk.mail import MailState, OutgoingMail, claim_unsent
from helpdesk.sla import State, Target
from helpdesk.tickets import (
    Action,
    Event,
    HeldReply,
    IssueType,
    Kind,
    Message,
    Priority,
    Status,
    Ticket,
    add_tag,
    change_beside,
    conversation_of,
    forget_holds,
    held_back,
    remove_tag,
    stood_before,
    tags_of,
    take_back,
)
from tests import factories
from tests.scenes import actions_on, clock_of, clocks_on, story_of, sweep

pytestmark = pytest.mark.usefixtures("database")
At = Callable[[str], datetime]
Act = Callable[[Ticket, User], object]


def answer(
    ticket: Ticket, by: User, then: Act | None = None, seconds: int = 10, changes: dict[str, Any] | None = None
) -> None:
    """As the desk does it, with what a macro changes."""
    changes = changes or {}
    before: dict[str, Any] = {"clocks": sla.standing_of(ticket), "beside": stood_before(ticket, changes, by=by)}
    with held_back(ticket, by=by, seconds=seconds, **before):
        change_beside(ticket, changes, by=by)
        ticket.reply(by=by, body="It is on its way.")
        if then:
            then(ticket, by)


def told(run: sla.Run) -> dict[str, Any]:
    return vars(run)


def runs_of(ticket: Ticket) -> list[dict[str, Any]]:
    """Every clock but those that are void."""
    db.session.expire_all()
    runs = [each.run for each in sla.clocks_of([ticket.id])[ticket.id]]
    return [told(run) for run in runs if run.state is not State.CANCELLED]


def state_of(ticket: Ticket) -> tuple[object, ...]:
    moments = ticket.unanswered_since, ticket.first_answered_at, ticket.solved_at, ticket.next_due_at
    sorted_as = ticket.issue_type, ticket.category, ticket.sorting
    return ticket.status, moments, ticket.assignee, ticket.priority, sorted_as, tags_on(ticket)


def tags_on(ticket: Ticket) -> list[str]:
    return [tag.name for tag in tags_of(ticket.id)]


def letters_on(ticket: Ticket) -> dict[str, MailState]:
    rows = select(OutgoingMail).where(OutgoingMail.ticket_id == ticket.id)
    return {mail.letter: mail.state for mail in db.session.scalars(rows.execution_options(populate_existing=True))}


def waiting_letters(ticket: Ticket) -> list[int]:
    mine = OutgoingMail.ticket_id == ticket.id, OutgoingMail.state == MailState.WAITING
    return list(db.session.scalars(select(OutgoingMail.id).where(*mine).order_by(OutgoingMail.id)))


def fresh(_ticket: Ticket, _agent: User) -> None: ...


def asked_again(ticket: Ticket, agent: User) -> None:
    ticket.reply(by=agent, body="Which one?")
    ticket.write(by=ticket.customer, body="The blue one.")


def complex_and_late(ticket: Ticket, agent: User) -> None:
    ticket.mark_complex(by=agent)


def waiting(ticket: Ticket, agent: User) -> None:
    ticket.reply(by=agent, body="Which one?")
    ticket.wait_for_customer(by=agent)


def on_hold(ticket: Ticket, agent: User) -> None:
    ticket.reply(by=agent, body="I ask the carrier.")
    ticket.hold(by=agent)


BEFORE: list[Act] = [fresh, asked_again, complex_and_late, waiting, on_hold]
AFTER: dict[str, Act | None] = {
    "nothing": None,
    "pending": lambda ticket, by: _wait(ticket, by),
    "solved": lambda ticket, by: ticket.solve(by=by),
}


def _wait(ticket: Ticket, by: User) -> None:
    if ticket.status is not Status.PENDING:
        ticket.wait_for_customer(by=by)


@pytest.mark.parametrize("moment", ["2026-06-01 15:00", "2026-06-05 15:00"], ids=["in time", "late"])
@pytest.mark.parametrize("then", AFTER)
@pytest.mark.parametrize("before", BEFORE, ids=lambda act: act.__name__)
def test_all_is_as_before_and_the_history_alone_says_so(before: Act, then: str, moment: str, at: At) -> None:
    at("2026-06-01 14:00")
    ticket = factories.ticket()
    agent = factories.agent(ticket.store)
    before(ticket, agent)
    at(moment)
    stood, runs = state_of(ticket), runs_of(ticket)
    answer(ticket, agent, AFTER[then])
    take_back(ticket, by=agent)
    assert runs_of(ticket) == runs
    assert state_of(ticket) == stood
    lines = [sla.line_of(each) for each in story_of(ticket)]
    replayed = sla.replay(lines, sla.book_of(ticket.store))
    assert [told(run) for run in replayed if run.state is not State.CANCELLED] == runs


#: What a macro changed beside the answer: each alone, and all at once.
CHANGES: dict[str, dict[str, Any]] = {
    "assignee": {"assignee": "me"},
    "nobody": {"assignee": "nobody"},
    "priority": {"priority": "urgent"},
    "issue_type": {"issue_type": "return"},
    "tags": {"add_tags": ["vip", "fragile"], "remove_tags": ["old", "never-there"]},
}
CHANGES["all"] = {name: value for changes in CHANGES.values() for name, value in changes.items()}


@pytest.mark.parametrize("moment", ["2026-06-01 15:00", "2026-06-05 15:00"], ids=["in time", "late"])
@pytest.mark.parametrize("changes", CHANGES)
def test_what_a_macro_changed_beside_it_is_as_before_too(changes: str, moment: str, at: At) -> None:
    at("2026-06-01 14:00")
    shop = factories.store()
    ticket = factories.ticket(shop, issue=IssueType.DAMAGED, order=factories.order(shop))
    agent, colleague = factories.agent(shop), factories.agent(shop)
    ticket.assign(to=colleague, by=colleague)
    for tag in ("old", "fragile"):
        add_tag(ticket, tag, by=colleague)
    at(moment)
    letters = waiting_letters(ticket)
    stood, runs, said = state_of(ticket), runs_of(ticket), len(story_of(ticket))
    answer(ticket, agent, AFTER["solved"], changes=CHANGES[changes])
    assert state_of(ticket)[2:] != stood[2:]
    take_back(ticket, by=agent)
    assert state_of(ticket) == stood
    assert runs_of(ticket) == runs
    replayed = sla.replay([sla.line_of(each) for each in story_of(ticket)], sla.book_of(ticket.store))
    assert [told(run) for run in replayed if run.state is not State.CANCELLED] == runs
    by_hand = [each for each in story_of(ticket)[said:] if each.action in TWICE]
    assert [each.user for each in by_hand] == [agent] * len(by_hand)
    assert all(times == 2 for times in Counter(_changed(each) for each in by_hand).values())  # there and back
    assert waiting_letters(ticket) == letters


#: What a macro does is undone by a line of its own.
TWICE = Action.ASSIGNED, Action.PRIORITISED, Action.SORTED, Action.TAGGED, Action.UNTAGGED


def _changed(line: Event) -> str:
    return str(line.details.get("tag", line.action))


def _assigns(ticket: Ticket, other: User) -> None:
    ticket.assign(to=other, by=other)


def _leaves(_ticket: Ticket, other: User) -> None:
    other.is_active = False


def _untags(ticket: Ticket, other: User) -> None:
    [tag] = [tag for tag in tags_of(ticket.id) if tag.name == "vip"]
    remove_tag(ticket, tag, by=other)
    add_tag(ticket, "vip", by=other)


@pytest.mark.parametrize("meanwhile, whose, tags, left", [
    (None, "before", [], None),
    (_assigns, "other", [], ["assignee"]),
    (_leaves, "me", [], ["assignee"]),  # whoever had it cannot have it again
    (_untags, "before", ["vip"], None),  # the tag is theirs now
])  # fmt: skip
def test_what_somebody_changed_meanwhile_stays_theirs(
    meanwhile: Act | None, whose: str, tags: list[str], left: list[str] | None, at: At
) -> None:
    at("2026-06-01 14:00")
    ticket = factories.ticket()
    people = {name: factories.agent(ticket.store) for name in ("before", "me")}
    people["other"] = factories.agent(ticket.store) if meanwhile is not _leaves else people["before"]
    ticket.assign(to=people["before"], by=people["before"])
    answer(ticket, people["me"], changes={"assignee": "me", "add_tags": ["vip"]})
    if meanwhile:
        meanwhile(ticket, people["other"])
    take_back(ticket, by=people["me"])
    assert (ticket.assignee, tags_on(ticket)) == (people[whose], tags)
    assert story_of(ticket)[-1].details.get("left") == left


def test_a_late_answer_that_was_taken_back_is_overdue_and_goes_up(at: At) -> None:
    at("2026-06-01 14:00")
    ticket = factories.ticket()
    agent, _ = factories.agent(ticket.store), factories.supervisor(ticket.store)
    at("2026-06-03 15:00")
    answer(ticket, agent)
    take_back(ticket, by=agent)
    sweep()
    assert actions_on(ticket)[-2:] == [Action.BREACHED, Action.ESCALATED]


def test_the_text_comes_back_and_nobody_reads_the_message(at: At) -> None:
    at("2026-06-01 14:00")
    ticket = factories.ticket()
    agent = factories.agent(ticket.store)
    answer(ticket, agent)
    assert take_back(ticket, by=agent) == "It is on its way."
    for with_notes in (True, False):
        assert [row.body for row in conversation_of(ticket.id, with_notes=with_notes)] == ["Where is my bowl?"]
    assert actions_on(ticket)[-1] is Action.REPLY_TAKEN_BACK


def test_the_customer_sees_it_when_its_time_is_over(at: At) -> None:
    at("2026-06-01 14:00:00")
    ticket = factories.ticket()
    answer(ticket, factories.agent(ticket.store))
    assert len(conversation_of(ticket.id, with_notes=False)) == 1
    assert len(conversation_of(ticket.id, with_notes=True)) == 2
    at("2026-06-01 14:00:10")
    assert len(conversation_of(ticket.id, with_notes=False)) == 2


def test_no_letter_leaves_before_its_time_and_none_after_it_was_taken_back(at: At) -> None:
    at("2026-06-01 14:00:00")
    ticket = factories.ticket()
    agent = factories.agent(ticket.store)
    claim_unsent()  # the acknowledgement
    answer(ticket, agent, AFTER["solved"])
    at("2026-06-01 14:00:09")
    assert claim_unsent() == []
    take_back(ticket, by=agent)
    at("2026-06-01 15:00:00")
    assert letters_on(ticket) == {
        "acknowledgement": MailState.WAITING, "reply": MailState.WITHDRAWN, "solved": MailState.WITHDRAWN,
    }  # fmt: skip


def test_after_its_time_nothing_is_taken_back(at: At) -> None:
    at("2026-06-01 14:00:00")
    ticket = factories.ticket()
    agent = factories.agent(ticket.store)
    answer(ticket, agent)
    at("2026-06-01 14:00:10")
    with pytest.raises(WrongState, match="has left already"):
        take_back(ticket, by=agent)
    assert len(claim_unsent()) == 2  # the acknowledgement, and the answer


def test_a_letter_that_somebody_already_delivers_cannot_be_taken_back(at: At) -> None:
    at("2026-06-01 14:00:00")
    ticket = factories.ticket()
    agent = factories.agent(ticket.store)
    answer(ticket, agent)
    with clock.at(clock.now() + timedelta(seconds=11)):  # a host whose clock is ahead
        assert len(claim_unsent()) == 2
    with pytest.raises(WrongState, match="has left already"), db.session.begin_nested():
        take_back(ticket, by=agent)
    db.session.expire_all()
    assert actions_on(ticket)[-1] is Action.STAFF_REPLIED
    assert db.session.scalars(select(Message.kind).where(Message.ticket_id == ticket.id)).all() == [Kind.PUBLIC] * 2


@pytest.mark.parametrize("meanwhile, is_too_late", [
    (lambda ticket, agent: ticket.write(by=ticket.customer, body="Hello?"), True),
    (lambda ticket, agent: ticket.hold(by=agent), True),
    (lambda ticket, agent: ticket.note(by=agent, body="Hm."), False),
    (lambda ticket, agent: ticket.assign(to=agent, by=agent), False),
    (lambda ticket, agent: add_tag(ticket, "vip", by=agent), False),
    (lambda ticket, agent: ticket.prioritise(Priority.HIGH, by=agent), True),
])  # fmt: skip
def test_what_happened_since_decides(meanwhile: Act, is_too_late: bool, at: At) -> None:
    at("2026-06-01 14:00")
    ticket = factories.ticket()
    agent = factories.agent(ticket.store)
    answer(ticket, agent)
    meanwhile(ticket, agent)
    if is_too_late:
        with pytest.raises(WrongState, match="meanwhile"), db.session.begin_nested():
            take_back(ticket, by=agent)
    else:
        take_back(ticket, by=agent)
    assert (actions_on(ticket)[-1] is Action.REPLY_TAKEN_BACK) is not is_too_late


def test_nobody_takes_back_what_somebody_else_wrote_nor_twice(at: At) -> None:
    at("2026-06-01 14:00")
    ticket = factories.ticket()
    agent, other = factories.agent(ticket.store), factories.agent(ticket.store)
    answer(ticket, agent)
    with pytest.raises(WrongState):
        take_back(ticket, by=other)
    take_back(ticket, by=agent)
    with pytest.raises(WrongState):
        take_back(ticket, by=agent)


def test_of_two_answers_in_one_second_one_is_taken_back_and_the_other_leaves(at: At) -> None:
    at("2026-06-01 14:00:00")
    ticket = factories.ticket()
    first, second = factories.agent(ticket.store), factories.agent(ticket.store)
    claim_unsent()
    answer(ticket, first)
    answer(ticket, second)
    take_back(ticket, by=second)
    at("2026-06-01 14:00:10")
    assert len(claim_unsent()) == 1
    assert [row.body for row in conversation_of(ticket.id, with_notes=False)][1:] == ["It is on its way."]


def test_answered_again_the_first_answer_is_the_second_one(at: At) -> None:
    at("2026-06-01 14:00")
    ticket = factories.ticket()
    agent = factories.agent(ticket.store)
    answer(ticket, agent)
    take_back(ticket, by=agent)
    at("2026-06-01 16:00")
    answer(ticket, agent)
    assert clock_of(ticket, Target.FIRST_RESPONSE).stopped_at == clock.now()
    assert len(clocks_on(ticket, Target.FIRST_RESPONSE)) == 1
    assert story_of(ticket)[-1].details["first"] is True


def test_without_seconds_an_answer_leaves_at_once(at: At) -> None:
    at("2026-06-01 14:00")
    ticket = factories.ticket()
    agent = factories.agent(ticket.store)
    answer(ticket, agent, seconds=0)
    assert len(conversation_of(ticket.id, with_notes=False)) == 2
    assert len(claim_unsent()) == 2


def test_upkeep_forgets_what_can_no_longer_be_taken_back(at: At) -> None:
    at("2026-06-01 14:00")
    ticket = factories.ticket()
    answer(ticket, factories.agent(ticket.store))
    forget_holds(clock.now())
    assert db.session.scalars(select(HeldReply.id)).all() != []
    forget_holds(clock.now() + timedelta(days=2))
    assert db.session.scalars(select(HeldReply.id)).all() == []
