"""Splitting: what moves, what stays, and from when the new ticket's promises count."""

from collections.abc import Callable
from datetime import datetime

import pytest

from helpdesk.accounts import User
from helpdesk.core.db import db
from helpdesk.core.errors import Problem
from helpdesk.sla import State, Target
from helpdesk.stores import Store
from helpdesk.tickets import (
    Action,
    Evidence,
    IssueType,
    Message,
    Ticket,
    attachments_of,
    conversation_of,
    links_of,
    merge,
    split,
)
from tests import factories
from tests.scenes import actions_on, clock_of, clocks_on, local, story_of

pytestmark = pytest.mark.usefixtures("database")
At = Callable[..., datetime]
NY = "America/New_York"


def files_of(ticket: Ticket) -> list[str]:
    return [row.token for row in attachments_of(ticket.id)]


@pytest.fixture
def shop() -> Store:
    return factories.store()


@pytest.fixture
def agent(shop: Store) -> User:
    return factories.agent(shop)


@pytest.fixture
def ticket(shop: Store, agent: User, at: At) -> Ticket:
    """Opened at ten and answered at eleven; at noon the customer sent a photo of something else."""
    at("2026-06-01 10:00", NY)
    made = factories.ticket(shop, order=factories.order(shop))
    at("2026-06-01 11:00", NY)
    made.reply(by=agent, body="On its way.")
    at("2026-06-01 12:00", NY)
    made.write(by=made.customer, body="The other one is broken.", attachments=[factories.photo(Evidence.DAMAGE)])
    at("2026-06-01 15:00", NY)
    return made


def ids(ticket: Ticket) -> list[int]:
    return list(db.session.scalars(db.select(Message.id).where(Message.ticket_id == ticket.id).order_by(Message.id)))


def said(ticket: Ticket) -> list[str]:
    return [row.body for row in conversation_of(ticket.id, with_notes=True)]


def test_the_message_moves_with_its_files_and_both_tell_of_it(ticket: Ticket, agent: User) -> None:
    new = split(ticket, ids(ticket)[2:], issue_type=IssueType.QUALITY, by=agent)
    assert (said(ticket), said(new)) == (["Where is my bowl?", "On its way."], ["The other one is broken."])
    assert (len(files_of(ticket)), len(files_of(new))) == (0, 1)
    assert (new.customer, new.order, new.issue_type) == (ticket.customer, ticket.order, IssueType.QUALITY)
    assert Action.SPLIT in actions_on(ticket)
    assert actions_on(new)[0] is Action.OPENED
    assert [each.ticket for each in links_of(new)] == [ticket]


def test_its_promises_count_from_the_message(ticket: Ticket, agent: User) -> None:
    new = split(ticket, ids(ticket)[2:], issue_type=IssueType.QUALITY, by=agent)
    assert new.opened_at == new.unanswered_since == local("2026-06-01 12:00")
    assert clock_of(new, Target.FIRST_RESPONSE).due_at == local("2026-06-02 12:00")
    assert clock_of(new, Target.RESOLUTION).due_at == local("2026-06-08 12:00")
    assert (ticket.unanswered_since, clock_of(ticket, Target.NEXT_RESPONSE).state) == (None, State.CANCELLED)


def test_what_was_answered_since_is_owed_an_answer_from_now(ticket: Ticket, agent: User) -> None:
    ticket.reply(by=agent, body="Noted.")
    new = split(ticket, ids(ticket)[2:3], issue_type=IssueType.QUALITY, by=agent)
    assert clock_of(new, Target.FIRST_RESPONSE).due_at == local("2026-06-02 15:00")
    assert clock_of(new, Target.RESOLUTION).due_at == local("2026-06-08 12:00")
    assert said(ticket)[-1] == "Noted."


def test_what_is_left_unanswered_is_owed_from_its_own_moment(ticket: Ticket, agent: User, at: At) -> None:
    ticket.write(by=ticket.customer, body="And where is the first?")
    split(ticket, ids(ticket)[2:3], issue_type=IssueType.QUALITY, by=agent)
    assert ticket.unanswered_since == local("2026-06-01 15:00")
    assert [c.due_at for c in clocks_on(ticket, Target.NEXT_RESPONSE)] == [local("2026-06-02 15:00")]


def test_a_damage_report_in_a_message_counts_from_that_message(shop: Store, agent: User, at: At) -> None:
    at("2026-06-01 10:00", NY)
    ticket = factories.ticket(shop, order=factories.order(shop, delivered_at=local("2026-06-01 08:00")))
    photos = [factories.photo(Evidence.DAMAGE), factories.photo(Evidence.PACKAGING)]
    ticket.write(by=ticket.customer, body="It came, and the box was torn and the bowl broken.", attachments=photos)
    at("2026-06-09 10:00", NY)  # long after the 48 hours
    new = split(ticket, ids(ticket)[1:], issue_type=IssueType.DAMAGED, by=agent)
    decided = [each.details["outcome"] for each in story_of(new) if each.action is Action.DECIDED]
    assert decided == ["approve"]


def test_photos_that_move_away_prove_nothing_here_any_more(shop: Store, agent: User, at: At) -> None:
    at("2026-06-01 10:00", NY)
    order = factories.order(shop, delivered_at=local("2026-06-01 08:00"))
    ticket = factories.ticket(shop, issue=IssueType.DAMAGED, order=order)
    photos = [factories.photo(Evidence.DAMAGE), factories.photo(Evidence.PACKAGING)]
    ticket.write(by=ticket.customer, body="The bowl of my other order is broken too.", attachments=photos)
    split(ticket, ids(ticket)[1:], issue_type=IssueType.DAMAGED, by=agent)
    decided = [each.details["outcome"] for each in story_of(ticket) if each.action is Action.DECIDED]
    assert decided == ["need_information", "approve", "need_information"]


def test_merging_takes_a_split_back(ticket: Ticket, agent: User) -> None:
    new = split(ticket, ids(ticket)[2:], issue_type=IssueType.QUALITY, by=agent)
    merge(new, into=ticket, by=agent)
    assert said(ticket) == ["Where is my bowl?", "On its way.", "The other one is broken."]
    assert ticket.unanswered_since == local("2026-06-01 12:00")


def test_what_cannot_be_split_off(ticket: Ticket, agent: User) -> None:
    first, answer, _ = ids(ticket)
    foreign = ids(factories.ticket(ticket.store))
    for chosen, words in (
        ([], "Choose messages"),
        ([first], "first message stays"),
        ([answer], "message of the customer"),
        (foreign, "Choose messages of this ticket"),
    ):
        with pytest.raises(Problem, match=words):
            split(ticket, chosen, issue_type=IssueType.QUALITY, by=agent)
    with pytest.raises(Problem, match="own staff"):
        split(ticket, ids(ticket)[2:], issue_type=IssueType.QUALITY, by=factories.agent(factories.store()))
