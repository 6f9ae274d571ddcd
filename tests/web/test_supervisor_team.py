"""The team's pages: who is here, planning absences and shifts, moving work and undoing it."""

import re

import pytest

from helpdesk.accounts import Role, User, WeeklyShift, absences_from, presence_of
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.escalation import Move
from helpdesk.stores import Store
from helpdesk.tickets import Action, Ticket
from tests import factories
from tests.scenes import actions_on
from tests.web.browsing import Browser, read

KEY = {"form_key": "k" * 20}
ZONE = {**KEY, "timezone": "America/New_York"}
FOREVER = {**KEY, "begins_on": "2020-01-01"}


@pytest.fixture
def boss(client: Browser, shop: Store) -> User:
    person = factories.supervisor(shop, name="Selim")
    client.sign_in(person)
    return person


@pytest.fixture
def mara(shop: Store) -> User:
    return factories.agent(shop, name="Mara")


@pytest.fixture
def zoe(shop: Store) -> User:
    return factories.agent(shop, name="Zoe")


def given(person: User | None, *shops: Store) -> list[Ticket]:
    tickets = [factories.ticket(shop) for shop in shops]
    for ticket in tickets:
        if person:
            ticket.assign(to=person, by=person)
    return tickets


def is_here(person: User) -> bool:
    return presence_of([person], clock.now())[person.id].is_here


# ---- who may come in, and whom they see


def test_an_agent_has_no_way_in(client: Browser, shop: Store, mara: User, zoe: User) -> None:
    client.sign_in(mara)
    answers = [client.get(f"/desk/{page}") for page in ("team", f"team/{zoe.id}", "team/work")]
    acts = ("absences", "absences/1/end", "off-duty", "on-duty", "shift")
    answers += [client.post(f"/desk/team/{zoe.id}/{act}", data=FOREVER) for act in acts]
    answers += [client.post("/desk/team/work", data={"to": "nobody"}), client.post("/desk/team/moves/1/undo")]
    assert {answer.status_code for answer in answers} == {403}
    assert is_here(zoe)


def test_another_stores_people_do_not_exist(client: Browser, boss: User) -> None:
    stranger = factories.agent(factories.store(), name="Stranger")
    acts = ("absences", "absences/1/end", "off-duty", "on-duty", "shift")
    answers = [client.get(f"/desk/team/{stranger.id}")]
    answers += [client.post(f"/desk/team/{stranger.id}/{act}", data=FOREVER) for act in acts]
    assert {answer.status_code for answer in answers} == {404}
    assert "Stranger" not in client.get("/desk/team").text + client.get("/desk/team/work").text


def test_a_supervisor_may_read_but_not_plan_for_a_manager(client: Browser, shop: Store, boss: User) -> None:
    chief = factories.agent(shop, role=Role.MANAGER)
    assert "Take off duty" not in read(client.get(f"/desk/team/{chief.id}"))
    assert client.post(f"/desk/team/{chief.id}/off-duty").status_code == 403
    assert client.post(f"/desk/team/{chief.id}/absences", data=FOREVER).status_code == 422
    assert client.post(f"/desk/team/{chief.id}/shift", data={**ZONE, "mon": "9-17"}).status_code == 422
    assert is_here(chief)


def test_the_team_shows_who_is_here_and_their_load(client: Browser, shop: Store, boss: User, mara: User) -> None:
    factories.agent(shop, name="Gone Fishing", is_absent=True)
    given(mara, shop, shop)
    page = read(client.get("/desk/team"))
    assert "2 of 3 are on duty" in page
    assert "Mara Agent Here Tickets 2 Wait for us 2" in page
    assert "Gone Fishing Agent Absent" in page


def test_a_load_in_another_store_is_not_told(client: Browser, shop: Store, boss: User) -> None:
    other = factories.store()
    both = factories.agent(shop, other, name="Both")
    given(both, shop, other, other)
    assert "Both Agent Here Tickets 1" in read(client.get("/desk/team"))


# ---- absences and shifts


