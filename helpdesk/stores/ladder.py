"""How a store hands tickets up: what counts as high value, how long each rung has, what goes straight to a manager."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from helpdesk.core.money import PLACES
from helpdesk.stores.calendar import Counts
from helpdesk.stores.promises import Term

#: The reasons of `helpdesk.escalation`, which this file may name but not know.
ReasonWord = Literal[
    "response_overdue",
    "resolution_overdue",
    "customer_request",
    "policy_exception",
    "late_damage_report",
    "health_emergency",
    "high_value",
    "agent_request",
]
Amount = Annotated[Decimal, Field(gt=0, max_digits=8, decimal_places=2)]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]
Minutes = Annotated[int, Field(gt=0, le=60 * 24 * 30)]


class LadderTerms(BaseModel):
    """[escalation] of a store's file; what is left out has its default."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    high_value: Amount | None = None  # in the store's currency; None: no order is dear enough
    high_value_in: dict[Currency, Amount] = {}
    next_rung_minutes: Minutes | None = None  # None: the promise `escalation_ack` says it
    next_rung_counts: Counts = Counts.SERVICE_HOURS
    urgent_minutes: Minutes = 60  # emergencies, by the clock on the wall
    straight_to_manager: list[ReasonWord] = []

    def threshold_cents(self, currency: str, store_currency: str) -> int | None:
        """From which amount of this currency on an order is of high value; None if the store names none."""
        amount = self.high_value_in.get(currency)
        if amount is None and currency == store_currency:
            amount = self.high_value
        return None if amount is None else int(amount.scaleb(PLACES.get(currency, 2)))

    def next_rung(self, *, is_urgent: bool) -> Term | None:
        """How long somebody has to take an escalation before it goes on; None: as the store promised in general."""
        if is_urgent:
            return Term(hours=self.urgent_minutes / 60, counts=Counts.ALWAYS)
        if self.next_rung_minutes is None:
            return None
        return Term(hours=self.next_rung_minutes / 60, counts=self.next_rung_counts)
