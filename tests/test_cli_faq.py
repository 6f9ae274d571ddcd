"""`flask faq` and what `flask seed` does with a store's questions."""

from pathlib import Path

import pytest
from flask import Flask

from helpdesk.core.db import db
from helpdesk.faq import FaqEntry
from helpdesk.stores import Store
from tests import factories

pytestmark = pytest.mark.usefixtures("database")
FILE = "## A\n### One? {#one}\nclause: 99.9\n\nFirst.\n"
STORE = """\
[store]
slug = "my-shop"
name = "My Shop"
email = "help@my-shop.example.com"
country = "DE"
currency = "EUR"
accent = "#8a4b2d"
[hours]
timezone = "Europe/Berlin"
[hours.weekly]
mon = ["09:00-17:00"]
"""


def entries() -> list[tuple[str, str, str]]:
    kept = db.session.query(FaqEntry, Store).join(Store).order_by(FaqEntry.id)
    return [(store.slug, entry.language, entry.slug) for entry, store in kept]


def test_it_loads_and_says_what_leads_nowhere(app: Flask, tmp_path: Path) -> None:
    factories.store("my-shop")
    (tmp_path / "faq.tr.md").write_text(FILE, encoding="utf-8")
    run = app.test_cli_runner().invoke(args=["faq", "my-shop", str(tmp_path / "faq.tr.md")])
    assert run.exit_code == 0
    assert "1 questions (tr), 1 changed" in run.output
    assert "my-shop (tr), line 2: the policy in force has no clause 99.9" in run.output
    assert entries() == [("my-shop", "tr", "one")]


def test_it_only_checks_if_told_so(app: Flask, tmp_path: Path) -> None:
    factories.store("my-shop")
    (tmp_path / "faq.md").write_text(FILE, encoding="utf-8")
    run = app.test_cli_runner().invoke(args=["faq", "my-shop", str(tmp_path / "faq.md"), "--check"])
    assert "1 questions, nothing wrong." in run.output
    assert entries() == []


@pytest.mark.parametrize("content, said", [
    (b"## A\n### One?\nFirst.\n", "faq.md:2: this question has no name"),
    (b"\xff\xfe", "faq.md: this is not UTF-8"),
])  # fmt: skip
def test_a_bad_file_changes_nothing(app: Flask, tmp_path: Path, content: bytes, said: str) -> None:
    factories.store("my-shop")
    (tmp_path / "faq.md").write_bytes(content)
    run = app.test_cli_runner().invoke(args=["faq", "my-shop", str(tmp_path / "faq.md")])
    assert run.exit_code == 1
    assert said in run.output
    assert entries() == []


def test_a_store_of_ones_own_brings_its_questions(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "store.toml").write_text(STORE, encoding="utf-8")
    (tmp_path / "faq.md").write_text(FILE, encoding="utf-8")
    for changed in ("1 changed", "0 changed"):
        run = app.test_cli_runner().invoke(args=["seed", str(tmp_path / "store.toml")])
        assert run.exit_code == 0, run.output
        assert changed in run.output
    assert entries() == [("my-shop", "en", "one")]


def test_a_bad_file_of_questions_keeps_the_whole_store_out(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "store.toml").write_text(STORE, encoding="utf-8")
    (tmp_path / "faq.md").write_text("Hello\n", encoding="utf-8")
    run = app.test_cli_runner().invoke(args=["seed", str(tmp_path / "store.toml")])
    assert run.exit_code == 1
    assert db.session.query(Store).count() == 0
