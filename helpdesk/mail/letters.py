"""The letters: what they say. Pure functions of what happened; the templates only give them their dress."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from helpdesk.policies import VOCABULARY, Outcome
from helpdesk.returns import Decision
from helpdesk.stores import Store
from helpdesk.tickets import NAMES, SCORES, Ticket

OUTCOMES = {
    Outcome.APPROVE: "Yes",
    Outcome.REVIEW: "A person looks at it",
    Outcome.DECLINE: "No",
    Outcome.NEED_INFORMATION: "Something is still missing",
}


@dataclass(frozen=True)
class Letter:
    """One letter before it is dressed as text and HTML."""

    name: str
    subject: str
    greeting: str
    paragraphs: list[str]
    quote: str = ""  # somebody's own words, shown as theirs
    steps: list[str] = field(default_factory=list)
    button: tuple[str, str] | None = None  # words, address
    choices: list[tuple[str, str]] = field(default_factory=list)  # answers to a last question: words, address
    is_automatic: bool = True


def acknowledgement(ticket: Ticket, link: str, decision: Decision | None, answer_by: datetime | None) -> Letter:
    """We have it, this is what happens next, and by when."""
    paragraphs = [
        f"we have your message about “{NAMES[ticket.issue_type].lower()}”. Your reference is {ticket.reference}."
    ]
    if decision:
        paragraphs.append(f"{OUTCOMES[decision.outcome]}. {decision.because}")
    if answer_by:
        paragraphs.append(f"A person answers you by {local(answer_by, ticket.store)} at the latest.")
    return Letter(
        "acknowledgement",
        f"[{ticket.reference}] We have your message: {ticket.subject}",
        _dear(ticket.customer.name),
        paragraphs,
        steps=list(decision.steps) if decision else [],
        button=("See your request", link),
    )


def decided(ticket: Ticket, link: str, decision: Decision) -> Letter:
    """Something new is known, and this is the answer now."""
    return Letter(
        "decided",
        f"[{ticket.reference}] {OUTCOMES[decision.outcome]}",
        _dear(ticket.customer.name),
        [f"about “{ticket.subject}”: {OUTCOMES[decision.outcome]}. {decision.because}"],
        steps=list(decision.steps),
        button=("See your request", link),
    )


def reply(ticket: Ticket, link: str, body: str, agent: str) -> Letter:
    """Our answer."""
    return Letter(
        "reply",
        f"[{ticket.reference}] {ticket.subject}",
        _dear(ticket.customer.name),
        [f"{agent} from {ticket.store.name} wrote to you:"],
        quote=body,
        button=("Read and answer", link),
        is_automatic=False,
    )


def solved(ticket: Ticket, link: str) -> Letter:
    """Is it solved for you too?"""
    return Letter(
        "solved",
        f"[{ticket.reference}] Solved? {ticket.subject}",
        _dear(ticket.customer.name),
        [
            "we think that your request is solved.",
            "If it is not, write to us on its page within 7 days and it opens again just as it was.",
        ],
        button=("It is not solved yet", link),
        choices=[(SCORES[score], f"{link}/rating?score={score}") for score in sorted(SCORES, reverse=True)],
    )


def photos_wanted(ticket: Ticket, link: str, missing: list[str], due_at: datetime) -> Letter:
    """One reminder before the time for photos runs out."""
    kinds = " and ".join(VOCABULARY[name].meaning for name in missing if name in VOCABULARY) or "a photo of the damage"
    return Letter(
        "photos_wanted",
        f"[{ticket.reference}] We still need {kinds}",
        _dear(ticket.customer.name),
        [
            f"to decide about your request we still need {kinds}.",
            f"Please add it by {local(due_at, ticket.store)}. After that a person decides with what is there.",
        ],
        button=("Add photos", link),
    )


def send_back_soon(ticket: Ticket, link: str, rma: str, due_at: datetime) -> Letter:
    """One reminder before the time to hand over the parcel runs out."""
    return Letter(
        "send_back_soon",
        f"[{ticket.reference}] Please send your return by {_day(due_at, ticket.store)}",
        _dear(ticket.customer.name),
        [
            f"we have not seen your return{f' {rma}' if rma else ''} yet.",
            f"Please hand it over by {local(due_at, ticket.store)}. After that we can no longer promise to take it.",
            "Have you sent it already? Then you need not do anything.",
        ],
        button=("See your request", link),
    )


def return_window_ends(ticket: Ticket, link: str, due_at: datetime, clause: str) -> Letter:
    """One reminder before the right to return something ends."""
    because = f" (clause {clause} of our policy)" if clause else ""
    return Letter(
        "return_window_ends",
        f"[{ticket.reference}] You can ask for a return until {_day(due_at, ticket.store)}",
        _dear(ticket.customer.name),
        [
            f"the time in which you can ask to return your order ends {local(due_at, ticket.store)}{because}.",
            "If you want to return something, tell us before that; one message is enough.",
        ],
        button=("See your request", link),
    )


def passed_to_supervisor(ticket: Ticket, link: str, role: str, by: datetime | None) -> Letter:
    """Your wish for a supervisor was heard."""
    when = f" by {local(by, ticket.store)}" if by else ""
    return Letter(
        "passed_to_supervisor",
        f"[{ticket.reference}] A {role} looks at your request",
        _dear(ticket.customer.name),
        [f"we have passed your request to a {role}. Somebody takes it{when} and then writes to you."],
        button=("See your request", link),
    )


def escalated(ticket: Ticket, link: str, name: str, reasons: list[str], note: str) -> Letter:
    """To a supervisor: this one is yours."""
    return Letter(
        "escalated",
        f"[{ticket.reference}] Escalated: {', '.join(reasons)}",
        _dear(name),
        [f"a ticket of {ticket.store.name} was handed up to you: “{ticket.subject}”.", f"Why: {', '.join(reasons)}."],
        quote=note,
        button=("Open the escalation", link),
    )


def customer_wrote(ticket: Ticket, link: str, name: str, body: str) -> Letter:
    """To the assignee: the customer wrote again."""
    return Letter(
        "customer_wrote",
        f"[{ticket.reference}] {ticket.customer.name or ticket.customer.email} wrote: {ticket.subject}",
        _dear(name),
        [f"there is a new message on your ticket {ticket.reference} ({ticket.store.name})."],
        quote=body,
        button=("Open the ticket", link),
    )


def handed_back(ticket: Ticket, link: str, name: str, verdict: str, note: str) -> Letter:
    """To the assignee: what the supervisor decided."""
    return Letter(
        "handed_back",
        f"[{ticket.reference}] Escalation {verdict}: {ticket.subject}",
        _dear(name),
        [f"the escalation of your ticket {ticket.reference} ({ticket.store.name}) was {verdict}."],
        quote=note,
        button=("Open the ticket", link),
    )


def local(moment: datetime, store: Store) -> str:
    """A moment in the shop's own time, named as such."""
    return local_in(moment, store.timezone)


def local_in(moment: datetime, timezone: str) -> str:
    """A moment by the clock in that time zone, named as such."""
    there = moment.astimezone(ZoneInfo(timezone))
    return f"{there:%a} {there.day} {there:%b}, {there:%H:%M} ({there.tzname()})"


def _day(moment: datetime, store: Store) -> str:
    there = moment.astimezone(ZoneInfo(store.timezone))
    return f"{there:%a} {there.day} {there:%b}"


def _dear(name: str) -> str:
    return f"Hello {name}," if name else "Hello,"
