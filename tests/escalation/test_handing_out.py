"""What waits for a role, or for somebody who went away, finds whoever is here by now."""

import pytest

from helpdesk.accounts import SYSTEM, Role, User, put_on_duty, set_shift, take_off_duty, week_from_words
from helpdesk.core.db import db
from helpdesk.escalation import Escalation, Reason, escalate, give_to_whoever_is_here, ids_to_hand_out
from helpdesk.mail import OutgoingMail
from helpdesk.sla import Target
from helpdesk.stores import Store
from helpdesk.tickets import Action
from tests import factories
from tests.scenes import actions_on, clocks_on

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def shop() -> Store:
    return factories.store()


def raised(shop: Store) -> Escalation:
    return escalate(factories.ticket(shop), Reason.AGENT_REQUEST, by=SYSTEM)


def hand_round() -> None:
    for escalation_id in ids_to_hand_out():
        give_to_whoever_is_here(escalation_id)


def test_who_comes_on_duty_gets_what_waited(shop: Store) -> None:
    boss = factories.supervisor(shop, is_absent=True)
    waiting = raised(shop)
    hand_round()
    assert waiting.to is None
    put_on_duty(boss, by=boss)
    hand_round()
    hand_round()
    assert waiting.to is boss
    assert actions_on(waiting.ticket).count(Action.ESCALATION_HANDED_OUT) == 1
    assert len(clocks_on(waiting.ticket, Target.ESCALATION_ACK)) == 1  # the promise goes on as it was
    letters = db.session.scalars(db.select(OutgoingMail.to_address).where(OutgoingMail.letter == "escalated")).all()
    assert letters == [boss.email]


def test_whoever_goes_off_duty_is_followed_by_somebody_present(shop: Store) -> None:
    ada, zoe = factories.supervisor(shop, name="Ada"), factories.supervisor(shop, name="Zoe")
    waiting = raised(shop)
    assert waiting.to is ada
    take_off_duty(ada, by=ada)
    hand_round()
    assert (waiting.level, waiting.to) == (1, zoe)


def test_the_end_of_a_shift_takes_nothing_away(shop: Store) -> None:
    ada = factories.supervisor(shop, name="Ada")
    factories.supervisor(shop, name="Zoe")
    waiting = raised(shop)
    set_shift(ada, "UTC", week_from_words({"mon": "3:00-3:01"}), by=ada)
    hand_round()
    assert waiting.to is ada


def test_what_somebody_works_on_stays_theirs(shop: Store) -> None:
    ada = factories.supervisor(shop, name="Ada")
    factories.supervisor(shop, name="Zoe")
    mine = raised(shop)
    mine.acknowledge(by=ada)
    take_off_duty(ada, by=ada)
    hand_round()
    assert mine.to is ada


def test_where_no_supervisor_is_a_manager_gets_it(shop: Store) -> None:
    waiting = raised(shop)
    chief = factories.agent(shop, role=Role.MANAGER)
    hand_round()
    assert (waiting.level, waiting.to) == (2, chief)


def test_nobody_of_another_store(shop: Store) -> None:
    waiting = raised(shop)
    stranger: User = factories.supervisor(factories.store())
    hand_round()
    assert waiting.to is not stranger
    assert waiting.to is None
