"""Keyset pages: every row once, in order, there and back, whatever the cursor says."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from helpdesk.core.db import UtcMoment, db
from helpdesk.core.pages import Page, page_of
from helpdesk.core.tokens import sign

FIRST = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Apart(DeclarativeBase):
    """Tables that no migration knows."""


class Mark(Apart):
    """A row to page through."""

    __tablename__ = "marks_to_page_through"
    id: Mapped[int] = mapped_column(primary_key=True)
    due_at: Mapped[datetime] = mapped_column(UtcMoment)
    word: Mapped[str] = mapped_column(default="")


BY_DUE: list[Any] = [Mark.id, Mark.due_at]
BY_WORD: list[Any] = [Mark.id, Mark.word]


@pytest.fixture
def marks(database: None) -> Iterator[None]:
    """The table, for the length of a test."""
    Apart.metadata.create_all(db.session.connection())
    yield
    Apart.metadata.drop_all(db.session.connection())


def fill(minutes: list[int]) -> list[int]:
    """One row for each minute; ids in the order of the queue."""
    db.session.execute(delete(Mark))
    rows = [{"id": n, "due_at": FIRST + timedelta(minutes=m), "word": ""} for n, m in enumerate(minutes, 1)]
    if rows:
        db.session.execute(insert(Mark), rows)
    return [row["id"] for row in sorted(rows, key=lambda row: (row["due_at"], row["id"]))]  # type: ignore[misc]


def page(cursor: str | None = None, *, down: bool = False, size: int = 3) -> Page:
    return page_of(select(*BY_DUE), [Mark.due_at, Mark.id], down=down, cursor=cursor, size=size)


def ids(page: Page) -> list[int]:
    return [row.id for row in page.rows]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(minutes=st.lists(st.integers(0, 4), max_size=14), size=st.integers(1, 5), down=st.booleans())
def test_walking_forward_meets_every_row_once_and_back_again(
    marks: None, minutes: list[int], size: int, down: bool
) -> None:
    expected = fill(minutes)[:: -1 if down else 1]
    walked = [page(down=down, size=size)]
    while walked[-1].after:
        walked.append(page(walked[-1].after, down=down, size=size))
    assert [n for one in walked for n in ids(one)] == expected
    for earlier, later in zip(walked[-2::-1], walked[:0:-1], strict=True):
        assert ids(page(later.before, down=down, size=size)) == ids(earlier)


def test_an_empty_list_is_one_empty_page(marks: None) -> None:
    fill([])
    assert page() == Page([], before=None, after=None)


def test_a_full_last_page_has_no_next(marks: None) -> None:
    fill([1, 2, 3])
    assert (page().before, page().after) == (None, None)


def test_new_rows_do_not_shift_the_next_page(marks: None) -> None:
    fill([1, 2, 3, 4, 5])
    after = page().after
    db.session.execute(insert(Mark), [{"id": 99, "due_at": FIRST, "word": ""}])
    assert ids(page(after)) == [4, 5]


def test_a_page_whose_rows_are_gone_is_the_first(marks: None) -> None:
    fill([1, 2, 3, 4])
    after = page().after
    db.session.execute(delete(Mark).where(Mark.id == 4))
    assert ids(page(after)) == [1, 2, 3]


def test_back_at_the_beginning_the_first_page_is_full(marks: None) -> None:
    fill([1, 2, 3, 4, 5, 6])
    back = page(page().after).before
    db.session.execute(delete(Mark).where(Mark.id == 1))
    assert ids(page(back)) == [2, 3, 4]


def plain(*content: object) -> str:
    """A cursor that nobody signed."""
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "", "a", "%00", "\x00", "ünïcode", "=" * 40, "A" * 5000, "W10", "bnVsbA==", "[" * 3000,
        plain("a", [{"t": "2026-03-02T09:00:00+00:00"}, 1]), plain("a", ["text", "text"]), plain("a", [1, 1]),
        plain("a", [{"t": "2026-03-02T09:00:00"}, 1]), plain("a", [{"t": "soon"}, 1]), plain("a", 5), plain(),
        plain("a", [{"t": "2026-03-02T09:00:00+00:00"}, 10**30]), plain("a", [True, None]), plain("c", [1, 2]),
    ],
)  # fmt: skip
def test_a_broken_or_forged_cursor_is_the_first_page(marks: None, cursor: str) -> None:
    fill([1, 2, 3, 4])
    assert ids(page(cursor)) == [1, 2, 3]


def test_a_changed_cursor_is_the_first_page(marks: None) -> None:
    fill([1, 2, 3, 4])
    assert ids(page(f"{page().after}x")) == [1, 2, 3]


def test_the_cursor_of_another_list_is_the_first_page(marks: None) -> None:
    fill([1, 2, 3, 4])
    by_word = page_of(select(*BY_WORD), [Mark.word, Mark.id], down=False, cursor=None, size=3)
    assert ids(page(by_word.after)) == [1, 2, 3]


def test_a_link_for_something_else_is_no_cursor(marks: None) -> None:
    fill([1, 2, 3, 4])
    assert ids(page(sign("ticket", "a", {"t": FIRST.isoformat()}, 1))) == [1, 2, 3]
