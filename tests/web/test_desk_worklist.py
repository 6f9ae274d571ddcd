"""The worklist: what waits stands on it, in whose order, for whom, and at what cost."""

import csv
import io
import re
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import insert, update

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.returns import Cancellation, Claim, ClaimKind, Exchange, Replacement, Sending, Work, worklist
from helpdesk.stores import Store
from helpdesk.tickets import Ticket
from helpdesk.web.desk import worklist as desk_worklist
from tests import factories
from tests.returns.goods import bought, line_of, order_of, staff
from tests.scenes import plans_of
from tests.web.browsing import Browser, read
from tests.web.test_query_counts import asked_for

PAGE = "/desk/worklist"
FILE = "/desk/worklist.csv"


@pytest.fixture
def desk(client: Browser, shop: Store) -> Browser:
    """An agent's browser."""
    return client.sign_in(factories.agent(shop))


def to_send(shop: Store, quantity: int = 1, **given: Any) -> Replacement:
    ticket = bought(shop, **given)
    return Replacement.record(ticket, [(line_of(ticket), quantity)], by=staff(ticket))


def to_swap(shop: Store, *, dearer_by: int = 0) -> Exchange:
    ticket = bought(shop)
    return Exchange.record(
        ticket, line_of(ticket), 1, wanted="Large bowl", by=staff(ticket), difference_cents=dearer_by
    )


def to_cancel(shop: Store) -> Cancellation:
    ticket = factories.ticket(shop, order=factories.order(shop, lines=2))
    return Cancellation.request(ticket, by=ticket.customer)


def to_judge(shop: Store, ticket: Ticket | None = None) -> Claim:
    ticket = ticket or bought(shop)
    return Claim.open(ticket, ClaimKind.WRONG, by=ticket.customer)


#: One of each kind: how it is made, its tab, what its row says, and how it is over.
KINDS: dict[str, tuple[Any, str, str, Any]] = {
    "replacement": (to_send, "to_send", "Replacement", lambda made, by: made.send(by=by)),
    "exchange": (to_swap, "to_send", "1 × Large bowl, instead of Bowl 1", lambda made, by: made.cancel("No.", by=by)),
    "unpaid": (
        lambda shop: to_swap(shop, dearer_by=500),
        "unpaid",
        "1 × Large bowl, instead of Bowl 1",
        lambda m, by: m.take_payment(by=by),
    ),
    "cancellation": (to_cancel, "cancellations", "order was processing", lambda made, by: made.withdraw(by=by)),
    "claim": (to_judge, "claims", "Claim: wrong item", lambda made, by: made.reject("No.", by=by)),
}


def references(text: str) -> list[str]:
    """The tickets of the rows, from the first to the last."""
    return re.findall(r'href="/desk/tickets/([^"/]+)"', text)


def records_in(text: str) -> set[str]:
    """Which records the rows are about."""
    return set(re.findall(r'href="[^"]+/records/(\w+/\d+)"', text))


def counters(text: str) -> dict[str, str]:
    tabs = re.search(r'<nav class="tabs".*?</nav>', text, re.DOTALL)
    assert tabs
    return dict(re.findall(r"kind=(\w+)[^>]*>[^<]+<span class=\"count\">([^<]+)<", tabs[0]))


@pytest.mark.parametrize("sort", KINDS)
def test_what_waits_stands_there_until_it_is_done(desk: Browser, shop: Store, sort: str) -> None:
    make, tab, words, finish = KINDS[sort]
    made = make(shop)
    page = desk.get(f"{PAGE}?kind={tab}")
    assert words in read(page)
    assert order_of(made.ticket).number in read(page)
    assert references(page.text) == [made.ticket.reference]
    assert counters(page.text)[tab] == "1"
    (link,) = re.findall(rf'href="(/desk/tickets/{made.ticket.reference}/records/[^"]+)"', page.text)
    assert desk.get(link).status_code == 200
    finish(made, staff(made.ticket))
    after = desk.get(f"{PAGE}?kind={tab}").text
    assert references(after) == []
    assert counters(after)[tab] == "0"


