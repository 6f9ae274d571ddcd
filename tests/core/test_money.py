"""Money: whole minor units, read strictly and shown as people write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.core.money import MOST, Money, cents_of


@pytest.mark.parametrize(
    "cents, currency, shown",
    [
        (123450, "USD", "$1,234.50"), (0, "USD", "$0.00"), (5, "EUR", "€0.05"), (-500, "USD", "-$5.00"),
        (1999, "TRY", "₺19.99"), (1999, "GBP", "£19.99"), (1999, "CHF", "19.99 CHF"), (-1999, "CHF", "-19.99 CHF"),
        (500, "JPY", "500 JPY"), (1234567, "KWD", "1,234.567 KWD"),
    ],
)  # fmt: skip
def test_how_money_is_shown(cents: int, currency: str, shown: str) -> None:
    assert str(Money(cents, currency)) == shown


@pytest.mark.parametrize(
    "text, currency, cents",
    [
        ("1234.50", "USD", 123450), ("1,234.50", "USD", 123450), ("1,234,567", "USD", 123456700), (" 7 ", "USD", 700),
        ("-5", "USD", -500), (".5", "USD", 50), ("7.", "USD", 700), ("", "USD", 0), ("500", "JPY", 500),
        ("1.234", "KWD", 1234), ("7.500", "USD", 750),
    ],
)  # fmt: skip
def test_reading_an_amount(text: str, currency: str, cents: int) -> None:
    assert cents_of(text, currency) == cents


@pytest.mark.parametrize(
    "text, currency",
    [
        ("free", "USD"), ("$5", "USD"), ("0.005", "USD"), ("0.5", "JPY"), ("NaN", "USD"), ("sNaN", "USD"),
        ("Infinity", "USD"), ("1e3", "USD"), ("1e999999", "USD"), ("1_000", "USD"), ("٣", "USD"), ("--1", "USD"),
        (".", "USD"), ("-", "USD"), ("1.2.3", "USD"), ("99999999999999", "USD"), ("9" * 400, "USD"),
        ("21474836.48", "USD"), ("12,50", "USD"), ("1.234,50", "USD"), ("1,23,456", "USD"), (",500", "USD"),
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused_in_words(text: str, currency: str) -> None:
    with pytest.raises(ValueError, match="is not an amount of money"):
        cents_of(text, currency)


@given(st.integers(-MOST, MOST), st.sampled_from(["JPY", "CHF", "KWD"]))
def test_what_is_shown_can_be_read_again(cents: int, currency: str) -> None:
    assert cents_of(str(Money(cents, currency)).removesuffix(f" {currency}"), currency) == cents
