"""Letters that are held back for some seconds, and taken out of the outbox if what they say is taken back."""

from datetime import datetime

from sqlalchemy import func, select, update

from helpdesk.core import clock
from helpdesk.core.db import db, fixed
from helpdesk.core.errors import WrongState
from helpdesk.mail.outbox import MailState, OutgoingMail
from helpdesk.tickets import Event


def withdraw_letters(event: Event) -> None:
    """The letters of an answer that is taken back do not leave. Raises WrongState if one is on its way."""
    until = datetime.fromisoformat(event.details["held_until"])
    theirs = OutgoingMail.ticket_id == event.ticket_id, OutgoingMail.not_before == until
    # Whoever delivers moves `next_try_at` first, in one statement too: of the two only one finds it untouched.
    untouched = (
        OutgoingMail.state == fixed(MailState.WAITING),
        OutgoingMail.next_try_at == OutgoingMail.not_before,
        OutgoingMail.not_before > clock.now(),
    )
    statement = update(OutgoingMail).where(*theirs, *untouched).values(state=MailState.WITHDRAWN)
    db.session.execute(statement.execution_options(synchronize_session=False))
    left = select(func.count()).where(*theirs, OutgoingMail.state != fixed(MailState.WITHDRAWN))
    if db.session.scalar(left):
        raise WrongState("That answer has left already and cannot be taken back any more.")
