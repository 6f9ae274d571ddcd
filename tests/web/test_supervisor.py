"""The supervisor's pages."""

import pytest
from sqlalchemy import select

from helpdesk.accounts import Role
from helpdesk.core.db import db
from helpdesk.escalation import Escalation, EscalationState, Verdict, ask_for_help
from helpdesk.stores import Store
from helpdesk.tickets import Message
from tests import factories
from tests.web.browsing import Browser, read

KEY = "k" * 20
DECISION = {"verdict": "granted", "note": "She is right.", "letter": "We refund it.", "form_key": KEY}
ACTS = {"acknowledgement": {}, "takeover": {}, "decision": DECISION}


def escalation(shop: Store) -> Escalation:
    """A ticket that an agent handed up."""
    return ask_for_help(factories.ticket(shop), by=factories.agent(shop), note="May I refund it?")


def page_of(raised: Escalation) -> str:
    return f"/desk/escalations/{raised.id}"


def test_an_agent_has_no_way_in(client: Browser, shop: Store) -> None:
    raised = escalation(shop)
    client.sign_in(factories.agent(shop))
    answers = [client.get("/desk/escalations/"), client.get(page_of(raised))]
    answers += [client.post(f"{page_of(raised)}/{act}", data=data) for act, data in ACTS.items()]
    answers += [client.post("/desk/mail/1/retry")]
    assert {answer.status_code for answer in answers} == {403}
    assert raised.state is EscalationState.RAISED
    assert "/desk/escalations" not in client.get("/desk/").text


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.MANAGER])
def test_another_stores_escalation_does_not_exist(client: Browser, shop: Store, role: Role) -> None:
    foreign = escalation(factories.store())
    client.sign_in(factories.agent(shop, role=role))
    assert "Nothing waits for you" in read(client.get("/desk/escalations/"))
    answers = [client.get(page_of(foreign))]
    answers += [client.post(f"{page_of(foreign)}/{act}", data=data) for act, data in ACTS.items()]
    assert {answer.status_code for answer in answers} == {404}
    assert foreign.state is EscalationState.RAISED


def test_what_waits_shows_with_its_reason(client: Browser, shop: Store) -> None:
    raised = escalation(shop)
    client.sign_in(factories.supervisor(shop))
    page = read(client.get("/desk/escalations/"))
    assert raised.ticket.reference in page
    assert "Agent asks for help" in page
    assert "May I refund it?" in read(client.get(page_of(raised)))


@pytest.mark.parametrize("state", ["nonsense", "%00", "raised", "acknowledged", "decided"])
def test_every_list_opens(client: Browser, shop: Store, state: str) -> None:
    escalation(shop)
    client.sign_in(factories.supervisor(shop))
    assert client.get(f"/desk/escalations/?state={state}").status_code == 200


def test_somebody_has_it(client: Browser, shop: Store) -> None:
    boss, raised = factories.supervisor(shop), escalation(shop)
    client.sign_in(boss)
    client.post(f"{page_of(raised)}/acknowledgement")
    assert (raised.state, raised.to) == (EscalationState.ACKNOWLEDGED, boss)
    assert client.post(f"{page_of(raised)}/acknowledgement").status_code == 409


def test_the_ticket_is_taken_over(client: Browser, shop: Store) -> None:
    boss, raised = factories.supervisor(shop), escalation(shop)
    answer = client.sign_in(boss).post(f"{page_of(raised)}/takeover")
    assert answer.location == f"/desk/tickets/{raised.ticket.reference}"
    assert raised.ticket.assignee is boss


@pytest.mark.parametrize("verdict", [Verdict.GRANTED, Verdict.DECLINED, Verdict.RETURNED_TO_AGENT])
def test_a_decision_is_kept_and_the_customer_answered(client: Browser, shop: Store, verdict: Verdict) -> None:
    raised = escalation(shop)
    client.sign_in(factories.supervisor(shop))
    client.post(f"{page_of(raised)}/decision", data={**DECISION, "verdict": verdict})
    assert (raised.state, raised.verdict, raised.note) == (EscalationState.DECIDED, verdict, "She is right.")
    assert raised.ticket.messages[-1].body == "We refund it."
    assert "She is right." in read(client.get("/desk/escalations/?state=decided"))


@pytest.mark.parametrize("wrong", [{"note": " "}, {"verdict": "maybe"}, {"verdict": ""}, {"letter": "x" * 20_001}])
def test_half_a_decision_changes_nothing(client: Browser, shop: Store, wrong: dict[str, str]) -> None:
    raised = escalation(shop)
    client.sign_in(factories.supervisor(shop))
    answer = client.post(f"{page_of(raised)}/decision", data={**DECISION, **wrong})
    assert answer.status_code == 422
    assert raised.state is EscalationState.RAISED
    assert "We refund it." not in db.session.scalars(select(Message.body)).all()


def test_what_was_decided_is_not_decided_again(client: Browser, shop: Store) -> None:
    raised = escalation(shop)
    client.sign_in(factories.supervisor(shop))
    client.post(f"{page_of(raised)}/decision", data=DECISION)
    answer = client.post(f"{page_of(raised)}/decision", data={**DECISION, "verdict": "declined", "form_key": "x" * 20})
    assert answer.status_code == 422
    assert raised.verdict is Verdict.GRANTED
    assert [m.body for m in raised.ticket.messages].count("We refund it.") == 1


def test_a_second_press_decides_and_answers_once(client: Browser, shop: Store) -> None:
    raised = escalation(shop)
    client.sign_in(factories.supervisor(shop))
    answers = [client.post(f"{page_of(raised)}/decision", data=DECISION) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert [m.body for m in raised.ticket.messages].count("We refund it.") == 1
