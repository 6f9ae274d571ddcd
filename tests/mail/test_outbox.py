"""The outbox: what lies in it, who takes a letter out, and what becomes of one that does not get through."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from socket import create_server

import pytest
from flask import Flask
from sqlalchemy import func, select

from helpdesk import jobs
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import WrongState
from helpdesk.mail import MailState, OutgoingMail, claim_unsent, failed_mails, transport_from
from helpdesk.mail.outbox import LEASE, PAUSES
from helpdesk.tickets import Action
from tests import factories
from tests.conftest import ENGINES
from tests.lasting import lasting_app
from tests.mail.smtp_server import MailServer, mail_server, server_side, signing_in
from tests.scenes import actions_on, last

Round = Callable[[str], None]
Clock = Callable[[str], datetime]

ENCODED_LINE_END = "=?utf-8?q?x=0D=0ABcc=3A_evil=40evil.example?="
HOSTILE_NAMES = [
    "Ada\r\nBcc: evil@evil.example",
    "Ada\u2028Bcc: evil@evil.example",
    "evil@evil.example, Ada",
    '"quoted" <evil@evil.example>',
    "x" * 60 + ", evil@evil.example, " + "y" * 30,
    "é" * 50 + ", evil@evil.example, " + "y" * 30,
    "=?utf-8?q?evil=40evil.example=2C?= " + "x" * 80,
    ENCODED_LINE_END,
    "\\",
    "(",
]


def letter(**customer: str) -> OutgoingMail:
    """The acknowledgement of a new ticket, waiting in the outbox."""
    shop = factories.store(name="Casa Petto", email="help@casa-petto.example.com")
    factories.ticket(shop, by=factories.customer(shop, **customer))
    return db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id.desc()).limit(1)).one()


def nobody() -> str:
    """The address of a mail server that does not run."""
    with create_server(("127.0.0.1", 0)) as taken:
        return f"smtp://127.0.0.1:{taken.getsockname()[1]}"


# ---- what is sent


def test_a_letter_arrives_as_it_was_written(post_round: Round, server: MailServer, at: Clock) -> None:
    at("2026-03-02 15:00")
    written = letter(email="ada@mail.example.com")
    post_round(server.url)
    (got,) = server.received
    assert (got.sender, got.recipients) == ("help@casa-petto.example.com", ["ada@mail.example.com"])
    assert (got.part("plain").strip(), got.part("html").strip()) == (written.text.strip(), written.html.strip())
    assert {name: got.message[name] for name in ("From", "To", "Subject", "Message-ID", "Date", "Auto-Submitted")} == {
        "From": "Casa Petto <help@casa-petto.example.com>",
        "To": "Ada Buyer <ada@mail.example.com>",
        "Subject": written.subject,
        "Message-ID": written.message_id,
        "Date": "Mon, 02 Mar 2026 15:00:00 +0000",
        "Auto-Submitted": "auto-generated",
    }
    assert (written.state, written.sent_at, written.attempts) == (MailState.SENT, clock.now(), 1)


def test_letters_on_one_ticket_belong_together(post_round: Round, server: MailServer) -> None:
    ticket = letter().ticket
    assert ticket
    ticket.reply(by=factories.agent(ticket.store), body="It is on its way.")
    post_round(server.url)
    assert len({got.message["References"] for got in server.received}) == 1
    assert len({got.message["Message-ID"] for got in server.received}) == 2


def test_what_was_sent_is_not_sent_again(post_round: Round, server: MailServer) -> None:
    letter()
    for _ in range(2):
        post_round(server.url)
    assert len(server.received) == 1


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_no_name_becomes_a_header_or_an_address(post_round: Round, server: MailServer, name: str) -> None:
    written = letter(name=name)
    post_round(server.url)
    (got,) = server.received
    assert got.recipients == [written.to_address]
    assert [address.addr_spec for address in got.message["To"].addresses] == [written.to_address]
    assert "Bcc" not in got.message
    assert not got.message.defects


@pytest.mark.parametrize("subject", ["Bowl\r\nBcc: evil@evil.example", ENCODED_LINE_END, "Bowl\x1b[31m"])
def test_no_subject_becomes_a_header(post_round: Round, server: MailServer, subject: str) -> None:
    shop = factories.store()
    factories.ticket(shop, subject=subject)
    post_round(server.url)
    (got,) = server.received
    assert "Bcc" not in got.message
    assert got.message["Subject"].isprintable()


@pytest.mark.parametrize(
    "name", ["Jürgen Müßig", "日本 太郎", "Đặng Thị Minh", "عائشة", "Zoë 🐈", "O'Neil", "Dr. Ada L. Buyer Jr."]
)
def test_a_name_arrives_in_its_own_letters(post_round: Round, server: MailServer, name: str) -> None:
    letter(name=name)
    post_round(server.url)
    (to,) = server.received[0].message["To"].addresses
    assert to.display_name == name
    assert f"Hello {name}," in server.received[0].part("plain")


@pytest.mark.parametrize(
    "address, recipient",
    [
        ("ada@müller.example.com", "ada@xn--mller-kva.example.com"),
        ("jürgen@mail.example.com", "jürgen@mail.example.com"),
        ("o'neil+bowls@mail.example.com", "o'neil+bowls@mail.example.com"),
    ],
)
def test_an_address_beyond_ascii(post_round: Round, server: MailServer, address: str, recipient: str) -> None:
    written = letter(email=address, name="Jürgen")
    post_round(server.url)
    assert [got.recipients for got in server.received] == [[recipient]]
    assert written.state is MailState.SENT


def test_an_address_the_mail_server_cannot_read_is_seen_at_once(post_round: Round) -> None:
    written = letter(email="jürgen@mail.example.com")
    with mail_server(enable_SMTPUTF8=False) as old:
        post_round(old.url)
    assert (written.state, old.received) == (MailState.FAILED, [])


def test_a_very_long_subject_arrives(post_round: Round, server: MailServer) -> None:
    shop = factories.store()
    factories.ticket(shop, subject="Schüssel und Näpfe " * 20)
    post_round(server.url)
    (got,) = server.received
    assert "Schüssel und Näpfe " * 9 in got.message["Subject"]
    assert max(map(len, got.content.split(b"\r\n"))) <= 998


def test_a_letter_that_cannot_be_written_as_mail_is_seen_at_once(post_round: Round, server: MailServer) -> None:
    written = letter()
    written.to_address = "ada@mail.example.com\nBcc: evil@evil.example"
    post_round(server.url)
    assert (written.state, server.received) == (MailState.FAILED, [])
    assert "cannot be written as mail" in written.last_error


# ---- what does not get through


def test_a_person_nobody_knows_is_seen_at_once(post_round: Round, server: MailServer) -> None:
    server.says["RCPT"] = "550 no such person"
    written = letter()
    post_round(server.url)
    assert (written.state, written.attempts) == (MailState.FAILED, 1)
    assert written.last_error == "the mail server said 550: no such person"
    assert written.ticket
    event = last(written.ticket, Action.MAIL_FAILED)
    assert event.details == {
        "mail": written.id, "letter": "acknowledgement", "to": written.to_address, "error": written.last_error,
    }  # fmt: skip


def test_only_the_staff_of_the_store_see_what_failed(post_round: Round, server: MailServer) -> None:
    server.says["RCPT"] = "550 no such person"
    first, second = letter(), letter()
    first.store.slug, first.store.name = "first", "First"
    post_round(server.url)
    agent = factories.agent(first.store)
    assert db.session.scalars(failed_mails(agent)).all() == [first]
    assert db.session.scalars(failed_mails(factories.agent(second.store))).all() == [second]


@pytest.mark.parametrize("answer", ["451 come back later", None], ids=["busy", "down"])
def test_a_letter_waits_longer_after_every_try(
    post_round: Round, server: MailServer, at: Clock, answer: str | None
) -> None:
    now = at("2026-03-02 09:00")
    server.says["RCPT"] = answer or ""
    url, written = server.url if answer else nobody(), letter()
    waited: list[timedelta] = []
    while written.state is MailState.WAITING and len(waited) < 20:
        with clock.at(now):
            post_round(url)
        waited.append(written.next_try_at - now)
        now = written.next_try_at
    minutes = [pause.total_seconds() / 60 for pause in waited[:-1]]
    assert minutes == [1, 5, 15, 60, 180, 720, 1440]
    assert (written.state, written.attempts) == (MailState.FAILED, len(PAUSES) + 1)
    assert written.ticket
    assert actions_on(written.ticket).count(Action.MAIL_FAILED) == 1


def test_before_its_time_a_letter_is_not_tried(post_round: Round, server: MailServer, at: Clock) -> None:
    at("2026-03-02 09:00")
    server.says["RCPT"] = "451 come back later"
    written = letter()
    post_round(server.url)
    for moment, attempts in (("2026-03-02 09:00:59", 1), ("2026-03-02 09:01:00", 2)):
        at(moment)
        post_round(server.url)
        assert written.attempts == attempts


def test_the_same_letter_keeps_its_message_id(post_round: Round, server: MailServer, at: Clock) -> None:
    at("2026-03-02 09:00")
    written = letter()
    tried = [str(written.as_message()["Message-ID"])]
    server.says["DATA"] = "451 come back later"
    post_round(server.url)
    del server.says["DATA"]
    at("2026-03-02 09:01")
    post_round(server.url)
    assert [got.message["Message-ID"] for got in server.received] == tried
    assert (written.state, written.attempts, written.last_error) == (MailState.SENT, 2, "")


def test_a_wrong_password_keeps_letters_until_it_is_mended(post_round: Round, trusted: Path, at: Clock) -> None:
    at("2026-03-02 09:00")
    written = letter()
    with mail_server(tls_context=server_side(trusted), require_starttls=True, authenticator=signing_in) as server:
        url = f"smtp+tls://helpdesk:%s@127.0.0.1:{server.port}"
        post_round(url % "open%2Fsesamy")
        assert (written.state, written.last_error[:16]) == (MailState.WAITING, "sign-in refused:")
        assert "sesamy" not in written.last_error
        at("2026-03-02 09:01")
        post_round(url % "open%2Fsesame")
    assert written.state is MailState.SENT


def test_one_bad_letter_does_not_stop_the_others(post_round: Round, server: MailServer) -> None:
    bad, good = letter(), letter()
    bad.to_address = "nobody\n"
    post_round(server.url)
    assert (bad.state, good.state) == (MailState.FAILED, MailState.SENT)


def test_once_mended_a_letter_begins_anew(post_round: Round, server: MailServer) -> None:
    server.says["RCPT"] = "550 no such person"
    written = letter()
    post_round(server.url)
    written.try_again(by=factories.supervisor(written.store))
    assert (written.state, written.attempts) == (MailState.WAITING, 0)
    del server.says["RCPT"]
    post_round(server.url)
    assert written.state is MailState.SENT
    assert len(server.received) == 1


@pytest.mark.usefixtures("database")
def test_a_second_try_by_staff_stands_on_the_timeline() -> None:
    written = letter()
    written.state = MailState.FAILED
    boss = factories.supervisor(written.store)
    written.try_again(by=boss)
    assert last(written.ticket, Action.MAIL_RETRIED).user_id == boss.id


@pytest.mark.usefixtures("database")
def test_only_what_failed_can_be_tried_again() -> None:
    written = letter()
    with pytest.raises(WrongState, match="has not failed"):
        written.try_again(by=factories.supervisor(written.store))


# ---- who takes a letter out


@pytest.mark.usefixtures("database")
def test_a_letter_that_was_taken_is_nobody_elses_until_the_lease_is_over(at: Clock) -> None:
    now = at("2026-03-02 09:00")
    written = letter()
    taken = []
    for later in (timedelta(0), LEASE - timedelta(seconds=1), LEASE):
        with clock.at(now + later):
            taken.append(claim_unsent())
    assert taken == [[written.id], [], [written.id]]


@pytest.fixture(params=ENGINES)
def lasting(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An app whose letters several connections see."""
    with lasting_app(request.param, request, tmp_path) as app:
        yield app


