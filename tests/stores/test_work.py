"""How a store works on tickets: its file's sections, and what its fields take."""

from typing import Any, get_args

import pytest
from pydantic import ValidationError

from helpdesk.core.errors import Invalid
from helpdesk.stores import FieldKind, FieldTerms, Mode, WorkTerms
from helpdesk.stores.work import CategoryWord, IssueWord
from helpdesk.tickets import Category, IssueType

CHOICES: dict[str, Any] = {"choices": ("DHL", "UPS")}


def test_the_words_are_those_of_tickets() -> None:
    assert set(get_args(IssueWord)) == set(IssueType)
    assert set(get_args(CategoryWord)) == set(Category)


@pytest.mark.parametrize("kind, typed, kept", [
    ("text", "  two   words ", "two words"),
    ("number", "12", "12"), ("number", "3,50", "3.5"), ("number", "1 000", "1000"), ("number", "-0.10", "-0.1"),
    ("date", "2026-12-24", "2026-12-24"),
    ("choice", "dhl", "DHL"),
    ("yes_no", "Yes", "yes"),
    *[(kind, "   ", "") for kind in FieldKind],
])  # fmt: skip
def test_what_is_typed_is_kept_in_one_spelling(kind: str, typed: str, kept: str) -> None:
    terms = FieldTerms(name="a", label="A", kind=FieldKind(kind), **(CHOICES if kind == "choice" else {}))
    assert terms.read(typed) == kept
    assert terms.read(terms.read(typed)) == kept


@pytest.mark.parametrize("kind, typed", [
    ("text", "x" * 501), ("number", "many"), ("number", "1e99"), ("number", "nan"), ("number", "1,2,3"),
    ("number", "1e9999999"), ("number", "1e-600"), ("number", "0e9999999"), ("number", "inf"),
    ("date", "24.12.2026"), ("date", "2026-02-30"), ("choice", "GLS"), ("yes_no", "maybe"),
])  # fmt: skip
def test_what_is_not_of_its_kind_is_refused_with_the_fields_name(kind: str, typed: str) -> None:
    terms = FieldTerms(name="a", label="Carrier", kind=FieldKind(kind), **(CHOICES if kind == "choice" else {}))
    with pytest.raises(Invalid, match="Carrier: "):
        terms.read(typed)


@pytest.mark.parametrize("wrong, words", [
    ({"field": [{"name": "a", "label": "A"}, {"name": "a", "label": "B"}]}, "taken already"),
    ({"field": [{"name": "order", "label": "A"}]}, "taken already"),
    ({"field": [{"name": "a", "label": "A", "kind": "choice"}]}, "choices ="),
    ({"field": [{"name": "a", "label": "A", "choices": ["x"]}]}, "choices ="),
    ({"field": [{"name": "a", "label": "A", "kind": "choice", "choices": ["x", "x"]}]}, "stands there twice"),
    ({"field": [{"name": "A b", "label": "A"}]}, "match pattern"),
    ({"field": [{"name": "a", "label": "A", "issue_types": ["broken"]}]}, "Input should be"),
    ({"solving": {"require": ["weather"]}}, "neither a fact nor a field"),
    ({"handing_out": {"categories": {"parcels": "off"}}}, "Input should be"),
])  # fmt: skip
def test_mistakes_are_named(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        WorkTerms.model_validate(wrong)


def test_a_category_may_be_handed_out_in_its_own_way() -> None:
    terms = WorkTerms.model_validate({"handing_out": {"mode": "least_loaded", "categories": {"policy": "off"}}})
    assert (terms.handing_out.mode_for("policy"), terms.handing_out.mode_for("shipping")) == (Mode.OFF, "least_loaded")
