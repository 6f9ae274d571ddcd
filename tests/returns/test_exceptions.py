"""Exceptions: within one's limit at once, above it only with a supervisor's yes, and what they make."""

from typing import Any

import pytest
from sqlalchemy import func, select

from helpdesk.accounts import Role, User
from helpdesk.core.db import db
from helpdesk.core.errors import Invalid, NotAllowed, WrongState
from helpdesk.policies import Remedy
from helpdesk.returns import (
    ExceptionState,
    Kind,
    PolicyException,
    Refund,
    Rma,
    carry_out,
    exceptions_for,
    limit_of,
    needs_exception,
    propose,
)
from helpdesk.stores import Store
from helpdesk.tickets import Action, Ticket
from tests import factories
from tests.returns.judged import damaged, decision_on, edition_on, too_late
from tests.scenes import actions_on, last

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def shop() -> Store:
    return factories.store()


def proposed(ticket: Ticket, by: User, cents: int = 4200, **given: Any) -> PolicyException:
    """An exception to the decision on this ticket, carried out if it is granted at once."""
    wanted = {"kind": Remedy.REFUND, "clause": "1", "reason": "A loyal customer.", "currency": "USD", **given}
    made = propose(ticket, decision_on(ticket), edition_on(ticket), by=by, amount_cents=cents, **wanted)
    carry_out(made, decision_on(ticket), by=by)
    return made


def granted(exception: PolicyException, by: User) -> None:
    exception.grant(by=by, edition=edition_on(exception.ticket))
    carry_out(exception, decision_on(exception.ticket), by=by)


@pytest.mark.parametrize("role, cents, state", [
    (Role.AGENT, 5000, ExceptionState.GRANTED), (Role.AGENT, 5001, ExceptionState.WAITING),
    (Role.SUPERVISOR, 50_000, ExceptionState.GRANTED), (Role.SUPERVISOR, 50_001, ExceptionState.WAITING),
    (Role.ADMIN, 99_999_999, ExceptionState.GRANTED),
])  # fmt: skip
def test_a_limit_is_the_last_amount_that_needs_nobody(
    shop: Store, role: Role, cents: int, state: ExceptionState
) -> None:
    made = proposed(too_late(shop=shop), factories.agent(shop, role=role), cents, kind=Remedy.COMPENSATION)
    assert made.state is state
    assert db.session.scalar(select(func.count(Refund.id))) == (state is ExceptionState.GRANTED)


def test_a_return_that_was_declined_is_approved_by_exception(shop: Store) -> None:
    ticket = too_late(shop=shop)
    made = proposed(ticket, factories.agent(shop))
    assert db.session.scalars(select(Rma)).one().rests_on["exception"] == made.id
    assert last(ticket, Action.EXCEPTION_GRANTED).details["clause"] == "1"


@pytest.mark.parametrize(
    "kind, cents", [(Remedy.PARTIAL_REFUND, 1000), (Remedy.REFUND, 1000), (Remedy.STORE_CREDIT, 1000)]
)
def test_a_smaller_amount_is_paid_as_it_was_allowed_and_no_more(shop: Store, kind: Remedy, cents: int) -> None:
    proposed(too_late(shop=shop), factories.agent(shop), cents, kind=kind)
    assert db.session.scalars(select(Refund)).one().cents == cents
    assert db.session.scalar(select(Rma.id)) is None


def test_an_amount_is_spread_over_the_items_and_never_exceeds_them(shop: Store) -> None:
    ticket, boss = too_late(shop=shop, lines=2), factories.supervisor(shop)
    proposed(ticket, boss, 6000, kind=Remedy.PARTIAL_REFUND)
    refund = db.session.scalars(select(Refund)).one()
    assert (refund.kind, [line.cents for line in refund.lines]) == (Kind.PARTIAL_REFUND, [4200, 1800])
    with pytest.raises(Invalid, match="more than is left"):
        proposed(ticket, boss, 2401, kind=Remedy.PARTIAL_REFUND, reason="Again.")


def test_compensation_is_for_no_item(shop: Store) -> None:
    proposed(too_late(shop=shop), factories.agent(shop), 700, kind=Remedy.COMPENSATION)
    refund = db.session.scalars(select(Refund)).one()
    assert (refund.kind, refund.lines, refund.reason) == (Kind.GOODWILL, [], "A loyal customer.")


def test_above_the_limit_nothing_happens_before_a_supervisor_says_yes(shop: Store) -> None:
    ticket = too_late(shop=shop, quantity=2)
    made = proposed(ticket, factories.agent(shop), 8400)
    assert (made.is_waiting, db.session.scalar(select(Rma.id))) == (True, None)
    granted(made, factories.supervisor(shop))
    assert db.session.scalar(select(func.count(Rma.id))) == 1
    story = [each for each in actions_on(ticket) if each.value.startswith("exception")]
    assert story == [Action.EXCEPTION_PROPOSED, Action.EXCEPTION_GRANTED]


def test_nobody_allows_what_they_proposed_themselves(shop: Store) -> None:
    boss = factories.supervisor(shop)
    made = proposed(too_late(shop=shop), boss, 60_000, kind=Remedy.COMPENSATION)
    with pytest.raises(NotAllowed, match="Somebody else"):
        granted(made, boss)
    with pytest.raises(NotAllowed, match=r"\$600.00 is above your limit"):
        granted(made, factories.supervisor(shop))
    granted(made, factories.agent(shop, role=Role.MANAGER))
    assert made.state is ExceptionState.GRANTED


def test_a_refusal_says_why(shop: Store) -> None:
    made = proposed(too_late(shop=shop), factories.agent(shop), 8400)
    boss = factories.supervisor(shop)
    with pytest.raises(Invalid, match="why not"):
        made.refuse(by=boss, note="  ")
    made.refuse(by=boss, note="Not the first time.")
    assert (made.state, made.note, made.decided_by) == (ExceptionState.REFUSED, "Not the first time.", boss)
    with pytest.raises(WrongState, match="refused already"):
        granted(made, boss)


@pytest.mark.parametrize("wrong, words", [
    ({"reason": " "}, "why an exception"), ({"clause": "99"}, "no clause 99"), ({"cents": -1}, "less than nothing"),
])  # fmt: skip
def test_what_cannot_be_proposed(shop: Store, wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(Invalid, match=words):
        proposed(too_late(shop=shop), factories.agent(shop), **wrong)


def test_only_the_stores_own_people_have_a_say(shop: Store) -> None:
    ticket, stranger = too_late(shop=shop), factories.supervisor(factories.store())
    with pytest.raises(NotAllowed):
        proposed(ticket, stranger)
    made = proposed(ticket, factories.agent(shop), 8400)
    for person in (stranger, factories.agent(shop)):
        with pytest.raises(NotAllowed, match="Only a supervisor of this store"):
            granted(made, person)
    assert db.session.scalars(exceptions_for(stranger)).all() == []
    assert db.session.scalars(exceptions_for(factories.supervisor(shop))).all() == [made]


def test_a_limit_counts_for_the_roles_above_as_well(shop: Store) -> None:
    edition = edition_on(too_late(shop=shop))
    assert [limit_of(edition, role, Remedy.REFUND) for role in Role] == [5000, 50_000, 10_000_000, 10_000_000]


def test_what_the_decision_offers_needs_no_exception(shop: Store) -> None:
    yes, no = decision_on(damaged(shop=shop)), decision_on(too_late(shop=shop))
    assert [needs_exception(yes, kind) for kind in (Remedy.REFUND, Remedy.STORE_CREDIT)] == [False, True]
    assert needs_exception(no, Remedy.REFUND)
