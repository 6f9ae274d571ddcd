"""A reply in plain words made from the decision, for the agent to edit, in the language of the moment (pure)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from helpdesk.core import figures
from helpdesk.core.language import N_, Words, _
from helpdesk.policies import Deadline, Decision, Outcome, ReturnShipping
from helpdesk.web.deadlines import kind_of


@dataclass(frozen=True)
class Letterhead:
    """Who writes to whom."""

    to: str  # the first name, if it is known
    agent: str
    store: str


@dataclass(frozen=True)
class Answered:
    """One answer of the policy: as it was given, as it is shown, and what is still to be asked."""

    decision: Decision
    shown: Mapping[str, Any]  # what `shown_decision` makes of it
    questions: Sequence[str] = ()


OPENINGS = Words(
    {
        Outcome.APPROVE: N_("thank you for your message. I have looked into it, and we can help you."),
        Outcome.REVIEW: N_("thank you for your message. A colleague and I are looking at it closely."),
        Outcome.DECLINE: N_("thank you for your message. I have looked into it carefully."),
        Outcome.NEED_INFORMATION: N_(
            "thank you for your message. To help you quickly, I still need something from you."
        ),
    }
)
SHIPPING = Words(
    {
        ReturnShipping.NONE: N_("You do not need to send anything back."),
        ReturnShipping.PREPAID: N_("You get a prepaid label from us for sending it back."),
        ReturnShipping.PICKUP: N_("We have it collected; you do not need to bring it anywhere."),
        ReturnShipping.CUSTOMER: N_("Sending it back is at your own cost."),
    }
)
#: What of the dates is still to come for the customer, as a day and as a span from a step that is still to come;
#: the time to report damage, for one, has been used.
DATES: dict[str, tuple[str, str]] = {
    "withdrawal": (
        N_("By law you can give it back without a reason until %(day)s."),
        N_("By law you can give it back without a reason %(span)s."),
    ),
    "return_window": (N_("You can ask for it until %(day)s."), N_("You can ask for it %(span)s.")),
    "own_window": (
        N_("By our own policy you can ask for it until %(day)s."),
        N_("By our own policy you can ask for it %(span)s."),
    ),
    "send_back": (N_("Please send it back by %(day)s."), N_("Please send it back %(span)s.")),
    "return_inspection": (N_("We look at it by %(day)s."), N_("We look at it %(span)s.")),
    "refund": (N_("We pay it back by %(day)s."), N_("We pay it back %(span)s.")),
}
#: The same of a day that is past: true, and no promise.
PAST_DATES: Words[str] = Words(
    {
        "withdrawal": N_("By law it could be given back without a reason until %(day)s."),
        "return_window": N_("It could be asked for until %(day)s."),
        "own_window": N_("By our own policy it could be asked for until %(day)s."),
        "send_back": N_("It was to be sent back by %(day)s."),
    }
)
#: What every sentence about sending something has in it, capitals aside.
SEND = N_("send")
CLAUSES_NAMED = 3


def proposed_reply(head: Letterhead, outcome: Outcome, answers: Sequence[Answered], steps: Sequence[str]) -> str:
    """Greeting, what was decided and why, what it means for money, parcel and dates, and what happens next."""
    several = len(answers) > 1
    paragraphs = [_("Hello %(name)s,", name=head.to) if head.to else _("Hello,"), OPENINGS[outcome]]
    for answer in answers:
        about = [f"{answer.shown['title']}:"] if several and answer.shown.get("title") else []
        paragraphs.append("\n".join([*about, *VERDICTS[answer.decision.outcome](answer)]))
        paragraphs.append("\n".join(_terms(answer, steps)))
        paragraphs.append(_clauses(answer))
    if steps:
        paragraphs.append("\n".join([_("What happens next:"), *_points(steps)]))
    paragraphs.append(_("If anything is unclear, just answer this message. I am glad to help."))
    paragraphs.append("\n".join([_("Kind regards"), head.agent, head.store]))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _approved(answer: Answered) -> Iterator[str]:
    offers = answer.shown["remedies"]
    offer = [_("We offer you %(remedies)s.", remedies=figures.either(offers))] if offers else []
    yield " ".join([*offer, answer.decision.because])


def _reviewed(answer: Answered) -> Iterator[str]:
    told = _("A person decides this, and I will write to you as soon as it is decided.")
    yield f"{answer.decision.because} {told}"


def _declined(answer: Answered) -> Iterator[str]:
    sorry = _("I am sorry that I have no better news: we cannot do what you asked for.")
    yield f"{sorry} {answer.decision.because}"


def _asked(answer: Answered) -> Iterator[str]:
    if answer.questions:
        yield _("Please tell me:")
        yield from _points(answer.questions)
    if answer.shown["missing"] and answer.decision.pending:
        yield _("Please send me:")
        yield from _points(answer.shown["missing"])
    if not answer.questions and not (answer.shown["missing"] and answer.decision.pending):
        yield answer.decision.because
    if answer.decision.pending is Outcome.APPROVE and answer.shown["remedies"]:
        yield _("Once I have it, we can offer you %(remedies)s.", remedies=figures.either(answer.shown["remedies"]))


#: What is said first, by outcome.
VERDICTS: dict[Outcome, Callable[[Answered], Iterator[str]]] = {
    Outcome.APPROVE: _approved,
    Outcome.REVIEW: _reviewed,
    Outcome.DECLINE: _declined,
    Outcome.NEED_INFORMATION: _asked,
}


def _clauses(answer: Answered) -> str:
    labels = [clause["label"] for clause in answer.shown["clauses"]][:CLAUSES_NAMED]
    return _("You find this in our policy under %(clauses)s.", clauses=figures.together(labels)) if labels else ""


def _terms(answer: Answered, steps: Sequence[str]) -> Iterator[str]:
    if answer.decision.outcome not in (Outcome.APPROVE, Outcome.NEED_INFORMATION):
        return
    if answer.shown["refund"]:
        yield _("You get back %(money)s.", money=answer.shown["refund"])
    for fee in answer.shown["fees"]:
        yield _("We deduct: %(fee)s.", fee=fee)
    # The policy's own steps know best how something comes back; it is not said twice.
    if answer.decision.return_shipping and not any(_(SEND) in step.casefold() for step in steps):
        yield SHIPPING[ReturnShipping(answer.decision.return_shipping)]
    for deadline, shown in zip(answer.decision.deadlines, answer.shown["deadlines"], strict=True):
        if sentence := _date(kind_of(deadline, answer.decision), deadline, shown):
            yield sentence


def _date(kind: str, deadline: Deadline, shown: Mapping[str, Any]) -> str:
    """What is still to come as something to hold to, what is past as something to know."""
    if shown["is_past"]:
        return _(PAST_DATES.kept(kind), day=shown["words"]) if kind in PAST_DATES else ""
    by_day, within = DATES.get(kind, ("", ""))
    return _(by_day, day=shown["words"]) if deadline.ends_at else _(within, span=shown["words"])


def _points(words: Sequence[str]) -> list[str]:
    return [f"- {word}" for word in words]
