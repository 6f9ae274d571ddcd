"""The demo's past: made small, once on each database, and only looked at by the tests."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from config import DEMO_PASSWORD
from helpdesk.accounts import By, User, WeeklyShift, absences_from, who_signs_in
from helpdesk.core import clock
from helpdesk.core.db import Base, db
from helpdesk.escalation import Escalation, EscalationState
from helpdesk.mail import MailState, OutgoingMail
from helpdesk.orders import Order
from helpdesk.seed import SEEDS
from helpdesk.seed.demo import UNSENT, make_past
from helpdesk.sla import SlaClock, State
from helpdesk.stores import Store, calendar_of, load_store, read_store_file
from helpdesk.tickets import Action, Attachment, Event, Message, Status, Tag, Ticket, TicketTag, storage
from tests.conftest import ENGINES
from tests.lasting import lasting_app

FEW = 30  # tickets: ten a store, some under way and some over
NOW = datetime(2026, 3, 11, 15, 20, tzinfo=UTC)  # a Wednesday on which all three stores are open


class Interrupted(Exception):
    """Somebody pressed Ctrl-C."""


@pytest.fixture(scope="module", params=ENGINES)
def _past(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("demo")
    with lasting_app(request.param, request, folder) as app, app.app_context(), clock.at(NOW):
        for file in sorted(SEEDS.glob("*/store.toml")):
            load_store(read_store_file(file))
        db.session.commit()
        _interrupt()
        make_past(lambda words: None, tickets=FEW)
        db.session.remove()
        yield


pytestmark = pytest.mark.usefixtures("_past")


def test_it_is_made_once_and_the_second_time_changes_nothing() -> None:
    said: list[str] = []
    before = _rows()
    make_past(said.append, tickets=FEW)
    assert (_rows(), len(said)) == (before, 1)


def test_everybody_can_sign_in_and_is_known_to_have_the_demo_password() -> None:
    staff = db.session.scalars(select(User)).all()
    assert all(user.has_demo_password for user in staff)
    assert who_signs_in("mara@desk.example.com", DEMO_PASSWORD) in staff


def test_what_happened_to_a_ticket_stands_in_the_order_of_time() -> None:
    moments: dict[int, list[datetime]] = defaultdict(list)
    for event in db.session.scalars(select(Event).order_by(Event.id)):
        moments[event.ticket_id].append(event.at)
    assert moments
    assert all(each == sorted(each) for each in moments.values())


def test_nothing_lies_in_the_future() -> None:
    latest = select(func.max(Event.at)), select(func.max(Message.written_at)), select(func.max(Order.placed_at))
    assert max(db.session.scalars(query).one() for query in latest) < NOW


def test_every_clock_is_due_when_its_promise_says() -> None:
    clocks = db.session.scalars(select(SlaClock).where(SlaClock.breached_at.is_(None))).all()
    assert clocks
    assert [c.due_at for c in clocks] == [c.calendar.due(c.started_at, c.seconds, c.counts, c.gaps) for c in clocks]


def test_every_clock_says_truly_whether_its_promise_was_kept() -> None:
    for each in db.session.scalars(select(SlaClock)):
        if each.state is State.MET:
            assert each.stopped_at is None or each.stopped_at <= each.due_at
        elif each.state is State.RUNNING:
            assert (each.breached_at is not None) == (each.due_at < NOW - timedelta(minutes=1))


def test_promises_that_were_not_kept_were_seen_within_a_minute() -> None:
    breached = db.session.scalars(select(Event).where(Event.action == "breached")).all()
    # A parcel may be late before anybody writes; every other promise begins with its ticket.
    ours = [each for each in breached if each.details["target"] != "delivery"]
    late = [each.at - datetime.fromisoformat(each.details["due_at"]) for each in ours]
    assert late
    assert max(late) < timedelta(minutes=1)


def test_staff_write_in_the_opening_hours_of_their_store() -> None:
    query = select(Message, Store).join(Ticket, Ticket.id == Message.ticket_id).join(Store, Store.id == Ticket.store_id)
    for message, store in db.session.execute(query.where(Message.by == By.STAFF)):
        calendar, at = calendar_of(store), message.written_at
        assert calendar.is_open(at) or calendar.is_open(at - timedelta(minutes=2))


@pytest.mark.parametrize("status", [Status.NEW, Status.OPEN])
def test_tickets_wait_in_every_store(status: Status) -> None:
    waiting = select(Ticket.store_id).where(Ticket.status == status).distinct()
    assert len(db.session.scalars(waiting).all()) == 3


def test_an_escalation_waits_in_every_store() -> None:
    raised = select(Escalation.store_id).where(Escalation.state == EscalationState.RAISED).distinct()
    assert len(db.session.scalars(raised).all()) == 3


def test_tags_are_given_in_every_store_and_by_its_staff() -> None:
    given = select(Tag.store_id, Tag.name).join(TicketTag, TicketTag.tag_id == Tag.id).distinct()
    by_store = Counter(row.store_id for row in db.session.execute(given))
    assert len(by_store) == 3
    assert min(by_store.values()) >= 2
    told = db.session.scalars(select(Event).where(Event.action == Action.TAGGED)).all()
    assert len(told) == db.session.scalar(select(func.count()).select_from(TicketTag))
    assert all(each.by is By.STAFF for each in told)


def test_letters_went_out_at_once_but_for_the_last_hour_and_one_address() -> None:
    letters: dict[MailState, list[OutgoingMail]] = defaultdict(list)
    for letter in db.session.scalars(select(OutgoingMail)):
        letters[letter.state].append(letter)
    assert all(
        each.sent_at and each.sent_at - each.written_at < timedelta(minutes=1) for each in letters[MailState.SENT]
    )
    assert all(each.written_at > NOW - UNSENT for each in letters[MailState.WAITING])
    assert [each.to_address for each in letters[MailState.FAILED]] == ["walter.feris@mail.example.net"]


def test_every_photo_belongs_to_a_message_and_can_be_shown() -> None:
    photos = db.session.scalars(select(Attachment)).all()
    assert photos
    assert all(photo.message_id and storage().exists(photo.thumb_key or "") for photo in photos)


def test_orders_came_step_by_step() -> None:
    for order in db.session.scalars(select(Order)):
        known = [moment for _, moment in order.moments if moment]
        assert known == sorted(known)
        assert order.total_cents == order.shipping_cents - order.discount_cents + sum(
            line.quantity * line.unit_cents for line in order.lines
        )


def _interrupt() -> None:
    """What a past leaves behind that is stopped half way is nothing, so that it can be made again."""
    said: list[str] = []

    def say(words: str) -> None:
        said.append(words)
        if len(said) == 4:
            raise Interrupted

    with pytest.raises(Interrupted):
        make_past(say, tickets=FEW)
    db.session.rollback()
    assert db.session.scalar(select(func.count(User.id))) == 0


def _rows() -> dict[str, int]:
    tables = Base.metadata.sorted_tables
    return {table.name: db.session.execute(select(func.count()).select_from(table)).scalar_one() for table in tables}


def test_some_of_the_staff_work_in_shifts_and_one_is_soon_away() -> None:
    staff = db.session.scalars(select(User)).all()
    shifts = {shift.user_id for shift in db.session.scalars(select(WeeklyShift))}
    away = list(db.session.scalars(absences_from(NOW, [user.id for user in staff])))
    assert 0 < len(shifts) < len(staff)
    assert [each.has_begun for each in away] == [False]
