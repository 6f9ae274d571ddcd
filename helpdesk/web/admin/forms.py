"""The forms of the page on hours and promises."""

from typing import Any

from flask_wtf.file import FileField, FileRequired
from pydantic import ValidationError
from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from helpdesk.stores import DAY_NAMES, WEEK, Hours, Special, mistakes
from helpdesk.tickets import NAMES, IssueType, Priority
from helpdesk.web.forms import Once, choices, tidy, words

SPANS = "Spans like 09:00-12:00, 14:00-18:00; empty: closed."


def _day_field(day: str) -> StringField:
    return StringField(DAY_NAMES[day], [Length(max=200)], id=f"hours-{day}")


class HoursForm(Once):
    """The week, the time zone, and whose holidays are kept."""

    mon, tue, wed, thu, fri, sat, sun = (_day_field(day) for day in WEEK)
    timezone = StringField("Time zone", [*words("Name a time zone, like Europe/Istanbul.", 60)])
    country = StringField("Public holidays of", [Length(max=2)], description="Two capital letters, like TR; or empty.")
    region = StringField("Region", [Length(max=10)], description="Where holidays differ inside a country, like BE.")

    @classmethod
    def showing(cls, hours: Hours) -> "HoursForm":
        """Filled with these hours."""
        kept = hours.holidays
        week = {day: ", ".join(hours.weekly.get(day, ())) for day in WEEK}
        country, region = (kept.country, kept.region or "") if kept else ("", "")
        return cls(formdata=None, data={**week, "timezone": hours.timezone, "country": country, "region": region})

    @property
    def days(self) -> list[Any]:
        """The seven fields, Monday first."""
        return [self[day] for day in WEEK]

    def hours(self, before: Hours) -> Hours | None:
        """What was written, with the special days as they were; None where something is wrong, said at its field."""
        country, region = tidy(self.country.data).upper(), tidy(self.region.data).upper()
        written = {
            "timezone": tidy(self.timezone.data),
            "weekly": {day: _spans(self[day].data) for day in WEEK if _spans(self[day].data)},
            "holidays": {"country": country, "region": region or None} if country else None,
            "special": before.model_dump()["special"],
        }
        try:
            return Hours.model_validate(written)
        except ValidationError as problem:
            for error, line in zip(problem.errors(), mistakes(problem), strict=True):
                self._field_of(error["loc"]).append(line.partition(": ")[2] or line)
            return None

    def _field_of(self, place: tuple[int | str, ...]) -> list[str]:
        names = {"timezone": "timezone", "holidays": "country"}
        name = (
            str(place[1]) if place[:1] == ("weekly",) and len(place) > 1 else names.get(str(place[0]) if place else "")
        )
        if name not in self:
            return self.form_errors  # type: ignore[no-any-return]
        self[name].errors = list(self[name].errors)
        return self[name].errors  # type: ignore[no-any-return]


class DayForm(Once):
    """One day with hours of its own."""

    on = DateField("Day", [InputRequired("Choose a day.")])
    name = StringField("What it is", [*words("Say what it is, like stock-taking.", 120)], id="day-name")
    spans = StringField("Open", [Length(max=200)], description=SPANS)

    def special(self) -> Special | None:
        """The day; None where its hours cannot be read, said at the field."""
        try:
            return Special(on=self.on.data, name=tidy(self.name.data), hours=_spans(self.spans.data))
        except ValidationError as problem:
            self.spans.errors = [line.partition(": ")[2] for line in mistakes(problem)]
            return None


class ImportForm(Once):
    """Closing days out of a calendar file."""

    file = FileField("iCalendar file (.ics)", [FileRequired("Choose a file first.")])


class AskForm(Once):
    """Which promises would a ticket get?"""

    class Meta:
        """It only asks, so it needs no token and can be linked to."""

        csrf = False

    issue = SelectField("Issue", choices=choices((issue, NAMES[issue]) for issue in IssueType))
    priority = SelectField(
        "Priority", choices=choices((p, p.value.capitalize()) for p in Priority), default=Priority.NORMAL.value
    )


def _spans(text: str | None) -> list[str]:
    cleaned = tidy(text).replace("–", "-").replace(" - ", "-").replace(";", ",")
    return [span.strip() for span in cleaned.split(",") if span.strip()]
