"""The page on hours and promises: prepare, see what would move, let it count."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO

import pytest

from helpdesk import jobs, sla
from helpdesk.accounts import Role
from helpdesk.core.db import db
from helpdesk.sla import Target
from helpdesk.stores import HoursEdition, Store, draft_of, keep_edition
from helpdesk.tickets import Action, Ticket
from tests import factories
from tests.scenes import NEW_YORK, clock_of, last, local
from tests.web.browsing import Browser, read

At = Callable[..., datetime]
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-17:00")
NAMED = {"timezone": NEW_YORK, "country": "", "region": ""}


@pytest.fixture
def page(client: Browser, shop: Store, at: At) -> str:
    """The page of a shop that opens Monday to Friday, 9 to 17; a manager looks at it on a Monday at ten."""
    at("2026-06-01 10:00", NEW_YORK)
    shop.promise_terms = {"first_response": {"hours": 10, "counts": "service_hours"}}
    keep_edition(shop, made_by="Max", why="the first")
    client.sign_in(factories.agent(shop, role=Role.MANAGER, name="Mia Manager"))
    return f"/desk/admin/hours/{shop.slug}"


@pytest.fixture
def ticket(page: str, shop: Store) -> Ticket:
    """Its first answer is due on Tuesday at twelve."""
    return factories.ticket(shop)


def prepare(client: Browser, page: str, **week: str) -> str:
    answer = client.post(f"{page}/week", data={**WEEK, **NAMED, **week}, follow_redirects=True)
    return read(answer)


@pytest.mark.parametrize("role, status", [
    (Role.AGENT, 403), (Role.SUPERVISOR, 403), (Role.MANAGER, 200), (Role.ADMIN, 200),
])  # fmt: skip
def test_it_is_for_managers_and_admins(client: Browser, shop: Store, role: Role, status: int) -> None:
    client.sign_in(factories.agent(shop, role=role))
    assert client.get(f"/desk/admin/hours/{shop.slug}").status_code == status
    assert ("Hours and promises" in read(client.get("/desk/"))) == (status == 200)


def test_another_stores_hours_do_not_exist(client: Browser, page: str) -> None:
    other = factories.store()
    assert client.get(f"/desk/admin/hours/{other.slug}").status_code == 404
    assert client.post(f"/desk/admin/hours/{other.slug}/week", data={**WEEK, **NAMED}).status_code == 404


def test_what_is_prepared_shows_what_it_would_move_and_moves_nothing(
    client: Browser, page: str, ticket: Ticket
) -> None:
    text = prepare(client, page, mon="09:00-12:00")
    assert "Monday: 09:00-17:00 → 09:00-12:00" in text
    assert "1 would be due later, 0 earlier" in text
    assert "Tue 2 Jun, 12:00" in text
    assert "Tue 2 Jun, 17:00" in text
    assert "5 h later" in text
    assert clock_of(ticket, Target.FIRST_RESPONSE).due_at == local("2026-06-02 12:00")


def test_let_count_it_moves_what_runs_in_the_background(
    client: Browser, page: str, shop: Store, ticket: Ticket, at: At
) -> None:
    prepare(client, page, mon="09:00-12:00")
    text = read(client.post(f"{page}/edition", follow_redirects=True))
    assert "Clocks are moving to the new hours" in text
    assert draft_of(shop) is None
    assert clock_of(ticket, Target.FIRST_RESPONSE).due_at == local("2026-06-02 12:00")
    jobs.move_clocks()
    assert clock_of(ticket, Target.FIRST_RESPONSE).due_at == local("2026-06-02 17:00")
    moved = last(ticket, Action.CLOCK_RETARGETED).details
    assert (moved["why"], moved["who"], moved["old"], moved["new"]) == (
        "hours", "Mia Manager", "2026-06-02T16:00:00+00:00", "2026-06-02T21:00:00+00:00",
    )  # fmt: skip
    assert ticket.next_due_at == local("2026-06-02 17:00")
    edition = db.session.get_one(HoursEdition, (shop.id, shop.calendar_version))
    assert (edition.clocks, edition.moved_at is not None) == (2, True)
    assert "Clocks are moving" not in read(client.get(page))
    story = read(client.get(f"/desk/tickets/{ticket.reference}"))
    assert "due Tue 2 Jun, 17:00 instead of Tue 2 Jun, 12:00, because the opening hours were changed by Mia" in story


def test_a_second_press_changes_nothing(client: Browser, page: str, shop: Store) -> None:
    prepare(client, page, mon="09:00-12:00")
    for _ in range(2):
        client.post(f"{page}/edition")
    assert shop.calendar_version == 3


def test_what_was_prepared_can_be_left(client: Browser, page: str, shop: Store) -> None:
    prepare(client, page, mon="09:00-12:00")
    client.post(f"{page}/draft/removal")
    assert (draft_of(shop), shop.weekly_hours["mon"]) == (None, [["09:00", "17:00"]])


def test_prepared_back_to_what_counts_nothing_is_prepared(client: Browser, page: str, shop: Store) -> None:
    prepare(client, page, mon="09:00-12:00")
    prepare(client, page)
    assert draft_of(shop) is None


@pytest.mark.parametrize("week, words", [
    ({"mon": "9 to 5"}, "is not a span like 09:00-12:00"),
    ({"mon": "09:00-12:00, 11:00-17:00"}, "the shifts overlap"),
    ({"timezone": "Mars/Crater"}, "is not a time zone"),
    ({"timezone": ""}, "Name a time zone"),
    ({"country": "XX"}, "no holidays are known for XX"),
    (dict.fromkeys(WEEK, ""), "no working time in 60 days"),
])  # fmt: skip
def test_what_is_wrong_is_said_and_kept(
    client: Browser, page: str, shop: Store, week: dict[str, str], words: str
) -> None:
    answer = client.post(f"{page}/week", data={**WEEK, **NAMED, **week})
    text = read(answer)
    assert (answer.status_code, draft_of(shop)) == (422, None)
    assert words in text
    assert all(f'value="{value}"' in answer.get_data(as_text=True) for value in week.values())


def test_special_days_are_prepared_and_taken_out(client: Browser, page: str, shop: Store) -> None:
    day = {"on": "2026-12-24", "name": "Christmas Eve", "spans": "09:00-12:00"}
    text = read(client.post(f"{page}/days", data=day, follow_redirects=True))
    assert "Thu 24 Dec 2026: as usual → Christmas Eve, 09:00-12:00" in text
    client.post(f"{page}/edition")
    assert [(d.on.isoformat(), d.hours) for d in shop.special_days] == [("2026-12-24", [["09:00", "12:00"]])]
    client.post(f"{page}/days/removal", data={"on": "2026-12-24"})
    client.post(f"{page}/edition")
    db.session.expire(shop)
    assert shop.special_days == []


def test_a_calendar_file_brings_its_days(client: Browser, page: str, shop: Store) -> None:
    event = ["BEGIN:VEVENT", "SUMMARY:Stock-taking", "DTSTART;VALUE=DATE:20260608", "END:VEVENT"]
    ics = "\r\n".join(["BEGIN:VCALENDAR", *event, "END:VCALENDAR"]).encode()
    answer = client.post(f"{page}/import", data={"file": (BytesIO(ics), "days.ics")}, follow_redirects=True)
    assert "Mon 8 Jun 2026: as usual → Stock-taking, closed" in read(answer)
    bad = client.post(f"{page}/import", data={"file": (BytesIO(b"what?"), "days.ics")})
    assert (bad.status_code, "not an iCalendar file" in read(bad)) == (422, True)
    assert "Stock-taking" in read(bad)  # what was prepared stays


def test_it_says_what_a_ticket_is_promised_and_why(client: Browser, page: str, shop: Store) -> None:
    urgent = {"priority": "urgent", "first_response": {"hours": 1}}
    shop.promise_terms = {"targets": [urgent, {"issue_type": "damaged", "first_response": {"hours": 2}}]}
    assert "1 hour" in read(client.get(f"{page}?issue=lost&priority=urgent"))
    text = read(client.get(f"{page}?issue=damaged&priority=urgent"))
    assert "the store's promise for issue type damaged" in text
    assert client.get(f"{page}?issue=nonsense&priority=nonsense").status_code == 200


def test_a_clock_as_data_is_for_those_who_see_its_ticket(client: Browser, page: str, ticket: Ticket) -> None:
    clock = clock_of(ticket, Target.FIRST_RESPONSE)
    address = f"/desk/tickets/{ticket.reference}/clocks/{clock.id}.json"
    data = client.get(address).json
    assert (data["target"], data["due_at"], data["state"]) == ("first_response", "2026-06-02T16:00:00+00:00", "running")
    assert [day["on"] for day in data["days"]] == ["2026-06-01", "2026-06-02"]
    other = factories.ticket(factories.store())
    there = clock_of(other, Target.FIRST_RESPONSE).id
    assert client.get(f"/desk/tickets/{other.reference}/clocks/{there}.json").status_code == 404
    assert client.get(f"/desk/tickets/{ticket.reference}/clocks/{there}.json").status_code == 404
    assert sla.explained(clock) == data
