"""A report while it is being written: kept at every step, one ticket at the end, forgotten when never sent."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from helpdesk.core.db import db
from helpdesk.core.tokens import fingerprint
from helpdesk.tickets import Attachment, Filing, IssueType, filing_by, forget, forgotten_filings
from tests import factories

pytestmark = pytest.mark.usefixtures("database")
At = Callable[..., datetime]


def test_it_is_found_by_its_secret_which_we_do_not_keep() -> None:
    shop = factories.store()
    filing, token = Filing.begin(shop)
    assert db.session.scalar(filing_by(shop, token)) is filing
    assert filing.key == fingerprint(token) != token


def test_another_stores_address_and_another_secret_find_nothing() -> None:
    filing, token = Filing.begin(factories.store())
    assert db.session.scalar(filing_by(factories.store(), token)) is None
    assert db.session.scalar(filing_by(filing.store, filing.key)) is None
    assert db.session.scalar(filing_by(filing.store, "")) is None


def test_what_was_given_is_kept_step_by_step() -> None:
    filing, _ = Filing.begin(factories.store())
    filing.keep("issue", issue_type="damaged")
    filing.keep("details", body="It", email="not yet an address")
    filing.keep("details", body="It broke", email="ada@mail.example.com")
    db.session.flush()
    db.session.expire(filing)
    assert filing.given("issue") == {"issue_type": "damaged"}
    assert filing.given("details") == {"body": "It broke", "email": "ada@mail.example.com"}
    assert filing.given("photos") == {}


@pytest.mark.parametrize(
    "chosen, issue_type", [("damaged", IssueType.DAMAGED), ("other", None), ("", None), (None, None)]
)
def test_the_choice_may_be_something_else(chosen: str | None, issue_type: IssueType | None) -> None:
    filing, _ = Filing.begin(factories.store())
    filing.keep("issue", issue_type=chosen)
    assert filing.issue_type is issue_type


def test_what_was_given_is_a_copy() -> None:
    filing, _ = Filing.begin(factories.store())
    filing.keep("issue", issue_type="damaged")
    filing.given("issue")["issue_type"] = "lost"
    assert filing.issue_type is IssueType.DAMAGED


def test_one_filing_makes_one_ticket() -> None:
    shop = factories.store()
    filing, _ = Filing.begin(shop)
    factories.ticket(shop, filing_key=filing.key)
    with pytest.raises(IntegrityError), db.session.begin_nested():
        factories.ticket(shop, filing_key=filing.key)


def test_only_what_was_never_sent_is_forgotten_after_seven_days(at: At) -> None:
    shop = factories.store()
    at("2026-03-02 15:00")
    unsent, sent = Filing.begin(shop)[0], Filing.begin(shop)[0]
    sent.ticket_id = factories.ticket(shop).id
    at("2026-03-02 15:01")
    Filing.begin(shop)
    assert db.session.scalars(forgotten_filings(at("2026-03-09 15:00"))).all() == []
    assert db.session.scalars(forgotten_filings(at("2026-03-09 15:01"))).all() == [unsent]


def test_forgetting_removes_the_report_and_its_files() -> None:
    filing, token = Filing.begin(factories.store())
    photo, other = factories.photo(), factories.photo()
    filing.attachments.append(photo)
    db.session.flush()
    forget(filing)
    db.session.flush()
    assert db.session.scalar(filing_by(filing.store, token)) is None
    assert db.session.scalars(select(Attachment)).all() == [other]
