"""Finding tickets: what was asked, within what the person may see, in the order of worth.

Nothing here grows with the number of tickets. A word that is in a million messages is not sorted a million times: the
newest COUNT_STOPS messages that match are looked at, the newest RANKED of them are put in the order of worth, and the
page says so. Where a filter throws most of them out again, WALKED are looked at before it gives up, and that is said.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Subquery, func, or_, select, true

from helpdesk.accounts import Customer, May, store_ids_of
from helpdesk.core import clock
from helpdesk.core.db import at_most, db
from helpdesk.core.prepared import AnySelect
from helpdesk.orders import Order, number_key
from helpdesk.search import index, names
from helpdesk.search.clauses import Clause, Leaf, Where, clause_of, marked
from helpdesk.search.filters import FILTERS, Asker, Narrowing
from helpdesk.search.letters import pattern_of
from helpdesk.search.words import Asked, Given
from helpdesk.search.worth import worth
from helpdesk.tickets import Kind, Message, Ticket, as_reference, visible_to

COUNT_STOPS, MOST_SHOWN, RANKED, WALKED = 1_000, 200, 400, 20_000
#: So much of a message is read to rank it.
READ_TO_RANK = 1_000
DAY = 86_400
#: An answer that was taken back before it left: nobody reads it.
NOT_TAKEN_BACK = Clause(marked(Kind.WITHDRAWN.value).leaves, is_not=True)


@dataclass(frozen=True)
class Hit:
    """A ticket that was found, the message that speaks for it, and how many more of its messages match."""

    ticket_id: int
    message_id: int | None = None
    others: int = 0
    is_exact: bool = False


@dataclass(frozen=True)
class Found:
    """The best hits first, at most MOST_SHOWN; `count` tickets in all, more where `is_more`."""

    hits: Sequence[Hit] = ()
    count: int = 0
    is_more: bool = False
    is_loose: bool = False  # nothing has exactly these words: beginnings and similar names were taken too
    gave_up: bool = False  # so many have the words and not the rest that not all were looked at
    patterns: Sequence[re.Pattern[str]] = ()


@dataclass
class _Question:
    asker: Asker
    asked: Asked
    words: list[Clause]
    narrowed: list[Narrowing]
    gave_up: bool = field(default=False)

    @cached_property
    def visible(self) -> Subquery:
        """The ids of the tickets that the person may see and the filters leave: every statement goes through it."""
        conditions = [each.tickets for each in self.narrowed if each.tickets is not None]
        return visible_to(self.asker.person).where(*conditions).with_only_columns(Ticket.id).subquery("visible")

    @cached_property
    def clauses(self) -> list[Clause]:
        """What the index of words is asked; the stores among it, so that others' messages are never walked through."""
        given = [clause for each in self.narrowed for clause in each.messages]
        return [*self.words, *given, _stores_or_all(self.asker), NOT_TAKEN_BACK]

    @property
    def asks_messages(self) -> bool:
        """Whether the index of words has to be asked, and not the tickets alone."""
        inside = [each for each in self.narrowed if each.messages and each.tickets is None]
        return bool(self.words or inside)


def find(asked: Asked, asker: Asker) -> Found:
    """What was asked for. Raises Misread when a filter names somebody or something that is not there."""
    question = _Question(asker, asked, [clause_of(term) for term in asked.terms], _narrowed(asked.filters, asker))
    if not question.asks_messages:
        return _listed(question)
    found = _looked_up(question)
    if found.hits or found.gave_up or not (looser := _loosened(question)):
        return found
    loose = _looked_up(looser)
    return Found(loose.hits, loose.count, loose.is_more, bool(loose.hits), loose.gave_up, loose.patterns)


def _narrowed(given: Sequence[Given], asker: Asker) -> list[Narrowing]:
    narrowed = [(FILTERS[each.name].narrow(each.value, asker), each.is_not) for each in given]
    return [_not(narrowing) if is_not else narrowing for narrowing, is_not in narrowed]


