"""Work on a ticket through the doors."""

from datetime import timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from werkzeug.test import TestResponse

from helpdesk.accounts import User
from helpdesk.core import clock
from helpdesk.stores import Store
from helpdesk.tickets import (
    Evidence,
    ShownBy,
    Status,
    Ticket,
    add_tag,
    conversation_of,
    fields_of,
    links_of,
    merge,
    merges_into,
    prove,
    tags_of,
)
from tests import factories
from tests.web.browsing import Browser, read
from tests.web.guest import mailed


def pair(shop: Store) -> tuple[Ticket, Ticket, User]:
    """A ticket with a photo, merged into another of the same customer."""
    agent = factories.agent(shop)
    old = factories.ticket(shop, photos=[Evidence.DAMAGE])
    main = factories.ticket(shop, customer=old.customer, by=old.customer, body="And the second bowl?")
    for ticket in (old, main):
        prove(ticket, ShownBy.LINK)
    merge(old, into=main, by=agent)
    return old, main, agent


def test_the_customers_old_link_leads_to_the_main_ticket(client: Browser, shop: Store) -> None:
    old, main, _ = pair(shop)
    answer = client.get(f"/{shop.slug}/tickets/{old.guest_token}")
    assert (answer.status_code, answer.location) == (302, mailed(main))
    page = client.get(answer.location)
    assert "And the second bowl?" in read(page)
    assert f"from {old.reference}" in read(page)
    photo = old.attachments[0].token
    assert client.get(f"/{shop.slug}/tickets/{main.guest_token}/files/{photo}/screen").status_code == 200


def test_what_the_customer_writes_on_the_old_page_joins_the_main_ticket(client: Browser, shop: Store) -> None:
    old, main, _ = pair(shop)
    data = {"body": "It came, broken.", "form_key": "a-key-that-is-long-enough"}
    answer = client.post(f"/{shop.slug}/tickets/{old.guest_token}/messages", data=data)
    assert answer.location == f"{mailed(main)}#newest"
    rows = conversation_of(main.id, with_notes=False)
    assert [(row.body, row.origin) for row in rows][-1] == ("It came, broken.", None)


def test_a_renewed_link_shuts_the_old_ones_too(client: Browser, shop: Store) -> None:
    old, main, agent = pair(shop)
    links = [f"/{shop.slug}/tickets/{ticket.guest_token}" for ticket in (old, main)]
    main.renew_link(by=agent)
    assert [client.get(link).status_code for link in links] == [404, 404]


def test_the_desk_says_where_a_merged_ticket_goes_on(client: Browser, shop: Store) -> None:
    old, main, agent = pair(shop)
    client.sign_in(agent)
    page = client.get(f"/desk/tickets/{old.reference}")
    assert "This ticket goes on as part of another" in read(page)
    assert f'href="/desk/tickets/{main.reference}"' in page.text
    photo = old.attachments[0].token
    assert photo in client.get(f"/desk/tickets/{main.reference}").text
    assert client.get(f"/desk/tickets/{main.reference}/files/{photo}/screen").status_code == 200


# ---- the page "Work on this ticket"

WORK = {
    "field": [
        {"name": "batch", "label": "Batch", "kind": "number", "required_to_solve": True},
        {"name": "carrier", "label": "Carrier", "kind": "choice", "choices": ["DHL", "UPS"]},
    ]
}
KEY = {"form_key": "a-key-that-is-long-enough"}


class Desk(NamedTuple):
    """An agent's browser, and a ticket with an answer and a second message."""

    client: Browser
    ticket: Ticket
    agent: User

    def work(self, part: str = "") -> str:
        return f"/desk/tickets/{self.ticket.reference}{part}"

    def press(self, part: str, **data: str) -> TestResponse:
        return self.client.post(self.work(part), data={**KEY, **data})


@pytest.fixture
def desk(client: Browser, shop: Store) -> Desk:
    shop.work_terms = WORK
    agent, ticket = factories.agent(shop), factories.ticket(shop)
    ticket.reply(by=agent, body="On its way.")
    ticket.write(by=ticket.customer, body="And the other one is broken.")
    return Desk(client.sign_in(agent), ticket, agent)


def another(desk: Desk) -> Ticket:
    return factories.ticket(desk.ticket.store, customer=desk.ticket.customer, by=desk.ticket.customer)


def test_the_page_has_every_part(desk: Desk) -> None:
    page = desk.client.get(desk.work("/work"))
    for words in ("Snooze", "Merge", "Split", "Tags", "Fields", "Links", "“Batch” is not filled in"):
        assert words in read(page), words


def test_merging_and_the_way_back(desk: Desk) -> None:
    main = another(desk)
    assert main.reference in desk.client.get(desk.work("/work")).text  # as a duplicate
    done = desk.press("/merge", into=main.reference.lower().replace("-", " "), is_sure="y")
    assert done.location == f"/desk/tickets/{main.reference}"
    page = desk.client.get(f"/desk/tickets/{main.reference}/work")
    assert f"{desk.ticket.reference} is part of this one" in read(page)
    found = merges_into(main)[0]
    back = desk.client.post(f"/desk/tickets/{main.reference}/merges/{found.id}/undo", data=KEY)
    assert back.location == desk.work()
    assert desk.ticket.status is Status.OPEN


def test_a_refused_merge_says_why_and_keeps_what_was_typed(desk: Desk) -> None:
    stranger = factories.ticket(desk.ticket.store)
    answer = desk.press("/merge", into=stranger.reference)
    assert answer.status_code == 422
    assert "These are two customers" in read(answer)
    assert f'value="{stranger.reference}"' in answer.text
    assert "Type the reference" in read(desk.press("/merge", into=""))


