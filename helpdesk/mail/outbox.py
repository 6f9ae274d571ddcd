"""The outbox: letters lie here in the same transaction as their cause, and leave later, at least once."""

from datetime import datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from enum import StrEnum
from secrets import token_hex

from flask import current_app
from sqlalchemy import ForeignKey, Index, Select, String, Text, case, literal, select, text, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts import SYSTEM, Actor, User, store_ids_of
from helpdesk.core import clock
from helpdesk.core.db import Base, UtcMoment, Word, at_most, db, fixed
from helpdesk.core.errors import WrongState
from helpdesk.mail.headers import named, without_code
from helpdesk.mail.transport import Undeliverable
from helpdesk.stores import Store
from helpdesk.tickets import Action, Ticket

LEASE = timedelta(minutes=5)
#: How long to wait after each failed try; after the last the letter is given up and staff see it.
PAUSES = [timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 720, 1440)]


class MailState(StrEnum):
    """Where a letter is."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"  # what it said was taken back before it left


IS_WAITING = text("state = 'waiting'")
IS_FAILED = text("state = 'failed'")


class OutgoingMail(Base):
    """One letter to one person, exactly as it is sent."""

    __tablename__ = "outgoing_mails"
    __table_args__ = (
        Index("ix_outgoing_mails_waiting", "next_try_at", "id", sqlite_where=IS_WAITING, postgresql_where=IS_WAITING),
        Index("ix_outgoing_mails_failed", "store_id", "id", sqlite_where=IS_FAILED, postgresql_where=IS_FAILED),
        Index("ix_outgoing_mails_ticket_id", "ticket_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id"))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    letter: Mapped[str] = mapped_column(String(60))
    cause: Mapped[str] = mapped_column(String(400), unique=True)  # one event writes one letter to one person
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    sender: Mapped[str] = mapped_column(String(400))
    to_address: Mapped[str] = mapped_column(String(254))
    to_name: Mapped[str] = mapped_column(String(120))
    subject: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    is_automatic: Mapped[bool]
    state: Mapped[MailState] = mapped_column(Word(MailState), default=MailState.WAITING)
    written_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    not_before: Mapped[datetime | None]  # until then what it says may be taken back
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(String(500), default="")
    sent_at: Mapped[datetime | None]
    store: Mapped[Store] = relationship()
    ticket: Mapped[Ticket | None] = relationship()

    def as_message(self) -> EmailMessage:
        """The letter as mail programs know it: the same Message-ID at every try."""
        to = named(self.to_name, self.to_address)
        # Only an address beyond ASCII may have headers beyond ASCII: many mail servers know neither.
        message = EmailMessage(policy=policy.default.clone(utf8=not (self.sender + to).isascii()))
        message["Message-ID"] = self.message_id
        message["Date"] = format_datetime(self.written_at)
        message["From"] = self.sender
        message["To"] = to
        message["Subject"] = without_code(self.subject)
        if self.ticket_id:
            message["References"] = f"<ticket-{self.ticket_id}@{current_app.config['MAIL_DOMAIN']}>"
        if self.is_automatic:
            message["Auto-Submitted"] = "auto-generated"
            message["X-Auto-Response-Suppress"] = "All"
        message.set_content(self.text)
        message.add_alternative(self.html, subtype="html")
        return message

    def try_again(self, *, by: Actor) -> None:
        """Staff has mended what was wrong: from the start."""
        if self.state is not MailState.FAILED:
            raise WrongState("This letter has not failed.")
        self.state, self.attempts, self.next_try_at = MailState.WAITING, 0, clock.now()
        if self.ticket:
            self.ticket.record(Action.MAIL_RETRIED, by=by, mail=self.id, letter=self.letter, to=self.to_address)


def new_message_id() -> str:
    """A Message-ID of ours; random, so that it tells nothing and never repeats."""
    return f"<{token_hex(16)}@{current_app.config['MAIL_DOMAIN']}>"


def claim_unsent(limit: int = 5) -> list[int]:
    """Take letters that are due for a while: nobody else gets them until the lease is over. The caller commits."""
    now = clock.now()
    due = select(OutgoingMail.id).where(OutgoingMail.state == fixed(MailState.WAITING), OutgoingMail.next_try_at <= now)
    due = (
        due.order_by(OutgoingMail.next_try_at, OutgoingMail.id).limit(at_most(limit)).with_for_update(skip_locked=True)
    )
    taken = due.cte("taken")  # a plain subquery may be run, and so lock, repeatedly
    statement = update(OutgoingMail).where(OutgoingMail.id.in_(select(taken.c.id))).values(next_try_at=now + LEASE)
    statement = statement.returning(OutgoingMail.id).execution_options(synchronize_session=False)
    return sorted(db.session.scalars(statement))


def release_stranded() -> None:
    """Bring back letters that wait longer than any pause lasts: the clock of the host that wrote that was wrong."""
    now = clock.now()
    # Not at once, but after a lease: somebody may be handing it over at this moment.
    longest = {tries: literal(now + max(pause, LEASE), UtcMoment()) for tries, pause in enumerate((LEASE, *PAUSES))}
    waits_longer = OutgoingMail.next_try_at > case(longest, value=OutgoingMail.attempts)
    waiting = OutgoingMail.state == fixed(MailState.WAITING), OutgoingMail.next_try_at > now + LEASE
    statement = update(OutgoingMail).where(*waiting, waits_longer).values(next_try_at=now + LEASE)
    db.session.execute(statement.execution_options(synchronize_session=False))


def oldest_unsent(now: datetime) -> datetime | None:
    """Since when a letter could have been handed over; None when none is due."""
    due = OutgoingMail.state == fixed(MailState.WAITING), OutgoingMail.next_try_at <= now
    return db.session.scalar(
        select(OutgoingMail.next_try_at).where(*due).order_by(OutgoingMail.next_try_at).limit(at_most(1))
    )


def message_of(mail_id: int) -> EmailMessage | None:
    """What is to be handed to the mail server; nothing if that was done meanwhile."""
    mail = db.session.get_one(OutgoingMail, mail_id)
    if mail.state is not MailState.WAITING:
        return None
    try:
        return mail.as_message()
    except (ValueError, LookupError) as problem:
        _not_sent(mail, Undeliverable(f"the letter cannot be written as mail: {problem}", is_final=True))
        return None


def settle(mail_id: int, problem: Undeliverable | None) -> None:
    """Remember that a letter has left, or when to try again."""
    mail = db.session.get_one(OutgoingMail, mail_id, with_for_update=True)
    if mail.state is not MailState.WAITING:
        return
    mail.attempts += 1
    if problem:
        _not_sent(mail, problem)
    else:
        mail.state, mail.sent_at, mail.last_error = MailState.SENT, clock.now(), ""


def _not_sent(mail: OutgoingMail, problem: Undeliverable) -> None:
    mail.last_error = str(problem)[:500]
    if not problem.is_final and mail.attempts <= len(PAUSES):
        mail.next_try_at = clock.now() + PAUSES[mail.attempts - 1]
        return
    mail.state = MailState.FAILED
    if mail.ticket:
        mail.ticket.record(
            Action.MAIL_FAILED, by=SYSTEM, mail=mail.id, letter=mail.letter, to=mail.to_address, error=mail.last_error
        )


def failed_mails(person: User) -> Select[OutgoingMail]:
    """Letters that were given up, for the staff of their stores, newest first."""
    query = select(OutgoingMail).where(OutgoingMail.state == fixed(MailState.FAILED))
    return query.where(OutgoingMail.store_id.in_(store_ids_of(person))).order_by(OutgoingMail.id.desc())
