"""The questions of the shipped stores: enough of them, the same in both languages, resting on clauses that exist."""

from pathlib import Path

import pytest

from helpdesk.cli_faq import read_all
from helpdesk.faq import Index, Passage, clauses_in, plain
from helpdesk.policies import read_policy_file
from helpdesk.seed import SEEDS

STORES = ("casa-petto", "casanovaspace", "petito")


@pytest.mark.parametrize("slug", STORES)
def test_every_question_rests_on_clauses_that_exist(slug: str) -> None:
    folder = SEEDS / slug
    known = read_policy_file(max(folder.glob("policy-*.toml"))).clauses
    for questions in read_all(folder.glob("faq*.md")).values():
        assert 12 <= len(questions) <= 20
        cited = {
            number for one in questions for number in (*clauses_in(one.answer), *([one.clause] if one.clause else []))
        }
        assert cited
        assert cited <= known.keys()


def test_both_languages_answer_the_same() -> None:
    read = read_all((SEEDS / "petito").glob("faq*.md"))
    assert [(one.name, one.clause) for one in read["en"]] == [(one.name, one.clause) for one in read["tr"]]


@pytest.mark.parametrize("name, said", [
    ("faq.123.md", "“123” is no language"), ("faq.en.md", "there is another file in the same language (en)"),
])  # fmt: skip
def test_a_file_says_its_language_by_its_name(tmp_path: Path, name: str, said: str) -> None:
    from helpdesk.core.errors import Invalid

    for each in ("faq.md", name):
        (tmp_path / each).write_text("## A\n### B {#b}\nC\n", encoding="utf-8")
    with pytest.raises(Invalid) as problem:
        read_all(sorted(tmp_path.glob("*.md"), reverse=True))
    assert said in problem.value.message


@pytest.mark.parametrize("slug", STORES)
@pytest.mark.parametrize("words", ["discount code does not work", "gift card", "coupon", "pay with gift card"])
def test_codes_and_gift_cards_have_an_answer_that_names_them(slug: str, words: str) -> None:
    questions = read_all((SEEDS / slug).glob("faq*.md"))["en"]
    index = Index([Passage(one, one.words, plain(one.answer), one.also) for one in questions])
    best = index.find(words, 1)[0].passage.key
    assert "gift card" in f"{best.also} {best.answer}".lower()
