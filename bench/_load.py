"""Lay out many tickets quickly: rows as the verbs would leave them, written in bulk."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import reduce
from operator import add
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, String, cast, func, insert, literal, select, text

from helpdesk.accounts import By, Customer, Role, User, add_user
from helpdesk.core import clock
from helpdesk.core.db import NEVER, db
from helpdesk.core.tokens import CLEAR
from helpdesk.orders import Order, OrderLine, Stage
from helpdesk.search import postgres, sqlite
from helpdesk.search.index import rebuild
from helpdesk.seed import SEEDS
from helpdesk.sla import SlaClock, State, Target
from helpdesk.stores import Counts, Store, load_store, read_store_file
from helpdesk.tickets import (
    CATEGORY_OF,
    NAMES,
    Action,
    Channel,
    Event,
    IssueType,
    Kind,
    Message,
    Priority,
    Status,
    Ticket,
)

BATCH = 5_000
#: So many tickets are made up; the rest are copies of them that the database makes itself, which is much quicker.
DIFFERENT = 20_000
PASSWORD = "a long password for the bench"  # noqa: S105 - opens nothing but a benchmark
#: How tickets are spread over the statuses; most of a helpdesk's tickets are done.
SHARE = {Status.NEW: 5, Status.OPEN: 10, Status.PENDING: 5, Status.ON_HOLD: 2, Status.SOLVED: 18, Status.CLOSED: 60}
WORDS = "the bowl arrived with a crack and the box was dented please tell me what to do next thank you".split()


def load(count: int, seed: int = 7) -> tuple[User, str]:
    """Three stores with `count` tickets of three messages each; a supervisor of all, and an open ticket's reference."""
    stores = [load_store(read_store_file(path)) for path in sorted(SEEDS.glob("*/store.toml"))]
    db.session.flush()
    agents = [add_user(f"agent-{n}@desk.example.com", f"Agent {n}", Role.AGENT, PASSWORD, stores) for n in range(9)]
    boss = add_user("boss@desk.example.com", "Bo Boss", Role.SUPERVISOR, PASSWORD, stores)
    db.session.commit()
    store_ids, agent_ids = [store.id for store in stores], [agent.id for agent in agents]
    with _indexed_at_the_end():
        reference = _lay_tickets(count, random.Random(seed), store_ids, agent_ids)
    return boss, reference


@contextmanager
def _indexed_at_the_end() -> Iterator[None]:
    """Words are indexed in one go, as after an import: much quicker on PostgreSQL."""
    if db.engine.dialect.name == "postgresql":
        keepers = [f"{name} ON {moment.split()[-1]}" for name, moment in postgres.TRIGGERS.items()]
    else:
        keepers = [name for name in sqlite.KEEPERS if name != "search_texts"]
    for keeper in keepers:
        db.session.execute(text(f"DROP TRIGGER {keeper}"))
    db.session.commit()
    yield
    rebuild()
    db.session.commit()


def _lay_tickets(count: int, chance: random.Random, store_ids: list[int], agent_ids: list[int]) -> str:
    now, reference = clock.now(), ""
    different = min(count, DIFFERENT)
    for start in range(0, different, BATCH):
        rows = _batch(chance, range(start + 1, min(start + BATCH, different) + 1), store_ids, agent_ids, now)
        for table, lines in rows.items():
            db.session.execute(insert(table), lines)
        db.session.commit()
        reference = next((r["reference"] for r in rows[Ticket] if r["status"] is Status.OPEN), reference)
    for start in range(different, count, different):
        _copy(start, min(different, count - start))
    _let_numbers_go_on()
    return reference


def _let_numbers_go_on() -> None:
    """PostgreSQL's counters do not know of rows that brought their own numbers."""
    if db.engine.dialect.name == "postgresql":
        for table in ("customers", "orders", "tickets"):
            db.session.execute(text(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))"))  # noqa: S608
        db.session.commit()


#: The columns that hold a ticket's number, or that of its customer or order: all three are the same.
NUMBERS = {
    Customer: {"id"},
    Order: {"id"},
    OrderLine: {"order_id"},
    Ticket: {"id", "customer_id", "order_id"},
    Message: {"ticket_id", "customer_id"},
    Event: {"ticket_id", "customer_id"},
    SlaClock: {"ticket_id"},
}


def _copy(shift: int, many: int) -> None:
    """The first tickets once more, under later numbers."""
    for model, numbers in NUMBERS.items():
        columns = model.__table__.c
        number = columns["id" if "id" in numbers else next(iter(numbers - {"customer_id"}))]
        values: dict[str, ColumnElement[Any]] = {
            name: columns[name] + shift if name in numbers else column
            for name, column in columns.items()
            if name != "id" or name in numbers
        }
        values |= _named_anew(model, number + shift)
        rows = select(*(value.label(name) for name, value in values.items())).where(number <= many)
        db.session.execute(insert(model).from_select(list(values), rows))
    db.session.commit()


def _named_anew(model: Any, number: ColumnElement[int]) -> dict[str, ColumnElement[Any]]:
    """What no two of them share."""
    text_of = cast(number, String)
    if model is Customer:
        return {"email": "buyer-" + text_of + "@mail.example.com", "name": "Buyer " + text_of}
    if model is Order:
        return {"number": "#" + text_of, "number_key": text_of}
    if model is Ticket:
        return {"reference": _reference_of(number)}
    return {}


def _reference_of(number: ColumnElement[int]) -> ColumnElement[str]:
    """What `_reference` makes of a number, reckoned by the database."""
    left, code = cast(number, BigInteger) * 48_271 + 11, []
    for place in range(8):
        digit = left // literal(len(CLEAR) ** place, BigInteger) % len(CLEAR)
        code.append(func.substr(CLEAR, cast(digit + 1, Integer), 1, type_=String))
    return reduce(add, [*code[:4], literal("-", String), *code[4:]])  # concat() is not in every SQLite


