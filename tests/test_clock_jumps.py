"""The host's clock is set while the timetable works: nothing is said twice, and nothing is left out."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk import jobs, mail, sla
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.mail import MailState, OutgoingMail, Undeliverable, claim_unsent
from helpdesk.mail.outbox import LEASE, PAUSES
from helpdesk.sla import SlaClock, Target
from helpdesk.tickets import Action, Event, Status, Ticket
from tests import factories

pytestmark = pytest.mark.usefixtures("database")

OPENED = datetime(2026, 6, 1, 14, tzinfo=UTC)
LATE = OPENED + timedelta(hours=25)
SECOND, MINUTE, HOUR, DAY = (timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))
#: Some on SQLite alone: the looks lie in the same code.
LOOKS = [1, 3, 6, *(pytest.param(look, marks=pytest.mark.one_engine) for look in (2, 4, 9))]
JUMPS = {"an hour back": -HOUR, "a day ahead": DAY, "a second back": -SECOND, "two days back": -2 * DAY}


class HostClock:
    """Goes on by a second with every look at it, and is set by `jump` at the look number `at_look`."""

    def __init__(self, now: datetime) -> None:
        self.moment, self.looks = now, 0
        self.at_look, self.jump = -1, timedelta(0)

    def now(self) -> datetime:
        """What the host says."""
        self.looks += 1
        self.moment += SECOND + (self.jump if self.looks == self.at_look else timedelta(0))
        return self.moment

    def set(self, moment: datetime, *, jump: timedelta = timedelta(0), at_look: int = -1) -> None:
        """Right again, and perhaps about to jump."""
        self.moment, self.looks, self.jump, self.at_look = moment, 0, jump, at_look


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[HostClock]:
    """The clock of this host, in the hands of the test."""
    made = HostClock(OPENED)
    monkeypatch.setattr(clock, "now", made.now)
    return made


@pytest.fixture
def letters(app: Flask, monkeypatch: pytest.MonkeyPatch) -> "Counter[str]":
    """How often each letter was handed over, by its Message-ID."""
    sent: Counter[str] = Counter()

    class Carrier:
        def send(self, message: EmailMessage) -> None:
            sent[str(message["Message-ID"])] += 1

    monkeypatch.setitem(app.extensions, "helpdesk.transport", Carrier())
    return sent


def told(action: Action) -> Counter[int]:
    """How often each first answer's clock was told of."""
    events = db.session.scalars(select(Event).where(Event.action == action))
    return Counter(event.details["clock"] for event in events if event.details["target"] == Target.FIRST_RESPONSE)


def first_answers() -> dict[int, int]:
    return dict.fromkeys(db.session.scalars(select(SlaClock.id).where(SlaClock.target == Target.FIRST_RESPONSE)), 1)


def unanswered(count: int) -> list[Ticket]:
    shop = factories.store()
    factories.supervisor(shop)
    tickets = [factories.ticket(shop) for _ in range(count)]
    db.session.commit()
    return tickets


@pytest.mark.parametrize("at_look", LOOKS)
@pytest.mark.parametrize("jump", JUMPS.values(), ids=JUMPS.keys())
def test_a_jump_in_the_middle_of_a_sweep_neither_doubles_nor_skips_a_breach(
    host: HostClock, jump: timedelta, at_look: int
) -> None:
    unanswered(3)
    host.set(LATE, jump=jump, at_look=at_look)
    jobs.sweep_clocks()
    jobs.sweep_clocks()  # the clock is still wrong
    host.set(LATE + MINUTE)  # and right again
    jobs.sweep_clocks()
    jobs.sweep_clocks()
    assert told(Action.BREACHED) == first_answers()


@pytest.mark.parametrize("at_look", LOOKS)
@pytest.mark.parametrize("jump", [-HOUR, -SECOND, HOUR], ids=["an hour back", "a second back", "an hour ahead"])
def test_a_jump_in_the_middle_of_a_sweep_neither_doubles_nor_skips_a_warning(
    host: HostClock, jump: timedelta, at_look: int
) -> None:
    unanswered(3)
    host.set(OPENED + 19 * HOUR, jump=jump, at_look=at_look)
    for _ in range(2):
        jobs.sweep_clocks()
    host.set(OPENED + 20 * HOUR)
    for _ in range(2):
        jobs.sweep_clocks()
    assert told(Action.WARNED) == first_answers()
    assert told(Action.BREACHED) == {}


