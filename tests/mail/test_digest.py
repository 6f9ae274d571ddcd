"""The digest at the beginning of a supervisor's shift: once per shift and person, and what it says."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from helpdesk.accounts import SYSTEM, Absence, Role, User, set_shift, shift_began_at, take_off_duty, week_from_words
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.escalation import Reason, escalate
from helpdesk.mail import Digest, OutgoingMail, digests_due, send_digest
from helpdesk.stores import Calendar, Store
from tests import factories
from tests.scenes import BERLIN, NEW_YORK, local

At = Callable[..., datetime]
NINE_TO_FIVE = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "9-12, 13-17")
OFFICE = Calendar("UTC", dict.fromkeys(range(5), ((540, 720), (780, 1020))), {})
NIGHTS = Calendar("UTC", dict.fromkeys(range(7), ((0, 360), (1320, 1440))), {})


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# ---- when a shift begins (pure)


@pytest.mark.parametrize("calendar, now, began", [
    (OFFICE, "2026-06-01 08:59:59", None),
    (OFFICE, "2026-06-01 09:00", "2026-06-01 09:00"),
    (OFFICE, "2026-06-01 12:30", None),  # lunch
    (OFFICE, "2026-06-01 13:30", "2026-06-01 09:00"),  # the same shift after it
    (OFFICE, "2026-06-02 09:30", "2026-06-02 09:00"),
    (OFFICE, "2026-06-06 10:00", None),
    (NIGHTS, "2026-06-01 22:00", "2026-06-01 22:00"),
    (NIGHTS, "2026-06-02 05:00", "2026-06-01 22:00"),  # past midnight it is still the same
    (Calendar.always_open("UTC"), "2026-06-01 07:59", None),
    (Calendar.always_open("UTC"), "2026-06-01 08:00", "2026-06-01 08:00"),
    (Calendar.always_open(BERLIN), "2026-06-01 06:30", "2026-06-01 06:00"),
])  # fmt: skip
def test_when_the_shift_that_runs_now_began(calendar: Calendar, now: str, began: str | None) -> None:
    assert shift_began_at(calendar, moment(now)) == (moment(began) if began else None)


# ---- to whom, and when


@pytest.fixture
def shop(database: None, at: At) -> Store:
    at("2026-06-01 09:00", NEW_YORK)  # a Monday; the store opens
    return factories.store(name="Bowls & More")


def waiting(shop: Store) -> Any:
    return escalate(factories.ticket(shop), Reason.AGENT_REQUEST, by=SYSTEM)


def run() -> list[OutgoingMail]:
    for user_id, began_at in digests_due():
        send_digest(user_id, began_at)
    return list(db.session.scalars(db.select(OutgoingMail).where(OutgoingMail.letter == "digest")))


def readers() -> list[str]:
    return sorted(mail.to_name for mail in run())


def test_supervisors_and_managers_read_it(shop: Store) -> None:
    for role in Role:
        factories.agent(shop, role=role, name=role.value)
    waiting(shop)
    assert readers() == ["manager", "supervisor"]


def test_once_per_shift_however_often_it_is_tried(shop: Store, at: At) -> None:
    boss = factories.supervisor(shop)
    waiting(shop)
    (due,) = digests_due()
    for _ in range(3):
        send_digest(*due)
    assert len(run()) == 1
    at("2026-06-01 10:59", NEW_YORK)
    assert len(run()) == 1
    at("2026-06-02 09:00", NEW_YORK)
    assert len(run()) == 2
    began = db.session.scalars(db.select(Digest.shift_began_at).where(Digest.user_id == boss.id)).all()
    assert began == [local("2026-06-01 09:00"), local("2026-06-02 09:00")]


@pytest.mark.parametrize("when, count", [("08:59:59", 0), ("09:00", 1), ("11:00", 1), ("11:00:01", 0), ("18:00", 0)])
def test_only_while_it_is_the_beginning(when: str, count: int, shop: Store, at: At) -> None:
    factories.supervisor(shop)
    waiting(shop)
    at(f"2026-06-01 {when}", NEW_YORK)
    assert len(run()) == count


def test_whoever_has_a_shift_gets_it_at_its_beginning(shop: Store, at: At) -> None:
    boss = factories.supervisor(shop)
    set_shift(boss, BERLIN, week_from_words(NINE_TO_FIVE), by=boss)
    waiting(shop)
    at("2026-06-01 09:00", NEW_YORK)  # afternoon in Berlin
    assert run() == []
    at("2026-06-02 09:05", BERLIN)
    assert "Tue 2 Jun, 09:05 (CEST)" in run()[0].text


def test_nobody_who_is_absent_gone_or_without_a_store(shop: Store) -> None:
    factories.supervisor(shop, is_absent=True)
    factories.supervisor(shop, is_active=False)
    factories.supervisor()
    waiting(shop)
    assert run() == []


def test_nothing_to_tell_is_not_told(shop: Store) -> None:
    boss = factories.supervisor(shop)
    assert run() == []
    assert db.session.scalars(db.select(Digest.user_id)).all() == [boss.id]


# ---- what it says


def test_it_says_what_waits_what_runs_out_and_who_is_absent(shop: Store, at: At) -> None:
    boss = factories.supervisor(shop, name="Ada")
    mara = factories.agent(shop, name="Mara")
    Absence.plan(mara, clock.now(), clock.now() + timedelta(days=2), by=boss)
    take_off_duty(factories.agent(shop, name="Zoe"), by=boss)
    raised = waiting(shop)
    with clock.at(clock.now() - timedelta(days=3)):
        late = factories.ticket(shop)
    (mail,) = run()
    assert mail.subject == "Today: 1 escalation waits, 1 promise runs out, 2 people absent"
    assert f"http://help.example.com/desk/escalations/{raised.id}" in mail.text
    assert "Agent asks for help" in mail.text
    assert "handed to you" in mail.text
    assert f"http://help.example.com/desk/tickets/{late.reference}" in mail.text
    assert "Mara, until Wed 3 Jun, 09:00 (EDT)" in mail.text
    assert "Zoe, until further notice" in mail.text
    assert "Bowls &amp; More" in mail.html
    assert mail.is_automatic


def test_another_stores_rows_are_not_told(shop: Store) -> None:
    factories.supervisor(shop)
    other = factories.store(timezone="Asia/Tokyo")
    foreign = waiting(other)
    factories.agent(other, name="Stranger", is_absent=True)
    assert run() == []
    mine = waiting(shop)
    db.session.execute(db.delete(Digest))
    (mail,) = run()
    assert mine.ticket.reference in mail.text
    assert foreign.ticket.reference not in mail.text + mail.html
    assert "Stranger" not in mail.text


def test_a_long_list_is_cut_and_counted(shop: Store) -> None:
    boss: User = factories.supervisor(shop)
    for _ in range(13):
        waiting(shop).to = boss
    (mail,) = run()
    assert mail.text.count("/desk/escalations/") == 11
    assert "and 3 more" in mail.text
