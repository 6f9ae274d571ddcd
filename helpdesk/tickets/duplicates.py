"""Duplicates: tickets that may be about the same thing, for a person to judge."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import aliased

from helpdesk.accounts import User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.tickets.attachment import Attachment
from helpdesk.tickets.merging import Merge, can_merge
from helpdesk.tickets.proof import proven_among
from helpdesk.tickets.queues import visible_to
from helpdesk.tickets.status import UNFINISHED
from helpdesk.tickets.ticket import Ticket

RECENT = timedelta(days=30)
MOST = 10

SAME_ORDER, SAME_PHOTO, SAME_CUSTOMER = "same order", "same photo", "same customer"


@dataclass
class Duplicate:
    """Another ticket, and why it was thought of."""

    ticket: Ticket
    can_go_into: bool  # whether this one could be merged into it
    is_same_customer: bool
    is_proven: bool = False  # whether the customer is known to have filed it
    reasons: list[str] = field(default_factory=list)


def duplicates_of(ticket: Ticket, *, seen_by: User, alike: Mapping[int, str] | None = None) -> list[Duplicate]:
    """Unfinished or recent tickets of the store with the same order, photo or customer; most reasons first.

    `alike` are more candidates with a reason, such as photos that only look alike.
    """
    found: dict[int, Duplicate] = {}
    for reason, query in _queries(ticket, alike or {}):
        for other in db.session.scalars(_open_to(seen_by, ticket).where(query).order_by(Ticket.id.desc()).limit(MOST)):
            one = found.setdefault(
                other.id, Duplicate(other, can_merge(ticket, other), other.customer_id == ticket.customer_id)
            )
            one.reasons.append(reason or (alike or {})[other.id])
    proven = proven_among(found)
    for number, one in found.items():
        one.is_proven = number in proven
    return sorted(found.values(), key=lambda each: (-len(each.reasons), -each.ticket.id))[:MOST]


def _queries(ticket: Ticket, alike: Mapping[int, str]) -> list[tuple[str, ColumnElement[bool]]]:
    asked: list[tuple[str, ColumnElement[bool]]] = [(SAME_PHOTO, Ticket.id.in_(_with_same_files(ticket)))]
    if ticket.order_id:
        asked.insert(0, (SAME_ORDER, Ticket.order_id == ticket.order_id))
    if alike:
        asked.append(("", Ticket.id.in_(list(alike)[:MOST])))
    return [*asked, (SAME_CUSTOMER, Ticket.customer_id == ticket.customer_id)]


def _open_to(person: User, ticket: Ticket) -> Select[Ticket]:
    """What the person sees of the same store, still matters, and was not merged already."""
    is_merged = exists().where(Merge.ticket_id == Ticket.id, Merge.undone_at.is_(None))
    matters = or_(Ticket.status.in_(UNFINISHED), Ticket.updated_at >= clock.now() - RECENT)
    mine = visible_to(person).where(Ticket.store_id == ticket.store_id, Ticket.id != ticket.id)
    return mine.where(matters, ~is_merged)


def _with_same_files(ticket: Ticket) -> Select[int | None]:
    own = aliased(Attachment)
    same = select(Attachment.ticket_id).join(own, own.file_key == Attachment.file_key)
    same = same.where(own.ticket_id == ticket.id, Attachment.ticket_id.is_not(None), own.message_id.is_not(None))
    return same.where(Attachment.ticket_id != ticket.id, Attachment.message_id.is_not(None)).limit(MOST * 10)
