"""A choice: what the customer would like, where the decision leaves it to them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.accounts import Customer
from helpdesk.core import clock
from helpdesk.core.db import Base, Word, db
from helpdesk.core.errors import Invalid, NotAllowed, WrongState
from helpdesk.core.language import _
from helpdesk.policies import Remedy, asked_for, choices_of
from helpdesk.returns.decision import Answer, Decision, latest_decision
from helpdesk.returns.done import lines_begun
from helpdesk.returns.given import WHOLE
from helpdesk.tickets import Action, Status, Ticket, ids_in_conversation

#: Where it is not our turn: a choice changes that, as a message does.
NOT_OUR_TURN = (Status.PENDING, Status.ON_HOLD, Status.SOLVED)


class RemedyChoice(Base):
    """What the customer would like for some items; the latest word counts, all of them are kept."""

    __tablename__ = "remedy_choices"
    __table_args__ = (Index("ix_remedy_choices_ticket_id", "ticket_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))  # which offered it
    lines: Mapped[list[Any]]  # of the order; 0: all of it
    remedy: Mapped[Remedy] = mapped_column(Word(Remedy))
    chosen_at: Mapped[datetime]
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)  # one press is one choice


@dataclass(frozen=True)
class Offer:
    """What the customer chooses between for some items, and what they have chosen."""

    answers: tuple[Answer, ...]
    remedies: tuple[Remedy, ...]
    chosen: RemedyChoice | None
    is_begun: bool  # something was recorded for them: too late to choose

    @property
    def wanted(self) -> Remedy | None:
        """What they chose, or asked for from the start."""
        return self.chosen.remedy if self.chosen else asked_for(self.answers[0].decision)

    @property
    def lines(self) -> tuple[int, ...]:
        """The lines of the order it is about; 0: all of it."""
        return tuple(answer.line_id for answer in self.answers)


def choices_on(ticket: Ticket) -> dict[int, RemedyChoice]:
    """The latest choice by line of the order, here or on what was merged into it."""
    here = RemedyChoice.ticket_id.in_(ids_in_conversation(ticket.id))
    rows = db.session.scalars(select(RemedyChoice).where(here).order_by(RemedyChoice.id))
    return {line: row for row in rows for line in row.lines}


def choice_for(answer: Answer, choices: Mapping[int, RemedyChoice]) -> RemedyChoice | None:
    """What was chosen for what this answer is about, as long as it is offered."""
    found = choices.get(answer.line_id) or choices.get(WHOLE)
    return found if found and found.remedy in choices_of(answer.decision) else None


def offers_of(ticket: Ticket, decision: Decision) -> list[Offer]:
    """What this decision leaves to the customer; items between which nothing differs are chosen for together."""
    left = [answer for answer in decision.answers if choices_of(answer.decision)]
    if not left:
        return []
    choices, begun = choices_on(ticket), lines_begun(ticket)
    alike: dict[Any, list[Answer]] = {}
    for answer in left:
        chosen = choice_for(answer, choices)
        key = choices_of(answer.decision), chosen and chosen.remedy, _is_begun(answer, begun)
        alike.setdefault(key, []).append(answer)
    return [
        Offer(tuple(answers), remedies, choice_for(answers[0], choices), is_begun)
        for (remedies, _chosen, is_begun), answers in alike.items()
    ]


def choose(ticket: Ticket, remedy: Remedy, lines: Collection[int], *, by: Customer, key: str | None = None) -> None:
    """The customer says what they would like for these items; it is our turn then. The same again changes nothing.

    Raises a Problem where it is not theirs to choose, not offered (any more), or under way already.
    """
    if by.id != ticket.customer_id:
        raise NotAllowed(_("Only the customer of this ticket can choose here."))
    if ticket.is_over:
        raise WrongState(_("This request is closed. Your message begins a new one that knows this one."))
    if key and db.session.scalar(select(RemedyChoice.id).where(RemedyChoice.form_key == key)):
        return
    decision = db.session.scalar(latest_decision(ticket.id))
    offers = [offer for offer in offers_of(ticket, decision) if set(offer.lines) & set(lines)] if decision else []
    _refuse_unless_offered(offers, remedy, lines)
    old = [offer.chosen.remedy for offer in offers if offer.chosen]
    if decision is None or (len(old) == len(offers) and set(old) == {remedy}):
        return
    made = RemedyChoice(
        ticket_id=ticket.id, decision_id=decision.id, lines=sorted(lines), remedy=remedy, chosen_at=clock.now(),
        form_key=key,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    _let_it_be_our_turn(ticket, by)
    several = len(decision.answers) > 1
    titles = [answer.title for answer in decision.answers if several and answer.line_id in lines]
    ticket.record(
        Action.REMEDY_CHOSEN, by=by, choice=made.id, remedy=remedy, old=next(iter(old), None), items=titles,
        decision=decision.id,
    )  # fmt: skip


def _refuse_unless_offered(offers: Collection[Offer], remedy: Remedy, lines: Collection[int]) -> None:
    known = {line for offer in offers for line in offer.lines}
    if not lines or not known.issuperset(lines) or any(remedy not in offer.remedies for offer in offers):
        raise Invalid(_("Our answer has changed, and this can no longer be chosen. Please look at it again."))
    if any(offer.is_begun for offer in offers):
        raise WrongState(
            _("This is arranged already and cannot be chosen here any more. If something is not right, write to us.")
        )


def _let_it_be_our_turn(ticket: Ticket, by: Customer) -> None:
    ticket.unanswered_since = ticket.unanswered_since or clock.now()
    if ticket.status in NOT_OUR_TURN:
        ticket.resume(by=by)


def _is_begun(answer: Answer, begun: Collection[int]) -> bool:
    return bool(begun) if answer.line_id == WHOLE else answer.line_id in begun
