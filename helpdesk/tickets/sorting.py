"""What is this text about? Says which words and order facts decided and how sure it is; pure."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypedDict

from helpdesk.tickets.issue_types import CATEGORY_OF, NAMES, Category, IssueType
from helpdesk.tickets.words import Hit, Text, find, read

UNSURE_BELOW = 0.5
SOLID = 4.0  # from this score on an issue type may push others aside
PUSHED_ASIDE = 0.5
DOUBT = 4.0  # keeps a single weak word from looking certain

CHOSEN = "chosen on the form"
CHOSEN_BY_STAFF = "chosen by staff"

PROBLEMS = (
    IssueType.DAMAGED,
    IssueType.DEFECTIVE,
    IssueType.WRONG_ITEM,
    IssueType.MISSING_ITEM,
    IssueType.QUALITY,
    IssueType.LOST,
)
WAITING = (IssueType.NOT_ARRIVED, IssueType.DELAYED, IssueType.TRACKING, IssueType.DELIVERY_QUESTION)
WISHES = (IssueType.RETURN, IssueType.EXCHANGE)

# Who names the cause names the issue: "it came broken, I want to return it" is damage, and an ill pet goes before all.
PUSHES_ASIDE: dict[IssueType, tuple[IssueType, ...]] = {
    IssueType.ADVERSE_REACTION: (*PROBLEMS, *WISHES, IssueType.REFUND_STATUS, IssueType.PRODUCT_QUESTION),
    **dict.fromkeys(PROBLEMS, WISHES),
    IssueType.REFUND_STATUS: (*WAITING, IssueType.RETURN),
    IssueType.CANCEL_SUBSCRIPTION: (*WAITING, IssueType.CANCEL_ORDER, IssueType.MODIFY_ORDER),
    IssueType.CANCEL_ORDER: (*WAITING, IssueType.REFUND_STATUS),
    IssueType.ADDRESS_CHANGE: (IssueType.MODIFY_ORDER, IssueType.DELIVERY_QUESTION),
    IssueType.POLICY_EXCEPTION: (IssueType.RETURN, IssueType.POLICY_QUESTION),
    IssueType.POLICY_QUESTION: WISHES,
}


@dataclass(frozen=True)
class OrderFacts:
    """What is known of the order, None where it is not; a stage is a word such as ``paid`` or ``shipped``."""

    stage: str | None = None
    days_since_delivery: float | None = None
    days_since_placed: float | None = None
    is_late: bool | None = None


class SortedAsDict(TypedDict):
    """A ``Sorted`` as plain JSON."""

    issue_type: str
    category: str
    confidence: float
    is_unsure: bool
    words: list[str]
    facts: list[str]
    runner_up: str | None
    because: str


@dataclass(frozen=True)
class Sorted:
    """An issue type and why: the customer's words, the order's facts, and what else it might be."""

    issue_type: IssueType
    confidence: float
    is_unsure: bool
    words: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    runner_up: IssueType | None = None

    @property
    def category(self) -> Category:
        return CATEGORY_OF[self.issue_type]

    @property
    def because(self) -> str:
        said = [f"the text says {_quoted(self.words)}"] if self.words else []
        reasons = " and ".join([*said, *self.facts]) or "nothing in the text or the order says what it is about"
        return f"{NAMES.kept(self.issue_type)}: {reasons}.{self._doubt}"

    @property
    def _doubt(self) -> str:
        if not self.is_unsure:
            return ""
        return f" Not sure; it may be {NAMES.kept(self.runner_up)}." if self.runner_up else " Not sure."

    def as_dict(self) -> SortedAsDict:
        """Plain JSON, for the timeline and the API."""
        return {
            "issue_type": self.issue_type.value,
            "category": self.category.value,
            "confidence": self.confidence,
            "is_unsure": self.is_unsure,
            "words": list(self.words),
            "facts": list(self.facts),
            "runner_up": self.runner_up.value if self.runner_up else None,
            "because": self.because,
        }


@dataclass(frozen=True)
class Fact:
    """Something true of the order that makes some issue types likelier and others less so."""

    says: str
    is_so: Callable[[OrderFacts], bool]
    moves: Mapping[IssueType, float]
    speaks_for: IssueType | None = None  # what to suppose when no word decides


FACTS: tuple[Fact, ...] = (
    Fact(
        "the order is delivered",
        lambda order: order.stage == "delivered",
        {
            IssueType.NOT_ARRIVED: 3,
            IssueType.TRACKING: -2,
            IssueType.DELAYED: -3,
            IssueType.DELIVERY_QUESTION: -2,
            IssueType.ADDRESS_CHANGE: -3,
            IssueType.CANCEL_ORDER: -2,
            IssueType.MODIFY_ORDER: -3,
            IssueType.RETURN: 1,
            IssueType.EXCHANGE: 1,
            **dict.fromkeys(PROBLEMS, 1),
            IssueType.LOST: 0,
        },
    ),
    Fact(
        "the order has not been sent yet",
        lambda order: order.stage in ("placed", "paid", "processing"),
        {
            IssueType.CANCEL_ORDER: 1,
            IssueType.MODIFY_ORDER: 2,
            IssueType.ADDRESS_CHANGE: 1,
            IssueType.RETURN: -2,
            IssueType.LOST: -2,
            **dict.fromkeys(PROBLEMS, -2),
        },
    ),
    Fact(
        "the order is on its way",
        lambda order: order.stage == "shipped",
        {IssueType.TRACKING: 1, IssueType.LOST: 1, IssueType.MODIFY_ORDER: -2, **dict.fromkeys(WISHES, -1)},
    ),
    Fact(
        "the order is cancelled",
        lambda order: order.stage == "cancelled",
        {IssueType.REFUND_STATUS: 3, IssueType.CANCEL_ORDER: -2},
        speaks_for=IssueType.REFUND_STATUS,
    ),
    Fact(
        "the order is late",
        lambda order: order.is_late is True and order.stage not in ("delivered", "cancelled"),
        {IssueType.DELAYED: 3, IssueType.LOST: 1, IssueType.TRACKING: -1},
        speaks_for=IssueType.DELAYED,
    ),
    Fact(
        "the order is not late yet",
        lambda order: order.is_late is False and order.stage != "delivered",
        {IssueType.TRACKING: 1, IssueType.DELAYED: -1, IssueType.LOST: -1},
    ),
    Fact(
        "it was delivered more than 30 days ago",
        lambda order: (order.days_since_delivery or 0) > 30,
        {IssueType.POLICY_EXCEPTION: 1, IssueType.NOT_ARRIVED: -2, IssueType.DAMAGED: -1, IssueType.DEFECTIVE: 1},
    ),
    Fact(
        "it was ordered more than three weeks ago and is not delivered",
        lambda order: (order.days_since_placed or 0) > 21 and order.stage == "shipped",
        {IssueType.LOST: 2},
    ),
)


def from_choice(issue_type: IssueType, says: str = CHOSEN) -> Sorted:
    """The customer chose it on the form, or somebody else knows: nothing to guess."""
    return Sorted(issue_type, confidence=1.0, is_unsure=False, facts=(says,))


def sort(text: str, facts: OrderFacts | None = None) -> Sorted:
    """The issue type a text is about, from its words and its order's facts; ``policy_question`` is the last resort."""
    read_text = read(text)
    hits = _hits_by_type(read_text)
    true_facts = [fact for fact in FACTS if facts and fact.is_so(facts)]
    scores = _push_aside(_moved(hits, true_facts))
    if not scores:
        return _without_words(true_facts)
    best, *others = sorted(scores, key=lambda kind: scores[kind], reverse=True)
    confidence = _confidence(scores[best], [scores[kind] for kind in others])
    return Sorted(
        issue_type=best,
        confidence=confidence,
        is_unsure=confidence < UNSURE_BELOW,
        words=tuple(_as_written(hit, read_text) for hit in hits[best][:3]),
        facts=tuple(fact.says for fact in true_facts if fact.moves.get(best, 0) > 0),
        runner_up=others[0] if others else None,
    )


