"""What a store promises: how long, and how that time is counted (DOMAIN: "24 hours" has several meanings)."""

from collections import Counter
from datetime import timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, model_validator

from helpdesk.core.figures import number
from helpdesk.core.language import N_, Words, _, capped, ngettext
from helpdesk.stores.calendar import Counts

WAYS = Words(
    {
        Counts.ALWAYS: N_("%(time)s around the clock"),
        Counts.BUSINESS_DAYS: N_("%(time)s on business days"),
        Counts.SERVICE_HOURS: N_("%(time)s of opening time"),
    }
)


class Term(BaseModel):
    """One promise: an amount of time and its way of counting."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    hours: float | None = Field(default=None, gt=0, le=24 * 400)
    days: float | None = Field(default=None, gt=0, le=400)
    counts: Counts = Counts.ALWAYS

    @model_validator(mode="after")
    def _one_amount(self) -> "Term":
        if (self.hours is None) == (self.days is None):
            raise ValueError("give either hours or days")
        return self

    @property
    def seconds(self) -> int:
        """The amount in counted seconds; a day is 24 hours of whatever is counted."""
        return round(timedelta(hours=self.hours or 0, days=self.days or 0).total_seconds())

    @property
    def in_words(self) -> str:
        """For a customer: "24 hours on business days"."""
        if self.hours is not None:
            words = ngettext("%(number)s hour", "%(number)s hours", self.hours)
        elif self.counts is Counts.BUSINESS_DAYS:
            return ngettext("%(number)s business day", "%(number)s business days", self.days or 0)
        else:
            words = ngettext("%(number)s day", "%(number)s days", self.days or 0)
        return words if self.counts is Counts.ALWAYS else WAYS[self.counts] % {"time": words}


class DeliveryStart(StrEnum):
    """From when a store's promise of delivery counts."""

    PLACED = "placed"
    SHIPPED = "shipped"


class Terms(BaseModel):
    """Promises that may differ from ticket to ticket; None where nothing is said."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    first_response: Term | None = None
    next_response: Term | None = None
    update: Term | None = None
    resolution: Term | None = None
    evidence: Term | None = None
    delivery: Term | None = None
    send_back: Term | None = None
    escalation_ack: Term | None = None
    return_inspection: Term | None = None
    refund: Term | None = None


class TargetRow(Terms):
    """[[promises.targets]]: other promises for tickets of a category or an issue type, of a priority, or of both."""

    category: str | None = None
    issue_type: str | None = None
    priority: str | None = None

    @model_validator(mode="after")
    def _says_for_whom_and_what(self) -> "TargetRow":
        if self.category and self.issue_type:
            raise ValueError("give category or issue_type: an issue type has its category")
        if not any(self.conditions):
            raise ValueError("say for which category, issue_type or priority this is")
        if not self.promised:
            raise ValueError("promise something, like first_response = { hours = 4 }")
        return self

    @property
    def conditions(self) -> tuple[str | None, str | None, str | None]:
        """For which tickets."""
        return self.category, self.issue_type, self.priority

    @property
    def promised(self) -> dict[str, Term]:
        """What is promised to them."""
        return {name: term for name in Terms.model_fields if (term := getattr(self, name))}


class Promises(BaseModel):
    """Every promise of a store; the defaults are DOMAIN 4's."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    first_response: Term = Term(hours=24, counts=Counts.BUSINESS_DAYS)
    next_response: Term = Term(hours=24, counts=Counts.BUSINESS_DAYS)
    update: Term = Term(days=3, counts=Counts.BUSINESS_DAYS)
    resolution: Term = Term(days=5, counts=Counts.BUSINESS_DAYS)
    damage_report: Term = Term(hours=48)
    evidence: Term = Term(hours=48)
    evidence_reminder: Term = Term(hours=12)
    escalation_ack: Term = Term(hours=4, counts=Counts.SERVICE_HOURS)
    delivery: Term = Term(days=5, counts=Counts.BUSINESS_DAYS)
    delivery_from: Term | None = None
    delivery_starts: DeliveryStart = DeliveryStart.PLACED
    return_window: Term = Term(days=30)
    return_window_reminder: Term = Term(days=7)
    send_back: Term = Term(days=14)
    send_back_reminder: Term = Term(days=3)
    return_inspection: Term = Term(days=5, counts=Counts.BUSINESS_DAYS)
    refund: Term = Term(days=7, counts=Counts.BUSINESS_DAYS)
    targets: tuple[TargetRow, ...] = ()

    @model_validator(mode="after")
    def _one_row_for_each(self) -> "Promises":
        seen = Counter((row.conditions, name) for row in self.targets for name in row.promised)
        for (conditions, name), times in seen.items():
            if times > 1:
                who = ", ".join(filter(None, conditions))
                raise ValueError(f"targets: {name} is promised twice for {who}")
        return self

    def in_words(self) -> list[tuple[str, str]]:
        """What the store's home page and footer say."""
        delivery = _("Within %(time)s", time=self.delivery.in_words)
        if self.delivery_from and self.delivery_from.days and self.delivery.days:
            least = number(self.delivery_from.days)
            delivery = _("In %(least)s to %(time)s", least=least, time=self.delivery.in_words)
        told = {
            _("First answer"): _("Within %(time)s", time=self.first_response.in_words),
            _("Delivery"): delivery,
            _("Returns"): _("Within %(time)s of delivery", time=self.return_window.in_words),
            _("Damage"): _("Tell us within %(time)s of delivery, with photos", time=self.damage_report.in_words),
        }
        return [(name, capped(sentence)) for name, sentence in told.items()]
