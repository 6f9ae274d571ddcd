"""Languages: what is spoken, what is told, and that nothing of the catalogues is missing."""

import pytest
from markupsafe import Markup

from helpdesk.cli_texts import found_texts, problems, read
from helpdesk.core.language import (
    ENGLISH,
    KNOWN,
    N_,
    STAFF,
    Words,
    current,
    gettext,
    language,
    lazy,
    ngettext,
    speaking,
)

OTHERS = [code for code in KNOWN if code != ENGLISH]
SKIP = "Skip to the content"


def test_english_is_what_stands_in_the_code_and_what_staff_read():
    assert current().code == STAFF == ENGLISH
    assert gettext(SKIP) == SKIP
    assert ngettext("%(number)s day", "%(number)s days", 1) == "1 day"
    assert ngettext("%(number)s day", "%(number)s days", 2) == "2 days"


def test_a_text_is_told_in_the_language_of_the_moment():
    late = lazy(SKIP)
    table = Words({1: N_(SKIP)})
    with speaking("tr"):
        assert gettext(SKIP) == str(late) == f"{late}" == table[1] == table.get(1) == "İçeriğe geç"
        assert list(table.items()) == [(1, "İçeriğe geç")]
        assert list(table.values()) == ["İçeriğe geç"]
    assert gettext(SKIP) == str(late) == table[1] == SKIP
    assert table.get(2, "nothing") == "nothing"


def test_what_nobody_translated_and_nothing_at_all_stay_as_they_are():
    with speaking("tr"):
        assert gettext("A sentence that no catalogue knows") == "A sentence that no catalogue knows"
        assert gettext("") == ""


def test_markup_keeps_its_tags_and_nothing_else_has_any():
    told = gettext("<Read> %(link)s by %(who)s", link=Markup("<a>it</a>"), who="<b>")
    assert told == "&lt;Read&gt; <a>it</a> by &lt;b&gt;"
    assert gettext("%(who)s", who="<b>") == "<b>"  # a plain text, which the page escapes


def test_languages_know_their_own_name_and_direction():
    assert (language("tr").name, language("tr").direction) == ("Türkçe", "ltr")
    with pytest.raises(KeyError):
        language("tlh")


@pytest.mark.parametrize("code", OTHERS)
def test_every_catalogue_is_complete(code):
    assert list(problems(read(code))) == []


@pytest.mark.parametrize("code", OTHERS)
def test_every_catalogue_has_just_the_texts_that_are_marked(code):
    # `flask texts` adds what is missing here and drops what is too much.
    marked = {message.id for message in found_texts() if message.id}
    assert {message.id for message in read(code) if message.id} == marked


@pytest.mark.parametrize(
    "original, told, words",
    [
        ("Hello %(name)s", "", "not translated"),
        ("Hello %(name)s", "Merhaba", "other placeholders"),
        (("%(number)s fig", "%(number)s figs"), ("%(number)s incir",), "not translated"),
        (("%(number)s fig", "%(number)s figs"), ("incir", "%(number)s incir"), "other placeholders"),
    ],
)
def test_a_fault_in_a_catalogue_is_named(original, told, words):
    catalogue = read("tr")
    catalogue.add(original, told)
    assert list(problems(catalogue)) == [f"{words}: {original!r}"]


def test_a_guess_is_a_fault():
    catalogue = read("tr")
    catalogue.add("Hello", "Merhaba", flags=["fuzzy"])
    assert list(problems(catalogue)) == ["fuzzy: 'Hello'"]
