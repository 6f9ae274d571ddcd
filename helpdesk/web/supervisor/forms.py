"""The forms of the supervisor's pages."""

from typing import Any

from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from helpdesk.escalation import Verdict
from helpdesk.stores import WEEK
from helpdesk.web.forms import LONGEST_TEXT, Once, choices, words
from helpdesk.web.supervisor.door import Member
from helpdesk.web.supervisor.drafts import has_gaps

NOBODY, SPREAD = "nobody", "spread"
VERDICTS = (
    (Verdict.GRANTED, "Granted"),
    (Verdict.DECLINED, "Declined"),
    (Verdict.RETURNED_TO_AGENT, "Back to the agent"),
)
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class DecisionForm(Once):
    """Granted, declined or back to the agent, with the reason; and what the customer is told."""

    verdict = SelectField("Decision", [InputRequired("Choose a decision.")], choices=choices(VERDICTS))
    note = TextAreaField("Why, for the team", [*words("Say in a sentence why.", 5000)])
    letter = TextAreaField(
        "Letter to the customer",
        [Length(max=LONGEST_TEXT)],
        description="Sent by mail and shown on the customer's page. Empty: nothing is sent.",
    )

    def validate_letter(self, field: TextAreaField) -> None:
        """A draft goes out only when its gaps are filled."""
        if has_gaps(field.data or ""):
            raise ValidationError("Fill the gaps between [[ and ]] first, or take them out.")


class MoveForm(Once):
    """To whom tickets go."""

    to = SelectField("Give them to", [InputRequired("Choose who gets them.")])

    def __init__(self, team: list[Member], *, besides: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        people = [(str(each.user.id), each.in_words) for each in team if each.user.id != besides]
        self.to.choices = choices(
            [(SPREAD, "The agents who are here, evenly"), (NOBODY, "Nobody: back into the queue"), *people]
        )


class ShiftForm(Once):
    """When somebody works, one line for each day."""

    timezone = SelectField("By the clock in", [InputRequired("Choose a time zone.")], id="shift-timezone")

    def __init__(self, zones: list[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.timezone.choices = choices((zone, zone) for zone in zones)


for _day, _name in zip(WEEK, DAY_NAMES, strict=True):
    setattr(ShiftForm, _day, StringField(_name, [Length(max=100)]))
