"""Merging, as far as returns and claims go: what is under way stays where it is, what is only claimed goes along."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, select

from helpdesk.accounts import SYSTEM, Actor
from helpdesk.core.db import db
from helpdesk.core.errors import WrongState
from helpdesk.returns.cancellation import Cancellation, CancellationState
from helpdesk.returns.claim import Claim, ClaimState
from helpdesk.returns.exceptions import ExceptionState, PolicyException
from helpdesk.returns.refunds import Payout, Refund
from helpdesk.returns.remedies import Exchange, Replacement, Sending
from helpdesk.returns.rma import Rma
from helpdesk.returns.steps import OPEN, Step
from helpdesk.tickets import Event, Ticket

TO_DO = Sending.WAITING_FOR_PAYMENT, Sending.TO_BE_SENT
#: What is not settled, and what it is called.
UNDER_WAY: dict[str, tuple[Any, ColumnElement[bool]]] = {
    "a return": (Rma, Rma.state.in_((*OPEN, Step.INSPECTED))),
    "a refund that is not paid out": (Refund, Refund.state == Payout.TO_BE_PAID),
    "a replacement that is not sent": (Replacement, Replacement.state.in_(TO_DO)),
    "an exchange that is not sent": (Exchange, Exchange.state.in_(TO_DO)),
    "a cancellation nobody has decided": (Cancellation, Cancellation.state == CancellationState.REQUESTED),
    "an exception nobody has decided": (PolicyException, PolicyException.state == ExceptionState.WAITING),
}


def refuse_with_work_under_way(ticket: Ticket, by: Actor) -> None:
    """What is being sent or paid keeps its own clocks and letters: its ticket cannot disappear into another."""
    asked = [exists().where(kind.ticket_id == ticket.id, is_open) for kind, is_open in UNDER_WAY.values()]
    found = db.session.execute(select(*asked)).one()
    names = [name for name, is_there in zip(UNDER_WAY, found, strict=True) if is_there]
    if names:
        raise WrongState(
            f"On {ticket.reference} there is still {' and '.join(names)}: merge the other ticket into this one instead."
        )


def lay_down_claims(event: Event) -> None:
    """What was claimed here is claimed on the main ticket from now on."""
    for claim in db.session.scalars(_claims(event.ticket, Claim.state == ClaimState.OPEN)):
        claim.withdraw(by=SYSTEM)


def take_up_claims(event: Event) -> None:
    """The merge was undone: what it laid down is claimed again."""
    since = datetime.fromisoformat(event.details["since"])
    laid_down = Claim.state == ClaimState.WITHDRAWN, Claim.decided_at >= since
    for claim in db.session.scalars(_claims(event.ticket, *laid_down)).all():
        Claim.open(event.ticket, claim.kind, by=SYSTEM, rests_on=claim.rests_on)


def _claims(ticket: Ticket, *conditions: ColumnElement[bool]) -> Any:
    return select(Claim).where(Claim.ticket_id == ticket.id, *conditions).order_by(Claim.id)
