"""A customer who speaks Turkish: from the store's home to the letters, without a word of English."""

from datetime import datetime
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.language import speaking
from helpdesk.mail import OutgoingMail
from helpdesk.orders import ProductClass
from helpdesk.policies import Remedy
from helpdesk.returns import (
    Cancellation,
    Claim,
    ClaimKind,
    Exchange,
    Finding,
    Kind,
    Refund,
    Replacement,
    Step,
    label_of,
    latest_decision,
    some_of,
)
from helpdesk.stores import Store
from helpdesk.tickets import Event, IssueType, Ticket
from tests import factories
from tests.languages.leftovers import english_in, sentences_in
from tests.languages.turkish import page, turkish_petito
from tests.returns.goods import asked_back, at_step, bought, item_of, line_of, staff
from tests.web.browsing import Browser, read
from tests.web.guest import page_of, write
from tests.web.policed import came, with_policy
from tests.web.wizard import JPEG, Wizard, files

NOW = datetime.fromisoformat("2026-01-14T13:00:00+03:00")


@pytest.fixture(autouse=True)
def _now() -> object:
    with clock.at(NOW):
        yield


@pytest.fixture
def shop(database: None) -> Store:
    """Petito, as it ships."""
    return turkish_petito()


def letters() -> list[OutgoingMail]:
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def leftovers(letter: OutgoingMail) -> list[str]:
    """Every English word of a letter."""
    told = f"{letter.subject} {letter.text}"
    return english_in(told) + sentences_in(told)


def damaged(client: Browser, shop: Store) -> Ticket:
    """A report of damage, in time and with both photos."""
    order = came(shop, days_ago=1)
    wizard = Wizard(client, shop)
    wizard.filed(order, damage=files(("a.jpg", JPEG)), packaging=files(("b.jpg", JPEG)))
    return db.session.scalars(select(Ticket).order_by(Ticket.id.desc())).first()


@pytest.mark.parametrize("address", ["", "report", "track", "policy", "policy/2025-06-07", "policy/2025-06-08"])
def test_pages_that_everybody_sees(client: Browser, shop: Store, address: str) -> None:
    answer = client.get(f"/{shop.slug}/{address}")
    assert '<html lang="tr" dir="ltr"' in answer.text
    assert english_in(page(answer)) == []
    assert "Fair answers" not in answer.text


@pytest.mark.parametrize("issue", ["damaged", "return", "adverse_reaction", "not_arrived", "cancel_order"])
def test_a_report_step_by_step(client: Browser, shop: Store, issue: str) -> None:
    order = (
        came(shop, days_ago=1) if issue not in ("not_arrived", "cancel_order") else factories.order(shop, quantity=2)
    )
    wizard = Wizard(client, shop, issue)
    seen = [wizard.get("order"), wizard.post("order"), wizard.find(order)]
    seen += [wizard.get("items"), wizard.post("items"), wizard.choose_all(order), wizard.get("questions")]
    seen += [
        wizard.get("details"),
        wizard.post("details", body="", email="nobody"),
        wizard.tell(),
        wizard.get("photos"),
    ]
    seen += [wizard.post("photos", other=files(("empty.jpg", b""), ("text.txt", b"text"))), wizard.get("review")]
    assert {answer.status_code for answer in seen} <= {200, 302, 422}
    assert [found for answer in seen if (found := english_in(page(answer))) and answer.status_code != 302] == []


def test_the_ticket_and_its_letter(client: Browser, shop: Store) -> None:
    ticket = damaged(client, shop)
    assert ticket.customer.language == "tr"
    answer = client.get(page_of(ticket))
    text = page(answer)
    assert english_in(text) == []
    assert "Hasarlı geldi ve bize 48 saat içinde bildirdiniz" in text
    assert "15 Oca Per, 13:00" in text  # the answer is due in 24 business hours
    (letter,) = letters()
    assert letter.subject == f"[{ticket.reference}] Mesajınızı aldık: Hasarlı - sipariş {ticket.order.number}"
    assert english_in(letter.text) == english_in(letter.html) == []
    assert '<html lang="tr" dir="ltr">' in letter.html
    assert "Evet. Hasarlı geldi" in letter.text


