"""All records of a ticket in one query: for the side of its page."""

from sqlalchemy import CompoundSelect, Integer, String, literal, null, select, union_all

from helpdesk.returns.cancellation import Cancellation
from helpdesk.returns.claim import Claim
from helpdesk.returns.refunds import Refund
from helpdesk.returns.remedies import Exchange, Replacement
from helpdesk.returns.rma import Rma


def records_of(ticket_id: int) -> CompoundSelect[tuple[str, int, str | None, str, int | None, str | None]]:
    """What it is, its id, its number or kind, its state, and its amount if it has one; oldest of each sort first."""
    no_text, no_cents = null().cast(String), null().cast(Integer)
    return union_all(
        *(
            select(
                literal(what).label("what"),
                kind.id.label("id"),
                named.label("name"),
                kind.state.cast(String).label("state"),
                cents.label("cents"),
                currency.label("currency"),
            ).where(kind.ticket_id == ticket_id)
            for what, kind, named, cents, currency in (
                ("return", Rma, Rma.number, no_cents, no_text),
                ("claim", Claim, Claim.kind.cast(String), no_cents, no_text),
                ("refund", Refund, Refund.kind.cast(String), Refund.cents, Refund.currency),
                ("replacement", Replacement, no_text, no_cents, no_text),
                ("exchange", Exchange, Exchange.wanted, Exchange.difference_cents, Exchange.currency),
                ("cancellation", Cancellation, no_text, no_cents, no_text),
            )
        )
    ).order_by("what", "id")
