"""Damage claims: from a ticket to its facts to a decision."""

from datetime import UTC, date, datetime

from sqlalchemy import func, select

from helpdesk.accounts import SYSTEM
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.returns.damage import DamageReport, Judgement, Outcome, deadline, judge, start_of_clock
from helpdesk.returns.decision import Decision, latest_decision
from helpdesk.tickets import Action, Attachment, Event, Evidence, IssueType, Ticket


def assess(event: Event) -> None:
    """A new damage report gets its answer on the spot."""
    if _is_report(event.ticket):
        _decide(event.ticket)


def reassess(event: Event) -> None:
    """Something new is known: decide again where a decision stood open."""
    ticket = event.ticket
    decision = db.session.scalar(latest_decision(ticket.id))
    if not _is_report(ticket):
        return
    if decision is None or (decision.missing and decision.outcome is not Outcome.APPROVE):
        _decide(ticket)


def stop_waiting(event: Event) -> None:
    """The time for photos has run out: a person decides with what is there."""
    if event.details["target"] == "evidence" and event.ticket.issue_type is IssueType.DAMAGED:
        _decide(event.ticket)


def report_of(ticket: Ticket) -> DamageReport:
    """The facts of a damage report, gathered from order, form, photos and history."""
    delivered = ticket.order.delivered_at if ticket.order else None
    known: datetime | date | None = delivered or _claimed_day(ticket)
    start = start_of_clock(known, ticket.store.timezone) if known else None
    term = ticket.store.promises.damage_report
    photos = _photos_by_kind(ticket)
    return DamageReport(
        filed_at=ticket.opened_at,
        delivered_at=start,
        deadline_at=deadline(start, term.seconds, ticket.store.timezone) if start else None,
        photos_of_damage=photos.get(Evidence.DAMAGE, 0),
        photos_of_packaging=photos.get(Evidence.PACKAGING, 0),
        evidence_ran_out=_evidence_ran_out(ticket),
        promise=term.in_words,
    )


def _is_report(ticket: Ticket) -> bool:
    # A follow-up is no second report, and so never late: a person has dealt with the first.
    follows_one = ticket.follows is not None and ticket.follows.issue_type is IssueType.DAMAGED
    return ticket.issue_type is IssueType.DAMAGED and not follows_one


def _decide(ticket: Ticket) -> None:
    report = report_of(ticket)
    judgement = judge(report)
    before = db.session.scalar(latest_decision(ticket.id))
    if before and (before.rule, tuple(before.missing)) == (judgement.rule, judgement.missing):
        return
    facts = _as_plain(report)
    db.session.add(_kept(ticket, judgement, facts))
    ticket.record(
        Action.DECIDED,
        by=SYSTEM,
        outcome=judgement.outcome,
        rule=judgement.rule,
        because=judgement.because,
        missing=list(judgement.missing),
        facts=facts,
    )


def _kept(ticket: Ticket, judgement: Judgement, facts: dict[str, object]) -> Decision:
    return Decision(
        ticket_id=ticket.id,
        decided_at=clock.now(),
        outcome=judgement.outcome,
        rule=judgement.rule,
        because=judgement.because,
        remedies=list(judgement.remedies),
        missing=list(judgement.missing),
        steps=list(judgement.steps),
        facts=facts,
    )


def _claimed_day(ticket: Ticket) -> date | None:
    """The day of delivery as the customer gave it, when no order says it."""
    given = ticket.answers.get("delivered_on")
    return date.fromisoformat(given) if given else None


def _photos_by_kind(ticket: Ticket) -> dict[Evidence, int]:
    query = select(Attachment.shows, func.count()).where(
        Attachment.ticket_id == ticket.id, Attachment.message_id.is_not(None), Attachment.screen_key.is_not(None)
    )
    return {shows: count for shows, count in db.session.execute(query.group_by(Attachment.shows))}  # noqa: C416


def _evidence_ran_out(ticket: Ticket) -> bool:
    query = select(Event.details).where(Event.ticket_id == ticket.id, Event.action == Action.CUSTOMER_CLOCK_RAN_OUT)
    return any(details["target"] == "evidence" for details in db.session.scalars(query))


def _as_plain(report: DamageReport) -> dict[str, object]:
    def text(moment: datetime | None) -> str | None:
        return moment.astimezone(UTC).isoformat() if moment else None

    return {
        "filed_at": text(report.filed_at),
        "delivered_at": text(report.delivered_at),
        "deadline_at": text(report.deadline_at),
        "photos_of_damage": report.photos_of_damage,
        "photos_of_packaging": report.photos_of_packaging,
        "evidence_ran_out": report.evidence_ran_out,
    }
