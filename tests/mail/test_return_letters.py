"""Every step of a return, and everything that is paid or sent, writes to the customer once."""

import re
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.mail import OutgoingMail
from helpdesk.returns import Cancellation, Exchange, Finding, Kind, Refund, Replacement, Step, some_of
from helpdesk.tickets import IssueType, Ticket
from tests import factories
from tests.returns.goods import asked_back, at_step, bought, item_of, line_of, staff

pytestmark = pytest.mark.usefixtures("database")

HOSTILE = """<script>alert("1")</script> {{ 7 * 7 }}"""


def letters_of(ticket: Ticket) -> list[OutgoingMail]:
    """What was written about returns and refunds, oldest first."""
    query = select(OutgoingMail).where(OutgoingMail.ticket_id == ticket.id, OutgoingMail.letter != "acknowledgement")
    return list(db.session.scalars(query.order_by(OutgoingMail.id)))


def newest(ticket: Ticket) -> OutgoingMail:
    return letters_of(ticket)[-1]


def test_each_step_is_told_once() -> None:
    ticket = bought()
    by, rma = staff(ticket), at_step(ticket, Step.INSPECTED)
    back = some_of({line_of(ticket).id: 4200}, units={line_of(ticket).id: 1})
    Refund.record(ticket, back, by=by, rma=rma).mark_paid("TX", by=by)
    rma.close(by=by)
    told = [mail.letter for mail in letters_of(ticket)]
    assert told == ["return_approved", "return_received", "return_inspected", "refund_recorded", "refund_paid"]
    assert {mail.to_address for mail in letters_of(ticket)} == {ticket.customer.email}


@pytest.mark.parametrize("end, words", [("decline", "cannot take this back"), ("cancel", "is cancelled")])
def test_an_end_is_told_with_its_reason(end: str, words: str) -> None:
    ticket = bought()
    getattr(asked_back(ticket), end)("It was worn.", by=staff(ticket))
    assert words in newest(ticket).text
    assert "It was worn." in newest(ticket).text


def test_what_is_rejected_is_told() -> None:
    ticket = bought()
    at_step(ticket, Step.INSPECTED).reject("It was chewed.", by=staff(ticket))
    assert "It was chewed." in newest(ticket).text


def test_the_approval_says_how_by_when_and_leads_to_the_label(
    client: FlaskClient, at: Callable[[str], datetime]
) -> None:
    at("2026-03-02 15:00")
    ticket = bought()
    rma = asked_back(ticket, plan={"return_shipping": "customer", "charge_cents": 500})
    rma.approve(by=staff(ticket))
    letter = newest(ticket)
    for words in (
        f"Its number is {rma.number}.", "Please send it by Mon 16 Mar, 11:00 (EDT).", "1 × Bowl 1",
        "You pay the postage", "$5.00 are taken off",
    ):  # fmt: skip
        assert words in letter.text
        assert words in letter.html
    (link,) = set(re.findall(r"http://\S+label\.pdf", letter.text))
    assert client.get(urlsplit(link).path, base_url="http://help.example.com").data.startswith(b"%PDF-")


@pytest.mark.parametrize("moment, letters", [
    ("15:00:00", ["return_approved"]),
    ("15:00:01", ["return_approved"]),  # one press, in which a second ended
    ("15:01:00", ["return_approved", "return_label"]),
])  # fmt: skip
def test_a_label_that_is_sent_with_the_approval_is_no_second_letter(
    at: Callable[[str], datetime], moment: str, letters: list[str]
) -> None:
    at("2026-03-02 15:00")
    ticket = bought()
    rma = at_step(ticket, Step.APPROVED)
    at(f"2026-03-02 {moment}")
    rma.send_label(by=staff(ticket))
    assert [mail.letter for mail in letters_of(ticket)] == letters


def test_other_counts_and_deductions_are_told() -> None:
    ticket = bought()
    rma = at_step(ticket, Step.IN_TRANSIT, 2)
    rma.receive({item_of(rma).id: 1}, by=staff(ticket))
    assert "We counted 1 of 2: Bowl 1." in newest(ticket).text
    finding = Finding(damaged=1, missing=1, deduction_percent=20, deduction_reason="Scratched")
    rma.inspect({item_of(rma).id: finding}, by=staff(ticket))
    for words in ("passed in part", "1 of 2 were not in the parcel", "20 % less, because: Scratched"):
        assert words in newest(ticket).text


def test_a_refund_is_on_its_way_but_not_paid() -> None:
    ticket = bought(shipping_cents=795, total_cents=9195)
    Refund.record(ticket, some_of({line_of(ticket).id: 4200}, shipping_cents=795), by=staff(ticket))
    for words in ("$49.95", "to be paid out to the original payment method", "Original shipping: $7.95"):
        assert words in newest(ticket).text


def test_what_else_is_recorded_is_told() -> None:
    ticket = bought(quantity=9)
    by, line = staff(ticket), line_of(ticket)
    Refund.record(ticket, some_of({line.id: 100}), by=by, kind=Kind.STORE_CREDIT)
    assert "a store credit of $1.00" in newest(ticket).text
    Replacement.record(ticket, [(line, 2)], by=by)
    assert "2 × Bowl 1" in newest(ticket).text
    Exchange.record(ticket, line, 1, wanted="The large bowl", difference_cents=800, by=by)
    assert "dearer by $8.00" in newest(ticket).text


def test_a_cancellation_and_its_refund_are_told() -> None:
    shop = factories.store()
    order = factories.order(shop, number="#77")
    ticket = factories.ticket(shop, order=order, issue=IssueType.TRACKING)
    Cancellation.request(ticket, by=ticket.customer).confirm(by=staff(ticket))
    assert [mail.letter for mail in letters_of(ticket)] == ["order_cancelled", "refund_recorded"]
    assert "your order #77 is cancelled." in letters_of(ticket)[0].text


def test_what_staff_type_is_harmless() -> None:
    ticket = bought()
    asked_back(ticket).decline(HOSTILE, by=staff(ticket))
    assert HOSTILE in newest(ticket).text
    assert "<script>" not in newest(ticket).html