def test_off_duty_offers_to_move_the_work(client: Browser, shop: Store, boss: User, mara: User) -> None:
    given(mara, shop, shop, shop)
    answer = client.post(f"/desk/team/{mara.id}/off-duty")
    assert answer.location == f"/desk/team/{mara.id}#work"
    page = read(client.get(answer.location))
    assert "Mara is off duty. 3 open tickets can be moved below." in page
    assert "Move all 3" in page
    assert not is_here(mara)
    client.post(f"/desk/team/{mara.id}/on-duty")
    assert is_here(mara)


def test_an_absence_in_whole_days_by_the_stores_wall(client: Browser, shop: Store, boss: User, mara: User) -> None:
    data = {**KEY, "begins_on": "2126-07-01", "ends_on": "2126-07-05", "note": "Summer"}
    assert client.post(f"/desk/team/{mara.id}/absences", data=data).status_code == 302
    (absence,) = db.session.scalars(absences_from(clock.now(), [mara.id]))
    assert absence.begins_at.isoformat() == "2126-07-01T04:00:00+00:00"  # New York
    assert absence.ends_at.isoformat() == "2126-07-06T04:00:00+00:00"
    assert (absence.planned_by, absence.note) == (boss, "Summer")
    client.post(f"/desk/team/{mara.id}/absences/{absence.id}/end")
    assert not db.session.scalars(absences_from(clock.now(), [mara.id])).all()


@pytest.mark.parametrize("wrong", [
    {"begins_on": ""},
    {"begins_on": "soon"},
    {"begins_on": "2126-07-05", "ends_on": "2126-07-01"},
    {"begins_on": "2020-01-01", "ends_on": "2020-01-02"},
    {"begins_on": "2126-07-05", "ends_at": "12:00"},
    {"begins_on": "2126-07-05", "ends_on": "9999-12-31"},
    {"begins_on": "2126-07-05", "note": "x" * 201},
])  # fmt: skip
def test_an_absence_that_cannot_be(wrong: dict[str, str], client: Browser, boss: User, mara: User) -> None:
    assert client.post(f"/desk/team/{mara.id}/absences", data={**KEY, **wrong}).status_code == 422
    assert not db.session.scalars(absences_from(clock.now(), [mara.id])).all()


def test_somebody_elses_absence_is_not_called_off_under_this_name(
    client: Browser, boss: User, mara: User, zoe: User
) -> None:
    client.post(f"/desk/team/{zoe.id}/absences", data=FOREVER)
    (absence,) = db.session.scalars(absences_from(clock.now(), [zoe.id]))
    assert client.post(f"/desk/team/{mara.id}/absences/{absence.id}/end").status_code == 404
    assert not is_here(zoe)


def test_a_shift_is_set_shown_and_taken_away(client: Browser, boss: User, mara: User) -> None:
    client.post(f"/desk/team/{mara.id}/shift", data={**ZONE, "mon": "9-12, 13-17", "fri": "22-2"})
    shift = db.session.get_one(WeeklyShift, mara.id)
    assert (shift.timezone, shift.weekly["sat"]) == ("America/New_York", [["00:00", "02:00"]])
    assert 'value="09:00-12:00, 13:00-17:00"' in client.get(f"/desk/team/{mara.id}").text
    client.post(f"/desk/team/{mara.id}/shift", data=ZONE)
    assert db.session.get(WeeklyShift, mara.id) is None


def test_a_shift_that_cannot_be_is_kept_in_the_form(client: Browser, boss: User, mara: User) -> None:
    answer = client.post(f"/desk/team/{mara.id}/shift", data={**ZONE, "mon": "nine to five"})
    assert answer.status_code == 422
    assert "is not a time like 9:00-17:00" in read(answer)
    assert 'value="nine to five"' in answer.text


# ---- moving work


def test_chosen_tickets_go_to_somebody_and_come_back(
    client: Browser, shop: Store, boss: User, mara: User, zoe: User
) -> None:
    first, second, third = given(mara, shop, shop, shop)
    data = {**KEY, "ticket": [str(first.id), str(second.id)], "to": str(zoe.id)}
    answer = client.post(f"/desk/team/work?whose={mara.id}", data=data, follow_redirects=True)
    assert "2 tickets went to Zoe." in read(answer)
    assert [ticket.assignee for ticket in (first, second, third)] == [zoe, zoe, mara]
    undo = re.search(r'action="(/desk/team/moves/\d+/undo[^"]*)"', answer.text)
    assert undo
    back = client.post(undo[1], follow_redirects=True)
    assert "2 tickets went back to where they were." in read(back)
    assert "Undo" not in read(back)
    assert first.assignee is mara
    assert actions_on(first).count(Action.ASSIGNED) == 3
    assert client.post(undo[1]).status_code == 409


