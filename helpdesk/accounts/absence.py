"""Absences: who is away from when until when; planned ahead, or off duty from now on."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, Select, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts.team import refuse_unless_leads
from helpdesk.accounts.user import User
from helpdesk.core import clock
from helpdesk.core.db import NEVER, Base, db
from helpdesk.core.errors import Invalid, WrongState

LONGEST = timedelta(days=800)


class Absence(Base):
    """One time in which a person is away; called off, it stays on record and counts no more."""

    __tablename__ = "absences"
    __table_args__ = (Index("ix_absences_user_id", "user_id", "ends_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]  # NEVER: until further notice
    note: Mapped[str] = mapped_column(String(200), default="")
    planned_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    planned_at: Mapped[datetime]
    called_off_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    called_off_at: Mapped[datetime | None]
    user: Mapped[User] = relationship(foreign_keys=user_id)
    planned_by: Mapped[User | None] = relationship(foreign_keys=planned_by_id)

    @classmethod
    def plan(cls, user: User, begins_at: datetime, ends_at: datetime, *, by: User, note: str = "") -> "Absence":
        """Write down when somebody will be away; their own, or that of somebody they lead."""
        refuse_unless_leads(by, user)
        if ends_at <= begins_at:
            raise Invalid("An absence ends after it begins.")
        if ends_at <= clock.now():
            raise Invalid("That time is over already.")
        if ends_at - begins_at > LONGEST and ends_at != NEVER:
            raise Invalid("That is more than two years. Leave out the end if it is not known.")
        absence = cls(
            user=user, begins_at=begins_at, ends_at=ends_at, note=note.strip()[:200], planned_by=by,
            planned_at=clock.now(),
        )  # fmt: skip
        db.session.add(absence)
        db.session.flush()
        return absence

    def call_off(self, *, by: User) -> None:
        """The person is there after all, or back earlier."""
        refuse_unless_leads(by, self.user)
        if self.called_off_at or self.ends_at <= clock.now():
            raise WrongState("This absence is over already.")
        self.called_off_at, self.called_off_by_id = clock.now(), by.id

    @property
    def has_begun(self) -> bool:
        """Whether the person is away already."""
        return self.begins_at <= clock.now()

    @property
    def is_open_ended(self) -> bool:
        """Whether nobody knows when it ends."""
        return self.ends_at >= NEVER


def take_off_duty(user: User, *, by: User) -> Absence:
    """Away from now on, until somebody says otherwise."""
    return Absence.plan(user, clock.now(), NEVER, by=by, note="Off duty")


def put_on_duty(user: User, *, by: User) -> None:
    """Back: every absence that covers this moment ends."""
    now = clock.now()
    for absence in db.session.scalars(absences_from(now, [user.id]).where(Absence.begins_at <= now)):
        absence.call_off(by=by)


def absences_from(moment: datetime, user_ids: list[int]) -> Select[Absence]:
    """What is not over at that moment, the next first."""
    query = select(Absence).where(Absence.user_id.in_(user_ids), Absence.ends_at > moment)
    return query.where(Absence.called_off_at.is_(None)).order_by(Absence.begins_at, Absence.id)
