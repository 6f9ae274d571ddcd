"""The decision as the ticket's side shows it, and what one press can do."""

import secrets
from collections.abc import Mapping, Sequence, Set
from functools import partial
from typing import Any

from flask import url_for

from helpdesk.policies import WHOLE_ORDER, Edition, Outcome, Remedy, Request
from helpdesk.returns import (
    MONEY,
    WHOLE,
    Answer,
    Decision,
    RemedyChoice,
    choice_for,
    comes_back,
    edition_of,
    is_done,
)
from helpdesk.tickets import Ticket
from helpdesk.web.decisions import shown_decision
from helpdesk.web.desk.chosen import chosen_by_customer

#: What one press does, and what the button says.
ACTS = {
    Remedy.REFUND: "Refund it",
    Remedy.PARTIAL_REFUND: "Refund a part",
    Remedy.STORE_CREDIT: "Give store credit",
    Remedy.REPLACEMENT: "Send a replacement",
    Remedy.RESEND: "Send it again",
    Remedy.EXCHANGE: "Approve the exchange",
    Remedy.CANCELLATION: "Cancel the order",
}


def panel_of(
    mine: Ticket, now: Decision | None, done: Set[int], choices: Mapping[int, RemedyChoice]
) -> dict[str, Any] | None:
    """The decision as the ticket's side shows it: outcome, reasons, clauses, and what one press can still do.

    `done` are the lines of the order that were dealt with on this ticket, `choices` what the customer chose for them.
    """
    if now is None:
        return None
    edition = edition_of(now, mine)
    url = partial(_clause_url, mine, edition)
    several = len(now.answers) > 1
    return {
        "items": [
            shown_decision(one.decision, edition, url, title=one.title if several else "") | {"hides_steps": True}
            for one in now.answers
        ],
        "acts": _acts(mine, now, done, choices) if not mine.is_finished else [],
        "chosen": chosen_by_customer(now, choices),
        "lacks_items": _lacks_items(mine, now),
        "can_ask": bool(now.missing) and not mine.is_finished,
        "edition": edition.name,
        "form_key": secrets.token_urlsafe(12),
        "before_solving": any(one.decision.before_solving for one in now.answers),
    }


def _lacks_items(mine: Ticket, now: Decision) -> bool:
    """Whether it is about some items of an order, and nobody has said which."""
    is_about_items = mine.order_id is not None and now.request not in WHOLE_ORDER
    return is_about_items and not mine.is_finished and now.answers[0].line_id == WHOLE


def _acts(mine: Ticket, now: Decision, done: Set[int], choices: Mapping[int, RemedyChoice]) -> list[tuple[str, str]]:
    if now.outcome in (Outcome.DECLINE, Outcome.NEED_INFORMATION) or now.request is Request.CANCEL_SUBSCRIPTION:
        return []
    left = [answer for answer in now.answers if not is_done(answer, mine, done)]
    chosen = [choice.remedy for answer in left if (choice := choice_for(answer, choices))]
    listed = [Remedy(remedy) for answer in left for remedy in answer.decision.remedies]
    offered = dict.fromkeys([*chosen, *listed])  # what the customer chose stands first
    acts = {_label(left, remedy): remedy for remedy in reversed(offered) if remedy in ACTS}
    return [
        (remedy.value, f"{label} (as chosen)" if remedy in chosen else label)
        for label, remedy in reversed(acts.items())
    ]


def _label(answers: Sequence[Answer], remedy: Remedy) -> str:
    offering = [answer for answer in answers if remedy in answer.decision.remedies]
    if remedy in MONEY and any(comes_back(answer) for answer in offering):
        return "Approve the return"
    return ACTS[remedy]


def _clause_url(mine: Ticket, edition: Edition, number: str) -> str:
    return url_for("portal.policy_edition", slug=mine.store.slug, name=edition.name, _anchor=f"clause-{number}")
