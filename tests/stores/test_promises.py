"""Promises: how long, counted how, and in which words."""

import pytest
from pydantic import ValidationError

from helpdesk.seed import SEEDS
from helpdesk.stores import Counts, Promises, Term, read_store_file

ALWAYS, BUSINESS_DAYS, SERVICE_HOURS = Counts.ALWAYS, Counts.BUSINESS_DAYS, Counts.SERVICE_HOURS


@pytest.mark.parametrize(
    "term, words",
    [
        (Term(hours=24), "24 hours"),
        (Term(hours=24, counts=BUSINESS_DAYS), "24 hours on business days"),
        (Term(hours=24, counts=SERVICE_HOURS), "24 hours of opening time"),
        (Term(hours=1), "1 hour"),
        (Term(hours=1, counts=SERVICE_HOURS), "1 hour of opening time"),
        (Term(hours=0.5), "0.5 hours"),
        (Term(days=30), "30 days"),
        (Term(days=1), "1 day"),
        (Term(days=5, counts=BUSINESS_DAYS), "5 business days"),
        (Term(days=1, counts=BUSINESS_DAYS), "1 business day"),
        (Term(days=2, counts=SERVICE_HOURS), "2 days of opening time"),
        (Term(hours=9600), "9600 hours"),
    ],
)
def test_a_promise_says_how_it_is_counted(term: Term, words: str) -> None:
    assert term.in_words == words


@pytest.mark.parametrize(
    "term, seconds",
    [(Term(hours=24), 86_400), (Term(days=1), 86_400), (Term(hours=0.5), 1800), (Term(days=1.5), 129_600)],
)
def test_a_promise_in_seconds(term: Term, seconds: int) -> None:
    assert term.seconds == seconds


@pytest.mark.parametrize(
    "fields",
    [
        {}, {"hours": 1, "days": 1}, {"hours": 0}, {"hours": -1}, {"days": 401}, {"hours": float("inf")},
        {"hours": float("nan")}, {"hours": 1, "counts": "often"}, {"hours": 1, "minutes": 1}, {"hours": "soon"},
    ],
)  # fmt: skip
def test_what_is_no_promise_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Term.model_validate(fields)


@pytest.mark.parametrize(
    "name, words",
    [
        ("casa-petto", [
            "Within 24 hours", "In 3 to 5 business days", "Within 30 days of delivery",
            "Tell us within 48 hours of delivery, with photos",
        ]),
        ("casanovaspace", [
            "Within 24 hours on business days", "Within 5 business days", "Within 30 days of delivery",
            "Tell us within 48 hours of delivery, with photos",
        ]),
        ("petito", [
            "Within 24 hours on business days", "Within 5 business days", "Within 60 days of delivery",
            "Tell us within 48 hours of delivery, with photos",
        ]),
    ],
)  # fmt: skip
def test_what_the_shipped_stores_promise(name: str, words: list[str]) -> None:
    promises = read_store_file(SEEDS / name / "store.toml").promises.in_words()
    assert promises == list(zip(["First answer", "Delivery", "Returns", "Damage"], words, strict=True))


def test_a_promise_that_is_not_named_has_its_default() -> None:
    assert Promises.model_validate({"return_window": {"days": 60}}).damage_report == Term(hours=48)