def _batch(chance: random.Random, ids: range, stores: list[int], agents: list[int], now: datetime) -> dict[Any, Any]:
    rows: dict[Any, list[dict[str, Any]]] = {
        t: [] for t in (Customer, Order, OrderLine, Ticket, Message, Event, SlaClock)
    }
    for number in ids:
        store = chance.choices(stores, (6, 3, 1))[0]
        opened = now - timedelta(minutes=chance.randrange(60, 60 * 24 * 700))
        status = chance.choices(list(SHARE), list(SHARE.values()))[0]
        issue = chance.choice(list(IssueType))
        waits = status in (Status.NEW, Status.OPEN)
        due = now + timedelta(minutes=chance.randrange(-600, 6000))
        agent = chance.choice([*agents, None, None])
        rows[Customer].append(
            {"id": number, "store_id": store, "email": f"buyer-{number}@mail.example.com", "name": f"Buyer {number}",
             "phone": ""}
        )  # fmt: skip
        rows[Order].append(
            {"id": number, "store_id": store, "number": f"#{number}", "number_key": str(number), "currency": "USD",
             "email": f"buyer-{number}@mail.example.com", "phone_key": "", "customer_name": f"Buyer {number}",
             "ship_to": "", "payment_method": "card", "shipping_cents": 0, "discount_cents": 0,
             "total_cents": chance.randrange(900, 30_000), "stage": Stage.DELIVERED, "placed_at": opened,
             "paid_at": opened, "processing_at": opened, "shipped_at": opened, "delivered_at": opened}
        )  # fmt: skip
        rows[OrderLine] += [
            {"order_id": number, "position": n, "title": f"Bowl {n}", "sku": "", "quantity": 1, "unit_cents": 1500,
             "discount_cents": 0, "product_class": "other", "flags": []}
            for n in (1, 2)
        ]  # fmt: skip
        rows[Ticket].append(
            {"id": number, "store_id": store, "reference": _reference(number), "customer_id": number,
             "order_id": number, "assignee_id": agent, "category": CATEGORY_OF[issue], "issue_type": issue,
             "sorting": {"is_unsure": False}, "status": status, "priority": Priority.NORMAL,
             "subject": f"{NAMES[issue]} - order #{number}", "answers": {}, "channel": Channel.PORTAL,
             "opened_at": opened, "updated_at": opened + timedelta(hours=5), "solved_at": None,
             "unanswered_since": opened if waits else None, "first_answered_at": None,
             "next_due_at": due if waits else NEVER, "next_warn_at": due - timedelta(hours=6) if waits else NEVER,
             "link_version": 1}
        )  # fmt: skip
        rows[Message] += _messages(chance, number, opened, agent)
        rows[Event] += _events(number, opened, agent)
        rows[SlaClock] += _clocks(number, store, opened, due, waits)
    return rows


def _messages(chance: random.Random, ticket: int, opened: datetime, agent: int | None) -> list[dict[str, Any]]:
    def one(hours: int, by: By, **who: int | None) -> dict[str, Any]:
        body = " ".join(chance.choices(WORDS, k=60))
        return {"ticket_id": ticket, "kind": Kind.PUBLIC, "by": by, "body": body, "user_id": None, "customer_id": None,
                "written_at": opened + timedelta(hours=hours), **who}  # fmt: skip

    answer = one(3, By.STAFF, user_id=agent) if agent else one(3, By.SYSTEM)
    return [one(0, By.CUSTOMER, customer_id=ticket), answer, one(5, By.CUSTOMER, customer_id=ticket)]


def _events(ticket: int, opened: datetime, agent: int | None) -> list[dict[str, Any]]:
    told = [
        (Action.OPENED, By.CUSTOMER, {"category": "policy", "issue_type": "return", "channel": "portal"}),
        (Action.ASSIGNED, By.SYSTEM, {"old": None, "new": "Agent"}),
        (Action.CUSTOMER_WROTE, By.CUSTOMER, {"photos": 0}),
    ]
    return [
        {"ticket_id": ticket, "at": opened, "action": action, "by": by, "details": details, "user_id": None,
         "customer_id": ticket if by is By.CUSTOMER else None}
        for action, by, details in told
    ]  # fmt: skip


def _clocks(ticket: int, store: int, opened: datetime, due: datetime, waits: bool) -> list[dict[str, Any]]:
    def one(target: Target, until: datetime, state: State) -> dict[str, Any]:
        return {"ticket_id": ticket, "store_id": store, "target": target, "state": state, "counts": Counts.ALWAYS,
                "seconds": 86_400, "warn_seconds": 64_800, "calendar_version": 1, "started_at": opened, "pauses": [],
                "warn_at": until - timedelta(hours=6), "due_at": until, "warned_at": until if waits else None,
                "breached_at": until if waits and until < clock.now() else None,
                "stopped_at": None if state is State.RUNNING else opened}  # fmt: skip

    state = State.RUNNING if waits else State.MET
    return [one(Target.FIRST_RESPONSE, due, state), one(Target.RESOLUTION, due + timedelta(days=5), state)]


def _reference(number: int) -> str:
    code = ""
    for _ in range(8):
        number, digit = divmod(number * 48_271 + 11, len(CLEAR)) if not code else divmod(number, len(CLEAR))
        code += CLEAR[digit]
    return f"{code[:4]}-{code[4:]}"


__all__ = ["PASSWORD", "Store", "load"]
