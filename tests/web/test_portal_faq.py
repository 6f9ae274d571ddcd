"""Questions and answers as a visitor meets them, and search that answers."""

import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from helpdesk.core.db import db
from helpdesk.core.language import speaking
from helpdesk.faq import FaqEntry, HelpSearch, load_faq, read_faq
from helpdesk.stores import Store
from tests import factories
from tests.web.browsing import Browser, hidden, read
from tests.web.test_query_counts import asked_for

FILE = """\
## Damage
### It arrived broken {#broken}
clause: 3
also: cracked

<b>Tell us</b> within [clause 3] days, see [clause 99.9], or [report it](report/damaged).
### How do I track it? {#track}

[Here](track).
## Other
### Do you wrap gifts? {#gifts}

No.
"""
TURKISH = "## Hasar\n### Kırık geldi {#broken}\n\nBize yazın.\n"


@pytest.fixture
def answers(shop: Store) -> Store:
    """A store with answers, beside another one whose answers must never show."""
    other = factories.store()
    load_faq(other, "en", read_faq("## A\n### Foreign and broken? {#foreign}\nElsewhere.\n"))
    load_faq(shop, "en", read_faq(FILE))
    load_faq(shop, "tr", read_faq(TURKISH))
    db.session.commit()
    return shop


def vote(client: Browser, shop: Store, helped: str, name: str = "broken", **more: str) -> TestResponse:
    return client.post(f"/{shop.slug}/faq/{name}/vote", data={"helped": helped, **more})


def counts(shop: Store, name: str = "broken") -> tuple[int, int]:
    entry = db.session.query(FaqEntry).filter_by(store_id=shop.id, language="en", slug=name).one()
    return entry.helped, entry.not_helped


def searches(shop: Store) -> list[tuple[str, int, str, str]]:
    kept = db.session.query(HelpSearch).filter_by(store_id=shop.id).order_by(HelpSearch.id)
    return [(one.words, one.found, one.clicked, one.helped.value) for one in kept]


def test_all_questions_stand_by_group_with_their_anchors(client: Browser, answers: Store) -> None:
    page = client.get(f"/{answers.slug}/faq")
    assert re.findall(r'<details class="faq-entry" id="(\w+)">', page.text) == ["broken", "track", "gifts"]
    assert "Foreign" not in page.text
    assert "Kırık geldi" not in page.text
    assert read(page).index("Damage") < read(page).index("Other")


def test_an_answer_is_text_with_links_of_ours(client: Browser, answers: Store) -> None:
    page = client.get(f"/{answers.slug}/faq/broken").text
    assert "&lt;b&gt;Tell us&lt;/b&gt;" in page
    assert re.search(rf'<a href="/{answers.slug}/policy/[^"]+#clause-3">clause 3</a>', page)
    assert "see clause 99.9," in page
    assert f'<a href="/{answers.slug}/report?issue=damaged">report it</a>' in page


def test_the_other_language_is_one_press_away(client: Browser, answers: Store) -> None:
    assert 'hreflang="tr">Türkçe</a>' in client.get(f"/{answers.slug}/faq").text
    page = client.get(f"/{answers.slug}/faq?in=tr")
    assert "Kırık geldi" in read(page)
    assert "It arrived broken" not in read(page)
    assert f'action="/{answers.slug}/faq?in=tr"' in page.text
    assert f'action="/{answers.slug}/faq/broken/vote?in=tr"' in client.get(f"/{answers.slug}/faq/broken?in=tr").text


def test_a_store_without_answers_says_where_to_go(client: Browser, shop: Store) -> None:
    assert "No questions here yet" in read(client.get(f"/{shop.slug}/faq"))


def test_a_question_of_another_store_does_not_exist_here(client: Browser, answers: Store) -> None:
    assert client.get(f"/{answers.slug}/faq/foreign").status_code == 404
    assert vote(client, answers, "yes", "foreign").status_code == 404


def test_a_vote_counts_once_and_may_be_changed(client: Browser, answers: Store) -> None:
    for helped in ("yes", "yes", "no"):
        answer = vote(client, answers, helped)
    assert counts(answers) == (0, 1)
    page = read(client.get(answer.location))
    assert "Sorry about that. A person helps you further." in page
    assert answers.email in page


def test_a_vote_from_among_all_answers(client: Browser, answers: Store) -> None:
    assert client.post(f"/{answers.slug}/faq", data={"no": "broken"}).location.endswith("/faq/broken?said=no#said")
    assert client.post(f"/{answers.slug}/faq", data={"yes": "gifts"}).status_code == 302
    assert (counts(answers), counts(answers, "gifts")) == ((0, 1), (1, 0))
    assert client.post(f"/{answers.slug}/faq", data={"maybe": "broken"}).status_code == 422
    assert client.post(f"/{answers.slug}/faq", data={"yes": "foreign"}).status_code == 404


def test_what_is_no_vote_is_refused(client: Browser, answers: Store) -> None:
    assert vote(client, answers, "maybe").status_code == 422
    assert counts(answers) == (0, 0)


def test_too_many_votes_are_refused(strict: Flask) -> None:
    strict.config["WTF_CSRF_ENABLED"] = False
    with strict.app_context():
        shop = factories.store()
        load_faq(shop, "en", read_faq(FILE))
        db.session.commit()
        slug = shop.slug
    client = strict.test_client()
    told = [client.post(f"/{slug}/faq/gifts/vote", data={"helped": "yes"}).status_code for _ in range(61)]
    assert (set(told[:60]), told[60]) == ({302}, 429)


def test_opening_a_page_sets_nothing_but_the_session(client: Browser, answers: Store) -> None:
    answer = client.get(f"/{answers.slug}/faq")
    assert [cookie.partition("=")[0] for cookie in answer.headers.getlist("Set-Cookie")] in ([], ["session"])


