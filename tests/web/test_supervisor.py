"""The supervisor's pages."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from helpdesk import sla
from helpdesk.accounts import SYSTEM, Role
from helpdesk.core.db import db
from helpdesk.escalation import Escalation, EscalationState, Reason, Verdict, ask_for_help, escalate, escalations_listed
from helpdesk.mail import OutgoingMail
from helpdesk.stores import Store
from helpdesk.tickets import Message, Ticket, held_back, take_back
from tests import factories
from tests.scenes import plans_of
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


def test_an_answer_that_was_taken_back_was_never_tried(client: Browser, shop: Store) -> None:
    raised = escalation(shop)
    agent = factories.agent(shop)
    with held_back(raised.ticket, by=agent, seconds=10, clocks=sla.standing_of(raised.ticket)):
        raised.ticket.reply(by=agent, body="You must be joking.")
    client.sign_in(factories.supervisor(shop))
    assert "You must be joking." in read(client.get("/desk/escalations/"))
    take_back(raised.ticket, by=agent)
    assert "You must be joking." not in read(client.get("/desk/escalations/"))


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


# ---- the lists


def raised_for(shop: Store, reason: Reason, note: str = "") -> Escalation:
    return escalate(factories.ticket(shop), reason, by=SYSTEM, note=note)


def listed(client: Browser, query: str = "") -> str:
    return read(client.get(f"/desk/escalations/{query}"))


def test_by_store_and_by_reason(client: Browser, shop: Store) -> None:
    other = factories.store()
    here, there = raised_for(shop, Reason.HIGH_VALUE), raised_for(other, Reason.AGENT_REQUEST)
    client.sign_in(factories.supervisor(shop, other))
    shown = {
        "": {here, there},
        f"?store={shop.slug}": {here},
        "?reason=agent_request": {there},
        f"?store={shop.slug}&reason=agent_request": set(),
        "?store=nowhere&reason=boredom": {here, there},
    }
    for query, expected in shown.items():
        page = listed(client, query)
        assert {each for each in (here, there) if each.ticket.reference in page} == expected, query


def test_a_note_cannot_look_like_a_reason(client: Browser, shop: Store) -> None:
    raised_for(shop, Reason.AGENT_REQUEST, note='["high_value", "2026"]')
    client.sign_in(factories.supervisor(shop))
    assert "Nothing waits for you" in listed(client, "?reason=high_value")


def test_every_reason_of_a_ticket_finds_it(client: Browser, shop: Store) -> None:
    both = raised_for(shop, Reason.AGENT_REQUEST)
    escalate(both.ticket, Reason.HIGH_VALUE, by=SYSTEM)
    client.sign_in(factories.supervisor(shop))
    for reason in ("agent_request", "high_value"):
        assert both.ticket.reference in listed(client, f"?reason={reason}")


def test_what_was_handed_to_me(client: Browser, shop: Store) -> None:
    ada, zoe = factories.supervisor(shop, name="Ada"), factories.supervisor(shop, name="Zoe")
    mine, hers = raised_for(shop, Reason.HIGH_VALUE), raised_for(shop, Reason.HIGH_VALUE)
    mine.to, hers.to = zoe, ada
    client.sign_in(zoe)
    page = listed(client, "?whose=me")
    assert mine.ticket.reference in page
    assert hers.ticket.reference not in page


@pytest.mark.parametrize("state", EscalationState)
def test_every_list_goes_page_by_page(state: EscalationState, client: Browser, shop: Store) -> None:
    boss = factories.supervisor(shop)
    all_of_them = set()
    for _ in range(45):
        each = raised_for(shop, Reason.HIGH_VALUE)
        if state is not EscalationState.RAISED:
            each.acknowledge(by=boss)
        if state is EscalationState.DECIDED:
            each.decide(Verdict.GRANTED, by=boss, note="Fine.")
        all_of_them.add(each.ticket.reference)
    client.sign_in(boss)
    seen: list[str] = []
    address: str | None = f"/desk/escalations/?state={state}"
    while address:
        page = client.get(address).text
        seen += re.findall(r"([A-Z0-9]{4}-[A-Z0-9]{4}) - Shop", page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = unescape(following[1]) if following else None
    assert len(seen) == 45
    assert set(seen) == all_of_them


def test_a_page_of_what_was_decided_follows_an_index(client: Browser, shop: Store) -> None:
    raised_for(shop, Reason.HIGH_VALUE)
    boss = factories.supervisor(shop)
    query = escalations_listed(boss, EscalationState.DECIDED).order_by(
        Escalation.decided_at.desc(), Escalation.id.desc()
    )  # fmt: skip
    assert "ix_escalations_state_decided" in plans_of(lambda: db.session.execute(query.limit(20)).all())
    query = escalations_listed(boss, EscalationState.RAISED).order_by(Escalation.raised_at, Escalation.id)
    assert "ix_escalations_state_raised" in plans_of(lambda: db.session.execute(query.limit(20)).all())


def test_nobody_on_duty_is_said(client: Browser, shop: Store) -> None:
    boss = factories.supervisor(shop, name="Ada", is_absent=True)
    waiting = raised_for(shop, Reason.HIGH_VALUE)
    client.sign_in(boss)
    assert "Waits for a supervisor: nobody is on duty." in listed(client)
    assert "Waits for a supervisor" in read(client.get(page_of(waiting)))
    assert "the supervisors, nobody on duty" in read(client.get(f"/desk/tickets/{waiting.ticket.reference}"))


def test_who_is_here_stands_beside_the_list(client: Browser, shop: Store) -> None:
    factories.agent(shop, role=Role.MANAGER, name="Ines", is_absent=True)
    for away in (True, False):
        factories.agent(shop, is_absent=away)
    client.sign_in(factories.supervisor(shop, name="Selim"))
    page = listed(client)
    assert "Selim supervisor Here" in page
    assert "Ines manager Absent" in page
    assert "1 of 2 agents are here." in page


# ---- one of them


def answered_twice(shop: Store) -> Ticket:
    mara = factories.agent(shop, name="Mara")
    ticket = factories.ticket(shop)
    ticket.reply(by=mara, body="We ask the carrier.")
    ticket.note(by=mara, body="Third time this month.")
    return ticket


def test_what_was_tried_is_in_view(client: Browser, shop: Store) -> None:
    ticket = answered_twice(shop)
    raised = escalate(ticket, Reason.HIGH_VALUE, by=SYSTEM)
    client.sign_in(factories.supervisor(shop))
    page = read(client.get(page_of(raised)))
    assert "Answers 1, the last by Mara Notes 1 Who worked on it Mara" in page
    assert "Third time this month." in page
    assert "Last tried: Third time this month." in listed(client)


@pytest.mark.parametrize("verdict, words", [
    ("granted", "The answer is yes"), ("declined", "I am sorry"), ("nonsense", "The answer is yes"),
])  # fmt: skip
def test_a_draft_of_the_letter_stands_ready(verdict: str, words: str, client: Browser, shop: Store) -> None:
    raised = escalation(shop)
    client.sign_in(factories.supervisor(shop, name="Selim"))
    page = client.get(f"{page_of(raised)}?verdict={verdict}").text
    assert "Hello Ada," in page
    assert f"I am Selim, supervisor at {shop.name}" in page
    assert words in page


def test_to_the_agent_no_letter_is_drafted(client: Browser, shop: Store) -> None:
    raised = escalation(shop)
    client.sign_in(factories.supervisor(shop))
    assert "Hello Ada" not in client.get(f"{page_of(raised)}?verdict=returned_to_agent").text


def test_a_draft_is_not_sent_with_its_gaps(client: Browser, shop: Store) -> None:
    raised = escalation(shop)
    client.sign_in(factories.supervisor(shop))
    letter = "The answer is yes: [[what the customer\ngets]]."
    answer = client.post(f"{page_of(raised)}/decision", data={**DECISION, "letter": letter})
    assert answer.status_code == 422
    assert "Fill the gaps" in read(answer)
    assert raised.is_open


def test_the_letter_goes_through_the_outbox(client: Browser, shop: Store) -> None:
    raised = escalation(shop)
    client.sign_in(factories.supervisor(shop))
    page = client.post(f"{page_of(raised)}/decision", data=DECISION, follow_redirects=True)
    assert "Granted. The letter is on its way." in read(page)
    letter = db.session.scalars(select(OutgoingMail).where(OutgoingMail.letter == "reply")).one()
    assert letter.to_address == raised.ticket.customer.email
    assert "We refund it." in letter.text


def test_without_a_letter_nothing_is_sent(client: Browser, shop: Store) -> None:
    raised = escalation(shop)
    client.sign_in(factories.supervisor(shop))
    client.post(f"{page_of(raised)}/decision", data={**DECISION, "letter": ""})
    assert raised.verdict is Verdict.GRANTED
    assert not db.session.scalars(select(OutgoingMail).where(OutgoingMail.letter == "reply")).all()