@pytest.mark.parametrize("jump", JUMPS.values(), ids=JUMPS.keys())
def test_what_a_dead_sweeper_had_in_hand_by_a_wrong_clock_is_done_at_once(host: HostClock, jump: timedelta) -> None:
    unanswered(3)
    host.set(LATE + jump)
    sla.claim_to_breach()
    db.session.commit()  # and it dies
    host.set(LATE + MINUTE)
    jobs.sweep_clocks()
    assert told(Action.BREACHED) == first_answers()


def test_a_clock_that_was_a_day_ahead_does_not_tell_of_the_same_breach_again(host: HostClock) -> None:
    unanswered(2)
    host.set(OPENED + DAY + HOUR)  # it is really an hour after opening
    jobs.sweep_clocks()
    before = told(Action.BREACHED)
    for hours in (1, 12, 25, 49):
        host.set(OPENED + hours * HOUR)
        jobs.sweep_clocks()
    assert told(Action.BREACHED) == before == first_answers()


@pytest.mark.parametrize("at_look", LOOKS)
@pytest.mark.parametrize("jump", JUMPS.values(), ids=JUMPS.keys())
def test_a_jump_while_letters_are_delivered_neither_doubles_nor_skips_one(
    host: HostClock, letters: "Counter[str]", jump: timedelta, at_look: int
) -> None:
    unanswered(7)
    host.set(LATE, jump=jump, at_look=at_look)
    for _ in range(2):
        jobs.deliver_mail()
    host.set(LATE + MINUTE)
    jobs.deliver_mail()  # this one finds what waits too long
    host.set(LATE + MINUTE + LEASE + MINUTE)
    jobs.deliver_mail()
    assert letters == dict.fromkeys(db.session.scalars(select(OutgoingMail.message_id)), 1)
    assert set(db.session.scalars(select(OutgoingMail.state))) == {MailState.SENT}


@pytest.mark.parametrize("jump", JUMPS.values(), ids=JUMPS.keys())
def test_letters_that_a_dead_process_had_in_hand_by_a_wrong_clock_leave_after_a_lease(
    host: HostClock, letters: "Counter[str]", jump: timedelta
) -> None:
    unanswered(3)
    host.set(LATE + jump)
    claim_unsent()
    db.session.commit()  # and it dies
    for later in (MINUTE, MINUTE + LEASE + MINUTE):
        host.set(LATE + later)
        jobs.deliver_mail()
    assert letters == dict.fromkeys(db.session.scalars(select(OutgoingMail.message_id)), 1)


@pytest.mark.parametrize("attempts", [0, 1, 3, len(PAUSES)])
def test_a_letter_put_off_by_a_clock_that_was_ahead_waits_a_lease_and_no_more(host: HostClock, attempts: int) -> None:
    unanswered(1)
    (letter,) = db.session.scalars(select(OutgoingMail))
    letter.attempts = attempts
    ahead = max(LEASE, PAUSES[attempts - 1]) if attempts else LEASE
    letter.next_try_at = LATE + DAY + ahead
    host.set(LATE)
    mail.release_stranded()
    db.session.refresh(letter)
    assert LATE + LEASE <= letter.next_try_at <= LATE + LEASE + MINUTE
    assert claim_unsent() == []  # somebody may be handing it over at this moment
    host.set(LATE + LEASE + MINUTE)
    assert claim_unsent() == [letter.id]


@pytest.mark.parametrize("attempts", range(1, len(PAUSES) + 1))
def test_a_letter_that_failed_keeps_its_pause(host: HostClock, attempts: int) -> None:
    unanswered(1)
    (letter,) = db.session.scalars(select(OutgoingMail))
    letter.attempts = attempts - 1
    host.set(LATE)
    mail.settle(letter.id, Undeliverable("the mail server went away"))
    db.session.commit()
    pause = letter.next_try_at
    mail.release_stranded()
    db.session.refresh(letter)
    assert letter.next_try_at == pause


@pytest.mark.parametrize("jump", JUMPS.values(), ids=JUMPS.keys())
def test_upkeep_by_a_wrong_clock_closes_once(host: HostClock, jump: timedelta) -> None:
    for ticket in unanswered(2):
        ticket.solve(by=ticket.customer)
    host.set(OPENED + 8 * DAY, jump=jump, at_look=2)
    for _ in range(2):
        jobs.upkeep()
    host.set(OPENED + 8 * DAY)
    jobs.upkeep()
    closed = db.session.scalars(select(Event.ticket_id).where(Event.action == Action.CLOSED))
    assert set(Counter(closed).values()) == {1}
    assert set(db.session.scalars(select(Ticket.status))) == {Status.CLOSED}
