"""What was done on a ticket already, by line of its order: one press makes its records once."""

from collections.abc import Set
from typing import Any

from sqlalchemy import Select, select, union

from helpdesk.accounts import Actor
from helpdesk.core.db import db
from helpdesk.core.errors import WrongState
from helpdesk.returns.cancellation import Cancellation, CancellationLine, CancellationState
from helpdesk.returns.decision import Answer
from helpdesk.returns.given import WHOLE
from helpdesk.returns.refunds import Payout, Refund, RefundLine
from helpdesk.returns.remedies import Exchange, Replacement, ReplacementItem, Sending
from helpdesk.returns.rma import Rma
from helpdesk.returns.rma_item import RmaItem
from helpdesk.returns.steps import Step
from helpdesk.tickets import Ticket, ids_in_conversation

#: Returns that came to nothing: after them something else may be done.
CAME_TO_NOTHING = (Step.DECLINED, Step.REJECTED, Step.CANCELLED)


def lines_done(ticket_id: int) -> set[int]:
    """The lines that are being returned, replaced, cancelled or paid back on this ticket; goodwill is for none."""
    here = [ticket_id]
    whole = _paid_back(here).where(RefundLine.quantity > 0)
    return set(db.session.scalars(union(*_sent_or_cancelled(here), whole)))


def lines_begun(ticket: Ticket) -> set[int]:
    """The lines for which anything was recorded, be it a part of their money, here or on what was merged into it."""
    here = ids_in_conversation(ticket.id)
    alive = Exchange.ticket_id.in_(here), Exchange.state != Sending.CANCELLED
    exchanges = select(Exchange.order_line_id).where(*alive)  # not every one has a return behind it
    return set(db.session.scalars(union(*_sent_or_cancelled(here), _paid_back(here), exchanges)))


def _sent_or_cancelled(ticket_ids: Any) -> list[Select[int]]:
    rmas = (
        select(RmaItem.order_line_id).join(Rma).where(Rma.ticket_id.in_(ticket_ids), Rma.state.not_in(CAME_TO_NOTHING))
    )
    replacements = (
        select(ReplacementItem.order_line_id)
        .join(Replacement, Replacement.id == ReplacementItem.replacement_id)
        .where(Replacement.ticket_id.in_(ticket_ids), Replacement.state != Sending.CANCELLED)
    )
    cancellations = (
        select(CancellationLine.order_line_id)
        .join(Cancellation, Cancellation.id == CancellationLine.cancellation_id)
        .where(Cancellation.ticket_id.in_(ticket_ids), Cancellation.state == CancellationState.CONFIRMED)
    )
    return [rmas, replacements, cancellations]


def _paid_back(ticket_ids: Any) -> Select[int]:
    lines = select(RefundLine.order_line_id).join(Refund, Refund.id == RefundLine.refund_id)
    return lines.where(Refund.ticket_id.in_(ticket_ids), Refund.state != Payout.TAKEN_BACK)


def is_done(answer: Answer, ticket: Ticket, done: Set[int]) -> bool:
    """Whether everything that this answer is about was dealt with."""
    if answer.line_id != WHOLE:
        return answer.line_id in done
    lines = {item.order_line_id for item in ticket.items}
    return bool(done) and lines <= done


def was_pressed(key: str) -> bool:
    """Whether a form with this key has made its record."""
    made = union(*(select(kind.id).where(kind.form_key == key) for kind in (Rma, Refund, Replacement, Cancellation)))
    return db.session.execute(made).first() is not None


def refuse_after_records(ticket: Ticket, by: Actor) -> None:
    """What a record was made for is what the ticket is about: before another choice it has to be undone."""
    if lines_done(ticket.id):
        raise WrongState("Something was recorded for its items already: look at the records of this ticket.")
