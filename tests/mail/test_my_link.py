"""The letter with the link to one's own requests: who gets one, and what the link is good for."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from helpdesk import jobs
from helpdesk.accounts import MyLink, forget_links, link_by, links_to_write, revoke_links
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.mail import OutgoingMail, write_link
from helpdesk.stores import Store
from tests import factories

pytestmark = pytest.mark.usefixtures("database")
At = Callable[[str], datetime]


def asked(shop: Store, email: str) -> list[OutgoingMail]:
    """The letters that follow from a wish."""
    MyLink.ask(shop, email, "en")
    db.session.flush()
    for link_id in links_to_write():
        write_link(link_id)
    db.session.flush()
    return db.session.query(OutgoingMail).filter_by(letter="your_tickets").all()


def secret(letter: OutgoingMail) -> str:
    found = re.search(r"/my/(\S+)", letter.text)
    assert found
    return found[1]


def test_a_customer_gets_a_link() -> None:
    shop = factories.store()
    ada = factories.customer(shop, "ada@mail.example.com")
    (letter,) = asked(shop, " Ada@Mail.example.com ")
    assert (letter.to_address, letter.to_name) == (ada.email, "Ada Buyer")
    link = db.session.scalars(link_by(shop, secret(letter))).one()
    assert link.email == ada.email
    assert secret(letter) not in (link.key or "")  # what is stored opens nothing


def test_a_buyer_who_never_wrote_gets_one_too() -> None:
    shop = factories.store()
    factories.order(shop, email="bea@mail.example.com", customer_name="Bea")
    (letter,) = asked(shop, "bea@mail.example.com")
    assert letter.text.startswith("Hello Bea,")


def test_a_stranger_gets_none_and_leaves_nothing() -> None:
    shop, other = factories.store(), factories.store()
    factories.customer(other, "ada@mail.example.com")
    factories.order(other, email="ada@mail.example.com")
    assert asked(shop, "ada@mail.example.com") == []
    assert db.session.query(MyLink).count() == 0


def test_a_wish_is_answered_once() -> None:
    shop = factories.store()
    factories.customer(shop, "ada@mail.example.com")
    assert len(asked(shop, "ada@mail.example.com")) == 1
    for link in db.session.query(MyLink):
        write_link(link.id)
    write_link(999_999)
    assert db.session.query(OutgoingMail).filter_by(letter="your_tickets").count() == 1


def test_it_is_good_for_a_day_at_its_store(at: At) -> None:
    at("2026-03-02 09:00")
    shop = factories.store()
    factories.customer(shop, "ada@mail.example.com")
    token = secret(asked(shop, "ada@mail.example.com")[0])
    at("2026-03-03 08:59")
    assert db.session.scalar(link_by(shop, token))
    assert db.session.scalar(link_by(factories.store(), token)) is None
    assert db.session.scalar(link_by(shop, token + "x")) is None
    at("2026-03-03 09:00")
    assert db.session.scalar(link_by(shop, token)) is None


def test_revoking_ends_every_link_of_that_address_alone() -> None:
    shop, other = factories.store(), factories.store()
    for store, email in [
        (shop, "ada@mail.example.com"),
        (shop, "bea@mail.example.com"),
        (other, "ada@mail.example.com"),
    ]:
        factories.customer(store, email)
        asked(store, email)
    asked(shop, "ada@mail.example.com")
    revoke_links(shop.id, "ada@mail.example.com")
    left = {(link.store_id, link.email) for link in db.session.query(MyLink)}
    assert left == {(shop.id, "bea@mail.example.com"), (other.id, "ada@mail.example.com")}


def test_upkeep_forgets_links_that_are_over() -> None:
    MyLink.ask(factories.store(), "ada@mail.example.com", "en")
    db.session.flush()
    forget_links(clock.now() + timedelta(hours=47))
    assert db.session.query(MyLink).count() == 1
    forget_links(clock.now() + timedelta(hours=49))
    assert db.session.query(MyLink).count() == 0


def test_the_timetable_writes_it() -> None:
    shop = factories.store()
    factories.customer(shop, "ada@mail.example.com")
    MyLink.ask(shop, "ada@mail.example.com", "en")
    db.session.commit()
    jobs.deliver_mail()
    assert db.session.query(OutgoingMail).filter_by(letter="your_tickets").count() == 1
