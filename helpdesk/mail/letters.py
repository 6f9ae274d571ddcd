"""The letters: what they say. Pure functions of what happened; the templates only give them their dress."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from helpdesk.core import figures
from helpdesk.core.language import N_, Words, _, uncapped
from helpdesk.policies import VOCABULARY, Outcome
from helpdesk.returns import Decision
from helpdesk.stores import Store
from helpdesk.tickets import NAMES, SCORES, Ticket, told_subject

OUTCOMES = Words(
    {
        Outcome.APPROVE: N_("Yes"),
        Outcome.REVIEW: N_("A person looks at it"),
        Outcome.DECLINE: N_("No"),
        Outcome.NEED_INFORMATION: N_("Something is still missing"),
    }
)


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
        _(
            "we have your message about “%(issue)s”. Your reference is %(reference)s.",
            issue=uncapped(NAMES[ticket.issue_type]),
            reference=ticket.reference,
        )
    ]
    if decision:
        paragraphs.append(f"{OUTCOMES[decision.outcome]}. {decision.because}")
    if answer_by:
        by = local(answer_by, ticket.store)
        paragraphs.append(_("A person answers you by %(moment)s at the latest.", moment=by))
    return Letter(
        "acknowledgement",
        _about(ticket, _("We have your message: %(subject)s", subject=told_subject(ticket.subject))),
        greeting(ticket.customer.name),
        paragraphs,
        steps=list(decision.steps) if decision else [],
        button=(_("See your request"), link),
    )


def decided(ticket: Ticket, link: str, decision: Decision) -> Letter:
    """Something new is known, and this is the answer now."""
    return Letter(
        "decided",
        _about(ticket, OUTCOMES[decision.outcome]),
        greeting(ticket.customer.name),
        [
            _("about “%(subject)s”:", subject=told_subject(ticket.subject))
            + f" {OUTCOMES[decision.outcome]}. {decision.because}"
        ],
        steps=list(decision.steps),
        button=(_("See your request"), link),
    )


def reply(ticket: Ticket, link: str, body: str, agent: str) -> Letter:
    """Our answer."""
    return Letter(
        "reply",
        _about(ticket, told_subject(ticket.subject)),
        greeting(ticket.customer.name),
        [_("%(agent)s from %(store)s wrote to you:", agent=agent, store=ticket.store.name)],
        quote=body,
        button=(_("Read and answer"), link),
        is_automatic=False,
    )


def solved(ticket: Ticket, link: str) -> Letter:
    """Is it solved for you too?"""
    return Letter(
        "solved",
        _about(ticket, _("Solved? %(subject)s", subject=told_subject(ticket.subject))),
        greeting(ticket.customer.name),
        [
            _("we think that your request is solved."),
            _("If it is not, write to us on its page within 7 days and it opens again just as it was."),
        ],
        button=(_("It is not solved yet"), link),
        choices=[(SCORES[score], f"{link}/rating?score={score}") for score in sorted(SCORES, reverse=True)],
    )


def photos_wanted(ticket: Ticket, link: str, missing: list[str], due_at: datetime) -> Letter:
    """One reminder before the time for photos runs out."""
    known = [VOCABULARY[name].meaning for name in missing if name in VOCABULARY]
    kinds = _(" and ").join(known) or VOCABULARY["photos_of_damage"].meaning
    return Letter(
        "photos_wanted",
        _about(ticket, _("We still need %(kinds)s", kinds=kinds)),
        greeting(ticket.customer.name),
        [
            _("to decide about your request we still need %(kinds)s.", kinds=kinds),
            _(
                "Please add it by %(moment)s. After that a person decides with what is there.",
                moment=local(due_at, ticket.store),
            ),
        ],
        button=(_("Add photos"), link),
    )


def send_back_soon(ticket: Ticket, link: str, rma: str, due_at: datetime) -> Letter:
    """One reminder before the time to hand over the parcel runs out."""
    return Letter(
        "send_back_soon",
        _about(ticket, _("Please send your return by %(day)s", day=_day(due_at, ticket.store))),
        greeting(ticket.customer.name),
        [
            _("we have not seen your return %(number)s yet.", number=rma)
            if rma
            else _("we have not seen your return yet."),
            _(
                "Please hand it over by %(moment)s. After that we can no longer promise to take it.",
                moment=local(due_at, ticket.store),
            ),
            _("Have you sent it already? Then you need not do anything."),
        ],
        button=(_("See your request"), link),
    )


def return_window_ends(ticket: Ticket, link: str, due_at: datetime, clause: str) -> Letter:
    """One reminder before the right to return something ends."""
    ends = local(due_at, ticket.store)
    told = _("the time in which you can ask to return your order ends %(moment)s.", moment=ends)
    if clause:
        told = _(
            "the time in which you can ask to return your order ends %(moment)s (clause %(clause)s of our policy).",
            moment=ends,
            clause=clause,
        )
    return Letter(
        "return_window_ends",
        _about(ticket, _("You can ask for a return until %(day)s", day=_day(due_at, ticket.store))),
        greeting(ticket.customer.name),
        [
            told,
            _("If you want to return something, tell us before that; one message is enough."),
        ],
        button=(_("See your request"), link),
    )


def passed_to_supervisor(ticket: Ticket, link: str, role: str, by: datetime | None) -> Letter:
    """Your wish for a supervisor was heard."""
    told = _("we have passed your request to a %(role)s. Somebody takes it and then writes to you.", role=role)
    if by:
        told = _(
            "we have passed your request to a %(role)s. Somebody takes it by %(moment)s and then writes to you.",
            role=role,
            moment=local(by, ticket.store),
        )
    return Letter(
        "passed_to_supervisor",
        _about(ticket, _("A %(role)s looks at your request", role=role)),
        greeting(ticket.customer.name),
        [told],
        button=(_("See your request"), link),
    )


def escalated(ticket: Ticket, link: str, name: str, reasons: list[str], note: str) -> Letter:
    """To a supervisor: this one is yours."""
    return Letter(
        "escalated",
        f"[{ticket.reference}] Escalated: {', '.join(reasons)}",
        greeting(name),
        [f"a ticket of {ticket.store.name} was handed up to you: “{ticket.subject}”.", f"Why: {', '.join(reasons)}."],
        quote=note,
        button=("Open the escalation", link),
    )


def customer_wrote(ticket: Ticket, link: str, name: str, body: str) -> Letter:
    """To the assignee: the customer wrote again."""
    return Letter(
        "customer_wrote",
        f"[{ticket.reference}] {ticket.customer.name or ticket.customer.email} wrote: {ticket.subject}",
        greeting(name),
        [f"there is a new message on your ticket {ticket.reference} ({ticket.store.name})."],
        quote=body,
        button=("Open the ticket", link),
    )


def handed_back(ticket: Ticket, link: str, name: str, verdict: str, note: str) -> Letter:
    """To the assignee: what the supervisor decided."""
    return Letter(
        "handed_back",
        f"[{ticket.reference}] Escalation {verdict}: {ticket.subject}",
        greeting(name),
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
    return f"{figures.moment(there)} ({there.tzname()})"


def _day(moment: datetime, store: Store) -> str:
    there = moment.astimezone(ZoneInfo(store.timezone))
    return figures.day(there, year=False)


def greeting(name: str) -> str:
    """The first line of a letter."""
    return _("Hello %(name)s,", name=name) if name else _("Hello,")


def _about(ticket: Ticket, subject: str) -> str:
    return f"[{ticket.reference}] {subject}"
