"""What people looked for, and whether it helped them: so that a store learns which answers are missing."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, Row, Select, String, case, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts import User, store_ids_of
from helpdesk.core import clock
from helpdesk.core.db import Base, Word, db
from helpdesk.stores import Store

KEPT_FOR = timedelta(days=90)
LONGEST = 100
#: Mail addresses, and whatever holds a figure: order numbers, phones, references.
PERSONAL = re.compile(r"\S*@\S*|\S*\d\S*")


class Helped(StrEnum):
    """What somebody said of the answers."""

    YES = "yes"
    NO = "no"
    NONE = "none"  # nothing was said


class HelpSearch(Base):
    """One search, without anything that could say whose it was."""

    __tablename__ = "help_searches"
    __table_args__ = (
        Index("ix_help_searches_store", "store_id", "asked_at"),
        Index("ix_help_searches_asked_at", "asked_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id"))
    language: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(String(LONGEST))
    found: Mapped[int]  # how many answers were offered
    clicked: Mapped[str] = mapped_column(
        String(120), default=""
    )  # which was opened: faq:name, clause:9.1, issue:damaged
    helped: Mapped[Helped] = mapped_column(Word(Helped), default=Helped.NONE)
    asked_at: Mapped[datetime]
    store: Mapped[Store] = relationship()

    @classmethod
    def keep(cls, store: Store, language: str, query: str, found: int, clicked: str = "") -> "HelpSearch | None":
        """Remember a search; nothing where nothing is left of it without numbers and addresses."""
        words = without_traces(query)
        if not words:
            return None
        kept = cls(
            store=store, language=language, words=words, found=found, clicked=clicked[:120], helped=Helped.NONE,
            asked_at=clock.now(),
        )  # fmt: skip
        db.session.add(kept)
        db.session.flush()
        return kept

    def answer(self, helped: Helped, clicked: str = "") -> None:
        """Whether it helped; the last word counts."""
        self.helped = helped
        self.clicked = clicked[:120] or self.clicked


def without_traces(query: str) -> str:
    """The words of a search in lower case, without mail addresses and without anything that holds a number."""
    return " ".join(PERSONAL.sub(" ", query.replace("\x00", " ")).lower().split())[:LONGEST].strip()


def forget_old_searches(now: datetime) -> None:
    """Upkeep: what was asked a quarter of a year ago says little about today."""
    db.session.execute(delete(HelpSearch).where(HelpSearch.asked_at < now - KEPT_FOR))


def searches_for(person: User) -> Select[HelpSearch]:
    """What customers of this person's stores looked for."""
    return select(HelpSearch).where(HelpSearch.store_id.in_(store_ids_of(person)))


def without_answer(person: User, store_id: int, most: int = 50) -> Sequence[Row[Any]]:
    """Words for which nothing was found, the most frequent first: words, times, last_at."""
    return _by_words(searches_for(person).where(HelpSearch.store_id == store_id, HelpSearch.found == 0), most)


def without_help(person: User, store_id: int, most: int = 50) -> Sequence[Row[Any]]:
    """Words whose answers did not help, the most frequent first: words, times, last_at."""
    failed = searches_for(person).where(HelpSearch.store_id == store_id, HelpSearch.found > 0)
    return _by_words(failed.where(HelpSearch.helped == Helped.NO), most)


def tally(person: User, store_id: int) -> Row[Any]:
    """All searches of a store: how many, without an answer, that helped, that did not."""

    def times(*condition: Any) -> Any:
        return func.coalesce(func.sum(case((condition[0], 1), else_=0)), 0)

    columns = (
        func.count().label("searches"),
        times(HelpSearch.found == 0).label("unanswered"),
        times(HelpSearch.helped == Helped.YES).label("helped"),
        times(HelpSearch.helped == Helped.NO).label("not_helped"),
    )
    mine = searches_for(person).where(HelpSearch.store_id == store_id)
    return db.session.execute(mine.with_only_columns(*columns)).one()


def clicks(person: User, store_id: int) -> dict[str, int]:
    """How often each answer was opened from a search."""
    mine = searches_for(person).where(HelpSearch.store_id == store_id, HelpSearch.clicked != "")
    counted = mine.with_only_columns(HelpSearch.clicked, func.count()).group_by(HelpSearch.clicked)
    return {row[0]: row[1] for row in db.session.execute(counted)}


def _by_words(searches: Select[HelpSearch], most: int) -> Sequence[Row[Any]]:
    times: Any = func.count().label("times")
    last_at: Any = func.max(HelpSearch.asked_at).label("last_at")
    grouped: Select[Any] = searches.with_only_columns(HelpSearch.words, times, last_at).group_by(HelpSearch.words)
    return db.session.execute(grouped.order_by(times.desc(), last_at.desc()).limit(most)).all()
