"""Steps of a report that have nothing to ask: they are gone past, and no link leads back to them."""

from collections.abc import Callable

from helpdesk.tickets import Filing
from helpdesk.web.portal.answers import asks_something
from helpdesk.web.portal.filing import has_items_to_choose
from helpdesk.web.portal.steps import STEPS

#: By step: whether it has something to ask of this report.
ASKS: dict[str, Callable[[Filing], bool]] = {"items": has_items_to_choose, "questions": asks_something}


def skipped_before(step: str, filing: Filing) -> set[str]:
    """The steps before this one that the report goes past."""
    return {name for name in STEPS[: STEPS.index(step)] if name in ASKS and not ASKS[name](filing)}