def test_what_is_kept_is_english_for_the_desk(client: Browser, shop: Store) -> None:
    ticket = damaged(client, shop)
    decision = db.session.scalars(latest_decision(ticket.id)).one()
    assert decision.because.startswith("It arrived damaged and you told us within 48 hours")
    assert ticket.subject == f"Damaged - order {ticket.order.number}"
    details = str([event.details for event in db.session.scalars(select(Event).where(Event.ticket_id == ticket.id))])
    assert not any(letter in details for letter in "ışğİŞĞ")
    client.sign_in(factories.agent(shop))
    desk = read(client.get(f"/desk/tickets/{ticket.reference}"))
    assert "It arrived damaged and you told us within 48 hours" in desk
    assert not any(letter in desk for letter in "ışğİŞĞ")


def test_an_answer_by_english_staff_is_framed_in_turkish(client: Browser, shop: Store) -> None:
    ticket = damaged(client, shop)
    agent = factories.agent(shop, name="Ela")
    ticket.reply(by=agent, body="Could you tell us the batch number?")
    ticket.solve(by=agent)
    db.session.commit()
    reply, solved = letters()[-2:]
    assert "ekibinden Ela size yazdı:" in reply.text
    assert "Could you tell us the batch number?" in reply.text
    assert english_in(solved.text) == []
    text = page(client.get(page_of(ticket)))
    assert english_in(text) == []


def test_what_cannot_be_is_said_in_turkish(client: Browser, shop: Store) -> None:
    ticket = damaged(client, shop)
    ticket.solve(by=ticket.customer)
    ticket.close(by=factories.agent(shop))
    address = page_of(ticket)
    too_late = page(client.post(f"{address}/solution"))
    assert "Bu talebin durumu “kapandı”: artık “çözüldü” olamaz." in too_late
    assert english_in(too_late) == sentences_in(too_late) == []


def test_a_text_that_is_too_long_is_told_in_turkish_figures(client: Browser, shop: Store) -> None:
    address = page_of(damaged(client, shop))
    refused = page(client.post(f"{address}/messages", data=write(client, address, "a" * 20_001)))
    assert "Lütfen 20.000 karakterden kısa tutun." in refused


def test_letters_to_staff_stay_english(client: Browser, shop: Store) -> None:
    ticket = damaged(client, shop)
    agent, boss = factories.agent(shop), factories.supervisor(shop)
    ticket.assign(to=agent, by=boss)
    ticket.reply(by=agent, body="Merhaba")
    address = page_of(ticket)
    client.post(f"{address}/messages", data=write(client, address, "Ne zaman gelir?"))
    client.post(f"{address}/supervisor", data={"note": "Lütfen bakın."})
    staff = [one for one in letters() if one.to_address in (agent.email, boss.email)]
    assert len(staff) >= 2
    assert all('<html lang="en"' in one.html and "Open the" in one.text for one in staff)
    passed = next(one for one in letters() if one.letter == "passed_to_supervisor")
    assert english_in(passed.text) == []
    text = page(client.get(address))
    assert english_in(text) == []
    assert "yetkili" in text


def test_letters_follow_the_language_that_is_used_last(client: Browser, shop: Store) -> None:
    ticket = damaged(client, shop)
    client.post(f"/{shop.slug}/language", data={"language": "en"})
    address = page_of(ticket)
    client.post(f"{address}/messages", data=write(client, address, "Any news?"))
    assert ticket.customer.language == "en"
    ticket.solve(by=factories.agent(shop))
    db.session.commit()
    assert "we think that your request is solved." in letters()[-1].text


