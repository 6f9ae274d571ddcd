"""One line of an order that comes back: how many were authorised, how many came, and what was found of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.core.db import Base
from helpdesk.core.errors import Invalid
from helpdesk.orders import OrderLine
from helpdesk.returns.money import HUNDRED
from helpdesk.returns.steps import Result, result_of

if TYPE_CHECKING:
    from helpdesk.returns.rma import Rma

#: A count beyond this is a slip of the hand.
MOST_COUNTED = 10_000


@dataclass(frozen=True)
class Finding:
    """What was found of one item: every authorised unit is somewhere, and what is kept back has a reason."""

    resalable: int = 0
    damaged: int = 0
    missing: int = 0
    donated: int = 0
    deduction_percent: int = 0
    deduction_cents: int = 0
    deduction_reason: str = ""

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """The four places a unit can be in."""
        return self.resalable, self.damaged, self.missing, self.donated

    @property
    def has_deduction(self) -> bool:
        """Whether something is kept back."""
        return bool(self.deduction_percent or self.deduction_cents)


class RmaItem(Base):
    """One line of the order that comes back: authorised, counted, inspected."""

    __tablename__ = "rma_items"
    __table_args__ = (UniqueConstraint("rma_id", "order_line_id"), Index("ix_rma_items_line", "order_line_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    rma_id: Mapped[int] = mapped_column(ForeignKey("rmas.id"))
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_lines.id"))
    quantity: Mapped[int]  # authorised
    received: Mapped[int] = mapped_column(default=0)
    surplus: Mapped[int] = mapped_column(default=0)  # came along without being authorised
    resalable: Mapped[int] = mapped_column(default=0)
    damaged: Mapped[int] = mapped_column(default=0)
    missing: Mapped[int] = mapped_column(default=0)
    donated: Mapped[int] = mapped_column(default=0)
    deduction_percent: Mapped[int] = mapped_column(default=0)
    deduction_cents: Mapped[int] = mapped_column(default=0)
    deduction_reason: Mapped[str] = mapped_column(String(300), default="")
    rma: Mapped["Rma"] = relationship(back_populates="items")
    order_line: Mapped[OrderLine] = relationship()

    def keep(self, finding: Finding) -> None:
        """What the inspection found."""
        self.resalable, self.damaged, self.missing, self.donated = finding.counts
        self.deduction_percent, self.deduction_cents = finding.deduction_percent, finding.deduction_cents
        self.deduction_reason = finding.deduction_reason.strip()[:300]

    @property
    def finding(self) -> Finding:
        """What the inspection found, as it was said."""
        return Finding(
            self.resalable,
            self.damaged,
            self.missing,
            self.donated,
            self.deduction_percent,
            self.deduction_cents,
            self.deduction_reason,
        )


def checked(item: RmaItem, finding: Finding) -> Finding:
    """The finding, if it can be: every piece is somewhere, none is found that did not arrive. Raises Invalid."""
    title, short = item.order_line.title, item.quantity - item.received
    if any(count < 0 for count in finding.counts):
        raise Invalid(f"“{title}”: a number of pieces cannot be below nothing.")
    if sum(finding.counts) != item.quantity:
        raise Invalid(f"“{title}”: the counts add up to {sum(finding.counts)}, but {item.quantity} were authorised.")
    if finding.missing < short:
        raise Invalid(f"“{title}”: only {item.received} of {item.quantity} arrived, so at least {short} are missing.")
    if not 0 <= finding.deduction_percent <= HUNDRED or finding.deduction_cents < 0:
        raise Invalid(f"“{title}”: a deduction is a percentage from 0 to 100, or an amount.")
    if finding.deduction_percent and finding.deduction_cents:
        raise Invalid(f"“{title}”: give the deduction as a percentage or as an amount, not both.")
    if finding.has_deduction and not finding.deduction_reason.strip():
        raise Invalid(f"“{title}”: say what the deduction is for; the customer reads it.")
    return finding


def result_by(found: Mapping[RmaItem, Finding]) -> Result:
    """What the counts of all items say together."""
    refused = [sum(f.counts) - f.missing for f in found.values() if f.deduction_percent == HUNDRED]
    reduced = [f for f in found.values() if f.has_deduction]
    derived = result_of(
        sum(item.quantity for item in found),
        sum(f.missing for f in found.values()),
        sum(f.damaged for f in found.values()),
        sum(refused),
    )
    return Result.PARTIAL if derived is Result.PASSED and reduced else derived


def counted_of(item: RmaItem, pieces: int) -> int:
    """So many pieces were counted. Raises Invalid where that cannot be."""
    if not 0 <= pieces <= MOST_COUNTED:
        raise Invalid(f"“{item.order_line.title}”: {pieces} is not a count of pieces that came in a parcel.")
    return pieces
