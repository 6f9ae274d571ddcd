"""Fields of a store's own on its tickets: declared in its file, typed, each change one line of the timeline."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.accounts import Actor
from helpdesk.core import clock
from helpdesk.core.db import Base, db
from helpdesk.core.errors import Invalid
from helpdesk.stores import FieldTerms
from helpdesk.tickets.ticket import Ticket
from helpdesk.tickets.timeline import Action


class TicketField(Base):
    """One value on one ticket, in the spelling of its kind; empty values have no row."""

    __tablename__ = "ticket_fields"
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(500))
    set_at: Mapped[datetime]


def set_field(ticket: Ticket, name: str, text: str, *, by: Actor) -> None:
    """Fill it in, change it or empty it. Raises Invalid where it is not of its kind; the same value changes nothing."""
    terms = ticket.store.work.field_named(name)
    if not terms.is_for(ticket.issue_type):
        raise Invalid(f"Tickets like this one have no field “{terms.label}”.")
    value, kept = terms.read(text), db.session.get(TicketField, (ticket.id, name))
    old = kept.value if kept else ""
    if value == old:
        return
    if kept and not value:
        db.session.delete(kept)
    elif kept:
        kept.value, kept.set_at = value, clock.now()
    else:
        db.session.add(TicketField(ticket_id=ticket.id, name=name, value=value, set_at=clock.now()))
    ticket.record(
        Action.FIELD_SET, by=by, field=name, label=terms.label, old=terms.show(old), new=terms.show(value)
    )  # fmt: skip


def fields_of(ticket: Ticket) -> list[tuple[FieldTerms, str]]:
    """Its store's fields for such tickets, each with its value; those that are not declared any more are left out."""
    declared = ticket.store.work.fields_for(ticket.issue_type)
    if not declared:
        return []
    query = select(TicketField.name, TicketField.value).where(TicketField.ticket_id == ticket.id)
    values = {row.name: row.value for row in db.session.execute(query)}
    return [(terms, values.get(terms.name, "")) for terms in declared]