@pytest.mark.parametrize("sort", KINDS)
def test_another_stores_work_does_not_exist(client: Browser, shop: Store, sort: str) -> None:
    make, tab, *_ = KINDS[sort]
    other = factories.store()
    mine, foreign = make(shop), make(other)
    client.sign_in(factories.agent(shop))
    for query in (f"kind={tab}", f"kind={tab}&store={other.slug}"):
        page, file = client.get(f"{PAGE}?{query}").text, client.get(f"{FILE}?{query}").text
        assert references(page) == [mine.ticket.reference]
        assert counters(page)[tab] == "1"
        for text in (page, file):
            assert foreign.ticket.reference not in text
            assert other.name not in text
    theirs = Browser(client.application).sign_in(factories.agent(other))
    assert references(theirs.get(f"{PAGE}?kind={tab}").text) == [foreign.ticket.reference]


def test_it_is_for_staff_who_work_there(client: Browser, shop: Store) -> None:
    made = to_send(shop)
    assert client.get(PAGE).status_code == 302
    assert client.get(FILE).status_code == 302
    client.sign_in(factories.agent(factories.store()))
    assert made.ticket.reference not in client.get(PAGE).text
    assert made.ticket.reference not in client.get(FILE).text


def test_what_was_promised_first_stands_first(desk: Browser, shop: Store) -> None:
    now = clock.now()
    soon, late, bare, fresh = (to_judge(shop) for _ in range(4))
    soon.ticket.next_due_at, late.ticket.next_due_at = now + timedelta(hours=1), now - timedelta(days=1)
    for claim, days in ((bare, 2), (fresh, 0)):
        claim.ticket.solve(by=staff(claim.ticket))  # no clock runs any more: the claim itself is still owed
        claim.made_at = now - timedelta(days=days)
    assert references(desk.get(f"{PAGE}?kind=claims").text) == [
        claim.ticket.reference for claim in (bare, late, fresh, soon)
    ]


def test_a_row_says_what_it_is_worth_and_what_is_promised(desk: Browser, shop: Store) -> None:
    claim = to_send(shop, 2, number="#77", discount_cents=400)
    claim.made_at = clock.now() - timedelta(days=3)
    claim.ticket.next_due_at = clock.now() - timedelta(hours=5)
    seen = read(desk.get(PAGE))
    for words in ("2 × Bowl 1", "#77", "$80.00", "3 days", "5 h overdue", "Ada Buyer", "Nobody yet"):
        assert words in seen


def test_a_claim_that_names_nothing_is_about_the_whole_order(desk: Browser, shop: Store) -> None:
    to_judge(shop, factories.ticket(shop, order=factories.order(shop, lines=2)))
    seen = read(desk.get(f"{PAGE}?kind=claims"))
    assert "The whole order" in seen
    assert "$84.00" in seen


def test_a_claim_without_an_order_is_listed(desk: Browser, shop: Store) -> None:
    claim = to_judge(shop, factories.ticket(shop))
    assert references(desk.get(f"{PAGE}?kind=claims").text) == [claim.ticket.reference]
    assert claim.ticket.reference in desk.get(f"{FILE}?kind=claims").text


def test_filters_stand_in_the_address_and_come_off(client: Browser, shop: Store) -> None:
    other = factories.store()
    sent, waiting, elsewhere = to_send(shop), to_send(shop), to_send(other)
    sent.send(by=staff(sent.ticket))
    client.sign_in(factories.agent(shop, other))
    page = client.get(f"{PAGE}?kind=to_send&state=sent&store={shop.slug}").text
    assert references(page) == [sent.ticket.reference]
    chips = [url.replace("&amp;", "&") for url in re.findall(r'class="chip" href="([^"]+)"', page)]
    assert [references(client.get(url).text) for url in chips] == [
        [waiting.ticket.reference], [sent.ticket.reference],
    ]  # fmt: skip
    assert 'class="chip"' not in client.get(PAGE).text
    assert references(client.get(f"{PAGE}?store={other.slug}").text) == [elsewhere.ticket.reference]
    assert counters(client.get(f"{PAGE}?store={other.slug}").text)["to_send"] == "1"


def test_of_what_is_over_the_newest_stands_first(desk: Browser, shop: Store) -> None:
    made = [to_send(shop) for _ in range(3)]
    for days, each in enumerate(made):
        each.made_at = clock.now() - timedelta(days=9 - days)
        each.send(by=staff(each.ticket))
    listed = references(desk.get(f"{PAGE}?state=sent").text)
    assert listed == [each.ticket.reference for each in reversed(made)]