def test_search_answers_as_a_page_and_as_a_part_of_one(client: Browser, answers: Store) -> None:
    page, part = (client.get(f"/{answers.slug}/{where}?q=brokn") for where in ("help", "help/answers"))
    for answer in (page, part):
        assert "It arrived <mark>broken</mark>" in answer.text
        assert f'href="/{answers.slug}/report?issue=damaged"' in answer.text
        assert "Foreign" not in answer.text
    assert 'data-says="1 answer"' in part.text
    assert "<html" not in part.text
    assert searches(answers) == []


def test_search_finds_clauses_of_the_policy_in_force(client: Browser, answers: Store) -> None:
    page = client.get(f"/{answers.slug}/help?q=damaged+on+arrival").text
    assert re.search(rf'href="/{answers.slug}/policy/[^"]+#clause-\d', page)


def test_search_knows_all_languages_whatever_the_page_speaks(client: Browser, answers: Store) -> None:
    page = client.get(f"/{answers.slug}/help?q=kirik").text
    assert '<span class="help-title" lang="tr">' in page
    assert f"/{answers.slug}/faq/broken?in=tr" in page


def test_search_answers_though_another_thread_clears_what_it_keeps(
    client: Browser, answers: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Cleared(dict[object, object]):
        def __setitem__(self, key: object, value: object) -> None:
            self.clear()

    monkeypatch.setattr("helpdesk.web.portal.help._indexes", Cleared())
    assert client.get(f"/{answers.slug}/help?q=where+is+my+parcel").status_code == 200


def test_new_answers_are_found_at_once(client: Browser, answers: Store) -> None:
    address = f"/{answers.slug}/help?q=ribbons"
    assert "Nothing fits yet" in read(client.get(address))
    load_faq(answers, "en", read_faq(FILE + "### Ribbons? {#ribbons}\n\nRed ones.\n"))
    db.session.commit()
    assert "Red ones." in read(client.get(address))


@pytest.mark.parametrize("query", ["", "%", "<script>alert(1)</script>", "x" * 5000, "\x00", "' OR 1=1 --", "🐈" * 50])
def test_search_takes_anything(client: Browser, answers: Store, query: str) -> None:
    for where in ("help", "help/answers"):
        answer = client.get(f"/{answers.slug}/{where}", query_string={"q": query})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text


def test_a_sent_search_is_kept_without_traces_and_judged(client: Browser, answers: Store) -> None:
    sent = client.post(f"/{answers.slug}/help", data={"q": "Broken #1042 ada@mail.example.com"})
    page = client.get(sent.location)
    assert searches(answers) == [("broken", 1, "", "none")]
    client.post(f"/{answers.slug}/help/said", data={**hidden(page, "/help/said"), "helped": "no"})
    assert searches(answers) == [("broken", 1, "", "no")]


def test_an_answer_that_helped_is_told_to_its_search(client: Browser, answers: Store) -> None:
    page = client.get(client.post(f"/{answers.slug}/help", data={"q": "broken"}).location)
    link = re.search(rf'href="(/{answers.slug}/faq/broken\?search=[^"]+)"', page.text)
    assert link
    fields = hidden(client.get(link[1]), "/faq/broken/vote")
    vote(client, answers, "yes", **fields)
    assert searches(answers) == [("broken", 1, "faq:broken", "yes")]


def test_a_search_of_another_store_cannot_be_judged(client: Browser, answers: Store) -> None:
    sent = client.post(f"/{answers.slug}/help", data={"q": "broken"})
    fields = hidden(client.get(sent.location), "/help/said")
    client.post(f"/{factories.store().slug}/help/said", data={**fields, "helped": "yes"})
    client.post(f"/{answers.slug}/help/said", data={**fields, "search": fields["search"] + "x", "helped": "yes"})
    assert searches(answers) == [("broken", 1, "", "none")]


def test_what_was_opened_while_typing_is_kept_if_it_was_offered(client: Browser, answers: Store) -> None:
    for clicked in ("faq:broken", "faq:foreign", "<script>"):
        assert client.post(f"/{answers.slug}/help/used", data={"q": "broken", "clicked": clicked}).status_code == 204
    assert [clicked for _, _, clicked, _ in searches(answers)] == ["faq:broken", "", ""]


def test_a_search_needs_no_token_and_no_cookie(strict: Flask) -> None:
    with strict.app_context():
        slug = factories.store().slug
        db.session.commit()
    client = strict.test_client(use_cookies=False)
    assert client.post(f"/{slug}/help", data={"q": "damaged"}).status_code == 302
    assert client.post(f"/{slug}/help/used", data={"q": "damaged"}).status_code == 204


@pytest.mark.parametrize("path", ["", "faq", "help?q=broken", "report"])
def test_the_box_stands_where_people_look_for_help(client: Browser, answers: Store, path: str) -> None:
    assert f'data-help="/{answers.slug}/help/answers"' in client.get(f"/{answers.slug}/{path}").text


@pytest.mark.parametrize(
    "path, most", [("faq", 6), ("faq/broken", 6), ("help?q=broken", 6), ("help/answers?q=brok", 6)]
)
def test_however_many_answers_there_are_the_questions_to_the_database_are_few(
    client: Browser, answers: Store, path: str, most: int
) -> None:
    assert len(asked_for(client, f"/{answers.slug}/{path}")) <= most


def test_a_page_in_turkish_prefers_turkish_answers(app: Flask, answers: Store) -> None:
    from flask import g

    from helpdesk.web.portal.help import answers_to

    with app.test_request_context(f"/{answers.slug}/help"), speaking("tr"):
        g.store = answers
        assert answers_to("broken kirik").answers[0].language == ""
