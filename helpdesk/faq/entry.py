"""The questions a store answers for everybody, loaded from its file, with what visitors said of them."""

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256
from hmac import new as keyed_hash

from flask import current_app
from sqlalchemy import Date, ForeignKey, Index, Select, String, Text, UniqueConstraint, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.core import clock
from helpdesk.core.db import Base, db
from helpdesk.core.language import ENGLISH
from helpdesk.faq.file import Question
from helpdesk.stores import Store

#: What is compared to see whether a question was edited.
TOLD = ("group", "question", "answer", "clause", "also", "position")


class FaqEntry(Base):
    """One question and its answer, in one language of one store."""

    __tablename__ = "faq_entries"
    __table_args__ = (UniqueConstraint("store_id", "language", "slug"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id"))
    language: Mapped[str] = mapped_column(String(20))
    slug: Mapped[str] = mapped_column(String(80))  # its name in the file: counts and links follow it through every edit
    group: Mapped[str] = mapped_column(String(80))
    question: Mapped[str] = mapped_column(String(200))
    answer: Mapped[str] = mapped_column(Text)
    clause: Mapped[str] = mapped_column(String(20), default="")  # of the policy, where the answer rests on one
    also: Mapped[str] = mapped_column(String(500), default="")  # other words that people search it by
    position: Mapped[int]
    helped: Mapped[int] = mapped_column(default=0)
    not_helped: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]
    store: Mapped[Store] = relationship()

    def vote(self, *, visitor: str, helped: bool) -> None:
        """Whether it helped this visitor: once a day, and the last word counts. The caller has locked the entry."""
        today = clock.now().date()
        before = db.session.get(FaqVote, (self.id, today, visitor))
        if before is None:
            db.session.add(FaqVote(entry_id=self.id, on=today, visitor=visitor, helped=helped))
        elif before.helped is helped:
            return
        else:
            self._count(before.helped, -1)
            before.helped = helped
        self._count(helped, 1)

    def _count(self, helped: bool, votes: int) -> None:
        if helped:
            self.helped += votes
        else:
            self.not_helped += votes


class FaqVote(Base):
    """That somebody voted today. Who it was is only known well enough to see them again on the same day."""

    __tablename__ = "faq_votes"
    __table_args__ = (Index("ix_faq_votes_on", "on"),)
    entry_id: Mapped[int] = mapped_column(ForeignKey("faq_entries.id", ondelete="CASCADE"), primary_key=True)
    on: Mapped[date] = mapped_column(Date, primary_key=True)
    visitor: Mapped[str] = mapped_column(String(32), primary_key=True)
    helped: Mapped[bool]


def visitor_today(address: str, browser: str) -> str:
    """A name for a visitor that is another one tomorrow, and from which nobody can find the visitor."""
    said = "\0".join((str(clock.now().date()), address, browser)).encode("utf-8", "replace")
    return keyed_hash(str(current_app.config["SECRET_KEY"]).encode(), said, sha256).hexdigest()[:32]


def load_faq(store: Store, language: str, questions: Sequence[Question]) -> int:
    """Bring the store's questions of a language in line with its file; returns how many rows changed.

    A question keeps its counts as long as it keeps its name. The caller commits.
    """
    there = {entry.slug: entry for entry in db.session.scalars(entries_of(store.id, language))}
    gone = there.keys() - {question.name for question in questions}
    for slug in gone:
        db.session.execute(delete(FaqVote).where(FaqVote.entry_id == there[slug].id))
        db.session.delete(there[slug])
    kept = [_kept(store, language, there.get(one.name), one, at) for at, one in enumerate(questions, start=1)]
    return sum(kept) + len(gone)


def _kept(store: Store, language: str, entry: FaqEntry | None, question: Question, position: int) -> bool:
    told = question.group, question.words, question.answer, question.clause, question.also, position
    values = dict(zip(TOLD, told, strict=True))
    if entry and all(getattr(entry, name) == value for name, value in values.items()):
        return False
    if entry is None:
        entry = FaqEntry(store=store, language=language, slug=question.name, helped=0, not_helped=0)
        db.session.add(entry)
    for name, value in values.items():
        setattr(entry, name, value)
    entry.changed_at = clock.now()
    return True


def entries_of(store_id: int, language: str) -> Select[FaqEntry]:
    """A store's questions in one language, in the order of its file."""
    query = select(FaqEntry).where(FaqEntry.store_id == store_id, FaqEntry.language == language)
    return query.order_by(FaqEntry.position)


def entry_by(store_id: int, language: str, slug: str) -> Select[FaqEntry]:
    """The question with this name."""
    return entries_of(store_id, language).where(FaqEntry.slug == slug)


def editions_of_faq(store_id: int) -> dict[str, tuple[int, datetime]]:
    """The languages a store's questions are there in, each with their number and their last change."""
    query = select(FaqEntry.language, func.count(), func.max(FaqEntry.changed_at)).group_by(FaqEntry.language)
    return {
        language: (many, at) for language, many, at in db.session.execute(query.where(FaqEntry.store_id == store_id))
    }


def language_for(there: Sequence[str], wanted: str) -> str:
    """The language to read the questions in: the wanted one, else English, else what is there."""
    return next((one for one in (wanted, ENGLISH, *sorted(there)) if one in there), ENGLISH)


def forget_votes(now: datetime) -> None:
    """Upkeep: who voted is needed on the day alone."""
    yesterday = date.fromordinal(now.date().toordinal() - 1)
    db.session.execute(delete(FaqVote).where(FaqVote.on < yesterday))