def test_all_of_a_view_goes_at_once(client: Browser, shop: Store, boss: User, mara: User, zoe: User) -> None:
    tickets = given(mara, *[shop] * 30)
    other = given(zoe, shop)[0]
    data = {**KEY, "all_matching": "1", "to": "nobody"}
    answer = client.post(f"/desk/team/work?whose={mara.id}", data=data, follow_redirects=True)
    assert "30 tickets went to nobody." in read(answer)
    assert {ticket.assignee for ticket in tickets} == {None}
    assert other.assignee is zoe


def test_all_of_a_view_keeps_to_its_store(client: Browser, shop: Store, boss: User) -> None:
    other = factories.store()
    boss.stores.append(other)
    both = factories.agent(shop, other)
    here, there = given(both, shop, other)
    data = {**KEY, "all_matching": "1", "to": "nobody"}
    client.post(f"/desk/team/work?whose={both.id}&store={other.slug}", data=data)
    assert (here.assignee, there.assignee) == (both, None)


def test_nobodys_tickets_are_spread_over_who_is_here(
    client: Browser, shop: Store, boss: User, mara: User, zoe: User
) -> None:
    factories.agent(shop, is_absent=True)
    tickets = given(None, *[shop] * 4)
    client.post("/desk/team/work?whose=nobody", data={**KEY, "all_matching": "1", "to": "spread"})
    assert sorted(ticket.assignee.name for ticket in tickets if ticket.assignee) == ["Mara", "Mara", "Zoe", "Zoe"]


def test_another_stores_tickets_and_people_are_out_of_reach(
    client: Browser, shop: Store, boss: User, mara: User
) -> None:
    foreign_shop = factories.store()
    stranger = factories.agent(foreign_shop)
    (foreign,), (mine,) = given(stranger, foreign_shop), given(mara, shop)
    answer = client.post("/desk/team/work", data={**KEY, "ticket": str(foreign.id), "to": "nobody"})
    assert answer.status_code == 422
    assert client.post("/desk/team/work", data={**KEY, "all_matching": "1", "to": "nobody"}).status_code == 302
    assert (
        client.post("/desk/team/work", data={**KEY, "ticket": str(mine.id), "to": str(stranger.id)}).status_code == 422
    )
    assert (foreign.assignee, mine.assignee) == (stranger, None)
    assert foreign.reference not in client.get("/desk/team/work").text


@pytest.mark.parametrize("wrong", [
    {"to": ""}, {"to": "somebody"}, {"to": "nobody", "ticket": []}, {"to": "nobody", "ticket": ["x", "9" * 40]},
])  # fmt: skip
def test_half_a_choice_moves_nothing(
    wrong: dict[str, object], client: Browser, shop: Store, boss: User, mara: User
) -> None:
    (ticket,) = given(mara, shop)
    assert client.post("/desk/team/work", data={**KEY, "ticket": str(ticket.id), **wrong}).status_code == 422
    assert ticket.assignee is mara


def test_somebody_elses_move_is_not_mine_to_undo(client: Browser, shop: Store, boss: User, mara: User) -> None:
    given(mara, shop)
    client.post("/desk/team/work", data={**KEY, "all_matching": "1", "to": "nobody"})
    move = db.session.scalars(db.select(Move)).one()
    client.post("/account/sign-out")
    client.sign_in(factories.supervisor(shop))
    assert client.post(f"/desk/team/moves/{move.id}/undo").status_code == 404


@pytest.mark.parametrize("query", ["whose=%00", "whose=99999999999999999999", "store=nowhere", "at=x", "whose=0"])
def test_odd_addresses_open(query: str, client: Browser, boss: User) -> None:
    assert client.get(f"/desk/team/work?{query}").status_code == 200
