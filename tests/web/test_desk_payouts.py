"""Payouts: who sees them, what the file says, and that paid means paid once."""

import csv
import io
import re

import pytest

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.returns import Payout, Refund, some_of
from helpdesk.stores import Store
from tests import factories
from tests.returns.goods import bought, line_of, staff
from tests.web.browsing import Browser, hidden, read
from tests.web.test_query_counts import asked_for

KEY = {"form_key": "k" * 20}


@pytest.fixture
def boss(client: Browser, shop: Store) -> Browser:
    """A supervisor's browser."""
    return client.sign_in(factories.supervisor(shop))


def recorded(shop: Store, *, reason: str = "", **given: object) -> Refund:
    """A refund of 42.00 that nobody has paid yet."""
    ticket = bought(shop, **given)
    line = line_of(ticket).id
    return Refund.record(ticket, some_of({line: 4200}, units={line: 1}), by=staff(ticket), reason=reason)


def test_an_agent_has_no_way_in(client: Browser, shop: Store) -> None:
    refund = recorded(shop)
    client.sign_in(factories.agent(shop))
    answers = [client.get("/desk/payouts"), client.get("/desk/payouts.csv")]
    answers += [client.post(f"/desk/payouts/{refund.id}/payment", data={"reference": "x"})]
    assert {answer.status_code for answer in answers} == {403}
    assert refund.state is Payout.TO_BE_PAID
    assert "/desk/payouts" not in client.get("/desk/").text


def test_another_stores_payout_does_not_exist(boss: Browser) -> None:
    foreign = recorded(factories.store())
    assert "Nothing to pay out" in read(boss.get("/desk/payouts"))
    assert foreign.ticket.reference not in boss.get("/desk/payouts.csv").text
    assert boss.post(f"/desk/payouts/{foreign.id}/payment", data={"reference": "x"}).status_code == 404
    assert foreign.state is Payout.TO_BE_PAID


def test_it_is_said_that_no_money_moves_from_here(boss: Browser, shop: Store) -> None:
    recorded(shop, payment_method="Visa 4242", reason="Broken")
    page = read(boss.get("/desk/payouts"))
    for words in ("paid elsewhere", "$42.00", "Refund to the original payment method (Visa 4242)", "Broken"):
        assert words in page


def test_what_is_paid_gets_its_reference_and_moves_over(boss: Browser, shop: Store) -> None:
    refund = recorded(shop)
    form = hidden(boss.get("/desk/payouts"), "/payment")
    answer = boss.post(f"/desk/payouts/{refund.id}/payment", data={**form, "reference": " TX-9 "})
    assert answer.status_code == 302
    assert (refund.state, refund.payout_reference) == (Payout.PAID, "TX-9")
    assert "Nothing to pay out" in read(boss.get("/desk/payouts"))
    assert "reference TX-9" in read(boss.get("/desk/payouts?state=paid"))


def test_a_second_press_is_the_same_but_another_reference_is_refused(boss: Browser, shop: Store) -> None:
    refund = recorded(shop)
    address = f"/desk/payouts/{refund.id}/payment"
    answers = [boss.post(address, data={**KEY, "reference": text}) for text in ("TX-9", "TX-9", "TX-10")]
    assert [answer.status_code for answer in answers] == [302, 302, 422]
    assert "paid out already" in read(answers[2])
    assert refund.payout_reference == "TX-9"


@pytest.mark.parametrize("reference", ["", " ", "\x00", "x" * 121])
def test_a_payment_without_a_reference_is_refused(boss: Browser, shop: Store, reference: str) -> None:
    refund = recorded(shop)
    answer = boss.post(f"/desk/payouts/{refund.id}/payment", data={**KEY, "reference": reference})
    assert answer.status_code == 422
    assert f'id="reference-{refund.id}-error"' in answer.text
    assert refund.state is Payout.TO_BE_PAID


def test_the_file_has_a_row_for_each(boss: Browser, shop: Store) -> None:
    refund = recorded(shop, reason="=1+1")
    paid = recorded(shop)
    paid.mark_paid("TX", by=staff(paid.ticket))
    answer = boss.get("/desk/payouts.csv")
    assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="payouts-all-{clock.now():%Y}')
    (row,) = csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff")))
    assert (row["refund"], row["amount"], row["currency"], row["store"]) == (str(refund.id), "42.00", "USD", shop.slug)
    assert row["note"] == "'=1+1"  # not a formula


@pytest.mark.parametrize("currency, cents, amount", [("JPY", 4200, "4200"), ("KWD", 4200, "4.200"), ("EUR", 5, "0.05")])
def test_amounts_have_the_places_of_their_currency(
    boss: Browser, shop: Store, currency: str, cents: int, amount: str
) -> None:
    refund = recorded(shop, currency=currency)
    refund.cents = cents
    (row,) = csv.DictReader(io.StringIO(boss.get("/desk/payouts.csv").text.lstrip("\ufeff")))
    assert row["amount"] == amount


def test_a_store_is_shown_alone(client: Browser, shop: Store) -> None:
    other = factories.store()
    mine, theirs = recorded(shop), recorded(other)
    client.sign_in(factories.supervisor(shop, other))
    for address in (f"/desk/payouts?store={other.slug}", f"/desk/payouts.csv?store={other.slug}"):
        text = client.get(address).text
        assert (mine.ticket.reference in text, theirs.ticket.reference in text) == (False, True)


@pytest.mark.parametrize("query", ["state=nonsense", "state=%00", "at=broken", "store=nowhere"])
def test_odd_addresses_do_no_harm(boss: Browser, query: str) -> None:
    assert boss.get(f"/desk/payouts?{query}").status_code == 200


def test_pages_go_on_and_the_questions_stay_few(boss: Browser, shop: Store) -> None:
    ticket = bought(shop, quantity=60)
    for _ in range(30):
        Refund.record(ticket, some_of({line_of(ticket).id: 100}, units={}), by=staff(ticket))
    db.session.commit()
    first = boss.get("/desk/payouts").text
    after = re.search(r'rel="next" href="([^"]+)"', first)
    assert after
    second = boss.get(after[1].replace("&amp;", "&")).text
    ids = [set(re.findall(r'id="refund-(\d+)"', page)) for page in (first, second)]
    assert [len(found) for found in ids] == [25, 5]
    assert len(asked_for(boss, "/desk/payouts")) <= 5