@pytest.mark.parametrize("query", ["", "?state=sent"])
def test_pages_go_on_without_a_gap(desk: Browser, shop: Store, query: str) -> None:
    ticket = bought(shop, quantity=60)
    by, line = staff(ticket), line_of(ticket)
    for _ in range(14):
        Replacement.record(ticket, [(line, 1)], by=by)
    for _ in range(13):
        Exchange.record(ticket, line, 1, wanted="Large bowl", by=by)
    if query:
        for kind in (Replacement, Exchange):
            db.session.execute(update(kind).values(state=Sending.SENT))
    pages = [desk.get(f"{PAGE}{query}").text]
    after = re.search(r'rel="next" href="([^"]+)"', pages[0])
    assert after
    pages.append(desk.get(after[1].replace("&amp;", "&")).text)
    links = [records_in(page) for page in pages]
    assert [len(found) for found in links] == [25, 2]
    assert len(links[0] | links[1]) == 27
    back = re.search(r'rel="prev" href="([^"]+)"', pages[1])
    assert back
    assert records_in(desk.get(back[1].replace("&amp;", "&")).text) == links[0]


def test_a_counter_stops_counting(desk: Browser, shop: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        to_cancel(shop)
    monkeypatch.setattr(worklist, "COUNTED", 2)
    monkeypatch.setattr(desk_worklist, "COUNTED", 2)
    assert counters(desk.get(PAGE).text)["cancellations"] == "2+"


@pytest.mark.one_engine
@pytest.mark.parametrize("count", [2, 8])
def test_the_questions_stay_few(client: Browser, shop: Store, count: int) -> None:
    for make, *_ in KINDS.values():
        for _ in range(count):
            make(shop)
    client.sign_in(factories.supervisor(shop))
    for tab in Work:
        asked = asked_for(client, f"{PAGE}?kind={tab}&store={shop.slug}")
        assert len(asked) <= 7, "\n".join(asked)


def test_an_index_brings_what_waits(shop: Store) -> None:
    agent = factories.agent(shop)
    for make, *_ in KINDS.values():
        long_done(make(shop))
    db.session.connection().exec_driver_sql("ANALYZE")
    for tab, kind in worklist.WORK.items():
        asked = worklist.WorkFilter(tab, kind.waits, shop.id)
        plan = plans_of(partial(worklist.work_page, agent, asked, None, 25))
        for table in kind.tables.values():
            names = [f"ix_{table.__tablename__}_store_state", "uq_claims_open"]  # an open claim is in either
            if db.session.get_bind().dialect.name == "postgresql":  # it weighs two fitting ones by the table's pages
                names += [f"ix_{table.__tablename__}_"]
            assert any(name in plan for name in names), plan


def long_done(made: Any) -> None:
    """So many like this one that are over, that a planner has to think."""
    over = {"replacement": "cancelled", "exchange": "cancelled", "cancellation": "refused", "claim": "rejected"}
    table, left_out = type(made), {"id", "state", "form_key"}
    row = {c.key: getattr(made, c.key) for c in table.__table__.columns if c.key not in left_out}
    db.session.execute(insert(table), [{**row, "state": over[table.__name__.lower()]} for _ in range(1500)])


def test_the_file_says_what_to_pack_and_where_it_goes(desk: Browser, shop: Store) -> None:
    made = to_send(shop, 2, ship_to="=1 Elm Street", currency="JPY")
    line_of(made.ticket).sku = "BOWL-1"
    answer = desk.get(FILE)
    assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="to-send-all-{clock.now():%Y}')
    (row,) = csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff")))
    assert (row["what"], row["state"], row["store"]) == ("Replacement", Sending.TO_BE_SENT, shop.slug)
    assert (row["items"], row["stock_numbers"], row["ship_to"]) == ("2 × Bowl 1", "BOWL-1", "'=1 Elm Street")
    assert (row["value"], row["currency"], row["ticket"]) == ("8400", "JPY", made.ticket.reference)


def test_the_file_names_what_an_exchange_sends(desk: Browser, shop: Store) -> None:
    made = to_swap(shop)
    line_of(made.ticket).sku = "BOWL-1"
    (row,) = csv.DictReader(io.StringIO(desk.get(FILE).text.lstrip("\ufeff")))
    assert (row["items"], row["stock_numbers"]) == ("1 × Large bowl, instead of Bowl 1", "")


@pytest.mark.parametrize("query", ["kind=%00", "state=nonsense", "kind=claims&state=sent", "at=broken", "store=%00"])
def test_odd_addresses_do_no_harm(desk: Browser, query: str) -> None:
    assert desk.get(f"{PAGE}?{query}").status_code == 200
    assert desk.get(f"{FILE}?{query}").status_code == 200
