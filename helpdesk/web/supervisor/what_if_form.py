"""The form of the what-if: another promise, and for which store."""

from collections.abc import Sequence
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from wtforms import DecimalField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from helpdesk.reports import TARGETS
from helpdesk.sla import NAMES, Target
from helpdesk.stores import WEEK, Counts, Store
from helpdesk.web.forms import choices
from helpdesk.web.supervisor.forms import DAY_NAMES

PRESENT, OWN = "present", "own"
WAYS = (
    (Counts.ALWAYS, "By the clock, day and night"),
    (Counts.BUSINESS_DAYS, "Business days, 24 hours each"),
    (Counts.SERVICE_HOURS, "Opening hours only"),
)


class WhatIfForm(FlaskForm):
    """Asked in the address, so that an answer can be sent to a colleague; it changes nothing."""

    class Meta:
        """Nothing is changed, so no token is needed."""

        csrf = False

    TARGETS: ClassVar[Sequence[Target]] = TARGETS

    store = SelectField("Store", [InputRequired("Choose a store.")])
    target = SelectField("Promise", choices=choices((target, NAMES[target]) for target in TARGETS))
    hours = DecimalField(
        "Hours",
        [
            InputRequired("Say within how many hours."),
            NumberRange(min=0.25, max=2400, message="Between a quarter of an hour and 2,400 hours."),
        ],
    )
    counts = SelectField("Counted", choices=choices(WAYS), default=Counts.BUSINESS_DAYS.value)
    calendar = SelectField(
        "Calendar",
        choices=choices([(PRESENT, "The store's opening hours"), (OWN, "The week below")]),
        default=PRESENT,
        description="Holidays and special days stay the store's.",
    )

    def __init__(self, stores: Sequence[Store], given: Any) -> None:
        super().__init__(formdata=given)
        self.store.choices = choices((store.slug, store.name) for store in stores)

    @property
    def seconds(self) -> int:
        """The promise in counted seconds."""
        return round(float(self.hours.data) * 3600)

    @property
    def way(self) -> Counts:
        """How its time is counted."""
        return Counts(self.counts.data)


for _day, _name in zip(WEEK, DAY_NAMES, strict=True):
    setattr(WhatIfForm, _day, StringField(_name, [Length(max=100, message="At most 100 characters.")]))
