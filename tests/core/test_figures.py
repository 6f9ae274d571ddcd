"""Days, spans, numbers and money as the language of the moment writes them."""

from datetime import date, datetime, timedelta

import pytest

from helpdesk.core import figures
from helpdesk.core.language import capped, ngettext, speaking, uncapped
from helpdesk.core.money import Money

NEW_YEAR = date(2026, 1, 14)
AFTERNOON = datetime.fromisoformat("2026-01-14T16:05:00+03:00")


@pytest.mark.parametrize(
    "code, day, short, moment, paper",
    [
        ("en", "Wed 14 Jan 2026", "14 Jan 2026", "Wed 14 Jan, 16:05", "Wednesday 14 January 2026"),
        ("tr", "14 Oca 2026 Çar", "14 Oca 2026", "14 Oca Çar, 16:05", "14 Ocak 2026 Çarşamba"),
    ],
)
def test_days_and_moments(code: str, day: str, short: str, moment: str, paper: str) -> None:
    with speaking(code):
        assert figures.day(NEW_YEAR) == day
        assert figures.day(NEW_YEAR, weekday=False) == short
        assert figures.moment(AFTERNOON) == moment
        assert figures.long_day(NEW_YEAR) == paper


@pytest.mark.parametrize(
    "code, words",
    [
        ("en", ["2 days", "1 day 3 h", "1 day", "3 h 5 min", "3 h", "5 min", "less than a minute"]),
        ("tr", ["2 gün", "1 gün 3 sa.", "1 gün", "3 sa. 5 dk.", "3 sa.", "5 dk.", "bir dakikadan az"]),
    ],
)
def test_lengths_of_time(code: str, words: list[str]) -> None:
    times = [{"days": 2, "hours": 5}, {"days": 1, "hours": 3}, {"days": 1}, {"hours": 3, "minutes": 5}]
    times += [{"hours": 3}, {"minutes": 5}, {"seconds": 5}]
    with speaking(code):
        assert [figures.span(timedelta(**time)) for time in times] == words


def test_numbers_and_shares() -> None:
    assert (figures.number(2.5), figures.number(3.0), figures.percent(15), figures.number(1.25, places=1)) == (
        "2.5", "3", "15 %", "1.2",
    )  # fmt: skip
    with speaking("tr"):
        assert (figures.number(2.5), figures.number(3.0), figures.percent(15), figures.number(1.25, places=1)) == (
            "2,5", "3", "%15", "1,2",
        )  # fmt: skip
        assert ngettext("%(number)s hour", "%(number)s hours", 1.5) == "1,5 saat"


@pytest.mark.parametrize(
    "cents, currency, english, turkish",
    [
        (123456, "TRY", "₺1,234.56", "₺1.234,56"),
        (123456, "USD", "$1,234.56", "$1.234,56"),
        (-500, "EUR", "-€5.00", "-€5,00"),
        (1000, "JPY", "1,000 JPY", "¥1.000"),
    ],
)
def test_money(cents: int, currency: str, english: str, turkish: str) -> None:
    assert str(Money(cents, currency)) == english
    with speaking("tr"):
        assert str(Money(cents, currency)).replace("\xa0", " ") == turkish


@pytest.mark.parametrize(
    "typed, plain",
    [("12,50", "12.50"), ("1.234,50", "1234.50"), ("1.234", "1234"), ("12.50", "12.50"), ("12", "12"), (None, None)],
)
def test_an_amount_is_typed_as_the_language_writes_it(typed: str | None, plain: str | None) -> None:
    with speaking("tr"):
        assert figures.plain_amount(typed) == plain


def test_an_english_amount_is_left_alone() -> None:
    assert figures.plain_amount("1,234.50") == "1,234.50"
    assert figures.plain_amount("12,50") == "12,50"  # refused elsewhere rather than guessed


def test_lists() -> None:
    assert figures.either(["a refund", "a repair", "an exchange"]) == "a refund, a repair or an exchange"
    assert (figures.either(["a refund"]), figures.either([])) == ("a refund", "")
    with speaking("tr"):
        assert figures.either(["para iadesi", "onarım"]) == "para iadesi veya onarım"


def test_letters_at_the_beginning() -> None:
    assert (uncapped("A person decides"), capped("it")) == ("a person decides", "It")
    with speaking("tr"):
        assert (uncapped("İade"), uncapped("Ilık"), capped("iade"), capped("ılık")) == ("iade", "ılık", "İade", "Ilık")
