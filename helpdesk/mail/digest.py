"""The digest: what a supervisor finds in the mailbox when a shift begins, once per shift and person."""

from datetime import datetime, timedelta

from flask import current_app, render_template
from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column, selectinload

from helpdesk.accounts import Role, User, presence_of, shift_began_at
from helpdesk.core import clock
from helpdesk.core.db import Base, db
from helpdesk.escalation import Briefing, briefing_for
from helpdesk.mail.headers import named, one_line
from helpdesk.mail.letters import local_in
from helpdesk.mail.outbox import MailState, OutgoingMail, new_message_id
from helpdesk.mail.sending import base_url
from helpdesk.stores import Calendar, Store, calendar_of

#: A beginning that nobody noticed for so long is no beginning any more.
LATEST = timedelta(hours=2)
READERS = (Role.SUPERVISOR, Role.MANAGER)


class Digest(Base):
    """One person's digest of one shift: who writes this row writes the letter, and nobody else does."""

    __tablename__ = "digests"
    __table_args__ = (UniqueConstraint("user_id", "shift_began_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    shift_began_at: Mapped[datetime]
    claimed_at: Mapped[datetime]


def digests_due() -> list[tuple[int, datetime]]:
    """Whose shift has just begun and who has no digest of it, as (person, beginning of the shift)."""
    began = dict(_begun_shifts())
    query = select(Digest.user_id, Digest.shift_began_at).where(
        Digest.user_id.in_(began), Digest.shift_began_at >= clock.now() - LATEST
    )
    done = {(user_id, at) for user_id, at in db.session.execute(query)}
    return [each for each in began.items() if each not in done]


def send_digest(user_id: int, began_at: datetime) -> None:
    """Write one; nothing if somebody else has done so, or if there is nothing to tell."""
    person = db.session.get_one(User, user_id)
    if not person.stores or not _claim(person, began_at):
        return
    timezone = _calendar_of(person).timezone
    briefing = briefing_for(person, timezone)
    if not briefing.is_empty:
        _post(person, person.stores[0], briefing, timezone, began_at)


def _begun_shifts() -> list[tuple[int, datetime]]:
    readers = select(User).where(User.is_active, User.role.in_(READERS)).options(selectinload(User.stores))
    people = [person for person in db.session.scalars(readers) if person.stores]
    now = clock.now()
    found = []
    presence = presence_of(people, now)
    for person in people:
        shift = presence[person.id].shift or calendar_of(person.stores[0])
        began_at = shift_began_at(shift, now) if presence[person.id].is_here else None
        if began_at and now - began_at <= LATEST:
            found.append((person.id, began_at))
    return found


def _calendar_of(person: User) -> Calendar:
    presence = presence_of([person], clock.now())[person.id]
    return presence.shift or calendar_of(person.stores[0])


def _claim(person: User, began_at: datetime) -> bool:
    try:
        with db.session.begin_nested():
            db.session.add(Digest(user_id=person.id, shift_began_at=began_at, claimed_at=clock.now()))
    except IntegrityError:  # another scheduler was quicker
        return False
    return True


def _post(person: User, store: Store, briefing: Briefing, timezone: str, began_at: datetime) -> None:
    now, base = clock.now(), base_url()
    dress = {
        "person": person,
        "briefing": briefing,
        "base": base,
        "local": lambda moment: local_in(moment, timezone),
        "now": now,
        "accent": store.accent,
    }
    db.session.add(
        OutgoingMail(
            store_id=store.id,
            letter="digest",
            cause=f"digest:{person.id}:{began_at.isoformat()}",
            message_id=new_message_id(),
            sender=named("Helpdesk", current_app.config["MAIL_FROM"]),
            to_address=person.email,
            to_name=one_line(person.name),
            subject=subject_of(briefing),
            text=render_template("emails/digest.txt", **dress),
            html=render_template("emails/digest.html", **dress),
            is_automatic=True,
            state=MailState.WAITING,
            written_at=now,
            next_try_at=now,
        )
    )


def subject_of(briefing: Briefing) -> str:
    """The whole day in one line."""
    parts = [
        (briefing.waiting_count, "escalation waits", "escalations wait"),
        (briefing.due_count, "promise runs out", "promises run out"),
        (len(briefing.absent), "person absent", "people absent"),
    ]
    return "Today: " + ", ".join(f"{count} {one if count == 1 else many}" for count, one, many in parts if count)