def write_letters(count: int) -> set[int]:
    shop = factories.store()
    for _ in range(count):
        factories.ticket(shop)
    ids = set(db.session.scalars(select(OutgoingMail.id)))
    db.session.commit()
    return ids


def test_who_comes_second_gets_other_letters(lasting: Flask) -> None:
    with lasting.app_context():
        written = write_letters(12)
        if db.engine.dialect.name == "sqlite":  # the second waits until the first has committed
            first = claim_unsent()
            db.session.commit()
        else:  # while the first has not committed yet
            first = claim_unsent()
        with lasting.app_context():
            second = claim_unsent()
            db.session.commit()
        db.session.commit()
        third = claim_unsent()
    assert [len(taken) for taken in (first, second, third)] == [5, 5, 2]
    assert {*first, *second, *third} == written


def test_many_at_once_take_each_letter_once(lasting: Flask) -> None:
    taken: list[int] = []

    def take() -> None:
        with lasting.app_context():
            while ids := claim_unsent():
                db.session.commit()
                taken.extend(ids)

    with lasting.app_context():
        written = write_letters(40)
    threads = [threading.Thread(target=take) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(taken) == sorted(written)


def test_a_slow_mail_server_does_not_keep_the_database_waiting(lasting: Flask, server: MailServer) -> None:
    asked, answered = threading.Event(), threading.Event()

    def wait() -> None:
        asked.set()
        answered.wait(timeout=10)

    server.on_letter = wait
    lasting.extensions["helpdesk.transport"] = transport_from(server.url)
    with lasting.app_context(), ExitStack() as stack:
        write_letters(1)
        stack.callback(answered.set)
        worker = threading.Thread(target=run_round, args=(lasting,))
        worker.start()
        assert asked.wait(timeout=10)
        shop = factories.store()  # another connection writes meanwhile
        db.session.commit()
        assert shop.id
        assert db.session.scalar(select(func.count()).where(OutgoingMail.state == MailState.SENT)) == 0
        db.session.rollback()
        answered.set()
        worker.join(timeout=20)
        assert db.session.scalar(select(func.count()).where(OutgoingMail.state == MailState.SENT)) == 1


def run_round(app: Flask) -> None:
    with app.app_context():
        jobs.deliver_mail()