def _not(narrowing: Narrowing) -> Narrowing:
    if narrowing.tickets is not None:
        return Narrowing(narrowing.tickets.is_not(true()))  # what has no assignee is not mine: NOT NULL would hide it
    first, *others = narrowing.messages
    if not others:
        return Narrowing(messages=(Clause(first.leaves, is_not=True),))
    whole = tuple(token for clause in narrowing.messages for leaf in clause.leaves for token in leaf.tokens)
    return Narrowing(messages=(Clause((Leaf(whole, where=first.leaves[0].where),), is_not=True),))


def _loosened(question: _Question) -> _Question | None:
    words = names.loosened(question.words)
    narrowed = [Narrowing(each.tickets, tuple(names.loosened([*each.messages]))) for each in question.narrowed]
    if words == question.words and all(
        a.messages == b.messages for a, b in zip(narrowed, question.narrowed, strict=True)
    ):
        return None
    kept = [Narrowing(a.tickets, a.messages, b.is_exact) for a, b in zip(narrowed, question.narrowed, strict=True)]
    return _Question(question.asker, question.asked, words, kept)


def _stores_or_all(asker: Asker) -> Clause:
    if asker.person.may(May.SEE_ALL_STORES):
        return marked(*(kind.value for kind in Kind))  # every message has one: the rest may be all "not"
    stores = db.session.scalars(store_ids_of(asker.person)).all()
    return marked(*(f"s{number}" for number in stores or [0]))


# ---- by words


def _looked_up(question: _Question) -> Found:
    patterns = [re.compile(each) for each in dict.fromkeys(_patterns(question.clauses))]
    exact = set(_exactly_meant(question))
    matches = list(_matches(question, exact))
    others = Counter(row.ticket_id for row in matches)
    spoken_for = _best(matches[:RANKED], exact, patterns)
    for row in matches[RANKED:]:
        spoken_for.setdefault(row.ticket_id, row.id)
    hits = [
        Hit(ticket, message, others[ticket] - 1, is_exact=message in exact) for ticket, message in spoken_for.items()
    ]
    is_more = len(matches) >= COUNT_STOPS
    return Found(hits[:MOST_SHOWN], len(hits), is_more, gave_up=question.gave_up, patterns=patterns)


def _best(matches: Sequence[Row[Any]], exact: set[int], patterns: Sequence[re.Pattern[str]]) -> dict[int, int]:
    """The tickets in the order of worth, each with the message that is worth most; of two alike the newer first."""
    now, points = clock.now(), {}
    for row in _texts([match.id for match in matches]) if matches else ():
        head = f"{row.subject} {row.customer_name} {row.customer_email}"
        points[row.id] = worth(row.body, head, patterns, (now - row.written_at).total_seconds() / DAY)
    ordered = sorted(matches, key=lambda row: (row.id in exact, points.get(row.id, 0.0), row.id), reverse=True)
    best: dict[int, int] = {}
    for row in ordered:
        best.setdefault(row.ticket_id, row.id)
    return best


def _patterns(clauses: Sequence[Clause]) -> Iterator[str]:
    for clause in clauses:
        for leaf in clause.leaves:
            if leaf.where is not Where.MARK and not clause.is_not:
                yield pattern_of(leaf.tokens, leaf.goes_on)


def _matches(question: _Question, exact: set[int]) -> Iterator[Row[Any]]:
    """The newest messages that match, the exactly meant before all; in steps, until there are enough."""
    yield from (rows := _seen(question, sorted(exact)) if exact else [])
    left, walked, below = COUNT_STOPS - len(rows), 0, None
    while left > 0:
        ids = _ids(question, below)
        rows = [row for row in _seen(question, ids) if row.id not in exact][:left] if ids else []
        yield from rows
        left, walked = left - len(rows), walked + len(ids)
        if len(ids) < COUNT_STOPS:
            return
        below, question.gave_up = ids[-1], left > 0 and walked >= WALKED
        if question.gave_up:
            return


