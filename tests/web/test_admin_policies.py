"""The pages on policy editions: read, compare, prepare, try on past tickets, publish."""

from io import BytesIO
from typing import Any

import pytest
from markupsafe import escape
from sqlalchemy import select

from helpdesk.accounts import Role, User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.policies import PolicyEdition, draft_of, drop_draft, editions_of, keep_draft
from helpdesk.stores import Store
from tests import factories
from tests.returns.judged import unused
from tests.web.browsing import Browser, hidden, read
from tests.web.policed import text_of, with_policy


@pytest.fixture
def mia(shop: Store) -> User:
    return factories.agent(shop, role=Role.MANAGER, name="Mia Manager")


@pytest.fixture
def page(client: Browser, shop: Store, mia: User) -> str:
    """The page of a shop with two editions; a manager looks at it."""
    with_policy(shop, e2025_01_01=30, e2026_01_01=14)
    client.sign_in(mia)
    return f"/desk/admin/policies/{shop.slug}"


def today() -> str:
    return clock.now().date().isoformat()


def opened(client: Browser, page: str) -> dict[str, str]:
    """The hidden fields of the form for the text, on the draft's page or, where there is none, on the list."""
    return hidden(client.get(f"{page}/draft", follow_redirects=True), "/draft")


def prepare(client: Browser, page: str, text: str) -> Any:
    return client.post(f"{page}/draft", data={**opened(client, page), "text": text}, follow_redirects=True)


def published(shop: Store) -> list[str]:
    return [one.name for one in db.session.scalars(editions_of(shop.id))]


def press_publish(client: Browser, page: str, **fields: str) -> Any:
    form = hidden(client.get(f"{page}/draft"), "/publication#publish")
    return client.post(f"{page}/draft/publication", data={**form, "effective": today(), "read": "y", **fields})


@pytest.mark.parametrize("role, status", [
    (Role.AGENT, 403), (Role.SUPERVISOR, 403), (Role.MANAGER, 200), (Role.ADMIN, 200),
])  # fmt: skip
def test_it_is_for_managers_and_admins(client: Browser, shop: Store, role: Role, status: int) -> None:
    client.sign_in(factories.agent(shop, role=role))
    assert client.get(f"/desk/admin/policies/{shop.slug}").status_code == status
    assert ("Policy editions" in read(client.get("/desk/"))) == (status == 200)


@pytest.mark.parametrize("path", ["", "/draft", "/editions/2025-01-01", "/editions/2025-01-01.toml", "/changes"])
def test_another_stores_editions_do_not_exist(client: Browser, page: str, path: str) -> None:
    other = with_policy()
    assert client.get(f"/desk/admin/policies/{other.slug}{path}").status_code == 404
    assert client.post(f"/desk/admin/policies/{other.slug}/draft", data={"text": "x"}).status_code == 404


def test_the_list_says_which_is_in_force(client: Browser, page: str) -> None:
    shown = read(client.get(page))
    assert shown.index("2026-01-01 Returns In force") < shown.index("2025-01-01 Returns Past")


def test_a_store_without_an_edition_shows_the_house_policy(client: Browser, shop: Store, mia: User) -> None:
    client.sign_in(mia)
    assert "house In force" in read(client.get(f"/desk/admin/policies/{shop.slug}"))
    assert "Holds" in read(client.get(f"/desk/admin/policies/{shop.slug}/editions/house"))


def test_an_edition_is_read_in_words_with_its_examples(client: Browser, page: str, shop: Store) -> None:
    shown = read(client.get(f"{page}/editions/2026-01-01"))
    for words in ("Within 14 days, unused.", "when past the window", "It was used.", "Holds", "1 example"):
        assert words in shown
    assert client.get(f"{page}/editions/2026-01-01.toml").text == text_of(shop, "2026-01-01", days=14)
    assert client.get(f"{page}/editions/1999").status_code == 404


def test_two_editions_are_compared_in_words(client: Browser, page: str) -> None:
    shown = read(client.get(f"{page}/changes?old=2025-01-01&new=2026-01-01"))
    assert "It said: Within 30 days, unused. It says: Within 14 days, unused." in shown
    assert "days 14 (was 30)" in shown
    assert client.get(f"{page}/changes?old=2025-01-01&new=nothing").status_code == 404


