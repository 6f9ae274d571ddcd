"""A shop nobody wrote code for: its two files, read and decided through the public functions alone."""

from pathlib import Path
from typing import Any

import pytest

from helpdesk.core.errors import Invalid
from helpdesk.policies import VOCABULARY, Decision, Request, decide, failures, read_policy_file
from helpdesk.stores import read_store_file

FOLDER = Path(__file__).parent / "bookshop"
SHOP = read_policy_file(FOLDER / "policy.toml")
HERE = "America/New_York"
BOOK: dict[str, Any] = {
    "timezone": HERE, "placed_at": "2026-02-20T12:00:00-05:00", "shipped_at": "2026-02-25T12:00:00-05:00",
    "delivered_at": "2026-03-02T12:00:00-05:00", "requested_at": "2026-03-10T12:00:00-04:00",
    "item_value": 3000, "order_value": 5500,
}  # fmt: skip
LAST_DAY = {"requested_at": "2026-03-16T23:30:00-04:00"}
DAY_AFTER = {"requested_at": "2026-03-17T00:30:00-04:00"}
PHOTOS = {"photos_of_damage": 1, "photos_of_packaging": 1}
DISC = BOOK | {"media": True, "opened": True}


def ask(request: str, *facts: dict[str, Any]) -> Decision:
    """What the shop answers to these facts, the later ones counting."""
    return decide(SHOP, Request(request), {name: value for part in facts for name, value in part.items()})


CASES: list[tuple[str, list[dict[str, Any]], str, str, str]] = [
    # how long
    ("return", [BOOK], "approve", "return", "1"),
    ("return", [BOOK, LAST_DAY], "approve", "return", "1"),
    ("return", [BOOK, DAY_AFTER], "decline", "too-late", "1"),
    ("return", [BOOK, DAY_AFTER, {"member": True}], "approve", "return", "1"),
    ("return", [BOOK, {"member": True, "requested_at": "2026-06-10T23:00:00-04:00"}], "approve", "return", "1"),
    ("return", [BOOK, {"member": True, "requested_at": "2026-06-11T01:00:00-04:00"}], "decline", "too-late", "1"),
    ("return", [BOOK, {"preorder": True, "requested_at": "2026-03-11T12:00:00-04:00"}], "approve", "return", "1"),
    ("return", [BOOK, {"preorder": True, "requested_at": "2026-03-12T12:00:00-04:00"}], "decline", "too-late", "1"),
    ("return", [BOOK, {"preorder": True, "member": True, "requested_at": "2026-06-05"}], "approve", "return", "1"),
    ("return", [BOOK, {"preorder": True, "member": True, "requested_at": "2026-06-06"}], "decline", "too-late", "1"),
    ("exchange", [BOOK, LAST_DAY], "approve", "exchange", "1"),
    ("exchange", [BOOK, DAY_AFTER], "decline", "too-late", "1"),
    ("return", [BOOK, {"delivered_at": None}], "need_information", "too-late", ""),
    ("return", [BOOK, {"preorder": True, "delivered_at": None}], "approve", "return", "1"),
    ("return", [BOOK, {"preorder": True, "shipped_at": None}], "need_information", "too-late", ""),
    # outlet
    ("return", [BOOK, {"outlet": True}], "decline", "outlet-final", "4"),
    ("exchange", [BOOK, {"outlet": True}], "decline", "outlet-final", "4"),
    ("return", [{"outlet": True}], "decline", "outlet-final", "4"),
    ("damaged", [{"outlet": True, "hours_since_delivery": 24}], "need_information", "damage", "9"),
    # media
    ("return", [DISC], "decline", "opened-media-kept", "3"),
    ("return", [DISC, {"opened": False}], "approve", "return", "1"),
    ("return", [DISC, {"opened": None}], "need_information", "opened-media-kept", ""),
    ("exchange", [DISC, {"same_title": True}], "approve", "exchange", "1"),
    ("exchange", [DISC, {"same_title": False}], "decline", "opened-media-other-title", "3"),
    ("exchange", [DISC], "need_information", "opened-media-other-title", ""),
    ("exchange", [DISC, {"same_title": True, "exchanged_before": True}], "decline", "opened-media-again", "3"),
    ("exchange", [DISC, {"opened": False, "exchanged_before": True}], "approve", "exchange", "1"),
    # bundles
    ("return", [BOOK, {"bundle": True, "whole_bundle": True}], "approve", "return", "1"),
    ("return", [BOOK, {"bundle": True, "whole_bundle": False}], "decline", "bundle-in-parts", "6"),
    ("return", [BOOK, {"bundle": True}], "need_information", "bundle-in-parts", ""),
    # faults
    ("damaged", [BOOK], "review", "damage-late", "9"),
    ("damaged", [BOOK, {"delivered_at": None}], "review", "damage-delivery-unknown", "9"),
    ("damaged", [PHOTOS, {"hours_since_delivery": 48}], "approve", "damage", "9"),
    ("damaged", [{"hours_since_delivery": 48.1}], "review", "damage-late", "9"),
    ("damaged", [{"hours_since_delivery": 2, "evidence_ran_out": True}], "review", "damage-no-photos", "9"),
    ("wrong_item", [BOOK], "approve", "our-mistake", "9"),
    ("missing_item", [{}], "approve", "our-mistake", "9"),
    ("defective", [{}], "review", "fault", "9"),
    ("quality", [BOOK], "review", "fault", "9"),
    # on its way
    ("cancel_order", [BOOK, {"order_stage": "processing"}], "approve", "not-sent-yet", "10"),
    ("cancel_order", [BOOK, {"order_stage": "shipped"}], "decline", "sent", "10"),
    ("cancel_order", [BOOK], "need_information", "not-sent-yet", ""),
    ("modify_order", [{"order_stage": "paid"}], "approve", "not-sent-yet", "10"),
    ("cancel_subscription", [{}], "approve", "subscription", "10"),
    ("lost", [{}], "review", "lost", "10"),
]  # fmt: skip


