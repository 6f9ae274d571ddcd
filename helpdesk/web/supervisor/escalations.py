"""The lists of escalations: what waits for somebody first, then what is in work, then what was decided."""

from dataclasses import dataclass, replace
from typing import Any

from flask import render_template, request, url_for
from flask_login import current_user
from sqlalchemy.orm import joinedload

from helpdesk.accounts import May
from helpdesk.core.pages import page_of
from helpdesk.escalation import (
    REASON_NAMES,
    Escalation,
    EscalationState,
    Reason,
    counted_by_state,
    escalations_listed,
)
from helpdesk.sla import Target, clocks_of
from helpdesk.tickets import Ticket
from helpdesk.web.clock_cards import Card, chip
from helpdesk.web.desk.door import my_stores
from helpdesk.web.guards import needs
from helpdesk.web.supervisor.door import LADDER, bp, the_team
from helpdesk.web.supervisor.tried import last_words

SIZE = 20
STATES = {
    EscalationState.RAISED: "Waiting for somebody",
    EscalationState.ACKNOWLEDGED: "In work",
    EscalationState.DECIDED: "Decided",
}
#: What a row shows of its ticket and its people, in the same question.
WHOLE = (
    joinedload(Escalation.ticket).joinedload(Ticket.customer),
    joinedload(Escalation.ticket).joinedload(Ticket.store),
    joinedload(Escalation.ticket).joinedload(Ticket.assignee),
    joinedload(Escalation.to),
    joinedload(Escalation.decided_by),
)


@dataclass(frozen=True)
class Narrowed:
    """What the list is narrowed to; it stands in the address."""

    state: EscalationState
    store: str = ""
    reason: Reason | None = None
    mine: bool = False

    def address(self, **changes: Any) -> str:
        """Where the same list is, with something changed."""
        new = replace(self, **changes)
        return url_for(
            "supervisor.escalations",
            state=new.state.value,
            store=new.store or None,
            reason=new.reason.value if new.reason else None,
            whose="me" if new.mine else None,
        )


@bp.get("/escalations/")
@needs(May.DECIDE_ESCALATIONS)
def escalations() -> str:
    """One page of one list, and who is here to take what waits."""
    stores = {store.slug: store for store in my_stores()}
    narrowed = _narrowed(set(stores))
    store_id = stores[narrowed.store].id if narrowed.store else None
    is_decided = narrowed.state is EscalationState.DECIDED
    query = escalations_listed(
        current_user, narrowed.state, store_id=store_id, reason=narrowed.reason,
        to_id=current_user.id if narrowed.mine else None,
    )  # fmt: skip
    page = page_of(
        query.options(*WHOLE),
        [Escalation.decided_at if is_decided else Escalation.raised_at, Escalation.id],
        down=is_decided, cursor=request.args.get("at"), size=SIZE,
    )  # fmt: skip
    found = [row.Escalation for row in page.rows]
    counts = counted_by_state(current_user)
    base, team = narrowed.address(), the_team()
    return render_template(
        "pages/supervisor/escalations.html",
        escalations=found,
        clocks=ack_clocks([each.ticket_id for each in found]),
        last_words=last_words([each.ticket_id for each in found]),
        presence={member.user.id: member.presence for member in team},
        ladder=[member for member in team if member.user.role in LADDER],
        agents=[member for member in team if member.user.role not in LADDER],
        views=[
            {"name": name, "url": narrowed.address(state=state), "is_current": state is narrowed.state,
             "count": counts.get(state)}
            for state, name in STATES.items()
        ],
        narrowed=narrowed,
        chips=_chips(narrowed, {slug: store.name for slug, store in stores.items()}),
        stores=my_stores(),
        reasons=REASON_NAMES,
        before_url=f"{base}&at={page.before}" if page.before else None,
        after_url=f"{base}&at={page.after}" if page.after else None,
    )  # fmt: skip


def ack_clocks(ticket_ids: list[int]) -> dict[int, Card]:
    """The acknowledgement clock of each that still runs."""
    found = {}
    for ticket_id, clocks in clocks_of(ticket_ids).items():
        running = [clock for clock in clocks if clock.target is Target.ESCALATION_ACK and clock.is_open]
        if running:
            found[ticket_id] = chip(running[-1])
    return found


def _narrowed(slugs: set[str]) -> Narrowed:
    """What the address asks for; what makes no sense is left out."""
    asked = request.args
    state, reason, store = asked.get("state", ""), asked.get("reason", ""), asked.get("store", "")
    return Narrowed(
        state=EscalationState(state) if state in set(EscalationState) else EscalationState.RAISED,
        store=store if store in slugs else "",
        reason=Reason(reason) if reason in set(Reason) else None,
        mine=asked.get("whose") == "me",
    )


def _chips(narrowed: Narrowed, store_names: dict[str, str]) -> list[dict[str, str]]:
    chips: list[tuple[str | None, dict[str, Any]]] = [
        (store_names.get(narrowed.store), {"store": ""}),
        (REASON_NAMES[narrowed.reason] if narrowed.reason else None, {"reason": None}),
        ("Handed to me" if narrowed.mine else None, {"mine": False}),
    ]
    return [{"words": words, "off_url": narrowed.address(**off)} for words, off in chips if words]