def test_everything_that_is_wrong_stands_beside_its_line_and_nothing_is_lost(
    client: Browser, page: str, shop: Store
) -> None:
    text = text_of(shop, today()).replace("used = true", "usd = true", 1).replace('clauses = "1"', 'clauses = "9"', 1)
    answer = prepare(client, page, text)
    line = next(n for n, each in enumerate(text.splitlines(), start=1) if "usd = true" in each)
    shown = read(answer)
    assert "2 things are wrong with it" in shown
    assert "did you mean “used”?" in shown
    assert "there is no clause “9”" in shown
    assert f"Line {line} rule “dear”" in shown
    assert "usd = true" in answer.text
    assert "Publish edition" not in shown
    draft = draft_of(shop)
    assert draft is not None
    assert draft.text == text


def test_a_file_that_is_no_toml_names_its_line(client: Browser, page: str) -> None:
    shown = read(prepare(client, page, '[policy]\nstore = "x\n'))
    assert "1 thing is wrong with it" in shown
    assert "Line 2" in shown


def test_a_file_can_be_chosen_instead(client: Browser, page: str, shop: Store) -> None:
    data = {"file": (BytesIO(text_of(shop, today(), days=7).encode()), "next.toml"), "form_key": "k" * 20}
    shown = read(client.post(f"{page}/draft", data=data, follow_redirects=True))
    assert "It is sound" in shown
    assert "It says: Within 7 days, unused." in shown


def test_what_is_no_text_is_refused_at_its_field(client: Browser, page: str, shop: Store) -> None:
    data = {"file": (BytesIO(b"\xff\xfe\x00"), "next.toml"), "form_key": "k" * 20}
    answer = client.post(f"{page}/draft", data=data)
    assert answer.status_code == 422
    assert "no text file in UTF-8" in read(answer)
    assert draft_of(shop) is None


def test_a_draft_for_another_store_is_said_at_once(client: Browser, page: str) -> None:
    shown = read(prepare(client, page, text_of(factories.store(), today())))
    assert "this edition is for" in shown
    assert "Publish edition" not in shown


def test_failing_examples_are_shown_and_keep_it_from_being_published(client: Browser, page: str, shop: Store) -> None:
    text = text_of(shop, today())
    head, _, example = text.rpartition('outcome = "decline"')
    shown = read(prepare(client, page, f'{head}outcome = "approve"{example}'))
    assert "1 of its examples gets another answer" in shown
    assert "cannot be published" in shown


def test_what_if_says_how_many_were_looked_at_and_the_money(client: Browser, page: str, shop: Store) -> None:
    ticket = unused(shop=shop, days_ago=10)
    prepare(client, page, text_of(shop, today(), days=7))
    shown = read(client.get(f"{page}/draft?days=90"))
    assert "1 ticket were looked at: all that were decided in the last 90 days" in shown
    assert "1 would have been answered differently" in shown
    assert "Refunds granted, at most $42.00 $0.00 -$42.00" in shown
    assert ticket.reference in shown