@pytest.mark.parametrize("request_, facts, outcome, rule, clause", CASES)
def test_answers(request_: str, facts: list[dict[str, Any]], outcome: str, rule: str, clause: str) -> None:
    decision = ask(request_, *facts)
    assert (decision.outcome, decision.rule) == (outcome, rule)
    assert clause in decision.clauses if clause else not decision.clauses


MONEY: list[tuple[dict[str, Any], list[str], int, str]] = [
    ({}, [], 3000, "prepaid"),
    ({"order_value": 4000}, [], 3000, "prepaid"),
    ({"order_value": 3999}, ["return_shipping"], 2510, "prepaid"),
    ({"collected": True, "order_value": 3000}, [], 3000, "customer"),
    ({"grade": "as_new"}, [], 3000, "prepaid"),
    ({"grade": "very_good"}, ["condition"], 2700, "prepaid"),
    ({"grade": "good"}, ["condition"], 2100, "prepaid"),
    ({"grade": "worn"}, ["condition"], 3000, "prepaid"),
    ({"grade": "good", "order_value": 3000}, ["condition", "return_shipping"], 1610, "prepaid"),
]


@pytest.mark.parametrize("facts, charges, cents, shipping", MONEY)
def test_what_comes_back(facts: dict[str, Any], charges: list[str], cents: int, shipping: str) -> None:
    decision = ask("return", BOOK, facts)
    assert decision.refund is not None
    assert [charge.kind for charge in decision.charges] == charges
    assert (decision.refund.cents, decision.return_shipping) == (cents, shipping)


def test_a_worn_book_brings_back_at_least_a_fifth() -> None:
    decision = ask("return", BOOK, {"grade": "worn"})
    assert decision.refund is not None
    assert (decision.refund.least_cents, decision.refund.cents) == (600, 3000)


def test_until_it_is_graded_the_deductions_are_only_possible() -> None:
    assert ask("return", BOOK).possible == ("very-good", "good", "worn")


@pytest.mark.parametrize(
    "gift, remedy, method", [(True, "store_credit", "store_credit"), (False, "refund", "original")]
)
def test_a_gift_receipt_gives_credit(gift: bool, remedy: str, method: str) -> None:
    decision = ask("return", BOOK, {"gift_receipt": gift})
    assert decision.refund is not None
    assert (decision.remedies, decision.refund.method) == ((remedy,), method)


def test_what_was_collected_goes_by_another_clause() -> None:
    decision = ask("return", BOOK, {"collected": True})
    assert ("8" in decision.clauses, "7" in decision.clauses) == (True, False)
    assert decision.steps == ("Bring it to the shop with your receipt.",)


def test_a_preorder_counts_from_the_day_it_was_sent() -> None:
    end = ask("return", BOOK, {"preorder": True}).deadline("return_window")
    assert end is not None
    assert (end.counted_from, end.ends_at) == ("shipping", "2026-03-12T04:00:00+00:00")


def test_the_files_are_sound_and_their_examples_hold() -> None:
    assert list(SHOP.warnings) == []
    assert failures(SHOP) == []
    assert read_store_file(FOLDER / "store.toml").store.slug == SHOP.store


def test_the_shop_brings_its_own_words() -> None:
    own = {fact.name for fact in SHOP.file.fact}
    assert len(own) == 12
    assert not own & set(VOCABULARY)
    with pytest.raises(Invalid, match="did you mean “whole_bundle”"):
        ask("return", {"whole_bundel": True})
