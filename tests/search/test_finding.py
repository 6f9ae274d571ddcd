"""Finding tickets on both databases: what is found, in which order, and what is never seen."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from helpdesk import search, sla
from helpdesk.accounts import Role, User
from helpdesk.core.db import db
from helpdesk.escalation import ask_for_help
from helpdesk.search import Asker, Found, Misread, find, finding, parse
from helpdesk.stores import Store
from helpdesk.tickets import Evidence, IssueType, Ticket, add_tag, held_back, take_back
from tests import factories

pytestmark = pytest.mark.usefixtures("database")
At = Callable[[str], datetime]


@pytest.fixture
def shop(database: None) -> Store:
    """A store among others: whose tickets have the same words, and must not appear."""
    theirs = factories.store()
    noise = factories.ticket(
        theirs, body="A blue bowl, a refund, Grüße aus Łódź", order=factories.order(theirs, number="#W 26-11"),
        by=factories.customer(theirs, "ada@byron.example.com", name="Ada Şükrü Andersson"),
    )  # fmt: skip
    noise.note(by=factories.agent(theirs), body="a secret of theirs")
    return factories.store()


@pytest.fixture
def me(shop: Store) -> User:
    return factories.agent(shop, name="Mia Meyer")


def asked(text: str, person: User, zone: str = "UTC") -> Found:
    asker = Asker(person, ZoneInfo(zone))
    read = parse(text, search.READERS, asker.today)
    assert read.problems == ()
    return find(read, asker)


def found(text: str, person: User, zone: str = "UTC") -> list[int]:
    return [hit.ticket_id for hit in asked(text, person, zone).hits]


def adas(shop: Store) -> Ticket:
    ada = factories.customer(shop, "ada@byron.example.com", name="Ada Şükrü Andersson")
    order = factories.order(shop, number="#W 26-11")
    return factories.ticket(shop, by=ada, order=order, body="The blue BOWL came kırık. Grüße aus der Straße in Łódź!")


@pytest.mark.parametrize("text", [
    "bowl", "blue bowl", "bowl blue", '"blue bowl"', "BLUE*", "bow*", "bowl -refund", '-"bowl blue"',
    "kirik", "KIRIK", "KİRİK", "grusse", "strasse", "lodz", "sukru", "ŞÜKRÜ",
    "ada bowl", "w2611", "#W 26-11", "byron", "ada@byron.example.com", "ADA@BYRON.example.com", "{reference}",
    "from:ada", "from:ŞÜKRÜ bowl", 'from:"andersson ada"', "from:and*", "from:ada@byron.example.com",
    "order:w2611", "order:W26-11 bowl", "ref:{reference}", "ref:{reference} bowl", "-from:bob", '-from:"ada byrn"',
    "bow", "andersso", "from:anderson", 'from:"ada anderson"', "bowl from:sukr",
])  # fmt: skip
def test_found(shop: Store, me: User, text: str) -> None:
    ticket = adas(shop)
    assert found(text.format(reference=ticket.reference), me) == [ticket.id]


@pytest.mark.parametrize("text", [
    "saucer", "bowl saucer", '"bowl blue"', "-bowl", "secret", "refund", "in:notes", "from:bowl", "from:bob",
    "-from:ada", '-from:"ada sukru"', "order:w2612", "order:#", "from:bob@byron.example.com", "ref:AAAA-AAAA",
    "-order:w2611", "blu9 bowl",
])  # fmt: skip
def test_not_found(shop: Store, me: User, text: str) -> None:
    adas(shop)
    assert found(text, me) == []


def test_each_filter_leaves_what_it_says(shop: Store, me: User, at: At) -> None:
    at("2026-02-01 12:00")
    plain = factories.ticket(shop, body="a bowl")
    photo = factories.ticket(shop, body="a bowl", issue=IssueType.DAMAGED, photos=[Evidence.DAMAGE])
    ordered = factories.ticket(shop, body="a bowl", order=factories.order(shop))
    at("2026-03-02 12:00")
    mine = factories.ticket(shop, body="a bowl")
    mine.assign(to=me, by=me)
    mine.note(by=me, body="a bowl again")
    answered = factories.ticket(shop, body="a bowl")
    answered.reply(by=me, body="Which one?")
    answered.wait_for_customer(by=me)
    escalated = factories.ticket(shop, body="a bowl")
    ask_for_help(escalated, by=me, note="Help.")
    assert ordered.order
    everything = {plain, photo, ordered, mine, answered, escalated}
    unanswered = everything - {answered}
    expected: dict[str, set[Ticket]] = {
        "status:pending": {answered},
        "status:waiting": unanswered,
        "-status:waiting": {answered},
        "category:arrival": {photo},
        "issue:damaged": {photo},
        f"store:{shop.slug}": everything,
        f"-store:{shop.slug}": set(),
        "assignee:me": {mine},
        "assignee:meyer": {mine},
        "assignee:none status:pending": {answered},
        "-assignee:me": everything - {mine},
        "-assignee:meyer": everything - {mine},
        f"-order:{ordered.order.number}": everything - {ordered},
        "has:photo": {photo},
        "has:order": {ordered},
        "has:escalation": {escalated},
        "has:photo,order": {photo, ordered},
        "-has:photo": everything - {photo},
        "is:unanswered": unanswered,
        "before:2026-03-02": {plain, photo, ordered},
        "after:2026-03-02": {mine, answered, escalated},
        "-after:2026-03-02": {plain, photo, ordered},
        "after:2026-02-02 before:2026-03-02": set(),
    }
    for text, tickets in expected.items():
        # Alone the tickets are listed, with a word the index of words is asked: both must agree.
        assert set(found(text, me)) == {ticket.id for ticket in tickets}, text
        assert set(found(f"{text} bowl", me)) == {ticket.id for ticket in tickets}, text


def test_words_in_notes_and_in_messages(shop: Store, me: User) -> None:
    ticket = factories.ticket(shop, body="a bowl")
    ticket.note(by=me, body="a saucer")
    assert [found(text, me) for text in ("in:notes saucer", "in:messages bowl", "in:notes")] == [[ticket.id]] * 3
    assert [found(text, me) for text in ("in:messages saucer", "in:notes bowl", "-in:notes saucer")] == [[]] * 3


def test_an_answer_that_was_taken_back_is_not_found(shop: Store, me: User) -> None:
    ticket = factories.ticket(shop, body="a bowl")
    with held_back(ticket, by=me, seconds=10, clocks=sla.standing_of(ticket)):
        ticket.reply(by=me, body="a saucer instead")
    assert found("saucer", me) == [ticket.id]
    take_back(ticket, by=me)
    assert found("saucer", me) == found("in:messages saucer", me) == []


def test_tags_are_found_in_any_spelling(shop: Store, me: User) -> None:
    ticket, _other = factories.ticket(shop, body="a bowl"), factories.ticket(shop, body="a bowl")
    add_tag(ticket, "Broken Bowl", by=me)
    assert found("tag:broken-bowl bowl", me) == found('tag:"#Broken bowl"', me) == [ticket.id]
    assert found("tag:whole bowl", me) == []


def test_a_day_begins_where_the_person_is(shop: Store, me: User, at: At) -> None:
    at("2026-01-09 22:30")
    ticket = factories.ticket(shop, body="a bowl")
    for word in ("", " bowl"):
        assert found(f"before:2026-01-10{word}", me, "UTC") == [ticket.id]
        assert found(f"before:2026-01-10{word}", me, "Europe/Istanbul") == []
        assert found(f"after:2026-01-10{word}", me, "Europe/Istanbul") == [ticket.id]


@pytest.mark.parametrize("text", ["store:nowhere", "assignee:Zed", "from:?!", "tag:?!"])
def test_who_is_not_there_is_said(me: User, text: str) -> None:
    with pytest.raises(Misread, match=text.split(":")[0]):
        asked(text, me)


# ---- what must never be seen


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR, Role.MANAGER])
@pytest.mark.parametrize("text", [
    "secret", "in:notes", "bowl", "-zebra", "status:new", "from:ada", "from:anderson", "w2611", "order:w2611",
    "ada@byron.example.com", "from:ada@byron.example.com", "has:order", "ref:{reference}", "{reference}",
])  # fmt: skip
def test_nothing_of_another_store_is_found_or_counted(shop: Store, role: Role, text: str) -> None:
    theirs = db.session.query(Ticket).filter(Ticket.store_id != shop.id).one()
    typed = text.format(reference=theirs.reference)
    stranger, insider = factories.agent(shop, role=role), factories.agent(theirs.store, role=role)
    assert found(typed, insider) == [theirs.id]  # it is there to be found
    nothing = asked(typed, stranger)
    assert (nothing.hits, nothing.count, nothing.is_more, nothing.is_loose) == ([], 0, False, False)


def test_another_store_is_not_even_named(shop: Store, me: User) -> None:
    theirs = db.session.query(Ticket).filter(Ticket.store_id != shop.id).one()
    with pytest.raises(Misread) as refusal:
        asked(f"store:{theirs.store.slug}", me)
    assert str(refusal.value) == f"store: you have no store “{theirs.store.slug}”. You have {shop.slug}."


def test_staff_without_a_store_find_nothing_and_an_admin_everything(shop: Store) -> None:
    ticket = factories.ticket(shop, body="a bowl")
    for text in ("bowl", "-zebra", "status:new"):
        assert found(text, factories.agent()) == []
        assert ticket.id in found(text, factories.agent(role=Role.ADMIN))


def test_a_mark_of_ours_that_somebody_writes_opens_nothing(shop: Store, me: User) -> None:
    theirs = db.session.query(Ticket).filter(Ticket.store_id != shop.id).one()
    theirs.note(by=factories.agent(theirs.store), body=f"a zebra \ue000s{shop.id} =s{shop.id}")
    assert found("zebra", me) == []
    assert found(f"\ue000s{theirs.store_id}", me) == []


@pytest.mark.parametrize("word", ["नमस्ते", "क्षमा", "สวัสดี", "q\u0303uo", "தமிழ்", "שָׁלוֹם"])
def test_letters_with_signs_of_their_own_stay_one_word(shop: Store, me: User, word: str) -> None:
    ticket = factories.ticket(shop, body=f"bowl, {word}!")
    assert found(word, me) == found(f"{word[:2]}*", me) == [ticket.id]
    assert found(f"{word}x", me) == []


def test_a_mark_of_ours_that_a_customer_writes_neither_hides_nor_disguises(shop: Store, me: User) -> None:
    ticket = factories.ticket(
        shop, body="a zebra \ue000withdrawn =withdrawn \ue000note =note", subject="\ue000withdrawn"
    )
    assert found("zebra", me) == [ticket.id]
    assert found("in:notes zebra", me) == []


# ---- in which order, and how many


def test_what_is_exactly_meant_stands_first(shop: Store, me: User, at: At) -> None:
    at("2026-01-01 12:00")
    meant = factories.ticket(shop, order=factories.order(shop, number="#1001"))
    at("2026-03-01 12:00")
    chat = factories.ticket(shop, body="1001 1001 1001 is what I paid", subject="1001")
    assert [(hit.ticket_id, hit.is_exact) for hit in asked("1001", me).hits] == [(meant.id, True), (chat.id, False)]


def test_better_before_worse_and_newer_before_older(shop: Store, me: User, at: At) -> None:
    at("2026-01-01 12:00")
    old = factories.ticket(shop, body="a bowl")
    in_subject = factories.ticket(shop, body="broken", subject="My bowl")
    at("2026-03-01 12:00")
    new = factories.ticket(shop, body="a bowl")
    assert found("bowl", me) == [in_subject.id, new.id, old.id]


def test_a_ticket_is_found_once_by_the_message_that_says_most(shop: Store, me: User) -> None:
    ticket = factories.ticket(shop, body="the bowl")
    ticket.note(by=me, body="bowl, bowl, bowl")
    ticket.reply(by=me, body="Which bowl?")
    (hit,) = asked("bowl", me).hits
    assert (hit.message_id, hit.others) == (sorted(m.id for m in ticket.messages)[1], 2)


def test_nothing_exact_finds_what_is_close_and_says_so(shop: Store, me: User) -> None:
    ticket = adas(shop)
    assert asked("andersson", me).is_loose is False
    close = asked("andresson", me)
    assert ([hit.ticket_id for hit in close.hits], close.is_loose) == ([ticket.id], True)


def test_many_are_counted_to_an_end_and_the_best_are_shown(
    shop: Store, me: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "COUNT_STOPS", 4)
    monkeypatch.setattr(finding, "MOST_SHOWN", 2)
    tickets = [factories.ticket(shop, body="a bowl") for _ in range(6)]
    for text in ("bowl", "status:new"):
        some = asked(text, me)
        assert (len(some.hits), some.count, some.is_more) == (2, 4, True)
        assert {hit.ticket_id for hit in some.hits} <= {ticket.id for ticket in tickets[2:]}


def test_a_filter_is_looked_for_beyond_the_newest_until_it_gives_up(
    shop: Store, me: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "COUNT_STOPS", 2)
    oldest = factories.ticket(shop, body="a bowl")
    oldest.assign(to=me, by=me)
    for _ in range(5):
        factories.ticket(shop, body="a bowl")
    far = asked("bowl assignee:me", me)
    assert ([hit.ticket_id for hit in far.hits], far.gave_up) == ([oldest.id], False)
    monkeypatch.setattr(finding, "WALKED", 4)
    near = asked("bowl assignee:me", me)
    assert (list(near.hits), near.gave_up) == ([], True)
