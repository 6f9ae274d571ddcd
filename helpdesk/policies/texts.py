"""Texts of an edition with what is known put in, and moments as a customer reads them."""

import re
from datetime import datetime, timedelta
from typing import Any

from helpdesk.core import figures
from helpdesk.core.language import _
from helpdesk.policies.decision import Deadline
from helpdesk.policies.facts import Kind, in_words
from helpdesk.policies.knowing import Known

ONE_OF_MANY = re.compile(r"\b1 (hour|day|piece)s\b")
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def filled(text: str, known: Known) -> str:
    """The text with its placeholders replaced: facts in words, `{until}` by the last day of the window."""
    if "{" not in text:
        return text
    return ONE_OF_MANY.sub(r"1 \1", PLACEHOLDER.sub(lambda found: _word(found[1], known), text))


def until_in_words(deadline: Deadline | None, known: Known) -> str:
    """The last day (or hour) of a window in the store's time."""
    if deadline is None or deadline.ends_at is None:
        return _("a day that is not known yet")
    end = datetime.fromisoformat(deadline.ends_at).astimezone(known.zone)
    if deadline.hours is not None:
        return figures.moment(end, year=True)
    return figures.day(end - timedelta(seconds=1))


def _word(name: str, known: Known) -> str:
    if name == "until":
        return until_in_words(known.window, known)
    fact, value = known.edition.facts[name], known.facts.get(name)
    if fact.kind is Kind.NUMBER and value is not None:
        return _rounded(value)
    return in_words(fact, value, known.edition.currency)


def _rounded(value: Any) -> str:
    return _("less than 1") if 0 < value < 1 else f"{int(value)}"
