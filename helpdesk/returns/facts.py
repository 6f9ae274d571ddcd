"""What is known of a request: order, item, answers, photos and the clock, in the words of the policy's vocabulary."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, func, select

from helpdesk.core.db import db
from helpdesk.orders import Order, OrderLine, Stage
from helpdesk.policies import Edition, house_edition, in_force
from helpdesk.returns.given import WHOLE, asked_with, given_facts
from helpdesk.returns.money import Paid, Priced, paid_for
from helpdesk.stores import Counts, Store, calendar_of
from helpdesk.tickets import Action, Attachment, Event, Evidence, Ticket, ids_in_conversation

#: Which facts count which kind of file.
COUNTED = {
    Evidence.DAMAGE: "photos_of_damage",
    Evidence.PACKAGING: "photos_of_packaging",
    Evidence.ITEM: "photos_of_item",
    Evidence.VET: "vet_documents",
    Evidence.DOCUMENT: "other_documents",
}
#: And the other way round: what kind of file a fact counts.
KINDS = {fact: kind for kind, fact in COUNTED.items()}
#: Papers may be PDFs; what shall be seen has to be a photo.
PAPERS = {Evidence.VET, Evidence.DOCUMENT}
#: How shops write how an order was paid, and what our vocabulary calls it.
PAYMENTS = (
    ("gift", "gift_card"),
    ("store credit", "store_credit"),
    ("credit balance", "store_credit"),
    ("card", "card"),
    ("visa", "card"),
    ("master", "card"),
    ("amex", "card"),
    ("wallet", "wallet"),
    ("pal", "wallet"),
    ("apple", "wallet"),
    ("google", "wallet"),
    ("klarna", "wallet"),
    ("transfer", "transfer"),
    ("bank", "transfer"),
    ("cash", "cash"),
)
#: Fewer letters than these do not describe anything.
SHORTEST_DESCRIPTION = 15


@dataclass(frozen=True)
class Asked:
    """What is asked for: one line of an order, or the order as a whole."""

    line_id: int
    title: str
    quantity: int
    facts: dict[str, Any] = field(default_factory=dict)


def edition_for(store: Store, order: Order | None) -> tuple[Edition, int | None]:
    """The edition that judges this order, and its row; the house policy where the store has published none."""
    published = in_force(store, order.placed_at if order else None)
    if published:
        return published.compiled, published.id
    return house_of(store), None


def house_of(store: Store) -> Edition:
    """The house policy with what the store promises today."""
    return house_edition(store.slug, store.currency, *promised(store))


def promised(store: Store) -> tuple[int, int]:
    """Hours for a damage report and days for a return; a begun one counts in full."""
    promises = store.promises
    return -(-promises.damage_report.seconds // 3600), -(-promises.return_window.seconds // 86400)


def of_order(store: Store, order: Order | None, edition: Edition, at: datetime) -> dict[str, Any]:
    """What the order and the clock say, whatever line it is about."""
    facts: dict[str, Any] = {
        "timezone": store.timezone, "requested_at": at.astimezone(UTC).isoformat(), "country": store.country,
    }  # fmt: skip
    if order is None:
        return facts
    facts |= {
        "order_stage": _stage(order),
        "placed_at": _text(order.placed_at),
        "shipped_at": _text(order.shipped_at),
        "delivered_at": _text(order.delivered_at),
        "discounted": bool(order.discount_cents or any(line.discount_cents for line in order.lines)),
        "payment": _payment(order.payment_method),
        "country": order.ship_country or store.country,
        "international": bool(order.ship_country) and order.ship_country != store.country,
        "proof_of_purchase": True,
        **counted_days(store, order.placed_at, at),
    }
    if order.currency == edition.currency:
        facts |= {"order_value": order.total_cents, "shipping_paid": order.shipping_cents}
    return facts


def counted_days(store: Store, placed_at: datetime, at: datetime) -> dict[str, Any]:
    """What only the store's calendar can count: its business days, and whether its promise of delivery is past."""
    calendar, promise = calendar_of(store), store.promises.delivery
    passed = calendar.elapsed(placed_at, at, Counts.BUSINESS_DAYS)
    due_at = calendar.due(placed_at, promise.seconds, promise.counts)
    return {"business_days_since_placed": passed // 86400, "promised_delivery_passed": at > due_at}


def of_line(order: Order, line: OrderLine, quantity: int, edition: Edition) -> dict[str, Any]:
    """What one line of the order says, its flags among it."""
    facts: dict[str, Any] = {
        "item_class": line.product_class.value,
        "item_quantity": quantity,
        "item_size": "large" if "large" in line.flags else "normal",
    }
    facts |= {name: fact.flag in line.flags for name, fact in edition.facts.items() if fact.flag}
    if order.currency == edition.currency:
        facts["item_value"] = paid_of(order, line, quantity)
    return facts


def of_all_lines(order: Order | None, edition: Edition) -> dict[str, Any]:
    """What the lines say of an order as a whole: one personalised thing in it makes all of it no ordinary order."""
    flags = {flag for line in order.lines for flag in line.flags} if order else set()
    return {name: True for name, fact in edition.facts.items() if fact.flag in flags}


def paid_of(order: Order, line: OrderLine, quantity: int) -> int:
    """What was paid for so many pieces of a line, discounts taken off, in minor units."""
    priced = [Priced(each.id, each.quantity, each.unit_cents, each.discount_cents) for each in order.lines]
    paid = paid_for(
        priced, discount_cents=order.discount_cents, shipping_cents=order.shipping_cents, total_cents=order.total_cents
    )
    return Paid(line.id, line.quantity, paid[line.id]).share_of(quantity)


def of_ticket(ticket: Ticket, edition: Edition) -> dict[str, Any]:
    """What the ticket as a whole says: its order, files, and what its clocks came to."""
    asked = asked_with(ticket)  # merged, it was asked for when the first of them was opened
    return {
        **of_order(ticket.store, ticket.order, edition, min(row.opened_at for row in asked)),
        **_files(ticket),
        **_delivery_claimed(ticket, asked),
        "described": len(ticket.messages[0].body) >= SHORTEST_DESCRIPTION if ticket.messages else False,
        "evidence_ran_out": _evidence_ran_out(ticket),
    }


def asked_of(ticket: Ticket, edition: Edition, *, is_whole: bool) -> list[Asked]:
    """What is asked for, with everything known of each; said facts win over found ones."""
    common, said = of_ticket(ticket, edition), given_facts(ticket)
    if is_whole or not ticket.items:
        return [Asked(WHOLE, "", 1, _without_nothing({**common, **of_all_lines(ticket.order, edition), **said[WHOLE]}))]
    return [
        Asked(
            item.order_line_id,
            item.order_line.title,
            item.quantity,
            _without_nothing(
                {
                    **for_item(common, number),
                    **(of_line(ticket.order, item.order_line, item.quantity, edition) if ticket.order else {}),
                    **said[WHOLE],
                    **said[item.order_line_id],
                }
            ),
        )
        for number, item in enumerate(ticket.items)
    ]


def for_item(common: Mapping[str, Any], number: int) -> dict[str, Any]:
    """The order's facts for its n-th item: shipping was paid once, and is paid back once at most."""
    return {name: value for name, value in common.items() if number == 0 or name != "shipping_paid"}


def _without_nothing(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value is not None}


def _files(ticket: Ticket) -> dict[str, int]:
    is_photo = Attachment.screen_key.is_not(None)
    sent = Attachment.ticket_id.in_(ids_in_conversation(ticket.id)), Attachment.message_id.is_not(None)
    query = select(Attachment.shows, is_photo, func.count()).where(*sent).group_by(Attachment.shows, is_photo)
    counts = dict.fromkeys(COUNTED.values(), 0)
    for shows, can_be_seen, count in db.session.execute(query):
        if shows in COUNTED and (can_be_seen or shows in PAPERS):
            counts[COUNTED[shows]] += count
    return counts


def _delivery_claimed(ticket: Ticket, asked: Sequence[Row[Any]]) -> dict[str, Any]:
    """The day of delivery as the customer gave it last, when no order says it."""
    given = next((day for row in reversed(asked) if (day := row.answers.get("delivered_on"))), None)
    delivered = ticket.order and ticket.order.delivered_at
    return {"delivered_at": given} if given and not delivered else {}


def _evidence_ran_out(ticket: Ticket) -> bool:
    query = select(Event.id).where(
        Event.ticket_id == ticket.id,
        Event.action == Action.CUSTOMER_CLOCK_RAN_OUT,
        Event.details["target"].as_string() == "evidence",
    )
    return db.session.scalar(query.limit(1)) is not None


def _stage(order: Order) -> str:
    return Stage.CANCELLED.value if order.cancelled_at else order.stage.value


def _payment(method: str) -> str | None:
    plain = re.sub(r"[_-]", " ", method.casefold())
    return next((name for word, name in PAYMENTS if word in plain), "other") if plain else None


def _text(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None