def test_what_if_is_bounded_and_says_so(
    client: Browser, page: str, shop: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpdesk.web.admin.policy_draft.LOOKED_AT", 1)
    old, new = unused(shop=shop, days_ago=10), unused(shop=shop, days_ago=10)
    prepare(client, page, text_of(shop, today(), days=7))
    shown = read(client.get(f"{page}/draft?days=90"))
    assert "the latest of 2 that were decided" in shown
    assert new.reference in shown
    assert old.reference not in shown


def test_publishing_is_confirmed_and_written_down_with_who_and_when(
    client: Browser, page: str, shop: Store, mia: User
) -> None:
    prepare(client, page, text_of(shop, today(), days=7))
    assert press_publish(client, page, read="").status_code == 422
    assert press_publish(client, page).status_code == 302
    newest = db.session.scalars(select(PolicyEdition).order_by(PolicyEdition.id.desc())).first()
    assert newest is not None
    assert (newest.name, newest.published_by, draft_of(shop)) == (today(), mia, None)
    assert "Mia Manager" in read(client.get(page))


def test_it_counts_from_the_day_that_was_chosen(client: Browser, page: str, shop: Store) -> None:
    prepare(client, page, text_of(shop, "2026-01-02").replace('edition = "2026-01-02"', 'edition = "next"'))
    answer = press_publish(client, page, effective="2026-01-02")
    assert answer.status_code == 422
    assert "is past" in read(answer)
    assert press_publish(client, page).status_code == 302
    newest = db.session.scalars(editions_of(shop.id)).first()
    assert newest is not None
    assert (newest.name, newest.effective_on.isoformat()) == ("next", today())
    assert newest.compiled.file.policy.effective == newest.effective_on


def test_only_the_text_that_was_looked_at_is_published(client: Browser, page: str, shop: Store) -> None:
    prepare(client, page, text_of(shop, today(), days=7))
    looked_at = hidden(client.get(f"{page}/draft"), "/publication#publish")
    prepare(client, page, text_of(shop, today(), days=1))
    answer = press_publish(client, page, digest=looked_at["digest"])
    assert answer.status_code == 422
    assert "Somebody has changed the draft" in read(answer)
    assert published(shop) == ["2026-01-01", "2025-01-01"]


def test_a_second_press_publishes_nothing_twice(client: Browser, page: str, shop: Store) -> None:
    prepare(client, page, text_of(shop, today(), days=7))
    form = hidden(client.get(f"{page}/draft"), "/publication#publish")
    for _ in range(2):
        data = {**form, "effective": today(), "read": "y"}
        assert client.post(f"{page}/draft/publication", data=data).status_code == 302
    assert len(published(shop)) == 3


def test_a_draft_begins_with_an_edition_and_can_be_thrown_away(client: Browser, page: str, shop: Store) -> None:
    client.post(f"{page}/draft/beginning", data={"name": "2026-01-01"})
    draft = draft_of(shop)
    assert draft is not None
    assert draft.text == text_of(shop, "2026-01-01", days=14)
    client.post(f"{page}/draft/beginning", data={"name": "2025-01-01"})
    assert "days = 14" in draft.text  # what is being prepared is not overwritten
    client.post(f"{page}/draft/removal", data=hidden(client.get(f"{page}/draft"), "/removal"))
    assert draft_of(shop) is None


def press_keep(client: Browser, page: str, form: dict[str, str], **given: Any) -> Any:
    return client.post(f"{page}/draft", data={**form, **given})


def theirs(shop: Store, text: str | None) -> User:
    """Somebody else keeps another text meanwhile, or throws the draft away."""
    grace, draft = factories.agent(shop, role=Role.MANAGER, name="Grace Hopper"), draft_of(shop)
    seen = draft.digest if draft else ""
    if text is None:
        drop_draft(shop, seen=seen)
    else:
        keep_draft(shop, text, by=grace, seen=seen)
    return grace


@pytest.mark.parametrize("as_file", [False, True])
@pytest.mark.parametrize("had_one", [False, True])
def test_of_two_who_prepare_an_edition_neither_is_lost(
    client: Browser, page: str, shop: Store, had_one: bool, as_file: bool
) -> None:
    base, own, other = (text_of(shop, today(), days=days) for days in (7, 8, 9))
    if had_one:
        prepare(client, page, base)
    form = opened(client, page)
    theirs(shop, other)
    given = {"file": (BytesIO(own.encode()), "next.toml")} if as_file else {"text": own}
    answer = press_keep(client, page, form, **given)
    shown, draft = read(answer), draft_of(shop)
    assert answer.status_code == 409
    assert "somebody kept another draft while you wrote. Grace Hopper kept it" in shown
    assert "Yours days = 8 Theirs days = 9" in shown
    assert f">\r\n{escape(own)}</textarea>" in answer.text
    assert draft is not None
    assert draft.text == other
    assert press_keep(client, page, hidden(answer, "/draft"), text=own).status_code == 302
    assert draft.text == own


def test_a_draft_that_is_gone_meanwhile_does_not_come_back_by_itself(client: Browser, page: str, shop: Store) -> None:
    prepare(client, page, text_of(shop, today(), days=7))
    form, own = opened(client, page), text_of(shop, today(), days=8)
    theirs(shop, None)
    answer = press_keep(client, page, form, text=own)
    assert answer.status_code == 409
    assert "published or thrown away while you wrote" in read(answer)
    assert draft_of(shop) is None
    assert press_keep(client, page, hidden(answer, "/draft"), text=own).status_code == 302
    assert draft_of(shop) is not None


def test_who_throws_it_away_throws_away_what_they_saw(client: Browser, page: str, shop: Store) -> None:
    prepare(client, page, text_of(shop, today(), days=7))
    form = hidden(client.get(f"{page}/draft"), "/removal")
    theirs(shop, text_of(shop, today(), days=9))
    shown = read(client.post(f"{page}/draft/removal", data=form, follow_redirects=True))
    assert "changed the draft since you looked at it" in shown
    assert draft_of(shop) is not None


def test_the_same_text_twice_is_no_quarrel(client: Browser, page: str, shop: Store) -> None:
    form, text = opened(client, page), text_of(shop, today(), days=7)
    assert [press_keep(client, page, form, text=text).status_code for _ in range(2)] == [302, 302]
