"""The subject of a ticket where nobody wrote one: kept in English for the desk, told to customers in their language."""

from helpdesk.core.language import _, gettext
from helpdesk.orders import Order
from helpdesk.tickets.issue_types import NAMES, IssueType

ORDER = " - order "
OURS = frozenset(NAMES.kept(issue) for issue in IssueType)


def subject_of(issue: IssueType, order: Order | None) -> str:
    """What it is about, and which order."""
    return NAMES.kept(issue) + (f"{ORDER}{order.number}" if order else "")


def told_subject(subject: str) -> str:
    """The subject in the language of the moment; somebody's own words stay as they are."""
    issue, dash, number = subject.partition(ORDER)
    if issue not in OURS:
        return subject
    return _("%(issue)s - order %(number)s", issue=gettext(issue), number=number) if dash else gettext(issue)
