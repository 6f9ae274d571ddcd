"""The house policy: it holds for any store, under its own name for ever, and is a file to begin with."""

from datetime import date

import pytest

from helpdesk.policies.differences import changes
from helpdesk.policies.examples import failures
from helpdesk.policies.house import house_by_name, house_edition, starter
from helpdesk.policies.reading import read_policy


@pytest.mark.parametrize("currency", ["USD", "TRY", "JPY", "KWD"])
@pytest.mark.parametrize("hours, days", [(48, 30), (1, 1), (72, 365)])
def test_it_is_sound_with_any_figures_and_keeps_its_own_examples(currency: str, hours: int, days: int) -> None:
    edition = house_edition("lamps", currency, hours, days)
    assert (failures(edition), edition.warnings) == ([], [])
    assert len(edition.file.example) >= 6


def test_its_name_leads_back_to_it() -> None:
    edition = house_edition("lamps", "USD", 24, 14)
    assert house_by_name("lamps", "USD", edition.name) is edition


@pytest.mark.parametrize("name", ["", "2026-01-01", "house", "house-24"])
def test_other_names_are_not_its(name: str) -> None:
    assert house_by_name("lamps", "USD", name) is None


def test_the_starter_says_the_same_under_a_name_and_day_of_its_own() -> None:
    house, edition = house_edition("lamps", "USD", 24, 14), read_policy(
        starter("lamps", "USD", 24, 14, date(2026, 6, 1))
    )  # fmt: skip
    assert (edition.name, edition.file.policy.effective) == ("2026-06-01", date(2026, 6, 1))
    assert changes(house, edition) == []
    assert failures(edition) == []


def test_no_sign_is_left_in_the_starter() -> None:
    assert "@" not in starter("lamps", "USD", 24, 14, date(2026, 6, 1))
