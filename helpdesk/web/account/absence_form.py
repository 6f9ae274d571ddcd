"""The form in which an absence is planned: whole days, or from an hour to an hour, by the person's own wall."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from wtforms import DateField, StringField, TimeField
from wtforms.validators import InputRequired, Length, Optional

from helpdesk.accounts import Absence, User, WeeklyShift
from helpdesk.core.db import NEVER, db
from helpdesk.core.errors import Invalid
from helpdesk.web.forms import Once, tidy


class AbsenceForm(Once):
    """From when until when, and a word why."""

    begins_on = DateField("First day away", [InputRequired("Choose the first day.")], id="absence-begins-on")
    begins_at = TimeField("From", [Optional()], description="Empty: the whole day.", id="absence-begins-at")
    ends_on = DateField(
        "Last day away", [Optional()], description="Empty: until further notice.", id="absence-ends-on"
    )  # fmt: skip
    ends_at = TimeField("Until", [Optional()], description="Empty: the whole day.", id="absence-ends-at")
    note = StringField(
        "Note for the team", [Length(max=200, message="At most 200 characters.")], id="absence-note"
    )  # fmt: skip


def plan_from(form: AbsenceForm, user: User, *, by: User) -> Absence:
    """The absence that a valid form describes. Raises a Problem when it cannot be."""
    zone = ZoneInfo(zone_of(user))
    begins_at = _moment(form.begins_on.data, form.begins_at.data or time(), zone)
    return Absence.plan(user, begins_at, _end(form, zone), by=by, note=tidy(form.note.data))


def zone_of(user: User) -> str:
    """Whose wall a person's plans go by: their shift's, else that of their first store."""
    shift = db.session.get(WeeklyShift, user.id)
    if shift:
        return shift.timezone
    return user.stores[0].timezone if user.stores else "UTC"


def zones_of(user: User) -> list[str]:
    """The walls a shift could go by: the present one first, then those of the person's stores."""
    return list(dict.fromkeys([zone_of(user), *(store.timezone for store in user.stores), "UTC"]))


def _end(form: AbsenceForm, zone: ZoneInfo) -> datetime:
    if form.ends_on.data is None:
        if form.ends_at.data:
            raise Invalid("Choose the last day too, or leave out the hour.")
        return NEVER
    if form.ends_at.data:
        return _moment(form.ends_on.data, form.ends_at.data, zone)
    if form.ends_on.data == date.max:
        raise Invalid("That day is too far away.")
    return _moment(form.ends_on.data + timedelta(days=1), time(), zone)


def _moment(on: date, at: time, zone: ZoneInfo) -> datetime:
    try:
        return datetime.combine(on, at, zone).astimezone(UTC)
    except OverflowError as problem:
        raise Invalid("That day is too far away.") from problem
