"""A shop's file: refused with the field and what was expected, or loaded; twice is as good as once."""

import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from flask import Flask
from pydantic import BaseModel

from config import ROOT
from helpdesk.core.db import db
from helpdesk.core.errors import Invalid
from helpdesk.seed import SEEDS
from helpdesk.stores import Promises, SpecialDay, Store, load_store, read_store_file
from helpdesk.stores.file import RESERVED, About, Hours
from tests.stores.files import HOLIDAYS, MONDAY, SHIPPED, TERM, changed, special, written

At = Callable[..., datetime]
HANDBOOK = (ROOT / "docs" / "stores.md").read_text(encoding="utf-8")


def complaint(folder: Path, text: str) -> str:
    """What is said about a bad file."""
    with pytest.raises(Invalid) as refusal:
        read_store_file(written(folder, text))
    return refusal.value.message


@pytest.mark.parametrize(
    "part, other, words",
    [
        # the file as a whole
        ('slug = "casanovaspace"', "slug = casanovaspace", "not a TOML file: Invalid value (at line 4,"),
        ("[store]", "[store", "not a TOML file"),
        ('name = "CasanovaSpace"', 'name = "A"\nname = "B"', "not a TOML file: Cannot overwrite a value"),
        ("[promises]", "[promise]", "promise: there is no such field; is it misspelt?"),
        # who it is
        ('slug = "casanovaspace"\n', "", "store.slug: this is missing"),
        ('slug = "casanovaspace"', 'slug = "Casa Nova"', "store.slug: 2 to 59 lower-case letters, digits and hyphens"),
        ('slug = "casanovaspace"', 'slug = "desk"', "store.slug: “desk” is a path of the helpdesk itself"),
        ('name = "CasanovaSpace"', 'name = " "', "store.name: this cannot be empty"),
        ('name = "CasanovaSpace"', "name = 5", "store.name: text in quotes is expected (given: 5)"),
        ('name = "CasanovaSpace"', 'nmae = "C"', "store.nmae: there is no such field; is it misspelt? (given: 'C')"),
        ("globalhelpwzq@casanovaspace.com", "nobody", "store.email: An email address must have an @-sign. (given: 'no"),
        ('country = "US"\ncurrency', 'country = "us"\ncurrency', "store.country: two capital letters are expected"),
        ('country = "US"\ncurrency', 'country = "XX"\ncurrency', "store.country: “XX” is not a country like TR"),
        ('currency = "USD"', 'currency = "$"', "store.currency: three capital letters are expected, like EUR"),
        ("#3b4fa8", "#ffee00", "store.accent: #ffee00 has a contrast of 1.20 on white; text needs 4.5: take a darker"),
        ("#3b4fa8", "blue", "store.accent: “blue” is not a colour like #336699"),
        ('accent = "', 'host = "https://help.shop.example"\naccent = "', "store.host: a bare host name in lower case"),
        ('accent = "', 'languages = []\naccent = "', "store.languages: each language once is expected"),
        ('accent = "', 'languages = ["en", "en"]\naccent = "', "store.languages: each language once is expected"),
        ('accent = "', 'languages = ["xx"]\naccent = "', "there is no “xx” here; the helpdesk speaks en, tr"),
        ('accent = "', 'also = { xx = { tagline = "A" } }\naccent = "', "there is no “xx” here"),
        ('accent = "', 'also = { tr = { name = "A" } }\naccent = "', "store.also.tr.name: there is no such field"),
        # when it is open
        ("America/New_York", "Mars/Olympus", "hours.timezone: “Mars/Olympus” is not a time zone like Europe/Istanbul"),
        ("America/New_York", "../../etc/passwd", "hours.timezone: “../../etc/passwd” is not a time zone"),
        (MONDAY, 'mo = ["09:00-12:00"]', "hours: weekly.mo: days are called mon, tue, wed, thu, fri, sat, sun"),
        (MONDAY, 'mon = ["09:00-12:00", "11:00-13:00"]', "hours: mon: the shifts overlap"),
        (MONDAY, 'mon = ["09:00-25:00"]', "hours.weekly.mon.0: “09:00-25:00” is not a span like 09:00-12:00"),
        (MONDAY, 'mon = ["09:00-24:30"]', "hours.weekly.mon.0: “09:00-24:30” is not a span"),
        (MONDAY, 'mon = ["09:75-12:00"]', "hours.weekly.mon.0: “09:75-12:00” is not a span"),
        (MONDAY, 'mon = ["12:00-09:00"]', "closing after opening, 24:00 at the latest"),
        (MONDAY, 'mon = ["22:00-02:00"]', "closing after opening, 24:00 at the latest"),
        (MONDAY, 'mon = ["09:00-09:00"]', "hours.weekly.mon.0: “09:00-09:00” is not a span"),
        (MONDAY, 'mon = ["08:00-12:00", "1-2"]', "hours.weekly.mon.1: “1-2” is not a span"),
        (MONDAY, 'mon = ["+9:00-1_2:00"]', "hours.weekly.mon.0"),
        (MONDAY, 'mon = "09:00-12:00"', "hours.weekly.mon: a list in square brackets is expected"),
        (HOLIDAYS, '[hours.holidays]\ncountry = "XX"', "hours.holidays: no holidays are known for XX"),
        (HOLIDAYS, f'{HOLIDAYS}\nregion = "ZZ"', "hours.holidays: no holidays are known for US-ZZ"),
        (HOLIDAYS, '[hours.holidays]\ncountry = "GB"\nregion = "Northern Ireland"', "hours.holidays.region: "),
        (*special('on = "soon"', 'name = "Fair"'), "hours.special.0.on: a day is expected, like 2026-12-24"),
        (*special("on = 2026-12-24"), "hours.special.0.name: this is missing"),
        (*special("on = 2026-12-24", 'name = "Fair"', 'hours = ["9-12"]'), "hours.special.0.hours.0: “9-12” is not a"),
        (*special("on = 2026-12-24", 'name = "A"', 'hours = ["09:00-11:00", "10:00-12:00"]'),
         "hours: special 2026-12-24: the shifts overlap"),
        (*special("on = 2026-12-24", 'name = "A"', "[[hours.special]]", "on = 2026-12-24", 'name = "B"'),
         "hours: special 2026-12-24: this day is there twice"),
        # what it promises
        (TERM, "first_respons = { hours = 24 }", "promises.first_respons: there is no such field"),
        (TERM, "first_response = 24", "promises.first_response: fields are expected here, like { hours = 24 }"),
        (TERM, "first_response = {}", "promises.first_response: give either hours or days"),
        (TERM, "first_response = { hours = 24, days = 1 }", "promises.first_response: give either hours or days"),
        (TERM, "first_response = { hours = 0 }", "promises.first_response.hours: Input should be greater than 0"),
        (TERM, "first_response = { hours = nan }", "promises.first_response.hours: "),
        (TERM, "first_response = { days = 401 }", "promises.first_response.days: Input should be less than or equal"),
        (TERM, 'first_response = { hours = 24, counts = "often" }', "'always', 'business_days' or 'service_hours'"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_with_field_and_expectation(part: str, other: str, words: str, tmp_path: Path) -> None:
    said = complaint(tmp_path, changed((part, other)))
    assert said.startswith("shop.toml: ")
    assert words in said


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    said = complaint(tmp_path, changed(('"USD"', '"usd"'), ("#3b4fa8", "blue"), (TERM, "first_response = {}")))
    assert [line.split(": ")[1] for line in said.splitlines()] == [
        "store.currency", "store.accent", "promises.first_response",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "content, words",
    [(b"", "store: this is missing"), (b"\xff\xfe", "cannot be read"), (b"name = '\xe9'", "cannot be read")],
)
def test_a_file_that_is_no_text_is_refused(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "shop.toml"
    path.write_bytes(content)
    with pytest.raises(Invalid, match=words):
        read_store_file(path)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"nowhere\.toml: cannot be read"):
        read_store_file(tmp_path / "nowhere.toml")


@pytest.mark.parametrize(
    "changes",
    [
        [],
        [(MONDAY, 'mon = ["0:00-24:00"]')],
        [(MONDAY, 'mon = ["09:00-12:00", "12:00-18:00"]')],  # touching is not overlapping
        [(MONDAY, "mon = []")],
        [(TERM, "first_response = { days = 1.5 }")],
        [special("on = 2026-12-24", 'name = "Short day"', 'hours = ["09:00-11:30"]')],
        [special('on = "2026-12-24"', 'name = "Closed"')],
    ],
)
def test_a_sound_file_is_accepted(changes: list[tuple[str, str]], tmp_path: Path) -> None:
    assert read_store_file(written(tmp_path, changed(*changes))).store.slug == "casanovaspace"


def test_a_file_saved_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    assert read_store_file(written(tmp_path, "\ufeff" + SHIPPED)).store.name == "CasanovaSpace"


def test_no_store_can_take_a_path_of_the_house(app: Flask) -> None:
    firsts = {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()}
    assert {first for first in firsts if first and not first.startswith("<")} <= RESERVED


# What is written about the file


@pytest.mark.parametrize("number", [0, 1])
def test_the_examples_of_the_handbook_can_be_loaded(database: None, tmp_path: Path, number: int) -> None:
    example = re.findall(r"^```toml\n(.*?)^```", HANDBOOK, re.MULTILINE | re.DOTALL)[number]
    assert load_store(read_store_file(written(tmp_path, example))).id


@pytest.mark.parametrize("part", [About, Hours, Promises])
def test_the_handbook_names_every_field(part: type[BaseModel]) -> None:
    assert [field for field in part.model_fields if f"| `{field}` |" not in HANDBOOK] == []


# Loading


def loaded(folder: Path, *changes: tuple[str, str]) -> Store:
    store = load_store(read_store_file(written(folder, changed(*changes))))
    db.session.commit()
    return store


def days(store: Store) -> dict[date, SpecialDay]:
    db.session.refresh(store)
    return {day.on: day for day in store.special_days}


@pytest.mark.parametrize("name", ["casa-petto", "casanovaspace", "petito"])
def test_a_shipped_store_twice_changes_nothing(database: None, at: At, name: str) -> None:
    at("2026-03-02 09:00")
    path = SEEDS / name / "store.toml"
    load_store(read_store_file(path))
    db.session.commit()
    load_store(read_store_file(path))
    assert not [one for one in db.session.dirty if db.session.is_modified(one)]
    assert not db.session.new


def test_the_same_hours_keep_the_calendars_version(database: None, at: At, tmp_path: Path) -> None:
    at("2026-03-02 09:00")
    first = loaded(tmp_path).calendar_version
    assert loaded(tmp_path, ("#3b4fa8", "#1d6b52")).calendar_version == first


@pytest.mark.parametrize(
    "change",
    [
        (MONDAY, 'mon = ["10:00-12:00"]'),
        ("America/New_York", "America/Chicago"),
        special("on = 2026-12-24", 'name = "Closed"'),
        (HOLIDAYS, ""),
    ],
)
def test_other_hours_are_another_version(database: None, at: At, tmp_path: Path, change: tuple[str, str]) -> None:
    at("2026-03-02 09:00")
    first = loaded(tmp_path).calendar_version
    assert loaded(tmp_path, change).calendar_version == first + 1


def test_holidays_of_last_year_to_the_year_after_next_are_written_down(database: None, at: At, tmp_path: Path) -> None:
    at("2026-03-02 09:00")
    assert {on.year for on in days(loaded(tmp_path))} == {2025, 2026, 2027, 2028}


def test_a_special_day_wins_over_a_holiday(database: None, at: At, tmp_path: Path) -> None:
    at("2026-03-02 09:00")
    loaded(tmp_path)
    store = loaded(tmp_path, special("on = 2026-12-25", 'name = "Open"', 'hours = ["10:00-12:00"]'))
    assert days(store)[date(2026, 12, 25)].hours == [["10:00", "12:00"]]


def test_a_special_day_taken_out_of_the_file_is_gone(database: None, at: At, tmp_path: Path) -> None:
    at("2026-03-02 09:00")
    loaded(tmp_path, special("on = 2026-12-28", 'name = "Stock-taking"'))
    assert date(2026, 12, 28) not in days(loaded(tmp_path))


def test_a_holiday_comes_back_when_its_special_day_is_taken_out(database: None, at: At, tmp_path: Path) -> None:
    at("2026-03-02 09:00")
    loaded(tmp_path, special("on = 2026-12-25", 'name = "Open"', 'hours = ["10:00-12:00"]'))
    christmas = days(loaded(tmp_path))[date(2026, 12, 25)]
    assert (christmas.hours, christmas.is_public_holiday) == ([], True)


def test_another_countrys_holidays_replace_those_to_come(database: None, at: At, tmp_path: Path) -> None:
    at("2026-03-02 09:00")
    loaded(tmp_path)
    kept = days(loaded(tmp_path, (HOLIDAYS, '[hours.holidays]\ncountry = "TR"')))
    assert date(2026, 7, 15) in kept  # Democracy Day
    assert date(2026, 11, 26) not in kept  # Thanksgiving
    assert date(2026, 1, 19) in kept  # was a holiday when promises were counted


@pytest.mark.parametrize(
    "change",
    [
        (SHIPPED[SHIPPED.index("[hours.weekly]") : SHIPPED.index("[hours.holidays]")], "[hours.weekly]\nmon = []\n"),
        special(*"\n[[hours.special]]\n".join(
            f'on = {date.fromordinal(date(2027, 1, 4).toordinal() + n)}\nname = "Winter"' for n in range(70)
        ).splitlines()),
    ],
    ids=["never open", "closed all next winter"],
)  # fmt: skip
def test_hours_without_working_time_in_60_days_are_refused(
    database: None, at: At, tmp_path: Path, change: tuple[str, str]
) -> None:
    at("2026-03-02 09:00")
    with pytest.raises(Invalid, match="casanovaspace: hours: the opening hours have no working time in 60 days"):
        loaded(tmp_path, change)


def test_two_stores_cannot_have_one_host(database: None, tmp_path: Path) -> None:
    host = ('accent = "', 'host = "help.shop.example"\naccent = "')
    loaded(tmp_path, host)
    with pytest.raises(Invalid, match=r"other: store.host: help.shop.example belongs to the store casanovaspace"):
        loaded(tmp_path, host, ('slug = "casanovaspace"', 'slug = "other"'))
