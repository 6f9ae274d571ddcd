"""The what-if's page and its table for a spreadsheet."""

import csv
import io
from datetime import timedelta

import pytest

from helpdesk.accounts import User
from helpdesk.core import clock
from helpdesk.stores import Store
from helpdesk.tickets import Ticket
from tests import factories
from tests.web.browsing import Browser, read


@pytest.fixture
def boss(client: Browser, shop: Store) -> User:
    person = factories.supervisor(shop)
    client.sign_in(person)
    return person


def answered(shop: Store, hours: float) -> Ticket:
    """A ticket opened twelve days ago and answered so many hours after."""
    with clock.at(clock.now() - timedelta(days=12)):
        ticket, agent = factories.ticket(shop), factories.agent(shop)
        with clock.at(clock.now() + timedelta(hours=hours)):
            ticket.reply(by=agent, body="Here.")
    return ticket


def asked(shop: Store, **changes: str) -> dict[str, str]:
    return {
        "store": shop.slug,
        "target": "first_response",
        "hours": "2",
        "counts": "always",
        "calendar": "present",
        **changes,
    }


def test_an_agent_has_no_way_in(client: Browser, shop: Store) -> None:
    client.sign_in(factories.agent(shop))
    assert client.get("/desk/what-if").status_code == 403
    assert client.get("/desk/what-if.csv", query_string=asked(shop)).status_code == 403


def test_before_anything_is_asked(client: Browser, shop: Store, boss: User) -> None:
    page = read(client.get("/desk/what-if"))
    assert "24 hours on business days" in page
    assert "Kept of 100" not in page


def test_the_numbers_and_the_tickets_behind_them(client: Browser, shop: Store, boss: User) -> None:
    quick, slow = answered(shop, 1), answered(shop, 3)
    answer = client.get("/desk/what-if", query_string=asked(shop))
    page = read(answer)
    assert "As it was 2 2 0 100.0 With this promise 2 1 1 50.0 Difference 0 -1 +1 -50.0" in page
    assert f'href="/desk/tickets/{slow.reference}"' in answer.text
    assert quick.reference not in answer.text


def test_another_week(client: Browser, shop: Store, boss: User) -> None:
    slow = answered(shop, 24 * 9)
    own = asked(shop, counts="service_hours", calendar="own", hours="40", wed="9-17")
    page = client.get("/desk/what-if", query_string=own)
    assert "Missed, but would have been kept (1)" in read(page)
    assert slow.reference in page.text


@pytest.mark.parametrize("wrong, words", [
    ({"hours": ""}, "Say within how many hours"),
    ({"hours": "many"}, "Hours"),
    ({"hours": "0"}, "Between a quarter"),
    ({"hours": "NaN"}, "Hours"),
    ({"hours": "2401"}, "Between a quarter"),
    ({"target": "evidence"}, "Promise"),
    ({"counts": "moons"}, "Counted"),
    ({"store": "nowhere"}, "Store"),
    ({"calendar": "own"}, "too little working time"),
    ({"calendar": "own", "mon": "all day"}, "is not a time like"),
])  # fmt: skip
def test_a_question_that_makes_no_sense(
    wrong: dict[str, str], words: str, client: Browser, shop: Store, boss: User
) -> None:
    for address in ("/desk/what-if", "/desk/what-if.csv"):
        answer = client.get(address, query_string=asked(shop, **wrong))
        assert answer.status_code == 422
        assert words in read(answer)


def test_another_stores_promises_are_nobodys_business(client: Browser, shop: Store, boss: User) -> None:
    other = factories.store()
    foreign = answered(other, 1)
    answers = [client.get(f"/desk/what-if{end}", query_string=asked(other)) for end in ("", ".csv")]
    answers.append(client.get("/desk/what-if", query_string=asked(shop)))
    assert [answer.status_code for answer in answers] == [422, 422, 200]
    assert all(foreign.reference not in answer.text and other.name not in answer.text for answer in answers)


def test_the_table_for_a_spreadsheet(client: Browser, shop: Store, boss: User) -> None:
    slow = answered(shop, 3)
    answer = client.get("/desk/what-if.csv", query_string=asked(shop))
    assert answer.mimetype == "text/csv"
    (row,) = csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff")))
    assert (row["ticket"], row["kept"], row["would be kept"]) == (slow.reference, "yes", "no")
    assert row["would be due"].endswith("+00:00")


def test_only_what_the_form_knows_goes_along_to_the_table(client: Browser, shop: Store, boss: User) -> None:
    answered(shop, 1)
    page = client.get("/desk/what-if", query_string=asked(shop, _scheme="javascript", _external="1", odd="x")).text
    assert f'href="/desk/what-if.csv?store={shop.slug}&amp;target=first_response&amp;hours=2' in page
    assert "javascript" not in page
