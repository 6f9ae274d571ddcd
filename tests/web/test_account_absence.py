"""Being away: everybody's own page."""

import pytest

from helpdesk.accounts import Role, User, absences_from, presence_of
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.stores import Store
from helpdesk.tickets import Ticket
from tests import factories
from tests.web.browsing import Browser, read

PAGE = "/account/absence"
KEY = {"form_key": "k" * 20}


@pytest.fixture
def mara(client: Browser, shop: Store) -> User:
    person = factories.agent(shop, name="Mara")
    client.sign_in(person)
    return person


def ticket_of(person: User, shop: Store) -> Ticket:
    ticket = factories.ticket(shop)
    ticket.assign(to=person, by=person)
    return ticket


def is_here(person: User) -> bool:
    return presence_of([person], clock.now())[person.id].is_here


def test_strangers_sign_in_first(client: Browser) -> None:
    answers = [client.get(PAGE), client.post(PAGE), client.post(f"{PAGE}/off-duty"), client.post(f"{PAGE}/work")]
    assert {answer.status_code for answer in answers} == {302}
    assert all("/account/sign-in" in answer.location for answer in answers)


@pytest.mark.parametrize("role", Role)
def test_everybody_has_the_page(role: Role, client: Browser, shop: Store) -> None:
    client.sign_in(factories.agent(shop, role=role))
    assert "You have none" in read(client.get(PAGE))


def test_off_duty_and_back(client: Browser, mara: User) -> None:
    for _ in range(2):
        client.post(f"{PAGE}/off-duty")
    assert not is_here(mara)
    assert len(db.session.scalars(absences_from(clock.now(), [mara.id])).all()) == 1
    assert "until further notice" in read(client.get(PAGE))
    client.post(f"{PAGE}/on-duty")
    assert is_here(mara)


def test_planned_and_called_off(client: Browser, mara: User) -> None:
    client.post(
        PAGE, data={**KEY, "begins_on": "2126-07-01", "begins_at": "13:00", "ends_on": "2126-07-01", "ends_at": "17:00"}
    )
    (absence,) = db.session.scalars(absences_from(clock.now(), [mara.id]))
    assert absence.ends_at.isoformat() == "2126-07-01T21:00:00+00:00"
    client.post(f"{PAGE}/{absence.id}/end")
    assert "No absence is planned." in read(client.get(PAGE))


def test_wrong_dates_are_kept_in_the_form(client: Browser, mara: User) -> None:
    answer = client.post(PAGE, data={**KEY, "begins_on": "2126-07-03", "ends_on": "2126-07-01", "note": "Summer"})
    assert answer.status_code == 422
    assert "ends after it begins" in read(answer)
    assert 'value="Summer"' in answer.text


def test_nobody_elses_absence(client: Browser, shop: Store, mara: User) -> None:
    zoe = factories.agent(shop, is_absent=True)
    (absence,) = db.session.scalars(absences_from(clock.now(), [zoe.id]))
    assert client.post(f"{PAGE}/{absence.id}/end").status_code == 404
    assert not is_here(zoe)


def test_open_tickets_are_passed_on_and_taken_back(client: Browser, shop: Store, mara: User) -> None:
    zoe = factories.agent(shop, name="Zoe")
    mine, hers = ticket_of(mara, shop), ticket_of(zoe, shop)
    client.post(f"{PAGE}/off-duty")
    assert "1 in your hands." in read(client.get(PAGE))
    client.post(f"{PAGE}/work", data={"to": "spread"})
    assert (mine.assignee, hers.assignee) == (zoe, zoe)
    client.post(f"{PAGE}/work/undo")
    assert (mine.assignee, hers.assignee) == (mara, zoe)
    client.post(f"{PAGE}/work", data={"to": "nobody"})
    assert mine.assignee is None
