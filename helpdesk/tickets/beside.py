"""What one person has on one ticket, and what ever happened to it: all that its page asks beside, in one query."""

from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, and_, case, exists, func, literal_column, select, true

from helpdesk.accounts import User
from helpdesk.core import clock
from helpdesk.core.db import at_most, fixed
from helpdesk.core.prepared import AnySelect, Question, prepared
from helpdesk.tickets.drafts import Draft
from helpdesk.tickets.followers import Follower
from helpdesk.tickets.holding import HeldReply
from helpdesk.tickets.ticket import Ticket
from helpdesk.tickets.timeline import Action, Event

ONE = literal_column("1", Integer())
Groups = tuple[tuple[str, frozenset[Action]], ...]


def beside(ticket_id: int, person: User, groups: Groups) -> Question[Row[Any]]:
    """Draft, whether they follow it, how long its history is, whether anything of each group of actions happened.

    Also what they can still take back, on whatever ticket that was: `undo_until` and `undo_reference`.
    """
    asked = _beside.question(groups, ticket_id=ticket_id, person_id=person.id, now=clock.now())
    return asked.then(lambda rows: rows[0])


@prepared
def _beside(groups: Groups, ticket_id: int, person_id: int, now: Any) -> AnySelect:
    is_held = HeldReply.user_id == person_id, HeldReply.until > now, HeldReply.taken_back_at.is_(None)
    last = select(HeldReply.until, Ticket.reference).join(Ticket, Ticket.id == HeldReply.ticket_id).where(*is_held)
    held = last.order_by(HeldReply.id.desc()).limit(at_most(1)).subquery("held")
    # One look at the history, however much is asked of it; without any it still has its one row.
    counts = {name: func.count(case((Event.action.in_(_words(actions)), ONE))) for name, actions in groups}
    past = select(func.count().label("events"), *(many.label(name) for name, many in counts.items()))
    history = past.where(Event.ticket_id == ticket_id).subquery("history")
    mine = and_(Draft.ticket_id == ticket_id, Draft.user_id == person_id)
    follows = exists().where(Follower.ticket_id == ticket_id, Follower.user_id == person_id)
    here = Draft.body.label("draft"), Draft.kept_at, follows.label("follows"), history.c.events
    happened = ((history.c[name] >= ONE).label(name) for name in counts)
    query = select(*here, held.c.until.label("undo_until"), held.c.reference.label("undo_reference"), *happened)
    return query.select_from(history.outerjoin(Draft, mine).outerjoin(held, true()))


def _words(actions: frozenset[Action]) -> list[ColumnElement[str]]:
    return [fixed(action) for action in sorted(actions)]
