"""A rating: how the customer found our help, once per solving."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts import Customer, User, store_ids_of
from helpdesk.core import clock
from helpdesk.core.db import Base, db
from helpdesk.core.errors import Invalid, NotAllowed, WrongState
from helpdesk.core.language import N_, Words, _
from helpdesk.tickets.ticket import Ticket
from helpdesk.tickets.timeline import Action

#: From the worst to the best.
SCORES: Words[int] = Words({1: N_("Very poor"), 2: N_("Poor"), 3: N_("All right"), 4: N_("Good"), 5: N_("Very good")})
#: From here down we have failed somebody.
LOW_SCORE, HIGH_SCORE = 2, 4
#: How long a rating may be thought over.
CHANGES_FOR = timedelta(days=7)
LONGEST_COMMENT = 2000


class Rating(Base):
    """One solving of one ticket, judged by its customer."""

    __tablename__ = "ratings"
    __table_args__ = (
        UniqueConstraint("ticket_id", "solved_at"),
        CheckConstraint("score BETWEEN 1 AND 5", name="score"),
        Index("ix_ratings_store", "store_id", "rated_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # whose work it was then
    solved_at: Mapped[datetime]  # which solving
    score: Mapped[int]
    comment: Mapped[str] = mapped_column(Text, default="")
    rated_at: Mapped[datetime]
    ticket: Mapped[Ticket] = relationship()
    assignee: Mapped[User | None] = relationship()

    @classmethod
    def give(cls, ticket: Ticket, score: int, *, by: Customer, comment: str = "") -> "Rating":
        """Rate a solving, or change what was said of it. Raises a Problem where there is nothing to rate (any more)."""
        if by.id != ticket.customer_id:
            raise NotAllowed(_("Only the customer of this ticket can rate it."))
        if ticket.solved_at is None or not ticket.is_finished:
            raise WrongState(_("This request is not solved yet. Once it is, you can rate our help."))
        if score not in SCORES:
            raise Invalid(_("Choose one of the five."))
        comment = comment.replace("\x00", "").strip()[:LONGEST_COMMENT]
        before = db.session.scalar(rating_of(ticket))
        if before:
            before._change(score, comment, by)
            return before
        rating = cls(
            ticket=ticket, store_id=ticket.store_id, assignee_id=ticket.assignee_id, solved_at=ticket.solved_at,
            score=score, comment=comment, rated_at=clock.now(),
        )  # fmt: skip
        db.session.add(rating)
        db.session.flush()
        ticket.record(Action.RATED, by=by, rating=rating.id, score=score, note=comment, old=None)
        return rating

    @property
    def changes_until(self) -> datetime:
        """How long it may be changed."""
        return self.rated_at + CHANGES_FOR

    @property
    def can_change(self) -> bool:
        """Whether it may be changed now."""
        return clock.now() < self.changes_until

    @property
    def is_low(self) -> bool:
        """Whether we have failed somebody."""
        return self.score <= LOW_SCORE

    @property
    def words(self) -> str:
        """The score as a word."""
        return SCORES[self.score]

    def _change(self, score: int, comment: str, by: Customer) -> None:
        if (self.score, self.comment) == (score, comment):
            return
        if not self.can_change:
            raise WrongState(_("A rating can be changed for 7 days. Write us a message if there is more to say."))
        old, self.score, self.comment = self.score, score, comment
        self.ticket.record(Action.RATED, by=by, rating=self.id, score=score, note=comment, old=old)


def rating_of(ticket: Ticket) -> Select[Rating]:
    """The rating of the ticket's latest solving, if there is one."""
    return select(Rating).where(Rating.ticket_id == ticket.id, Rating.solved_at == ticket.solved_at)


def ratings_for(person: User, store_ids: Iterable[int] | None = None) -> Select[Rating]:
    """The ratings at this person's stores; of some of them only, if they are named."""
    mine = select(Rating).where(Rating.store_id.in_(store_ids_of(person)))
    return mine if store_ids is None else mine.where(Rating.store_id.in_(list(store_ids)))
