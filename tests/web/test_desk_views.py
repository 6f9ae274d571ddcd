"""Views beside the queue: saved, found again, counted, arranged."""

import re

import pytest

from helpdesk.accounts import User
from helpdesk.core.db import db
from helpdesk.stores import Store
from helpdesk.tickets import View
from tests import factories
from tests.web.browsing import Browser, read
from tests.web.test_desk_queue import shown


@pytest.fixture
def agent(client: Browser, shop: Store) -> User:
    made = factories.agent(shop)
    client.sign_in(made)
    return made


def saved() -> list[tuple[str, str]]:
    return [(view.name, view.query) for view in db.session.scalars(db.select(View).order_by(View.id))]


def test_filters_are_kept_as_a_view_and_found_again(client: Browser, shop: Store, agent: User) -> None:
    mine, _noise = factories.ticket(shop), factories.ticket(shop)
    mine.assign(to=agent, by=agent)
    answer = client.post("/desk/views", data={"name": "My work", "query": "assignee=me&order=oldest&nonsense=1"})
    assert answer.location == "/desk/?assignee=me&order=oldest"
    page = client.get("/desk/").text
    found = re.search(r'<a href="/desk/\?([^"]+)" data-view><span>My work', page)
    assert found
    assert shown(client, found[1].replace("&amp;", "&")) == [mine.reference]


def test_a_bad_name_is_said_beside_its_field_and_kept(client: Browser, agent: User) -> None:
    client.post("/desk/views", data={"name": "Mine too", "query": ""})
    answer = client.post("/desk/views", data={"name": "MINE TOO", "query": "assignee=nobody"})
    assert answer.status_code == 422
    assert 'value="MINE TOO"' in answer.text
    assert "There is a view “MINE TOO” already." in read(answer)
    assert saved() == [("Mine too", "")]


def test_an_agent_shares_with_nobody(client: Browser, shop: Store, agent: User) -> None:
    assert 'name="store" id="view-store"' not in client.get("/desk/?assignee=nobody&category=policy").text
    answer = client.post("/desk/views", data={"name": "For all", "query": "", "store": shop.slug})
    assert answer.status_code == 403
    assert saved() == []


def test_what_a_supervisor_shares_everybody_of_the_store_sees(client: Browser, shop: Store) -> None:
    boss, elsewhere = factories.supervisor(shop), factories.agent(factories.store())
    client.sign_in(boss)
    client.post("/desk/views", data={"name": "Damages", "query": "category=post_purchase", "store": shop.slug})
    for person, sees in ((factories.agent(shop), True), (elsewhere, False)):
        client.post("/account/sign-out")
        client.sign_in(person)
        assert ("Damages" in read(client.get("/desk/"))) is sees


def test_views_are_renamed_moved_and_removed(client: Browser, agent: User) -> None:
    for name in ("One", "Two"):
        client.post("/desk/views", data={"name": name, "query": ""})
    one, two = db.session.scalars(db.select(View).order_by(View.id))
    client.post(f"/desk/views/{two.id}/up")
    client.post(f"/desk/views/{one.id}/name", data={"name": "First"})
    page = read(client.get("/desk/views"))
    assert page.index("Two") < page.index("First")
    assert client.post(f"/desk/views/{one.id}/name", data={"name": "Two"}).status_code == 422
    client.post(f"/desk/views/{two.id}/removal")
    assert [name for name, _ in saved()] == ["First"]


def test_anothers_view_does_not_exist(client: Browser, shop: Store, agent: User) -> None:
    view = View.save("Theirs", "", by=factories.agent(shop))
    for deed in ("name", "up", "removal"):
        assert client.post(f"/desk/views/{view.id}/{deed}", data={"name": "x"}).status_code == 404
    assert client.post(f"/desk/views/{'9' * 12}/up").status_code == 404
    for page in ("views", "", "commands"):
        assert "Theirs" not in client.get(f"/desk/{page}").text


def test_counters_count_what_the_views_show(client: Browser, shop: Store, agent: User) -> None:
    mine, _other, _foreign = factories.ticket(shop), factories.ticket(shop), factories.ticket()
    mine.assign(to=agent, by=agent)
    view = View.save("Mine", "assignee=me", by=agent)
    counts = client.get("/desk/queue/counts?assignee=nobody").json
    assert counts
    found = {key: counts[key] for key in ("here", "waiting", "mine", "unassigned", "solved", f"view-{view.id}")}
    assert found == {
        "here": "1", "waiting": "2", "mine": "1", "unassigned": "1", "solved": "0", f"view-{view.id}": "1",
    }  # fmt: skip


def test_the_palette_leads_to_views_and_pages(client: Browser, agent: User) -> None:
    View.save("Damages", "category=post_purchase", by=agent)
    found = {entry["words"]: entry["url"] for entry in client.get("/desk/commands").json or []}
    assert found["Damages"] == "/desk/?category=post_purchase"
    assert {"Mine", "Queue", "Returns"} <= set(found)
    assert "Escalations" not in found
    assert {url: client.get(url).status_code for url in found.values()} == dict.fromkeys(found.values(), 200)
