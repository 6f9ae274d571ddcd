"""Who filed a ticket, as far as it was shown."""

import pytest

from helpdesk.core.db import db
from helpdesk.mail import OutgoingMail, ticket_link
from helpdesk.stores import Store
from helpdesk.tickets import IssueType, ShownBy, Ticket, is_proven, merge, prove, proven_among, split
from tests import factories

pytestmark = pytest.mark.usefixtures("database")

ADA = "ada@mail.example.com"


@pytest.fixture
def shop() -> Store:
    return factories.store()


def filed(shop: Store, **given: object) -> Ticket:
    """A report in Ada's name."""
    ada = factories.customer(shop, ADA)
    return factories.ticket(shop, by=ada, **given)


def letters_to(address: str) -> list[OutgoingMail]:
    query = db.select(OutgoingMail).where(OutgoingMail.to_address == address, OutgoingMail.letter == "put_together")
    return list(db.session.scalars(query))


@pytest.mark.parametrize("email, is_shown", [(ADA, True), ("eve@mail.example.com", False), ("", False)])
def test_only_the_order_of_the_same_address_shows_it(shop: Store, email: str, is_shown: bool) -> None:
    order = factories.order(shop, email=email)
    assert is_proven(filed(shop, order=order)) is is_shown


def test_an_address_alone_shows_nothing(shop: Store) -> None:
    assert not is_proven(filed(shop))


def test_what_follows_or_is_split_off_is_proven_like_what_it_came_from(shop: Store) -> None:
    agent = factories.agent(shop)
    for is_shown in (True, False):
        ticket = filed(shop, order=factories.order(shop) if is_shown else None)
        ticket.write(by=ticket.customer, body="And the second one?")
        moved = split(ticket, [ticket.messages[-1].id], issue_type=IssueType.DAMAGED, by=agent)
        ticket.solve(by=agent)
        ticket.close(by=agent)
        later = ticket.follow_up(by=ticket.customer, body="Again.")
        assert [is_proven(moved), is_proven(later)] == [is_shown, is_shown]


def test_proof_may_come_twice(shop: Store) -> None:
    ticket = filed(shop)
    for _ in range(2):
        prove(ticket, ShownBy.LINK)
    assert proven_among([ticket.id]) == {ticket.id}


@pytest.mark.parametrize(
    "one, other, letters", [(True, True, 0), (True, False, 1), (False, True, 1), (False, False, 1)]
)
def test_the_way_is_sent_once_where_a_link_does_not_lead_on(shop: Store, one: int, other: int, letters: int) -> None:
    main, merged = filed(shop), filed(shop)
    for ticket, is_shown in ((main, one), (merged, other)):
        if is_shown:
            prove(ticket, ShownBy.LINK)
    merge(merged, into=main, by=factories.agent(shop))
    sent = letters_to(ADA)
    assert len(sent) == letters
    assert all(ticket_link(main) in letter.text and merged.reference in letter.text for letter in sent)
