"""A return's clocks run by the timetable of the policy, each with the clause it rests on."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.orders import Stage
from helpdesk.policies import Remedy, publish
from helpdesk.returns import Finding, Kind, Method, Refund, act, latest_decision, of_ticket
from helpdesk.sla import State, Target
from helpdesk.tickets import IssueType
from tests import factories
from tests.scenes import ISTANBUL, clock_of, local

pytestmark = pytest.mark.usefixtures("database")
PETITO = Path("helpdesk/seed/petito/policy-2025-06-07.toml")


def test_from_the_decision_to_the_refund_every_clock_knows_its_clause(at: Callable[..., datetime]) -> None:
    shop = factories.store("petito", timezone=ISTANBUL, country="TR")
    publish(shop, PETITO.read_text(encoding="utf-8"))
    agent = factories.agent(shop)
    at("2026-06-01 10:00", ISTANBUL)
    order = factories.order(shop, delivered_at=local("2026-05-28 10:00", ISTANBUL))
    facts = {"item_class": "toy", "reason": "changed_mind", "used": False, "packaging_complete": True}
    answers = {"facts": {str(order.lines[0].id): facts}}
    ticket = factories.ticket(shop, issue=IssueType.RETURN, order=order, items=[(order.lines[0], 1)], answers=answers)
    window = clock_of(ticket, Target.RETURN_WINDOW)
    assert (window.clause, window.policy_edition, window.state) == ("2.1", "2025-06-07", State.MET)

    decision = db.session.scalars(latest_decision(ticket.id)).one()
    act(ticket, decision, Remedy.REFUND, by=agent)
    rma = db.session.scalars(of_ticket(ticket.id)).one()
    send_back = clock_of(ticket, Target.SEND_BACK)
    assert (send_back.subject, send_back.clause, send_back.due_at) == (rma.number, "5.9", rma.send_by)

    at("2026-06-05 10:00", ISTANBUL)
    (item,) = rma.items
    rma.receive({item.id: 1}, by=agent)
    assert clock_of(ticket, Target.SEND_BACK).state is State.MET
    inspection = clock_of(ticket, Target.RETURN_INSPECTION)
    assert (inspection.clause, inspection.due_at) == ("5.10", local("2026-06-12 10:00", ISTANBUL))

    rma.inspect({item.id: Finding(resalable=1)}, by=agent)
    assert clock_of(ticket, Target.RETURN_INSPECTION).state is State.MET
    assert clock_of(ticket, Target.REFUND).clause == "5.11"


def test_what_was_paid_with_a_gift_card_comes_back_as_credit(at: Callable[..., datetime]) -> None:
    shop = factories.store("petito", timezone=ISTANBUL, country="TR")
    publish(shop, PETITO.read_text(encoding="utf-8"))
    at("2026-06-01 10:00", ISTANBUL)
    order = factories.order(shop, payment_method="Gift card", stage=Stage.PAID)
    ticket = factories.ticket(shop, issue=IssueType.CANCEL_ORDER, order=order)
    decision = db.session.scalars(latest_decision(ticket.id)).one()
    act(ticket, decision, Remedy.CANCELLATION, by=factories.agent(shop))
    refund = db.session.scalars(select(Refund).where(Refund.ticket_id == ticket.id)).one()
    assert (refund.kind, refund.method) == (Kind.STORE_CREDIT, Method.STORE_CREDIT)
