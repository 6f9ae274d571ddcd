"""What people said about a request: answers of the customer and what staff found out, one row a fact."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Row, String, UniqueConstraint, exists, or_, select
from sqlalchemy.orm import Mapped, aliased, mapped_column

from helpdesk.accounts import Actor, By, Customer, User, columns_for
from helpdesk.core import clock
from helpdesk.core.db import Base, Word, db
from helpdesk.core.errors import Invalid, NotAllowed
from helpdesk.core.language import STAFF, _, speaking
from helpdesk.policies import BadCell, Edition, Kind, value_of
from helpdesk.returns.decision import Decision
from helpdesk.tickets import Action, Ticket, ids_in_conversation

#: The line number of facts that are about the request as a whole.
WHOLE = 0
#: Facts nobody may say otherwise: they are counted, or come from the clock.
NOT_SAID = {"requested_at", "timezone", "late", "days_late", "evidence_ran_out"}


class GivenFact(Base):
    """One fact as somebody gave it; the latest word counts, the history has them all."""

    __tablename__ = "given_facts"
    __table_args__ = (UniqueConstraint("ticket_id", "line_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    line_id: Mapped[int]  # of the order; 0: about all of it
    name: Mapped[str] = mapped_column(String(60))
    value: Mapped[Any] = mapped_column(JSON)
    by: Mapped[By] = mapped_column(Word(By))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    given_at: Mapped[datetime]


def asked_with(ticket: Ticket) -> list[Row[Any]]:
    """Number, answers and moment of the ticket, last, and before it those merged into it that asked for the same."""
    here, there = aliased(Decision), aliased(Decision)  # a decision may have sorted it to something else since
    same_request = exists().where(
        here.ticket_id == ticket.id, there.ticket_id == Ticket.id, here.request == there.request
    )
    same = or_(Ticket.issue_type == ticket.issue_type, same_request)
    query = select(Ticket.id, Ticket.answers, Ticket.opened_at).where(Ticket.id.in_(ids_in_conversation(ticket.id)))
    rows = db.session.execute(query.where(same))
    return sorted(rows, key=lambda row: (row.id == ticket.id, row.id))


def given_facts(ticket: Ticket) -> Mapping[int, dict[str, Any]]:
    """What was said, by line of the order: what the form asked first, what was said since on top."""
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    asked = asked_with(ticket)
    said = list(db.session.scalars(select(GivenFact).where(GivenFact.ticket_id.in_([row.id for row in asked]))))
    for row in asked:
        for line, facts in row.answers.get("facts", {}).items():
            found[int(line)].update(facts)
        for fact in said:
            if fact.ticket_id == row.id:
                found[fact.line_id][fact.name] = fact.value
    return found


def give_facts(ticket: Ticket, said: Mapping[int, Mapping[str, Any]], *, by: Actor, edition: Edition) -> None:
    """Somebody says what they know; each fact that is new is an event, and the last one lets the policy decide again.

    Raises Invalid on a value that cannot be, naming the fact; a value of None takes back what was said.
    """
    _refuse_stranger(ticket, by)
    before = given_facts(ticket)
    lines = {item.order_line_id for item in ticket.items} | {WHOLE}
    changes = [
        (line, name, _checked(edition, name, raw))
        for line, facts in said.items()
        for name, raw in facts.items()
        if line in lines
    ]
    changes = [(line, name, value) for line, name, value in changes if before[line].get(name) != value]
    for number, (line, name, value) in enumerate(changes, start=1):
        _keep(ticket, line, name, value, by)
        ticket.record(
            Action.FACT_GIVEN, by=by, name=name, meaning=_kept_meaning(edition, name), line=line,
            old=before[line].get(name), new=value, is_last=number == len(changes),
        )  # fmt: skip


def _kept_meaning(edition: Edition, name: str) -> str:
    with speaking(STAFF):  # what is kept is read at the desk, whoever says it
        return edition.facts[name].meaning


def _refuse_stranger(ticket: Ticket, by: Actor) -> None:
    if isinstance(by, Customer) and by.id != ticket.customer_id:
        raise NotAllowed(_("Only the customer of this ticket can answer here."))


def _checked(edition: Edition, name: str, raw: Any) -> Any:
    fact = edition.facts.get(name)
    if fact is None or name in NOT_SAID:
        raise Invalid(_("“%(name)s” is not something that can be said here.", name=name))
    if raw is None:
        return None
    try:
        value = value_of(raw, fact, edition.currency)
    except BadCell as problem:
        raise Invalid(str(problem)) from problem
    if fact.kind is Kind.NUMBER and value < 0:
        raise Invalid(_("“%(fact)s” cannot be less than none.", fact=fact.meaning))
    return value


def _keep(ticket: Ticket, line: int, name: str, value: Any, by: Actor) -> None:
    query = select(GivenFact).where(GivenFact.ticket_id == ticket.id, GivenFact.line_id == line, GivenFact.name == name)
    fact = db.session.scalar(query)
    if fact is None:
        fact = GivenFact(ticket_id=ticket.id, line_id=line, name=name)
        db.session.add(fact)
    fact.value, fact.given_at = value, clock.now()
    for column, who in columns_for(by).items():
        setattr(fact, column, who)
    db.session.flush()


def is_staff(by: Actor) -> bool:
    """Whether a member of staff said it."""
    return isinstance(by, User)
