"""What templates are given: marks that are drawn once, and empty fields."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from flask import Flask, g
from markupsafe import Markup
from wtforms import Form, StringField

from helpdesk.core import clock
from helpdesk.web import filters
from helpdesk.web.filters import blank, once


@pytest.fixture
def drawn() -> list[Any]:
    return []


@pytest.fixture
def mark(app: Flask, drawn: list[Any]) -> Callable[..., str]:
    """A macro that says when it is drawn."""
    app.jinja_env.globals["note_drawing"] = drawn.append
    text = "{% macro mark(word, tone=1) %}{{ note_drawing(word) or '' }}<b>{{ word }}{{ tone }}</b>{% endmacro %}"
    macro: Callable[..., str] = once(app.jinja_env.from_string(text).module.mark)  # type: ignore[attr-defined]
    return macro


def test_a_mark_is_drawn_once(mark: Callable[..., str], drawn: list[Any]) -> None:
    assert [mark("new"), mark("new"), mark("new", tone=2)] == ["<b>new1</b>", "<b>new1</b>", "<b>new2</b>"]
    assert drawn == ["new", "new"]


def test_text_never_passes_for_markup_that_reads_the_same(mark: Callable[..., str]) -> None:
    assert mark(Markup("<i>")) == "<b><i>1</b>"
    assert mark("<i>") == "<b>&lt;i&gt;1</b>"


def test_a_tick_is_not_a_number(mark: Callable[..., str]) -> None:
    assert [mark("a", True), mark("a", 1)] == ["<b>aTrue</b>", "<b>a1</b>"]


def test_a_mark_with_moments_is_drawn_for_each_time_zone_and_year(app: Flask, drawn: list[Any]) -> None:
    app.jinja_env.globals["note_drawing"] = drawn.append
    text = "{% macro mark(at) %}{{ note_drawing(at) or '' }}{{ at|moment }}{% endmacro %}"
    macro = app.jinja_env.from_string(text).module.mark  # type: ignore[attr-defined]
    mark, at = once(macro, with_moments=True), datetime(2026, 6, 1, 22, tzinfo=UTC)
    words = {}
    with app.test_request_context():
        for zone, now in product(("UTC", "Europe/Istanbul"), (at, at + timedelta(days=365))):
            g.timezone = zone
            with clock.at(now):
                words[zone, now.year] = mark(at), mark(at)
    assert words == {
        ("UTC", 2026): ("Mon 1 Jun, 22:00",) * 2, ("UTC", 2027): ("Mon 1 Jun 2026, 22:00",) * 2,
        ("Europe/Istanbul", 2026): ("Tue 2 Jun, 01:00",) * 2, ("Europe/Istanbul", 2027): ("Tue 2 Jun 2026, 01:00",) * 2,
    }  # fmt: skip
    assert drawn == [at] * 4


def test_a_field_with_something_in_it_is_drawn_anew(app: Flask) -> None:
    class Words(Form):
        body = StringField("Body")

    macro = app.jinja_env.from_string("{% macro a_field(f) %}{{ f() }}{% endmacro %}").module.a_field  # type: ignore[attr-defined]
    empty, full = Words(), Words(data={"body": "<Hello>"})
    assert [blank(macro, form.body).count("&lt;Hello&gt;") for form in (empty, full, empty)] == [0, 1, 0]


def test_empty_fields_do_not_fill_the_memory(app: Flask) -> None:
    class Words(Form):
        body = StringField("Body")

    macro = app.jinja_env.from_string("{% macro a_field(f) %}{{ f(**kwargs) }}{% endmacro %}").module.a_field  # type: ignore[attr-defined]
    for number in range(filters.MOST_KEPT + 10):
        blank(macro, Words().body, address=f"/desk/tickets/{number}")
    assert len(filters._blank) <= filters.MOST_KEPT + 1


def test_only_so_many_drawings_are_kept(app: Flask, mark: Callable[..., str], drawn: list[Any]) -> None:
    text = "{% macro mark(word) %}{{ note_drawing(word) or '' }}{{ word }}{% endmacro %}"
    few = once(app.jinja_env.from_string(text).module.mark, most=2)  # type: ignore[attr-defined]
    assert [few(word) for word in ("a", "b", "b", "c", "a")] == ["a", "b", "b", "c", "a"]
    assert drawn == ["a", "b", "c", "a"]  # the third took the place of those before it
