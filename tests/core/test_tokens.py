"""Secrets and links: hard to guess, useless when stolen, worthless elsewhere."""

from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk.core.tokens import CLEAR, fingerprint, random_token, same, sign, spoken_code, unsign
from tests.conftest import make_app

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture(scope="module")
def lite(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("tokens")
    return make_app(f"sqlite:///{folder / 'tokens.db'}", folder)


@pytest.fixture
def context(lite: Flask) -> object:
    """No database is needed, only the secret."""
    with lite.app_context():
        yield


@pytest.mark.parametrize("content", [[], ["7K4M-9QXT", 1], ["ü", None, 2.5, ["nested"]]])
def test_what_was_signed_comes_back(content: list[object]) -> None:
    assert unsign("ticket", sign("ticket", *content)) == content


def test_a_token_is_worthless_for_another_purpose() -> None:
    assert unsign("reply", sign("ticket", "7K4M-9QXT", 1)) is None


def test_a_token_is_worthless_under_another_secret(tmp_path: Path) -> None:
    token = sign("ticket", "7K4M-9QXT", 1)
    other = make_app(
        f"sqlite:///{tmp_path / 'other.db'}", tmp_path, SECRET_KEY="another-secret-that-is-long-enough-too"
    )
    with other.app_context():
        assert unsign("ticket", token) is None


def test_no_letter_of_a_token_can_be_changed() -> None:
    token = sign("ticket", "7K4M-9QXT", 1)
    changed = [token[:n] + ("A" if token[n] != "A" else "B") + token[n + 1 :] for n in range(len(token) - 1)]
    assert [unsign("ticket", one) for one in changed] == [None] * len(changed)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text())
def test_any_text_is_no_token(text: str) -> None:
    assert unsign("ticket", text) is None


def test_tokens_fit_into_an_address_as_they_are() -> None:
    assert set(random_token() + sign("ticket", "ü", 1)) <= set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."
    )


def test_random_tokens_differ() -> None:
    assert len({random_token() for _ in range(100)}) == 100


def test_a_fingerprint_tells_tokens_apart_and_does_not_show_them() -> None:
    token = random_token()
    assert fingerprint(token) == fingerprint(token) != fingerprint(random_token())
    assert token not in fingerprint(token)


@pytest.mark.parametrize(
    "one, other, are_same", [("a", "a", True), ("a", "b", False), ("ü", "ü", True), ("a", "", False)]
)
def test_comparing_secrets(one: str, other: str, are_same: bool) -> None:
    assert same(one, other) is are_same


def test_a_spoken_code_has_no_look_alikes() -> None:
    assert not set(CLEAR) & set("0O1IL5S2Z8BUV")
    assert all(set(spoken_code()) <= set(CLEAR) and len(spoken_code()) == 8 for _ in range(50))
