"""The forms of the pages on policy editions."""

from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, HiddenField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired

from helpdesk.core.errors import Invalid
from helpdesk.web.forms import Once, choices


class TextForm(Once):
    """A policy file, chosen or pasted."""

    file = FileField("Policy file (.toml)")
    text = TextAreaField("Text of the file")
    seen = HiddenField()  # the digest of the draft that it was made from

    @property
    def given(self) -> str:
        """The file, if one was chosen, else the text. Raises Invalid where it is no text."""
        if self.file.data:
            try:
                return str(self.file.data.read().decode("utf-8-sig")).replace("\r\n", "\n")
            except UnicodeDecodeError as problem:
                raise Invalid("This is no text file in UTF-8.") from problem
        return (self.text.data or "").replace("\r\n", "\n")


class PublishForm(Once):
    """From when on it counts, and that it was read."""

    digest = HiddenField()
    effective = DateField("Counts for orders placed from", [InputRequired("Choose a day.")])
    read = BooleanField(
        "I have read what changes. A published edition stays for good.",
        [DataRequired("Read what changes, and tick this.")],
    )


class WhatIfForm(Once):
    """How far back; it only asks, so it needs no token."""

    class Meta:
        """It can be linked to."""

        csrf = False

    days = SelectField(
        "Past tickets of", choices=choices([("30", "30 days"), ("90", "90 days"), ("365", "a year")]), default="90"
    )

    @property
    def asked(self) -> int:
        """The days; a number that is not offered is the usual one."""
        offered: Any = {str(choice.value) for choice in self.days.choices}
        return int(self.days.data) if self.days.data in offered else 90