def _hits_by_type(text: Text) -> dict[IssueType, list[Hit]]:
    """The hits that count, strongest first: each phrase once, and no two phrases for the same words."""
    counted: dict[IssueType, list[Hit]] = defaultdict(list)
    first_of_each = {id(hit.phrase): hit for hit in reversed(list(find(text)))}
    for hit in sorted(first_of_each.values(), key=lambda hit: (-hit.phrase.weight, hit.start, hit.end)):
        same_type = counted[hit.phrase.issue_type]
        if not any(hit.overlaps(other) for other in same_type):
            same_type.append(hit)
    return counted


def _moved(hits: Mapping[IssueType, list[Hit]], facts: list[Fact]) -> dict[IssueType, float]:
    """Facts make a reading of the words likelier or less so; alone they start none."""
    moved = {kind: _score(found) + sum(fact.moves.get(kind, 0) for fact in facts) for kind, found in hits.items()}
    return {kind: score for kind, score in moved.items() if score > 0}


def _score(hits: list[Hit]) -> float:
    """Further words add less and less, so that a long rant doesn't outshout one clear sentence."""
    return sum(hit.phrase.weight * 0.5**rank for rank, hit in enumerate(hits))


def _push_aside(scores: dict[IssueType, float]) -> dict[IssueType, float]:
    pushed = {loser for kind, score in scores.items() if score >= SOLID for loser in PUSHES_ASIDE.get(kind, ())}
    return {kind: score * PUSHED_ASIDE if kind in pushed else score for kind, score in scores.items()}


def _confidence(best: float, others: list[float]) -> float:
    rivals = sum(score**2 for score in others)
    return round(best**2 / (best**2 + rivals + DOUBT), 2)


def _without_words(facts: list[Fact]) -> Sorted:
    for fact in facts:
        if fact.speaks_for:
            return Sorted(fact.speaks_for, confidence=0.2, is_unsure=True, facts=(fact.says,))
    return Sorted(IssueType.POLICY_QUESTION, confidence=0.0, is_unsure=True)


def _as_written(hit: Hit, text: Text) -> str:
    return " ".join(text.shown[hit.start : hit.end]).replace(" ,", ",")


def _quoted(words: tuple[str, ...]) -> str:
    return ", ".join(f"“{word}”" for word in words)