def test_the_letters_about_returns_and_money(shop: Store) -> None:
    ticket = bought(shop, quantity=9)
    by, line = staff(ticket), line_of(ticket)
    rma = at_step(ticket, Step.IN_TRANSIT, 2, plan={"return_shipping": "customer", "charge_cents": 500})
    rma.receive({item_of(rma).id: 1}, by=by)
    rma.inspect({item_of(rma).id: Finding(damaged=1, missing=1, deduction_percent=20, deduction_reason="Çizik")}, by=by)
    Refund.record(ticket, some_of({line.id: 100}), by=by).mark_paid("TX", by=by)
    Refund.record(ticket, some_of({line.id: 100}), by=by, kind=Kind.STORE_CREDIT)
    Replacement.record(ticket, [(line, 1)], by=by)
    Exchange.record(ticket, line, 1, wanted="Büyük kase", difference_cents=80000, by=by)
    asked_back(ticket).decline("Kullanılmış.", by=by)
    asked_back(ticket).cancel("Vazgeçildi.", by=by)
    at_step(ticket, Step.INSPECTED).reject("Çiğnenmiş.", by=by)
    Refund.record(ticket, some_of({line.id: 100}), by=by).take_back("Yanlış tutar.", by=by)
    Replacement.record(ticket, [(line, 1)], by=by).send(by=by, carrier="Martı Kargo", tracking_number="MK 1")
    Replacement.record(ticket, [(line, 1)], by=by).cancel("Stokta yok.", by=by)
    Exchange.record(ticket, line, 1, wanted="Küçük kase", difference_cents=0, by=by).send(by=by)
    Exchange.record(ticket, line, 1, wanted="Orta kase", difference_cents=0, by=by).cancel("Stokta yok.", by=by)
    found = letters()
    assert len({one.letter for one in found}) >= 16
    assert {one.letter: leftovers(one) for one in found} == {one.letter: [] for one in found}
    told = " ".join(one.text for one in found)
    for words in (
        "$800,00 daha pahalı",
        "%20 kesinti; nedeni: Çizik",
        "2 adetten 1 adet saydık",
        "Gönderim: Martı Kargo MK 1.",
    ):
        assert words in told


def test_the_letters_about_claims_and_orders_that_go_on(shop: Store) -> None:
    ticket = factories.ticket(shop, order=factories.order(shop), issue=IssueType.TRACKING)
    by = staff(ticket)
    Cancellation.request(ticket, by=ticket.customer).refuse("Yola çıktı.", by=by, clause="8.4")
    Claim.open(ticket, ClaimKind.WRONG, by=ticket.customer).accept(Remedy.REPAIR, by=by)
    Claim.open(ticket, ClaimKind.DEFECT, by=ticket.customer).reject("Kullanılmış.", by=by, clause="8.4")
    found = {one.letter: one for one in letters()}
    assert {"cancellation_refused", "claim_accepted", "claim_rejected"} <= found.keys()
    assert {name: leftovers(one) for name, one in found.items()} == {name: [] for name in found}
    assert "Yola çıktı. (Koşullarımızın 8.4 maddesi.)" in found["cancellation_refused"].text


def test_the_label_is_turkish(shop: Store) -> None:
    rma = at_step(bought(shop), Step.APPROVED)
    with speaking("tr"):
        words = PdfReader(BytesIO(label_of(rma))).pages[0].extract_text()
    assert "Buradan kesin." in words
    assert english_in(words) == []


def test_a_question_of_the_policy_is_asked_in_turkish(client: Browser, shop: Store) -> None:
    order = came(shop, ProductClass.TOY, days_ago=20)
    wizard = Wizard(client, shop, "return")
    wizard.find(order)
    wizard.choose_all(order)
    text = page(wizard.get("questions"))
    assert "Neden iade etmek istiyorsunuz?" in text
    assert english_in(text) == []
    assert "Fikrimi değiştirdim" in text


def test_a_store_without_turkish_texts_says_which_words_are_english(client: Browser) -> None:
    shop = with_policy(factories.store(languages=["tr", "en"]))
    answer = client.get(f"/{shop.slug}/policy")
    assert '<section id="clause-1" class="policy-clause" tabindex="-1" lang="en">' in answer.text
    assert english_in(page(answer)) == []
