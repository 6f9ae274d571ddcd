"""The vocabulary: everything a policy may ask about a request, with its type, its source and its question."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from helpdesk.core.figures import number
from helpdesk.core.language import ENGLISH, _, current, gettext
from helpdesk.core.money import Money


class Kind(StrEnum):
    """What type a fact has."""

    YES_NO = "yes_no"
    NUMBER = "number"
    MONEY = "money"  # minor units inside, decimal amounts in files and forms
    CHOICE = "choice"
    TEXT = "text"
    DAY = "day"  # ISO dates inside, so that they compare as text
    MOMENT = "moment"  # only looked at through the days and hours made of it


class Source(StrEnum):
    """Who knows it."""

    ORDER = "order"
    ITEM = "item"
    CUSTOMER = "customer"
    EVIDENCE = "evidence"  # counted files, or papers that were seen
    AGENT = "agent"
    CLOCK = "clock"  # computed from moments and the request's time
    POLICY = "policy"  # computed by the policy file itself


@dataclass(frozen=True)
class Fact:
    """One thing that may be known of a request."""

    name: str
    kind: Kind
    source: Source
    meaning: str  # as it reads in a list: "days since delivery"
    question: str = ""  # as a customer is asked; "" when a customer cannot know
    unit: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)  # value: words
    default: Any = None  # taken for granted until somebody says otherwise
    asks: str = ""  # the fact to ask for instead: days are made of a day
    flag: str = ""  # the order line's flag that says it
    hint: str = ""
    also: Mapping[str, Any] = field(default_factory=dict)  # the shop's own words for it in other languages

    @property
    def is_for_customer(self) -> bool:
        """Whether the form may ask for it."""
        return bool(self.question)

    @property
    def texts(self) -> Iterator[str]:
        """Everything of it that people read."""
        yield from filter(None, (self.meaning, self.question, self.unit, self.hint, *self.choices.values()))

    def told(self) -> "Fact":
        """The same in the language of the moment: in the shop's words for it, or in ours."""
        own = self.also.get(current().code)
        choices = {value: gettext(words) for value, words in self.choices.items()}
        return replace(
            self,
            meaning=getattr(own, "meaning", "") or gettext(self.meaning),
            question=getattr(own, "question", "") or gettext(self.question),
            unit=getattr(own, "unit", "") or gettext(self.unit),
            hint=getattr(own, "hint", "") or gettext(self.hint),
            choices={**choices, **getattr(own, "choices", {})},
        )


class Facts(dict[str, Fact]):
    """Facts by name; a look finds each in the language of the moment, and all at once gives them as they stand."""

    def __init__(self, facts: Mapping[str, Fact]) -> None:
        super().__init__(facts)
        self._told: dict[tuple[str, str], Fact] = {}

    def __getitem__(self, name: str) -> Fact:
        fact, code = super().__getitem__(name), current().code
        if code == ENGLISH and not fact.also:
            return fact
        if (code, name) not in self._told:
            self._told[code, name] = fact.told()
        return self._told[code, name]

    def get(self, name: str, default: Any = None) -> Any:
        """The fact, or what stands in for it."""
        return self[name] if name in self else default  # noqa: SIM401 - that would ask itself


def _yes_no(name: str, source: Source, meaning: str, question: str = "", **more: Any) -> Fact:
    return Fact(name, Kind.YES_NO, source, meaning, question, **more)


def _choice(name: str, source: Source, meaning: str, question: str, choices: dict[str, str], **more: Any) -> Fact:
    return Fact(name, Kind.CHOICE, source, meaning, question, choices=MappingProxyType(choices), **more)


def _number(name: str, source: Source, meaning: str, unit: str, question: str = "", **more: Any) -> Fact:
    return Fact(name, Kind.NUMBER, source, meaning, question, unit=unit, **more)


