"""The sorter: which words and facts decide, that it says why, and that no text can upset it."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.tickets import issue_types
from helpdesk.tickets.issue_types import CATEGORY_OF, IssueType
from helpdesk.tickets.sorting import FACTS, PUSHES_ASIDE, OrderFacts, from_choice, sort
from helpdesk.tickets.words import _BY_STEM, _BY_WORD, find, fold, read

STAGES = ["placed", "paid", "processing", "shipped", "delivered", "cancelled"]
STAGES_OR_NOT = st.sampled_from([None, "lost in a dream", *STAGES])
DAYS = st.none() | st.floats(allow_nan=True, allow_infinity=True)
FACTS_OF_AN_ORDER = st.none() | st.builds(OrderFacts, STAGES_OR_NOT, DAYS, DAYS, st.none() | st.booleans())
COMPLAINTS = st.lists(
    st.sampled_from(
        ["not", "never", "arrived", "order", "broken", "refund", "Where is", "iade", "İptal", "ışık", ",", ".", "ß"]
    ),
    max_size=30,
).map(" ".join)


@pytest.mark.parametrize(
    "text, issue_type",
    [
        ("My parcel never arrived.", "not_arrived"),
        ("It hasn't come.", "not_arrived"),
        ("The tracking says delivered but nothing is here", "not_arrived"),
        ("My order is late again", "delayed"),
        ("The carrier has lost my parcel", "lost"),
        ("Please send me the tracking number", "tracking"),
        ("Can you change my delivery address?", "address_change"),
        ("Do you ship to Norway?", "delivery_question"),
        ("The bowl arrived broken", "damaged"),
        ("The lamp stopped working", "defective"),
        ("You sent me the wrong item", "wrong_item"),
        ("One bag is missing from my order", "missing_item"),
        ("My cat has been vomiting since breakfast", "adverse_reaction"),
        ("The food is stale", "quality"),
        ("What are the ingredients?", "product_question"),
        ("I want to return this", "return"),
        ("Can I swap it for a bigger one?", "exchange"),
        ("Where is my refund?", "refund_status"),
        ("Cancel my order please", "cancel_order"),
        ("Please add another bag to my order", "modify_order"),
        ("Cancel my subscription", "cancel_subscription"),
        ("What is your return policy?", "policy_question"),
        ("discount code does not work", "policy_question"),
        ("My coupon isn't accepted at the checkout", "policy_question"),
        ("Can I pay with a gift card?", "policy_question"),
        ("My gift card won't work", "policy_question"),
        ("I forgot to use my discount code, please add it to the order", "modify_order"),
        ("The lamp does not work. I paid with a gift card.", "defective"),
        ("Could you make an exception for me?", "policy_exception"),
    ],
)
def test_plain_sentences_in_english(text: str, issue_type: str) -> None:
    assert sort(text).issue_type == issue_type


@pytest.mark.parametrize(
    "text, issue_type",
    [
        ("Siparişim gelmedi", "not_arrived"),
        ("Kargom gecikti", "delayed"),
        ("Kargom kayboldu", "lost"),
        ("Takip numarası nedir?", "tracking"),
        ("Adresimi değiştirmek istiyorum", "address_change"),
        ("Kargo ücreti ne kadar?", "delivery_question"),
        ("Ürün kırık geldi", "damaged"),
        ("Ürün çalışmıyor", "defective"),
        ("Yanlış ürün gönderdiniz", "wrong_item"),
        ("Paketim eksik geldi", "missing_item"),
        ("Köpeğim mamadan sonra kustu", "adverse_reaction"),
        ("Kalitesi çok kötü", "quality"),
        ("İade etmek istiyorum", "return"),
        ("Değişim istiyorum", "exchange"),
        ("Param hala yatmadı", "refund_status"),
        ("SİPARİŞİMİ İPTAL EDİN", "cancel_order"),
        ("Aboneliğimi iptal edin", "cancel_subscription"),
        ("İade koşulları nelerdir?", "policy_question"),
        ("Meine Bestellung ist nicht angekommen", "not_arrived"),
        ("Je veux annuler ma commande", "cancel_order"),
        ("El producto no funciona", "defective"),
    ],
)
def test_plain_sentences_in_other_languages(text: str, issue_type: str) -> None:
    assert sort(text).issue_type == issue_type


@pytest.mark.parametrize(
    "facts, issue_type",
    [
        (None, "tracking"),
        (OrderFacts("shipped", is_late=False), "tracking"),
        (OrderFacts("shipped", is_late=True), "delayed"),
        (OrderFacts("delivered", days_since_delivery=1), "not_arrived"),
    ],
)
def test_where_is_my_order_depends_on_the_order(facts: OrderFacts | None, issue_type: str) -> None:
    assert sort("Where is my order?", facts).issue_type == issue_type


@pytest.mark.parametrize("stage", STAGES[:4])
def test_to_cancel_stays_to_cancel_at_every_stage_before_delivery(stage: str) -> None:
    assert sort("I want to cancel", OrderFacts(stage, is_late=True)).issue_type is IssueType.CANCEL_ORDER


@pytest.mark.parametrize(
    "text",
    [
        "The bag came damaged, and now my dog is vomiting",
        "The quality is terrible and my puppy got sick after eating it",
        "I want a refund, my cat had an allergic reaction to this shampoo",
        "Wrong flavour was sent and it gave him diarrhoea",
        "Paket hasarlı geldi, kedim kusuyor",
    ],
)
def test_an_ill_pet_goes_before_everything_else(text: str) -> None:
    assert sort(text, OrderFacts("delivered", 2)).issue_type is IssueType.ADVERSE_REACTION


@pytest.mark.parametrize(
    "text, issue_type",
    [
        ("The mirror came cracked, I want to return it", "damaged"),
        ("Wrong item sent, please refund me", "wrong_item"),
        ("It is late, please cancel my order", "cancel_order"),
        ("I have not received my refund", "refund_status"),
    ],
)
def test_the_cause_goes_before_the_wish(text: str, issue_type: str) -> None:
    assert sort(text).issue_type == issue_type


@pytest.mark.parametrize(
    "text, not_this",
    [
        ("The box is not damaged", "damaged"),
        ("It is not broken", "damaged"),
        ("Nothing was damaged, but one bag is missing", "damaged"),
        ("I do not want to cancel my order", "cancel_order"),
        ("Ürün hasarlı değil", "damaged"),
    ],
)
def test_a_not_takes_the_word_back(text: str, not_this: str) -> None:
    assert sort(text).issue_type != not_this


def test_a_not_reaches_no_further_than_a_comma() -> None:
    assert sort("No, the bowl is broken").issue_type is IssueType.DAMAGED


@pytest.mark.parametrize("text", ["", "   ", "hello", "???", "👍👍", "\0\0\0", "מה שלומך", "<b></b>", "12345"])
def test_with_nothing_to_go_by_it_is_an_unsure_policy_question(text: str) -> None:
    answer = sort(text)
    assert (answer.issue_type, answer.is_unsure, answer.confidence) == (IssueType.POLICY_QUESTION, True, 0.0)
    assert answer.because.startswith("Policy question: nothing in the text or the order says")


def test_without_words_a_late_order_is_supposed_delayed_but_unsure() -> None:
    answer = sort("hello??", OrderFacts("shipped", is_late=True))
    assert (answer.issue_type, answer.is_unsure) == (IssueType.DELAYED, True)


def test_it_says_which_words_and_facts_decided() -> None:
    answer = sort("My parcel never arrived!", OrderFacts("delivered", 1))
    assert answer.because == "Not arrived: the text says “never arrived” and the order is delivered."


def test_it_says_so_when_it_is_unsure() -> None:
    answer = sort("Something about the late return")
    assert answer.is_unsure
    assert answer.runner_up is not None
    assert answer.because.endswith(f"Not sure; it may be {issue_types.NAMES[answer.runner_up]}.")


def test_what_was_chosen_on_the_form_is_certain() -> None:
    answer = from_choice(IssueType.DAMAGED)
    assert (answer.confidence, answer.is_unsure, answer.words) == (1.0, False, ())
    assert answer.because == "Damaged: chosen on the form."


def test_an_answer_is_plain_json() -> None:
    answer = sort("The bowl arrived broken", OrderFacts("delivered", 1))
    back = json.loads(json.dumps(answer.as_dict()))
    assert back["issue_type"] == "damaged"
    assert back["category"] == "post_purchase"
    assert back["because"] == answer.because


@pytest.mark.parametrize(
    "text",
    ["I <b>want</b> to <a href='x'>cancel</a> my order", "I want to\0cancel my order", "I want to cancel 😡 my order"],
)
def test_markup_and_noise_do_not_hide_the_words(text: str) -> None:
    assert sort(text).issue_type is IssueType.CANCEL_ORDER


@pytest.mark.parametrize("one, other", [("Address", "adress"), ("IŞIK", "ışık"), ("İade", "iade"), ("it’s", "its")])
def test_words_that_are_folded_to_the_same(one: str, other: str) -> None:
    assert read(one).folded == read(other).folded


@pytest.mark.parametrize(
    "piece",
    ["not ", "where is my order ", "<", "&#", "\n ", "a", "a@", "!", "http://", "\u202e", "i\u0307", "\ufdfa", "iade "],
)
def test_a_megabyte_of_anything_is_sorted_in_seconds(piece: str) -> None:
    started = time.perf_counter()
    sort(piece * (1_000_000 // len(piece)))
    assert time.perf_counter() - started < 5


def test_only_the_first_pages_count() -> None:
    assert sort("x " * 10_000 + "cancel my order").is_unsure


def test_every_issue_type_has_its_words() -> None:
    for table in (CATEGORY_OF, issue_types.NAMES, issue_types.LABELS, issue_types.HINTS):
        assert set(table) == set(IssueType)
    assert set(issue_types.CATEGORY_NAMES) == set(issue_types.Category)


def test_the_tables_name_every_issue_type_and_hold_no_empty_word() -> None:
    phrases = [phrase for table in (_BY_WORD, _BY_STEM) for listed in table.values() for phrase in listed]
    steps = [step for phrase in phrases for step in phrase.steps]
    assert {phrase.issue_type for phrase in phrases} == set(IssueType)
    assert all(len(stem) > 1 for step in steps for stem in step.stems)
    assert not any("" in step.words or any("{" in word or " " in word for word in step.words) for step in steps)
    assert not any(phrase.steps[0].is_optional for phrase in phrases)


def test_nothing_pushes_itself_aside_and_facts_can_be_read_aloud() -> None:
    assert not any(kind in losers for kind, losers in PUSHES_ASIDE.items())
    assert all(fact.says[0].islower() and not fact.says.endswith(".") for fact in FACTS)


@given(st.text() | COMPLAINTS, FACTS_OF_AN_ORDER)
@settings(max_examples=150, deadline=None)
def test_it_never_fails_and_never_contradicts_itself(text: str, facts: OrderFacts | None) -> None:
    answer = sort(text, facts)
    assert answer.category is CATEGORY_OF[answer.issue_type]
    assert 0 <= answer.confidence <= 1
    assert answer.is_unsure or answer.words
    assert answer.runner_up is not answer.issue_type
    json.dumps(answer.as_dict())


@given(st.text() | COMPLAINTS, FACTS_OF_AN_ORDER)
@settings(max_examples=150, deadline=None)
def test_capitals_make_no_difference(text: str, facts: OrderFacts | None) -> None:
    loud, quiet = sort(text.upper(), facts), sort(text.lower(), facts)
    assert (loud.issue_type, loud.confidence) == (quiet.issue_type, quiet.confidence)


@given(st.text(max_size=50))
@settings(max_examples=150, deadline=None)
def test_a_word_is_folded_once_and_for_all(word: str) -> None:
    assert all(fold(folded) == folded for folded in read(word).folded)


def test_a_phrase_is_found_where_it_stands() -> None:
    text = read("Hello. My bowl arrived broken.")
    assert any(text.shown[hit.start : hit.end] == ["arrived", "broken"] for hit in find(text))