def _ids(question: _Question, below: int | None) -> list[int]:
    matching: Select[int] = index.engine_of(db.session.connection()).matching(question.clauses)
    number: ColumnElement[int] = matching.selected_columns.id.element  # the index's own key
    if any(each.is_exact for each in question.narrowed):
        few = select(Message.id).join(question.visible, question.visible.c.id == Message.ticket_id)
        matching = matching.where(number.in_(few))
    if below is not None:
        matching = matching.where(number < below)
    return [row.id for row in _rows(matching.order_by(number.desc()).limit(at_most(COUNT_STOPS)))]


def _seen(question: _Question, ids: Sequence[int]) -> Sequence[Row[Any]]:
    """Those of these messages that may be seen, and their tickets."""
    visible = question.visible
    # A condition of its own, not a join: both planners then go from the few messages to their tickets, one by one.
    may_be_seen = select(visible.c.id).where(visible.c.id == Message.ticket_id).correlate(Message).exists()
    query = select(Message.id, Message.ticket_id).where(_is_one_of(Message.id, ids), may_be_seen)
    return _rows(query.order_by(Message.id.desc()))


def _texts(ids: Sequence[int]) -> Sequence[Row[Any]]:
    """What ranking needs of messages that may be seen."""
    columns: tuple[Any, ...] = (
        Message.id,
        Message.written_at,
        func.substr(Message.body, 1, READ_TO_RANK).label("body"),
        Ticket.subject,
        Customer.name.label("customer_name"),
        Customer.email.label("customer_email"),
    )
    query: AnySelect = select(*columns).join(Ticket, Ticket.id == Message.ticket_id)
    return _rows(query.join(Customer, Customer.id == Ticket.customer_id).where(_is_one_of(Message.id, ids)))


def _is_one_of(column: Any, numbers: Sequence[int]) -> ColumnElement[bool]:
    return index.engine_of(db.session.connection()).among(column, numbers)  # type: ignore[no-any-return]


def _rows(query: AnySelect) -> Sequence[Row[Any]]:
    """Plain rows: the session need not look for objects in them."""
    db.session.flush()
    return db.session.connection().execute(query).all()


def _exactly_meant(question: _Question) -> Sequence[int]:
    """The first messages of the tickets whose reference, order number or customer's address was typed, as it is."""
    terms = question.asked.terms
    if not terms or any(term.is_not for term in terms):
        return []
    typed = question.asked.free
    key, stores = number_key(typed), store_ids_of(question.asker.person)
    meant = [Ticket.reference == as_reference(typed)] if len(key) == len("XXXXXXXX") else []
    if "@" in typed:
        found = select(Customer.id).where(Customer.store_id.in_(stores), Customer.email == typed.strip().lower())
        meant += _among(Ticket.customer_id, found)
    elif key:
        found = select(Order.id).where(Order.store_id.in_(stores), Order.number_key == key)
        meant += _among(Ticket.order_id, found)
    if not meant:
        return []
    visible = question.visible
    first = select(func.min(Message.id)).join(Ticket, Ticket.id == Message.ticket_id).where(or_(*meant))
    first = first.join(visible, visible.c.id == Ticket.id).group_by(Ticket.id)
    return db.session.scalars(first.order_by(Ticket.id.desc()).limit(MOST_SHOWN)).all()


def _among(column: Any, found: Select[int]) -> list[ColumnElement[bool]]:
    numbers = db.session.scalars(found.limit(MOST_SHOWN)).all()
    return [column.in_(numbers)] if numbers else []


# ---- without words: the tickets that the filters leave


def _listed(question: _Question) -> Found:
    """What changed last first; where a day is asked for, what was opened last, so that the index begins there."""
    has_day = any(given.name in ("before", "after") for given in question.asked.filters)
    order = Ticket.opened_at if has_day else Ticket.updated_at
    visible = question.visible
    conditions = [each.tickets for each in question.narrowed if each.tickets is not None]
    seen = select(visible.c.id).where(visible.c.id == Ticket.id).correlate(Ticket).exists()
    query = select(Ticket.id).where(*conditions, seen).order_by(order.desc(), Ticket.id.desc())
    ids = db.session.scalars(query.limit(at_most(COUNT_STOPS))).all()
    is_more = len(ids) >= COUNT_STOPS
    return Found([Hit(number) for number in ids[:MOST_SHOWN]], len(ids), is_more)