ITEM_CLASSES = {
    "food": "food and treats",
    "perishable": "fresh or frozen food",
    "health": "health product",
    "prescription": "prescribed by a vet",
    "toy": "toy or accessory",
    "electronics": "electronics",
    "grooming": "grooming and hygiene",
    "clothing": "clothing",
    "digital": "digital product",
    "live": "live plant or animal",
    "home": "home and furniture",
    "other": "anything else",
}
ORDER_STAGES = {
    "placed": "placed",
    "paid": "paid",
    "processing": "being prepared",
    "shipped": "on its way",
    "delivered": "delivered",
    "cancelled": "cancelled",
}
REASONS = {
    "changed_mind": "I changed my mind",
    "wrong_size": "Size or colour does not fit",
    "not_suitable": "It does not suit my pet or me",
    "quality": "The quality is not right",
    "defective": "It does not work",
    "damaged": "It arrived damaged",
    "wrong_item": "It is not what I ordered",
    "adverse_reaction": "My pet or I reacted badly to it",
    "customisation_error": "It was personalised wrongly",
    "other": "Another reason",
}
FAULTS = {
    "none": "nothing is wrong with it",
    "damaged": "damaged on arrival",
    "defective": "defective",
    "quality": "not of the quality promised",
    "wrong_item": "not what was ordered",
    "missing_item": "something is missing",
    "adverse_reaction": "an adverse reaction",
    "customisation_error": "personalised wrongly",
}
#: What a reason says of the thing itself; a request such as "damaged" says it too.
FAULT_OF_REASON = {
    "changed_mind": "none",
    "wrong_size": "none",
    "not_suitable": "none",
    "other": "none",
} | {reason: reason for reason in REASONS if reason in FAULTS}
PAYMENTS = {
    "card": "card",
    "wallet": "digital wallet",
    "gift_card": "gift card",
    "store_credit": "store credit",
    "transfer": "bank transfer",
    "cash": "cash",
    "other": "another way",
}

