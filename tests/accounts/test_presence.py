"""Who is here: planned absences, being off duty, and weekly shifts."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from helpdesk.accounts import (
    Absence,
    Presence,
    Role,
    User,
    leads,
    presence_of,
    present,
    put_on_duty,
    set_shift,
    take_off_duty,
    team_of,
    week_from_words,
    words_from_week,
)
from helpdesk.core.db import NEVER, db
from helpdesk.core.errors import Invalid, NotAllowed, WrongState
from helpdesk.stores import Store
from tests import factories
from tests.scenes import BERLIN, local

pytestmark = pytest.mark.usefixtures("database")
At = Callable[..., datetime]
NINE_TO_FIVE = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "9-17")


@pytest.fixture
def shop(at: At) -> Store:
    at("2026-06-01 10:00")  # a Monday
    return factories.store()


@pytest.fixture
def mara(shop: Store) -> User:
    return factories.agent(shop, name="Mara")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def away(person: User, begins: str, ends: str) -> Absence:
    return Absence.plan(person, moment(begins), moment(ends), by=person)


def seen(person: User, text: str) -> Presence:
    return presence_of([person], moment(text))[person.id]


# ---- absences


def test_who_planned_nothing_is_here(mara: User) -> None:
    assert seen(mara, "2026-06-01 10:00") == Presence(True)


@pytest.mark.parametrize("when, is_here", [
    ("2026-06-02 08:59:59", True),
    ("2026-06-02 09:00", False),
    ("2026-06-05 16:59:59", False),
    ("2026-06-05 17:00", True),
])  # fmt: skip
def test_an_absence_counts_from_its_first_second_to_before_its_last(when: str, is_here: bool, mara: User) -> None:
    away(mara, "2026-06-02 09:00", "2026-06-05 17:00")
    assert seen(mara, when).is_here is is_here


def test_absences_one_after_the_other_are_one(mara: User) -> None:
    away(mara, "2026-06-04 00:00", "2026-06-08 00:00")
    away(mara, "2026-06-02 00:00", "2026-06-05 00:00")
    assert seen(mara, "2026-06-03 12:00") == Presence(False, "absent", moment("2026-06-08 00:00"))


def test_off_duty_is_until_further_notice(mara: User, at: At) -> None:
    take_off_duty(mara, by=mara)
    assert seen(mara, "2027-06-01 10:00") == Presence(False, "absent", None)
    now = at("2026-06-03 10:00")
    put_on_duty(mara, by=mara)
    assert presence_of([mara], now)[mara.id].is_here


def test_back_earlier_the_rest_does_not_count(mara: User, at: At) -> None:
    absence = away(mara, "2026-06-02 00:00", "2026-06-08 00:00")
    at("2026-06-03 12:00")
    absence.call_off(by=mara)
    assert seen(mara, "2026-06-03 12:00").is_here
    with pytest.raises(WrongState):
        absence.call_off(by=mara)


def test_what_is_over_cannot_be_called_off(mara: User, at: At) -> None:
    absence = away(mara, "2026-06-02 00:00", "2026-06-03 00:00")
    at("2026-06-03 00:00")
    with pytest.raises(WrongState):
        absence.call_off(by=mara)


@pytest.mark.parametrize("begins, ends", [
    ("2026-06-03 00:00", "2026-06-03 00:00"),
    ("2026-06-04 00:00", "2026-06-03 00:00"),
    ("2026-05-01 00:00", "2026-06-01 10:00"),  # over
    ("2026-06-02 00:00", "2029-06-02 00:00"),
])  # fmt: skip
def test_a_time_that_cannot_be(begins: str, ends: str, mara: User) -> None:
    with pytest.raises(Invalid):
        away(mara, begins, ends)


# ---- who may plan for whom


@pytest.mark.parametrize("by, whom, may", [
    (Role.AGENT, Role.AGENT, False),
    (Role.SUPERVISOR, Role.AGENT, True),
    (Role.SUPERVISOR, Role.SUPERVISOR, True),
    (Role.SUPERVISOR, Role.MANAGER, False),
    (Role.MANAGER, Role.SUPERVISOR, True),
    (Role.ADMIN, Role.MANAGER, True),
])  # fmt: skip
def test_supervisors_plan_for_those_who_stand_no_higher(by: Role, whom: Role, may: bool, shop: Store) -> None:
    planner, person = factories.agent(shop, role=by), factories.agent(shop, role=whom)
    assert leads(planner, person) is may
    if may:
        take_off_duty(person, by=planner)
    else:
        with pytest.raises(NotAllowed):
            take_off_duty(person, by=planner)


def test_nobody_plans_for_another_stores_people(shop: Store, mara: User) -> None:
    stranger = factories.agent(factories.store(), role=Role.MANAGER)
    absence = away(mara, "2026-06-02 00:00", "2026-06-03 00:00")
    for forbidden in (
        lambda: take_off_duty(mara, by=stranger),
        lambda: absence.call_off(by=stranger),
        lambda: set_shift(mara, BERLIN, week_from_words(NINE_TO_FIVE), by=stranger),
    ):
        with pytest.raises(NotAllowed):
            forbidden()


def test_a_team_is_who_shares_a_store(shop: Store, mara: User) -> None:
    other = factories.store()
    both = factories.supervisor(shop, other, name="Both")
    there = factories.agent(other, name="There")
    factories.agent(shop, name="Gone", is_active=False)
    assert db.session.scalars(team_of(mara)).all() == [both, mara]
    assert db.session.scalars(team_of(both)).all() == [both, mara, there]


# ---- shifts


@pytest.mark.parametrize("when, expected", [
    ("2026-06-01 08:59:59", Presence(False, "outside the shift", local("2026-06-01 09:00", BERLIN))),
    ("2026-06-01 09:00", Presence(True)),
    ("2026-06-01 17:00", Presence(False, "outside the shift", local("2026-06-02 09:00", BERLIN))),
    ("2026-06-06 12:00", Presence(False, "outside the shift", local("2026-06-08 09:00", BERLIN))),
])  # fmt: skip
def test_a_shift_goes_by_its_own_wall(when: str, expected: Presence, mara: User) -> None:
    set_shift(mara, BERLIN, week_from_words(NINE_TO_FIVE), by=factories.supervisor(*mara.stores))
    at = local(when, BERLIN)
    found = presence_of([mara], at)[mara.id]
    assert (found.is_here, found.why, found.back_at) == (expected.is_here, expected.why, expected.back_at)


def test_after_an_absence_the_next_shift_is_meant(mara: User) -> None:
    set_shift(mara, "UTC", week_from_words(NINE_TO_FIVE), by=mara)
    away(mara, "2026-06-02 00:00", "2026-06-06 00:00")
    away(mara, "2026-06-08 08:00", "2026-06-08 12:00")
    assert seen(mara, "2026-06-01 18:00").back_at == moment("2026-06-08 12:00")
    assert seen(mara, "2026-06-03 18:00").back_at == moment("2026-06-08 12:00")


def test_an_empty_week_is_at_any_time_again(mara: User) -> None:
    set_shift(mara, "UTC", week_from_words(NINE_TO_FIVE), by=mara)
    assert not seen(mara, "2026-06-06 12:00").is_here
    set_shift(mara, "UTC", week_from_words({}), by=mara)
    assert seen(mara, "2026-06-06 12:00").is_here


def test_one_question_for_many_people(shop: Store, mara: User) -> None:
    zoe, ada = factories.agent(shop, name="Zoe", is_absent=True), factories.agent(shop, name="Ada")
    set_shift(ada, "UTC", week_from_words({"tue": "9-17"}), by=ada)
    assert present([mara, zoe, ada], moment("2026-06-01 10:00") + timedelta(seconds=1)) == [mara]


@pytest.mark.parametrize("words, hours", [
    ("9-17", [["09:00", "17:00"]]),
    (" 9:30 – 12 ,13:00-18:15", [["09:30", "12:00"], ["13:00", "18:15"]]),
    ("13-18, 8-12", [["08:00", "12:00"], ["13:00", "18:00"]]),
    ("0:00-24:00", [["00:00", "24:00"]]),
    ("", []),
])  # fmt: skip
def test_hours_as_people_write_them(words: str, hours: list[list[str]]) -> None:
    assert week_from_words({"mon": words})["mon"] == hours


def test_a_night_goes_on_the_next_morning_and_sunday_goes_on_monday() -> None:
    week = week_from_words({"fri": "22-6", "sun": "20:00-2:30", "mon": "9-12"})
    assert (week["fri"], week["sat"]) == ([["22:00", "24:00"]], [["00:00", "06:00"]])
    assert (week["sun"], week["mon"]) == ([["20:00", "24:00"]], [["00:00", "02:30"], ["09:00", "12:00"]])
    assert week_from_words(words_from_week(week)) == week


@pytest.mark.parametrize(
    "words", ["nine to five", "9-9", "25-26", "9:60-10", "24-3", "9-12, 11-14", "24:30-1", "9-24:15"]
)
def test_hours_that_cannot_be(words: str) -> None:
    with pytest.raises(Invalid):
        week_from_words({"wed": words})


def test_never_is_until_further_notice(mara: User) -> None:
    absence = Absence.plan(mara, moment("2026-06-02 00:00"), NEVER, by=mara)
    assert absence.is_open_ended
    assert not absence.has_begun
