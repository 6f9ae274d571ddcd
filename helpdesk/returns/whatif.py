"""What if: a draft replayed over the decisions kept in the database, in a fixed amount of memory."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, exists, func, select
from sqlalchemy.orm import aliased

from helpdesk import policies
from helpdesk.core.db import db
from helpdesk.policies import Edition, editions_of
from helpdesk.policies.whatif import Replayed, Tally, replay
from helpdesk.returns.decision import Decision
from helpdesk.stores import Store
from helpdesk.tickets import Ticket

BATCH = 500


def what_if(
    store: Store,
    draft: Edition,
    since: datetime,
    *,
    tally: Tally,
    between: Callable[[], None],
    newest: int | None = None,
) -> Iterator[Replayed]:
    """Every item that the draft would have answered differently, oldest first; the tally counts them all.

    A ticket's last decision is the one that counts. `between` is called after each batch is read: SQLite has one
    write lock, and a long replay must not keep it. `newest` looks at so many tickets only, those decided last.
    """
    currencies = {one.id: one.compiled.currency for one in db.session.scalars(editions_of(store.id))}
    store_id, of_store = store.id, store.currency
    last_id = _before_the_newest(store_id, since, newest) if newest else 0
    while rows := db.session.execute(_last_decisions(store_id, since, last_id)).all():
        between()
        for row in rows:
            yield from _replayed(row, draft, currencies.get(row.edition_id, of_store), tally)
        last_id = rows[-1].id


def decided_tickets(store: Store, since: datetime, *, at_most: int) -> int:
    """How many tickets were decided since then; counting ends at `at_most`."""
    few = _last_decisions(store.id, since, 0).with_only_columns(Decision.id).order_by(None).limit(at_most)
    return int(db.session.scalar(select(func.count()).select_from(few.subquery())) or 0)


def _before_the_newest(store_id: int, since: datetime, newest: int) -> int:
    """The decision after which so many of the last ones come."""
    latest = _last_decisions(store_id, since, 0).with_only_columns(Decision.id).order_by(None)
    return db.session.scalar(latest.order_by(Decision.id.desc()).limit(1).offset(newest)) or 0


def _last_decisions(store_id: int, since: datetime, after_id: int) -> Select[Any]:
    later = aliased(Decision)
    is_last = ~exists().where(later.ticket_id == Decision.ticket_id, later.id > Decision.id)
    query = select(Decision.id, Decision.edition_id, Decision.items, Ticket.reference)
    # "+ 0" keeps planners from beginning with all of the store's tickets and sorting them anew for every batch.
    of_store = Ticket.store_id + 0 == store_id
    return (
        query.join(Ticket, Ticket.id == Decision.ticket_id)
        .where(of_store, Decision.decided_at >= since, Decision.id > after_id, is_last)
        .order_by(Decision.id)
        .limit(BATCH)
    )


def _replayed(row: Row[Any], draft: Edition, currency: str, tally: Tally) -> Sequence[Replayed]:
    items = []
    for item in row.items:
        past = policies.Decision.from_dict(item["decision"])
        answer = replay(draft, past, currency)
        if answer is None:
            tally.not_replayed += 1
            return []
        items.append(Replayed(row.reference, item["title"], past, answer, currency))
    return tally.add(items)