def test_another_stores_ticket_is_neither_merged_nor_linked(desk: Desk) -> None:
    foreign = factories.ticket()
    for part, data in (("/merge", {"into": foreign.reference}), ("/links", {"to": foreign.reference, "role": "child"})):
        answer = desk.press(part, **data)
        assert (answer.status_code, "There is no ticket" in read(answer)) == (422, True)
    pages = ("/work", "/work/summary", "/duplicates")
    assert {desk.client.get(f"/desk/tickets/{foreign.reference}{page}").status_code for page in pages} == {404}
    acts = ("/merge", "/snooze", "/snooze/end", "/split", "/links", "/tags", "/fields")
    assert {desk.client.post(f"/desk/tickets/{foreign.reference}{act}", data=KEY).status_code for act in acts} == {404}


def test_snoozing_by_a_preset_by_a_time_and_waking(desk: Desk) -> None:
    desk.press("/snooze", when="soon", note="The supplier is away")
    assert desk.ticket.snoozed_until
    page = desk.client.get(desk.work("/work"))
    assert "“The supplier is away”" in read(page)
    assert "Snoozed" in read(desk.client.get(desk.work()))
    desk.press("/snooze/end")
    assert desk.ticket.snoozed_until is None
    on = (clock.now() + timedelta(days=3)).date().isoformat()
    assert "Choose the day and the time" in read(desk.press("/snooze", when="own", on=on))
    desk.press("/snooze", when="own", on=on, at="09:30")
    until = desk.ticket.snoozed_until
    assert until
    assert until.astimezone(ZoneInfo(desk.ticket.store.timezone)).isoformat()[:16] == f"{on}T09:30"


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_at_the_end_of_the_calendar_is_refused(desk: Desk, shop: Store, day: str) -> None:
    for zone in ("Pacific/Kiritimati", "America/Los_Angeles"):
        shop.timezone = zone
        page = desk.press("/snooze", when="own", on=day, at="23:00" if day > "2" else "00:10")
        assert page.status_code == 422
        assert "Choose a time to come" in read(page)


def test_splitting_off_a_message(desk: Desk) -> None:
    newest = conversation_of(desk.ticket.id, with_notes=True)[-1].id
    assert "Choose at least one message" in read(desk.press("/split", issue_type="quality"))
    done = desk.press("/split", messages=str(newest), issue_type="quality")
    page = read(desk.client.get(done.location))
    assert "And the other one is broken." in page
    assert f"out of messages of {desk.ticket.reference}" in page


def test_tags_links_and_fields_show_on_the_tickets_summary(desk: Desk) -> None:
    other = another(desk)
    desk.press("/tags", name="#Broken Bowl")
    desk.press("/links", to=other.reference, role="parent")
    desk.press("/fields", field_batch="17,50", field_carrier="UPS")
    summary = read(desk.client.get(desk.work("/work/summary")))
    for words in ("broken-bowl", f"Parent {other.reference}", "Batch 17.5", "Carrier UPS"):
        assert words in summary, words
    (tag,) = tags_of(desk.ticket.id)
    desk.press(f"/tags/{tag.id}/removal")
    (link,) = links_of(desk.ticket)
    desk.press(f"/links/{link.link.id}/cut")
    summary = read(desk.client.get(desk.work("/work/summary")))
    assert "broken-bowl" not in summary
    assert other.reference not in summary


def test_a_wrong_field_is_told_beside_it_and_nothing_is_kept(desk: Desk) -> None:
    answer = desk.press("/fields", field_batch="many", field_carrier="UPS")
    assert answer.status_code == 422
    assert 'id="field-batch-error"' in answer.text
    assert 'value="many"' in answer.text
    assert [value for _, value in fields_of(desk.ticket)] == ["", ""]


def test_the_status_form_asks_the_same_guard(desk: Desk) -> None:
    answer = desk.client.post(desk.work("/status"), data={**KEY, "status": "solved"})
    assert answer.status_code == 422
    assert "Before this can be solved: “Batch” is not filled in." in read(answer)


def test_duplicates_are_a_part_of_their_own(desk: Desk) -> None:
    other = another(desk)
    part = desk.client.get(desk.work("/duplicates"))
    assert "<html" not in part.text
    assert f"{other.reference}" in read(part)
    assert "Same customer" in read(part)


def test_supervisors_look_after_tags(desk: Desk, shop: Store) -> None:
    one, two = (add_tag(desk.ticket, name, by=desk.agent) for name in ("brokn", "broken"))
    assert desk.client.get("/desk/tags").status_code == 403
    desk.client.post("/account/sign-out")
    desk.client.sign_in(factories.supervisor(shop))
    refused = desk.client.post(f"/desk/tags/{one.id}/name", data={"name": "Broken"})
    assert refused.status_code == 422
    assert "There is a tag “broken” already" in read(refused)
    assert 'value="Broken"' in refused.text
    desk.client.post(f"/desk/tags/{one.id}/name", data={"name": "Broken", "merge": "1"})
    desk.client.post(f"/desk/tags/{two.id}/retirement")
    page = read(desk.client.get("/desk/tags"))
    assert "brokn" not in page
    assert "Retired" in page
    foreign = factories.ticket()
    theirs = add_tag(foreign, "vip", by=factories.agent(foreign.store))
    assert desk.client.post(f"/desk/tags/{theirs.id}/retirement").status_code == 404


def test_handing_out_at_once(client: Browser, shop: Store) -> None:
    ticket, agent = factories.ticket(shop), factories.agent(shop)
    client.sign_in(factories.supervisor(shop))
    page = client.post("/desk/team/work/hand-out", follow_redirects=True)
    assert "1 ticket went to agents who are here" in read(page)
    assert ticket.assignee is agent
