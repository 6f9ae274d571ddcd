"""Reckon a ticket's clocks again from its history alone: the proof that nothing else moves them (pure)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from helpdesk.sla.rules import RULES, Case, Facts, Line
from helpdesk.sla.run import Edition, Run
from helpdesk.stores import Promises, Store, calendar_of, editions_of
from helpdesk.tickets import CATEGORY_OF, Action, IssueType, Priority, Status

STATUS_AFTER = {
    Action.SOLVED: Status.SOLVED,
    Action.REOPENED: Status.OPEN,
    Action.CLOSED: Status.CLOSED,
    Action.MERGED_AWAY: Status.CLOSED,
}


@dataclass(frozen=True)
class Book:
    """A store's editions by number: its hours, and what it promised."""

    editions: Mapping[int, Edition]
    promises: Mapping[int, Promises]


def book_of(store: Store) -> Book:
    """All editions of a store; the one in force also where it was never written down."""
    kept = editions_of(store)
    editions = {number: Edition(number, each.calendar, each.since, each.made_by) for number, each in kept.items()}
    promises = {number: each.promises for number, each in kept.items()}
    now = store.calendar_version
    editions.setdefault(now, Edition(now, calendar_of(store)))
    promises.setdefault(now, store.promises)
    return Book(editions, promises)


def replay(lines: Iterable[Line], book: Book) -> list[Run]:
    """The clocks as this history makes them, in the order in which they were started."""
    case: Case | None = None
    for line in lines:
        number = line.edition if line.edition and line.edition in book.editions else max(book.editions)
        if case is None:
            case = Case(_at_opening(line), book.editions[number], book.promises[number], [])
        case.facts = after(case.facts, line)
        case.edition, case.promises = book.editions[number], book.promises[number]
        case.newer = [book.editions[each] for each in sorted(book.editions) if each <= number]
        if line.action in RULES or line.action is Action.CLOCK_RETARGETED:
            case.bring_up_to_date()
        if rule := RULES.get(line.action):
            rule(case, line)
        case.told.clear()  # what follows stands in the history itself
    return case.runs if case else []


def after(facts: Facts, line: Line) -> Facts:
    """What is known of the ticket once this has happened."""
    if line.action is Action.SORTED:
        issue_type = IssueType(line.details["new"])
        return replace(facts, issue_type=issue_type, category=CATEGORY_OF[issue_type])
    if line.action is Action.PRIORITISED:
        return replace(facts, priority=line.details["new"])
    if line.action in (Action.MARKED_COMPLEX, Action.MARKED_ORDINARY):
        return replace(facts, is_complex=line.action is Action.MARKED_COMPLEX)
    return replace(facts, status=_status_after(facts.status, line))


def _status_after(status: str, line: Line) -> str:
    if line.action in (Action.STATUS_CHANGED, Action.RESTORED):
        return str(line.details.get("new") or line.details["status"])
    if line.action is Action.REPLY_TAKEN_BACK:
        return str(line.details["status"])
    if line.action is Action.STAFF_REPLIED and status == Status.NEW:
        return Status.OPEN
    return STATUS_AFTER.get(line.action, Status(status))


def _at_opening(line: Line) -> Facts:
    category, issue_type = line.details["category"], line.details["issue_type"]
    return Facts(category, issue_type, Priority.NORMAL, Status.NEW, False, line.moment("since") or line.at)
