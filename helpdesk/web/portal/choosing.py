"""The choice on the customer's page: a button for each remedy that the decision leaves to them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from helpdesk.core.db import db
from helpdesk.core.errors import Problem
from helpdesk.core.language import N_, Words, _
from helpdesk.core.limits import refuse_if_too_often
from helpdesk.policies import Remedy
from helpdesk.returns import Decision, Offer, choose, comes_back, edition_of, offers_of
from helpdesk.tickets import Ticket
from helpdesk.web.decisions import refund_in_words
from helpdesk.web.forms import fresh_key, tidy
from helpdesk.web.portal.door import bp
from helpdesk.web.portal.loading import the_ticket, token_for
from helpdesk.web.portal.next_steps import Step

#: What the button says, and what it means.
BUTTONS: Words[Remedy] = Words(
    {
        Remedy.REPLACEMENT: N_("A replacement"),
        Remedy.RESEND: N_("Send it again"),
        Remedy.EXCHANGE: N_("An exchange"),
        Remedy.REPAIR: N_("A repair"),
        Remedy.REFUND: N_("My money back"),
        Remedy.PARTIAL_REFUND: N_("A part of my money back"),
        Remedy.STORE_CREDIT: N_("Store credit"),
    }
)
MEANINGS: Words[Remedy] = Words(
    {
        Remedy.REPLACEMENT: N_("We send you what you ordered once more, free of charge."),
        Remedy.RESEND: N_("We send it to you once more, free of charge."),
        Remedy.EXCHANGE: N_("You get something else in its place."),
        Remedy.REPAIR: N_("We have it put in order."),
        Remedy.REFUND: N_("We pay it back to you."),
        Remedy.PARTIAL_REFUND: N_("You keep it and pay less."),
        Remedy.STORE_CREDIT: N_("You use the amount for something else from us."),
    }
)
#: Once it is chosen: what they said, and what comes of it.
ASKED_FOR: Words[Remedy] = Words(
    {
        Remedy.REPLACEMENT: N_("You asked for a replacement."),
        Remedy.RESEND: N_("You asked us to send it again."),
        Remedy.EXCHANGE: N_("You asked for an exchange."),
        Remedy.REPAIR: N_("You asked for a repair."),
        Remedy.REFUND: N_("You asked for your money back."),
        Remedy.PARTIAL_REFUND: N_("You asked for a part of your money back."),
        Remedy.STORE_CREDIT: N_("You asked for store credit."),
    }
)
FOLLOWS: Words[Remedy] = Words(
    {
        Remedy.REPLACEMENT: N_("We prepare it and write to you when it is on its way."),
        Remedy.RESEND: N_("We prepare it and write to you when it is on its way."),
        Remedy.EXCHANGE: N_("Tell us below what you would like instead, unless you have done so."),
        Remedy.REPAIR: N_("We write to you how it gets to the repair and back."),
        Remedy.REFUND: N_("We arrange it and write to you when it is done."),
        Remedy.PARTIAL_REFUND: N_("We write to you how much it is."),
        Remedy.STORE_CREDIT: N_("We arrange it and write to you when it is done."),
    }
)
COMES_BACK = N_("We write to you how it comes back to us, and go on from there.")
#: Steps in a shop's own words that only ask to choose, in the languages that policies come in.
ASKS_TO_CHOOSE = re.compile(r"^(choose\b|tell us which you prefer)|\bseçin[.:]", re.IGNORECASE)
#: More digits than any number of a line has.
NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True)
class ChoiceCard:
    """What the page shows of one choice."""

    offer: Offer
    currency: str
    titles: str  # of the items, where there are others too
    form_key: str

    @property
    def buttons(self) -> list[tuple[str, str, str]]:
        """What can (still) be pressed: the value, its words, and what it means."""
        if self.offer.is_begun:
            return []
        left = [one for one in self.offer.remedies if one is not self.offer.wanted]
        return [(one.value, BUTTONS[one], self._meaning(one)) for one in left]

    @property
    def asked_for(self) -> str:
        """What was chosen, as it is told to whom it belongs."""
        return ASKED_FOR[self.offer.wanted] if self.offer.wanted else ""

    @property
    def follows(self) -> str:
        """What happens now."""
        if self.offer.is_begun:
            return _("This is arranged. If something about it is not right, write to us below.")
        remedy = self.offer.wanted
        if remedy is None:
            return ""
        goes_back = remedy is not Remedy.PARTIAL_REFUND and any(map(comes_back, self.offer.answers))
        told = [FOLLOWS[remedy]] if remedy is Remedy.EXCHANGE or not goes_back else []
        return " ".join([*told, _(COMES_BACK)] if goes_back else told)

    def _meaning(self, remedy: Remedy) -> str:
        """What it means; of money how much and which way, so that credit is not taken for cash."""
        amounts = [refund_in_words(answer.decision, self.currency) for answer in self.offer.answers]
        return amounts[0] if remedy is Remedy.REFUND and len(amounts) == 1 and amounts[0] else MEANINGS[remedy]


@bp.post("/tickets/<token>/choice")
def choose_remedy(token: str) -> Response:
    """The customer's choice, kept as soon as it is pressed; another one takes its place."""
    mine = the_ticket(token, to_change=True)
    refuse_if_too_often("30/hour", "choose", mine.reference)
    wanted, key = tidy(request.form.get("remedy"))[:20], tidy(request.form.get("form_key"))[:40]
    try:
        remedy = next((remedy for remedy in ASKED_FOR if remedy.value == wanted), Remedy.INFORMATION)
        # One form holds all its buttons: back from the next page, another one of them is another press.
        choose(mine, remedy, _lines(request.form.get("lines", "")), by=mine.customer, key=key and f"{key}-{wanted}")
    except Problem as problem:
        db.session.rollback()
        flash(problem.message, "warn")
        return redirect(url_for(".ticket", token=token))
    db.session.commit()
    return redirect(url_for(".ticket", token=token_for(mine), _anchor="choice"))


def choice_cards(mine: Ticket, decision: Decision | None) -> list[ChoiceCard]:
    """The choices of a ticket that nobody is done with."""
    if decision is None or mine.is_finished:
        return []
    several, currency = len(decision.answers) > 1, edition_of(decision, mine).currency
    offers = [offer for offer in offers_of(mine, decision) if offer.chosen or not offer.is_begun]
    return [ChoiceCard(offer, currency, _titles(offer) if several else "", fresh_key()) for offer in offers]


def with_choice(steps: Sequence[Step], cards: Sequence[ChoiceCard]) -> list[Step]:
    """The steps of a ticket, with the one that is to choose; it is done once there is nothing open."""
    if not cards:
        return list(steps)
    is_open = any(card.offer.wanted is None for card in cards)
    asks = [step for step in steps if ASKS_TO_CHOOSE.search(step.words)]
    if not asks:
        asks = [Step(_("Choose what you would like") if is_open else cards[0].asked_for.rstrip("."))]
        steps = [*steps[:1], *asks, *steps[1:]]  # after "we have your report"
    return [replace(step, is_done=not is_open) if step in asks else step for step in steps]


def _titles(offer: Offer) -> str:
    return ", ".join(dict.fromkeys(answer.title for answer in offer.answers))


def _lines(text: str) -> list[int]:
    return [int(number) for number in NUMBER.findall(text[:2000])]


def shown_choices(mine: Ticket, decision: Decision | None, steps: Sequence[Step]) -> dict[str, Any]:
    """What the page of a ticket has of it: the cards, and the steps that know of them."""
    cards = choice_cards(mine, decision)
    return {"choices": cards, "steps": with_choice(steps, cards)}
