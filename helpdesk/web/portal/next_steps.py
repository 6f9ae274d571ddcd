"""What happens next on a ticket, whose turn it is and by when: for the customer's page."""

from dataclasses import dataclass
from datetime import datetime

from helpdesk.core.language import N_, Words, _
from helpdesk.escalation import Escalation, EscalationState
from helpdesk.policies import VOCABULARY, step_for
from helpdesk.returns import KINDS, Decision
from helpdesk.sla import SlaClock, Target
from helpdesk.tickets import Status, Ticket

SENTENCES = Words(
    {
        Status.NEW: N_("We have your message and will answer it."),
        Status.OPEN: N_("We are working on it."),
        Status.PENDING: N_("We wait for you: there is something that only you can tell us."),
        Status.ON_HOLD: N_("We wait for somebody else, such as the carrier, and keep you posted."),
        Status.SOLVED: N_("This is solved. If it is not, write to us below and it opens again."),
        Status.CLOSED: N_("This is closed. A new message begins a new request that knows this one."),
    }
)


@dataclass(frozen=True)
class Step:
    """One step: done or to do, and maybe until when."""

    words: str
    is_done: bool = False
    due_at: datetime | None = None
    whose: str = ""
    url: str = ""
    link: str = ""


def sentence(ticket: Ticket) -> str:
    """The status as a sentence."""
    if ticket.is_waiting_for_us and ticket.unanswered_since is None:
        return _("We have answered. If something is open, write to us below.")
    return SENTENCES[ticket.status]


def steps_of(
    ticket: Ticket,
    decision: Decision | None,
    clocks: list[SlaClock],
    escalation: Escalation | None,
    *,
    can_answer: bool = False,
) -> list[Step]:
    """From "we have it" to "solved"."""
    steps = [Step(_("We have your report"), is_done=True)]
    due = {clock.target: clock.due_at for clock in clocks if clock.is_open}
    if decision and not ticket.is_finished:
        steps += _from_decision(decision, due, can_answer)
    steps.append(_answer(ticket, due))
    if escalation and escalation.is_open:
        steps.append(_supervisor(escalation, due))
    steps.append(Step(_("Solved"), is_done=ticket.is_finished, due_at=due.get(Target.RESOLUTION)))
    return steps


def _from_decision(decision: Decision, due: dict[Target, datetime], can_answer: bool) -> list[Step]:
    steps = [Step(_("Answer a few questions"), url="#questions", link=_("Answer them"))] if can_answer else []
    to_add = {step_for(VOCABULARY[name]) for name in decision.missing if name in KINDS}
    return steps + [
        Step(text, due_at=due.get(Target.EVIDENCE), url="#write", link=_("Add it")) if text in to_add else Step(text)
        for text in decision.steps
    ]


def _answer(ticket: Ticket, due: dict[Target, datetime]) -> Step:
    if ticket.unanswered_since is None and ticket.first_answered_at:
        return Step(_("We have answered"), is_done=True)
    if ticket.is_finished:
        return Step(_("An answer was not needed any more"), is_done=True)
    return Step(_("A person answers you"), due_at=due.get(Target.NEXT_RESPONSE) or due.get(Target.FIRST_RESPONSE))


def _supervisor(escalation: Escalation, due: dict[Target, datetime]) -> Step:
    role = escalation.role_name
    if escalation.state is EscalationState.RAISED:
        return Step(_("Passed on to a %(role)s; somebody takes it", role=role), due_at=due.get(Target.ESCALATION_ACK))
    return Step(_("A %(role)s has your request and decides", role=role))