_FACTS = (
    # ---- moments, and the days and hours made of them
    Fact("placed_at", Kind.MOMENT, Source.ORDER, "when it was ordered"),
    Fact("shipped_at", Kind.MOMENT, Source.ORDER, "when it was sent"),
    Fact("delivered_at", Kind.MOMENT, Source.ORDER, "when it arrived", "When did it arrive?"),
    Fact("requested_at", Kind.MOMENT, Source.CLOCK, "when it was asked for"),
    Fact("timezone", Kind.TEXT, Source.CLOCK, "the store's time zone"),
    Fact("placed_on", Kind.DAY, Source.CLOCK, "the day it was ordered", asks="placed_at"),
    Fact("requested_on", Kind.DAY, Source.CLOCK, "the day it was asked for", asks="requested_at"),
    _number("days_since_delivery", Source.CLOCK, "days since delivery", "days", asks="delivered_at"),
    _number("hours_since_delivery", Source.CLOCK, "hours since delivery", "hours", asks="delivered_at"),
    _number("days_since_placed", Source.CLOCK, "days since it was ordered", "days", asks="placed_at"),
    _number("hours_since_placed", Source.CLOCK, "hours since it was ordered", "hours", asks="placed_at"),
    _number("days_since_shipped", Source.CLOCK, "days since it was sent", "days", asks="shipped_at"),
    _number("business_days_since_placed", Source.CLOCK, "business days since it was ordered", "business days"),
    _yes_no("late", Source.POLICY, "past the window", asks="delivered_at"),
    _number("days_late", Source.POLICY, "days past the window", "days", asks="delivered_at"),
    _choice("fault", Source.POLICY, "what is wrong with it", "", FAULTS, asks="reason"),
    # ---- the order
    _choice("order_stage", Source.ORDER, "how far the order is", "", ORDER_STAGES),
    Fact("order_value", Kind.MONEY, Source.ORDER, "value of the order"),
    Fact("shipping_paid", Kind.MONEY, Source.ORDER, "shipping paid"),
    _yes_no("discounted", Source.ORDER, "bought with a discount"),
    _choice("payment", Source.ORDER, "how it was paid", "", PAYMENTS),
    Fact("country", Kind.TEXT, Source.ORDER, "country it was sent to (two letters)"),
    _yes_no("international", Source.ORDER, "sent to another country"),
    # ---- the item
    _choice("item_class", Source.ITEM, "kind of product", "What kind of product is it?", ITEM_CLASSES),
    Fact("item_value", Kind.MONEY, Source.ITEM, "paid for the item"),
    _number("item_quantity", Source.ITEM, "pieces in question", "pieces"),
    _choice("item_size", Source.ITEM, "size", "", {"normal": "normal", "large": "large or heavy"}, default="normal"),
    _yes_no("personalised", Source.ITEM, "personalised or made to order", flag="personalised", default=False),
    _yes_no("perishable", Source.ITEM, "perishable", flag="perishable", default=False),
    _yes_no("final_sale", Source.ITEM, "sold as final", flag="final_sale", default=False),
    _yes_no("subscription", Source.ITEM, "part of a subscription", flag="subscription", default=False),
    _yes_no("special_order", Source.ITEM, "ordered specially", flag="special_order", default=False),
    # ---- what the customer says
    _choice("reason", Source.CUSTOMER, "reason", "Why would you like to return it?", REASONS),
    _yes_no("opened", Source.CUSTOMER, "opened", "Has it been opened or unsealed?"),
    _yes_no("used", Source.CUSTOMER, "used", "Has it been used, worn or altered?"),
    _yes_no(
        "packaging_complete", Source.CUSTOMER, "original packaging complete",
        "Do you have the original packaging with everything that was in it?",
    ),
    _yes_no("tags_attached", Source.CUSTOMER, "tags attached", "Are all tags still attached?"),
    _yes_no("soiled", Source.CUSTOMER, "soiled", "Has it been in contact with bodily fluids?"),
    _yes_no("washable", Source.CUSTOMER, "can be cleaned", "Can it be cleaned thoroughly?"),
    _yes_no("accessed", Source.CUSTOMER, "downloaded or accessed", "Have you downloaded, opened or started it?"),
    _yes_no("technical_fault", Source.CUSTOMER, "technical fault", "Does it fail to work for a technical reason?"),
    _yes_no("deteriorated", Source.CUSTOMER, "gone off or withered", "Has it gone off or withered?"),
    _choice(
        "exchange_for", Source.CUSTOMER, "what it is exchanged for", "What would you like instead?",
        {
            "same": "The same, in another size or colour",
            "same_value": "Something else at the same price or less",
            "dearer": "Something dearer",
        },
    ),
    _yes_no("vet_seen", Source.CUSTOMER, "a vet has seen the pet", "Has a vet seen your pet?"),
    _yes_no("pet_ill", Source.CUSTOMER, "the pet is ill now", "Is your pet ill right now?"),
    _yes_no("deployed", Source.CUSTOMER, "on military deployment", "Are you on military deployment?", default=False),
    _yes_no(
        "disaster", Source.CUSTOMER, "kept by extreme weather or a disaster",
        "Did extreme weather or a disaster keep you from it?", default=False,
    ),
    # ---- evidence
    _number(
        "photos_of_damage", Source.EVIDENCE, "a photo of the damage", "photos",
        "Photos of the damage", hint="Close enough to see it.",
    ),
    _number(
        "photos_of_packaging", Source.EVIDENCE, "a photo of the packaging", "photos",
        "Photos of the packaging", hint="Outside and inside.",
    ),
    _number("photos_of_item", Source.EVIDENCE, "a photo of the item", "photos", "Photos of the item"),
    _number(
        "vet_documents", Source.EVIDENCE, "the vet's papers", "documents",
        "The vet's papers", hint="A photo or PDF of the report or bill.",
    ),
    _number("other_documents", Source.EVIDENCE, "a document that shows it", "documents", "A document that shows it"),
    _yes_no(
        "proof_of_purchase", Source.EVIDENCE, "proof of purchase",
        hint="We find the order from account or payment details too.",
    ),
    _yes_no("described", Source.EVIDENCE, "a description of its condition", hint="In your own words."),
    _yes_no("evidence_ran_out", Source.CLOCK, "the time for photos ran out", default=False),
    # ---- what staff find out
    _choice(
        "condition", Source.AGENT, "condition found at inspection", "",
        {
            "as_new": "as new", "minor": "minor damage or parts missing", "worn": "worn or damaged",
            "unusable": "unusable",
        },
    ),
    _yes_no("production_started", Source.AGENT, "production has begun"),
    _yes_no("our_error", Source.AGENT, "our mistake", default=False),
    _yes_no("reaction_verified", Source.AGENT, "the reaction is verified", default=False),
    _yes_no("carrier_confirmed_loss", Source.AGENT, "the carrier confirms the loss", default=False),
    _yes_no("promised_delivery_passed", Source.CLOCK, "past the promised delivery"),
)  # fmt: skip

VOCABULARY: Mapping[str, Fact] = Facts({fact.name: fact for fact in _FACTS})


def in_words(fact: Fact, value: Any, currency: str = "") -> str:
    """A value as a person reads it."""
    if value is None:
        return _("not known")
    if fact.kind is Kind.YES_NO:
        return _("yes") if value else _("no")
    if fact.kind is Kind.CHOICE:
        return fact.choices.get(value, str(value))
    if fact.kind is Kind.MONEY:
        return str(Money(int(value), currency))
    if fact.kind is Kind.NUMBER:
        return f"{number(value)} {_unit(fact, value)}".strip()
    return str(value)


def _unit(fact: Fact, value: Any) -> str:
    """One day, two days."""
    is_plural = fact.unit.endswith("s") and not fact.unit.endswith("ss")
    return fact.unit[:-1] if value == 1 and is_plural else fact.unit


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that was most likely meant."""
    found = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return found[0] if found else None
