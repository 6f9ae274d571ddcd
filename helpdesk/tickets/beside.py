"""What one person has on one ticket, and what ever happened to it: all that its page asks beside, in one query."""

from typing import Any

from sqlalchemy import Row, exists, func, select

from helpdesk.accounts import User
from helpdesk.core import clock
from helpdesk.core.prepared import AnySelect, prepared
from helpdesk.tickets.drafts import Draft
from helpdesk.tickets.followers import Follower
from helpdesk.tickets.holding import HeldReply
from helpdesk.tickets.ticket import Ticket
from helpdesk.tickets.timeline import Action, Event

Groups = tuple[tuple[str, frozenset[Action]], ...]


def beside(ticket_id: int, person: User, groups: Groups) -> Row[Any]:
    """Draft, whether they follow it, how long its history is, whether anything of each group of actions happened.

    Also what they can still take back, on whatever ticket that was: `undo_until` and `undo_reference`.
    """
    return _beside.rows(groups, ticket_id=ticket_id, person_id=person.id, now=clock.now())[0]


@prepared
def _beside(groups: Groups, ticket_id: int, person_id: int, now: Any) -> AnySelect:
    mine = Draft.ticket_id == ticket_id, Draft.user_id == person_id
    held = HeldReply.user_id == person_id, HeldReply.until > now, HeldReply.taken_back_at.is_(None)
    latest = select(HeldReply.until).where(*held).order_by(HeldReply.id.desc()).limit(1)
    where = select(Ticket.reference).join(HeldReply, HeldReply.ticket_id == Ticket.id).where(*held)
    columns = {
        "draft": select(Draft.body).where(*mine).scalar_subquery(),
        "kept_at": select(Draft.kept_at).where(*mine).scalar_subquery(),
        "follows": exists().where(Follower.ticket_id == ticket_id, Follower.user_id == person_id),
        "undo_until": latest.scalar_subquery(),
        "undo_reference": where.order_by(HeldReply.id.desc()).limit(1).scalar_subquery(),
        "events": select(func.count()).select_from(Event).where(Event.ticket_id == ticket_id).scalar_subquery(),
    }
    for name, actions in groups:
        columns[name] = exists().where(Event.ticket_id == ticket_id, Event.action.in_(sorted(actions)))
    return select(*(column.label(name) for name, column in columns.items()))
