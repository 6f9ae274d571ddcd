"""Pieces that several forms share."""

import secrets
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from babel.support import LazyProxy
from email_validator import EmailNotValidError, validate_email
from flask import g
from flask_wtf import FlaskForm
from flask_wtf.csrf import generate_csrf
from wtforms import Field, HiddenField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, StopValidation

from helpdesk.core import figures
from helpdesk.core.language import ENGLISH, _, current, lazy

LONGEST_TEXT = 20_000


def fresh_key() -> str:
    """By which a form that arrives twice is known."""
    return secrets.token_urlsafe(18)


def page_token() -> str:
    """The token of this page's forms: made once, however many forms stand on it."""
    if "page_token" not in g:
        g.page_token = generate_csrf()
    token: str = g.page_token
    return token


class Once(FlaskForm):
    """A form that does its work once, however often it arrives."""

    form_key = HiddenField(default=fresh_key, validators=[Length(min=10, max=64)])


def is_email(_form: FlaskForm, field: Field) -> None:
    """A mail address, judged by its form; no other computer is asked."""
    try:
        # Most mail servers take ASCII alone: a name with other letters is refused here, a domain is written in it.
        address = validate_email((field.data or "")[:300], check_deliverability=False, allow_smtputf8=False)
        field.data = address.ascii_email
    except EmailNotValidError as problem:
        raise ValidationError(_not_an_address(problem)) from problem


def _not_an_address(problem: EmailNotValidError) -> str:
    # What the library says of it is English.
    if current().code == ENGLISH:
        return f"This is not an e-mail address: {problem}"
    return _("This is not an e-mail address. Please look for a typing mistake.")


class Needed:
    """Something must be there once blanks and invisible characters are gone."""

    def __init__(self, missing: str) -> None:
        self.missing = missing
        self.field_flags = {"required": True}

    def __call__(self, _form: FlaskForm, field: Field) -> None:
        """Stop here with the sentence that says what is missing."""
        if not tidy(field.data):
            raise StopValidation(self.missing)


def words(missing: str, at_most: int) -> list[Any]:
    """A text that must be there and must not be endless."""
    return [Needed(missing), at_most_long(at_most)]


def at_most_long(most: int) -> Length:
    """A text that must not be endless."""
    shown = LazyProxy(figures.number, most, places=0, enable_cache=False)
    return Length(max=most, message=lazy("Please keep it under %(most)s characters.", most=shown))


def choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """What a select offers: values and the words for them."""
    return [SelectChoice(str(value), words) for value, words in pairs]


def tidy(text: str | None) -> str:
    """Without the characters no keyboard makes and databases refuse."""
    cleaned = (text or "").replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    return cleaned.replace("\r\n", "\n").strip()


def path_of_ours(wanted: str | None) -> str | None:
    """The address somebody wants to go on to, if it is a path of ours: never to a foreign site."""
    try:
        parts = urlsplit(wanted or "")
    except ValueError:  # "//[" looks like an address and is none
        return None
    path = parts.path
    if parts.scheme or parts.netloc or not path.startswith("/") or path.startswith(("//", "/\\")):
        return None
    return f"{path}?{parts.query}" if parts.query else path
