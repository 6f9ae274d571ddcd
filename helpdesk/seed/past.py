"""A past: scripts that play side by side in the order of time, while promises are swept and letters go out."""

from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import count

from sqlalchemy import select

from helpdesk import mail, sla
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.mail import OutgoingMail, Undeliverable

#: What a person or an order does: it yields the moment at which it wants to go on.
Script = Generator[datetime, None, None]

SWEPT_AFTER = timedelta(seconds=17)  # the timetable sweeps twice a minute
POSTED_AFTER = timedelta(seconds=9)
AT_ONCE = 50
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
NO_SUCH_MAILBOX = "the mail server said 550: 5.1.1 there is no such mailbox here"


class Agenda:
    """Scripts by the moment at which each goes on."""

    def __init__(self) -> None:
        self._scripts: list[tuple[datetime, int, Script]] = []
        self._numbers = count()

    def begin(self, script: Script) -> None:
        """Let a script take part from the first moment it names."""
        if moment := next(script, None):
            heappush(self._scripts, (moment.replace(microsecond=0), next(self._numbers), script))

    def next_at(self, until: datetime) -> datetime | None:
        """When something happens next, if that is not after `until`."""
        return self._scripts[0][0] if self._scripts and self._scripts[0][0] <= until else None

    def go_on(self) -> None:
        """Let the next thing happen."""
        self.begin(heappop(self._scripts)[2])


class Past:
    """Plays what stands on its two agendas: tickets, which promises and letters follow, and orders, which nothing does.

    Letters written after `post_until` stay in the outbox; those to `unknown` addresses come back.
    """

    def __init__(self, ends_at: datetime, post_until: datetime, unknown: set[str]) -> None:
        self.ends_at, self.post_until, self.unknown = ends_at, post_until, unknown
        self.tickets, self.orders = Agenda(), Agenda()
        self.at = LONG_AGO

    def play(self) -> None:
        """Let everything happen."""
        while moment := self.tickets.next_at(self.ends_at):
            self._sweep_until(moment)
            self._orders_until(moment)
            self._move_to(moment)
            with clock.at(self.at):
                self.tickets.go_on()
        self._sweep_until(self.ends_at)
        self._orders_until(self.ends_at)
        self._move_to(self.ends_at)

    def _sweep_until(self, moment: datetime) -> None:
        while (due := sla.next_moment()) and due + SWEPT_AFTER < moment:
            self._move_to(due + SWEPT_AFTER)
            with clock.at(self.at):
                _sweep()

    def _orders_until(self, moment: datetime) -> None:
        while step_at := self.orders.next_at(moment):
            with clock.at(step_at):
                self.orders.go_on()

    def _move_to(self, moment: datetime) -> None:
        """Time goes by; what was written before is delivered shortly after it was."""
        if self.at < self.post_until:
            with clock.at(min(self.at + POSTED_AFTER, moment)):
                self._post()
        self.at = max(self.at, moment)

    def _post(self) -> None:
        mail_ids = mail.claim_unsent(AT_ONCE)
        to_nowhere = select(OutgoingMail.id).where(
            OutgoingMail.id.in_(mail_ids), OutgoingMail.to_address.in_(self.unknown)
        )
        lost = set(db.session.scalars(to_nowhere)) if mail_ids else set()
        for mail_id in mail_ids:
            mail.settle(mail_id, Undeliverable(NO_SUCH_MAILBOX, is_final=True) if mail_id in lost else None)


def _sweep() -> None:
    for clock_id in sla.ids_to_breach(clock.now()):
        sla.breach(clock_id)
    for clock_id in sla.ids_to_warn(clock.now()):
        sla.warn(clock_id)
