"""A reply in plain words made from the decision, for the agent to edit (pure)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from helpdesk.policies import Decision, Outcome, ReturnShipping
from helpdesk.web.decisions import kind_of


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


OPENINGS: dict[Outcome, str] = {
    Outcome.APPROVE: "thank you for your message. I have looked into it, and we can help you.",
    Outcome.REVIEW: "thank you for your message. A colleague and I are looking at it closely.",
    Outcome.DECLINE: "thank you for your message. I have looked into it carefully.",
    Outcome.NEED_INFORMATION: "thank you for your message. To help you quickly, I still need something from you.",
}
SHIPPING: dict[ReturnShipping, str] = {
    ReturnShipping.NONE: "You do not need to send anything back.",
    ReturnShipping.PREPAID: "You get a prepaid label from us for sending it back.",
    ReturnShipping.PICKUP: "We have it collected; you do not need to bring it anywhere.",
    ReturnShipping.CUSTOMER: "Sending it back is at your own cost.",
}
#: What of the dates is still to come for the customer; the time to report damage, for one, has been used.
DATES: dict[str, str] = {
    "withdrawal": "By law you can give it back without a reason {when}.",
    "return_window": "You can ask for it {when}.",
    "own_window": "By our own policy you can ask for it {when}.",
    "send_back": "Please send it back {when}.",
    "return_inspection": "We look at it {when}.",
    "refund": "We pay it back {when}.",
}
WINDOWS = ("withdrawal", "return_window", "own_window")
CLAUSES_NAMED = 3
CLOSING = "If anything is unclear, just answer this message. I am glad to help."


def proposed_reply(head: Letterhead, outcome: Outcome, answers: Sequence[Answered], steps: Sequence[str]) -> str:
    """Greeting, what was decided and why, what it means for money, parcel and dates, and what happens next."""
    several = len(answers) > 1
    paragraphs = [f"Hello {head.to}," if head.to else "Hello,", OPENINGS[outcome]]
    for answer in answers:
        about = [f"{answer.shown['title']}:"] if several and answer.shown.get("title") else []
        paragraphs.append("\n".join([*about, *VERDICTS[answer.decision.outcome](answer)]))
        paragraphs.append("\n".join(_terms(answer, steps)))
        paragraphs.append(_clauses(answer))
    if steps:
        paragraphs.append("\n".join(["What happens next:", *_points(steps)]))
    paragraphs += [CLOSING, f"Kind regards\n{head.agent}\n{head.store}"]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _approved(answer: Answered) -> Iterator[str]:
    offers = answer.shown["remedies"]
    yield f"We offer you {_listed(offers, 'or')}. {answer.decision.because}" if offers else answer.decision.because


def _reviewed(answer: Answered) -> Iterator[str]:
    yield f"{answer.decision.because} A person decides this, and I will write to you as soon as it is decided."


def _declined(answer: Answered) -> Iterator[str]:
    yield f"I am sorry that I have no better news: we cannot do what you asked for. {answer.decision.because}"


def _asked(answer: Answered) -> Iterator[str]:
    if answer.questions:
        yield "Please tell me:"
        yield from _points(answer.questions)
    if answer.shown["missing"] and answer.decision.pending:
        yield "Please send me:"
        yield from _points(answer.shown["missing"])
    if not answer.questions and not (answer.shown["missing"] and answer.decision.pending):
        yield answer.decision.because
    if answer.decision.pending is Outcome.APPROVE and answer.shown["remedies"]:
        yield f"Once I have it, we can offer you {_listed(answer.shown['remedies'], 'or')}."


#: What is said first, by outcome.
VERDICTS: dict[Outcome, Callable[[Answered], Iterator[str]]] = {
    Outcome.APPROVE: _approved,
    Outcome.REVIEW: _reviewed,
    Outcome.DECLINE: _declined,
    Outcome.NEED_INFORMATION: _asked,
}


def _clauses(answer: Answered) -> str:
    labels = [clause["label"] for clause in answer.shown["clauses"]][:CLAUSES_NAMED]
    return f"You find this in our policy under {_listed(labels, 'and')}." if labels else ""


def _terms(answer: Answered, steps: Sequence[str]) -> Iterator[str]:
    if answer.decision.outcome not in (Outcome.APPROVE, Outcome.NEED_INFORMATION):
        return
    if answer.shown["refund"]:
        yield f"You get back {answer.shown['refund']}."
    for fee in answer.shown["fees"]:
        yield f"We deduct: {fee}."
    # The policy's own steps know best how something comes back; it is not said twice.
    if answer.decision.return_shipping and not any("send" in step.casefold() for step in steps):
        yield SHIPPING[ReturnShipping(answer.decision.return_shipping)]
    for deadline, shown in zip(answer.decision.deadlines, answer.shown["deadlines"], strict=True):
        kind = kind_of(deadline, answer.decision)
        if sentence := DATES.get(kind):
            fixed = "until" if kind in WINDOWS else "by"
            yield sentence.format(when=f"{fixed} {shown['words']}" if deadline.ends_at else shown["words"])


def _points(words: Sequence[str]) -> list[str]:
    return [f"- {word}" for word in words]


def _listed(words: Sequence[str], link: str) -> str:
    *before, last = words
    return f"{', '.join(before)} {link} {last}" if before else last
