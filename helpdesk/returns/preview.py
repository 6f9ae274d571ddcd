"""What the policy would answer to a report that is still being written, or to an order that is looked at."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from helpdesk import policies
from helpdesk.core import clock
from helpdesk.orders import Order, OrderLine
from helpdesk.policies import WHOLE_ORDER, Edition, Request
from helpdesk.returns.claims import REQUESTS
from helpdesk.returns.facts import (
    COUNTED,
    PAPERS,
    SHORTEST_DESCRIPTION,
    edition_for,
    for_item,
    of_all_lines,
    of_line,
    of_order,
)
from helpdesk.returns.given import WHOLE
from helpdesk.stores import Store
from helpdesk.tickets import Filing


@dataclass(frozen=True)
class Preview:
    """The answer for one item, or for the whole order, as things stand."""

    line_id: int
    title: str
    quantity: int
    decision: policies.Decision


def preview(filing: Filing) -> tuple[Edition | None, list[Preview]]:
    """What the report would be answered if it were sent now; nothing where the policy is silent on such a request."""
    request = REQUESTS.get(filing.issue_type) if filing.issue_type else None
    edition, _ = edition_for(filing.store, filing.order)
    if request is None or not edition.sheets[request].rules:
        return None, []
    now = clock.now()
    common = {**of_order(filing.store, filing.order, edition, now), **_of_filing(filing)}
    said = {int(line): facts for line, facts in filing.given("questions").get("facts", {}).items()}
    chosen = filing.given("items").get("items", {})
    lines = [line for line in filing.order.lines if str(line.id) in chosen] if filing.order else []
    if request in WHOLE_ORDER or not lines or filing.order is None:
        facts = _known({**common, **of_all_lines(filing.order, edition), **said.get(WHOLE, {})})
        return edition, [Preview(WHOLE, "", 1, policies.decide(edition, request, facts))]
    return edition, [
        Preview(
            line.id, line.title, chosen[str(line.id)],
            policies.decide(
                edition, request,
                _known(
                    {
                        **for_item(common, number),
                        **of_line(filing.order, line, chosen[str(line.id)], edition),
                        **said.get(WHOLE, {}),
                        **said.get(line.id, {}),
                    }
                ),
            ),
        )
        for number, line in enumerate(lines)
    ]  # fmt: skip


def possible_with(store: Store, order: Order, request: Request, at: datetime | None = None) -> list[Preview]:
    """What could be asked for each line of an order, or for all of it, before anything was said."""
    edition, _ = edition_for(store, order)
    if not edition.sheets[request].rules:
        return []
    common = of_order(store, order, edition, at or clock.now())
    if request in WHOLE_ORDER:
        facts = _known({**common, **of_all_lines(order, edition)})
        return [Preview(WHOLE, "", 1, policies.decide(edition, request, facts))]
    return [_of_line(order, line, request, edition, common) for line in order.lines]


def _of_line(order: Order, line: OrderLine, request: Request, edition: Edition, common: dict[str, Any]) -> Preview:
    facts = _known({**common, **of_line(order, line, line.quantity, edition)})
    return Preview(line.id, line.title, line.quantity, policies.decide(edition, request, facts))


def _of_filing(filing: Filing) -> dict[str, Any]:
    """Files and words of the report so far."""
    details = filing.given("details")
    facts: dict[str, Any] = dict.fromkeys(COUNTED.values(), 0)
    for attachment in filing.attachments:
        if attachment.shows in COUNTED and (attachment.is_photo or attachment.shows in PAPERS):
            facts[COUNTED[attachment.shows]] += 1
    facts["described"] = len(details.get("body", "")) >= SHORTEST_DESCRIPTION
    claimed = details.get("delivered_on") if details.get("is_right") else None
    if claimed and not (filing.order and filing.order.delivered_at):
        facts["delivered_at"] = claimed
    return facts


def _known(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value is not None}
