"""A store: one brand, its contact, its hours and what it promises its customers."""

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.core.db import Base
from helpdesk.core.language import ENGLISH, KNOWN, current
from helpdesk.stores.ladder import LadderTerms
from helpdesk.stores.promises import Promises
from helpdesk.stores.work import WorkTerms


class Store(Base):
    """One shop served by the deployment; every ticket, order and calendar belongs to one."""

    __tablename__ = "stores"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    tagline: Mapped[str] = mapped_column(String(300), default="")
    host: Mapped[str | None] = mapped_column(String(200), unique=True)  # help.shop.example, when it has its own
    email: Mapped[str] = mapped_column(String(254))
    phone: Mapped[str] = mapped_column(String(40), default="")
    address: Mapped[str] = mapped_column(String(300), default="")
    country: Mapped[str] = mapped_column(String(2))
    currency: Mapped[str] = mapped_column(String(3))
    timezone: Mapped[str] = mapped_column(String(60))
    accent: Mapped[str] = mapped_column(String(7))
    weekly_hours: Mapped[dict[str, Any]]  # {"mon": [["09:00", "12:00"], ...]}: local wall time
    calendar_version: Mapped[int] = mapped_column(default=1)  # the edition of hours and promises in force
    hours_key: Mapped[str | None] = mapped_column(String(16))  # tells two editions apart that had one number
    holiday_country: Mapped[str | None] = mapped_column(String(2))
    holiday_region: Mapped[str | None] = mapped_column(String(10))
    promise_terms: Mapped[dict[str, Any]]
    ladder_terms: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    work_terms: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    languages: Mapped[list[str]] = mapped_column(default=list, server_default="[]")  # those of its customers
    also: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")  # {"tr": {"tagline": ...}}
    special_days: Mapped[list["SpecialDay"]] = relationship(cascade="all, delete-orphan", order_by="SpecialDay.on")

    @property
    def promises(self) -> Promises:
        """What this store promised, as durations with their way of counting."""
        return Promises.model_validate(self.promise_terms)

    @property
    def spoken(self) -> tuple[str, ...]:
        """The languages its customers can choose, the store's own first; English where it names none that we know."""
        return tuple(code for code in self.languages if code in KNOWN) or (ENGLISH,)

    def answers_in(self, wish: str) -> str:
        """The language to write to a customer in: the one they used last, else the store's own."""
        return wish if wish in self.spoken else self.spoken[0]

    @property
    def told_tagline(self) -> str:
        """The sentence under its name, in the language of the moment where the store has it in that."""
        return str(self.also.get(current().code, {}).get("tagline") or self.tagline)

    @property
    def ladder(self) -> LadderTerms:
        """How this store hands tickets up."""
        return LadderTerms.model_validate(self.ladder_terms)

    @property
    def work(self) -> WorkTerms:
        """How this store works on its tickets: its fields, what solving needs, who gets new ones."""
        return WorkTerms.model_validate(self.work_terms)


class SpecialDay(Base):
    """A local day with hours of its own; none at all on a holiday."""

    __tablename__ = "special_days"
    __table_args__ = (UniqueConstraint("store_id", "on"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id", ondelete="CASCADE"))
    on: Mapped[date]
    name: Mapped[str] = mapped_column(String(120))
    hours: Mapped[list[Any]]  # [["09:00", "13:00"]]; empty: closed
    is_public_holiday: Mapped[bool] = mapped_column(default=False)


def by_slug(slug: str) -> Select[Store]:
    """The store with this short name."""
    return select(Store).where(Store.slug == slug)


def by_host(host: str) -> Select[Store]:
    """The store that has this host name for itself."""
    return select(Store).where(Store.host == host.lower())


def all_stores() -> Select[Store]:
    """Every store, by name."""
    return select(Store).order_by(Store.name)
