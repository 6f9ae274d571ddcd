"""Reading what was typed: words, phrases, and filters; what cannot be read is said, and nothing else is lost."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.search import LONGEST, READERS, parse
from helpdesk.search.letters import MARKS
from helpdesk.search.words import Asked, Given, Term
from helpdesk.tickets import Kind, Status

TODAY = date(2026, 3, 10)


def read(text: str) -> Asked:
    return parse(text, READERS, TODAY)


@pytest.mark.parametrize("typed, terms", [
    ("blue bowl", [Term(("blue",)), Term(("bowl",))]),
    ('"blue bowl"', [Term(("blue", "bowl"))]),
    ("“blue bowl”", [Term(("blue", "bowl"))]),
    ('"blue bowl', [Term(("blue", "bowl"))]),
    ("-refund bowl", [Term(("refund",), is_not=True), Term(("bowl",))]),
    ('-"full refund"', [Term(("full", "refund"), is_not=True)]),
    ("refun*", [Term(("refun",), goes_on=True)]),
    ("ada@mail.example.com", [Term(("ada", "mail", "example", "com"))]),
    ("don’t", [Term(("don", "t"))]),
    ("re: 10:30 https://shop.example.com/x", [
        Term(("re",)), Term(("10", "30")), Term(("https", "shop", "example", "com", "x")),
    ]),
    ('- * "" () AND:', [Term(("AND",))]),
    ("I\u0307stanbul", [Term(("İstanbul",))]),
])  # fmt: skip
def test_words(typed: str, terms: list[Term]) -> None:
    asked = read(typed)
    assert (asked.terms, asked.filters, asked.problems) == (tuple(terms), (), ())


@pytest.mark.parametrize("typed, name, value", [
    ("status:open", "status", ((Status.OPEN,),)),
    ("STATUS:On-Hold,closed", "status", ((Status.ON_HOLD,), (Status.CLOSED,))),
    ("before:2026-01-10", "before", date(2026, 1, 10)),
    ("after:yesterday", "after", date(2026, 3, 9)),
    ("after:2w", "after", date(2026, 2, 24)),
    ("after:9999y", "after", date(1916, 9, 3)),
    ('from:"Ada Byron"', "from", "Ada Byron"),
    ("order:#1001", "order", "#1001"),
    ("in:notes", "in", (Kind.NOTE,)),
])  # fmt: skip
def test_filters(typed: str, name: str, value: Any) -> None:
    assert read(typed).filters == (Given(name, value),)
    assert read(f"-{typed}").filters == (Given(name, value, is_not=True),)


@pytest.mark.parametrize(
    "typed, says",
    [
        ("colour:red", "There is no filter “colour:”. There are status:, category:"),
        ("before:2026-13-40", "before: “2026-13-40” is not a day. Write it like 2026-01-10"),
        ("before:20260110", "is not a day"),
        ("after:0001-01-01", "is not a day"),
        ("after:９d", "is not a day"),
        ("status:opened", "status: “opened” is not one of new, open, pending"),
        ("status:,", "is not one of"),
        ('from:""', "from: say what to look for"),
    ],
)
def test_what_cannot_be_read_is_said(typed: str, says: str) -> None:
    asked = read(f"blue {typed} bowl")
    assert says in asked.problems[0]
    assert asked.text == f"blue {typed} bowl"
    assert asked.terms == (Term(("blue",)), Term(("bowl",)))


def test_what_stands_beside_the_filters_is_kept_as_typed() -> None:
    assert read('status:open "#W 26-11"').free == "#W 26-11"


def test_nothing_is_nothing() -> None:
    assert read("  ").is_empty


def is_plain(token: str) -> bool:
    """Nothing in it that an engine would read as an operator: letters, their signs, and digits."""
    return all(each.isalnum() or each in MARKS for each in token)


@given(st.text(max_size=LONGEST * 2))
def test_any_text_can_be_read(text: str) -> None:
    asked = read(text)
    assert all(term.tokens and all(is_plain(token) for token in term.tokens) for term in asked.terms)
