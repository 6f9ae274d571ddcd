"""Who has how much in hand."""

from dataclasses import dataclass

from sqlalchemy import func, select

from helpdesk.accounts import User, store_ids_of
from helpdesk.core.db import db, fixed
from helpdesk.escalation.escalation import Escalation, EscalationState
from helpdesk.tickets import UNFINISHED, Status, Ticket

WAITING = (Status.NEW, Status.OPEN)


@dataclass(frozen=True)
class Load:
    """What somebody has in hand: tickets not finished, those of them that wait for us, and open escalations."""

    tickets: int = 0
    waiting: int = 0
    escalations: int = 0


def load_of(people: list[int], *, seen_by: User) -> dict[int, Load]:
    """Each one's load in the stores that the asking person sees; who has nothing is left out."""
    stores = store_ids_of(seen_by)
    is_waiting = Ticket.status.in_([fixed(status) for status in WAITING])
    tickets = select(Ticket.assignee_id, func.count(), func.count().filter(is_waiting)).where(
        Ticket.assignee_id.in_(people),
        Ticket.store_id.in_(stores),
        Ticket.status.in_([fixed(status) for status in UNFINISHED]),
    )
    escalations = select(Escalation.to_id, func.count()).where(
        Escalation.to_id.in_(people),
        Escalation.store_id.in_(stores),
        Escalation.state != fixed(EscalationState.DECIDED),
    )
    in_hand = {person: count for person, count in db.session.execute(escalations.group_by(Escalation.to_id)) if person}
    found = {person: Load(escalations=count) for person, count in in_hand.items()}
    for person, count, waiting in db.session.execute(tickets.group_by(Ticket.assignee_id)):
        if person is None:
            continue
        found[person] = Load(count, waiting, in_hand.get(person, 0))
    return found
