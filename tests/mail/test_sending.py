"""Which event writes which letter, and to whom."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from helpdesk import mail
from helpdesk.accounts import Role
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.escalation import Escalation, Verdict, ask_for_help, ask_for_supervisor, open_escalation
from helpdesk.mail import OutgoingMail
from helpdesk.tickets import Action, Channel, Evidence, IssueType, Priority, Ticket, from_choice
from tests import factories
from tests.scenes import last, sweep

pytestmark = pytest.mark.usefixtures("database")

Clock = Callable[[str], datetime]
BOTH = (Evidence.DAMAGE, Evidence.PACKAGING)


def outbox(ticket: Ticket, since: int = 0) -> list[OutgoingMail]:
    """The letters about a ticket, oldest first."""
    query = select(OutgoingMail).where(OutgoingMail.ticket_id == ticket.id, OutgoingMail.id > since)
    return list(db.session.scalars(query.order_by(OutgoingMail.id)))


def letters_on(ticket: Ticket, since: int = 0) -> list[tuple[str, str]]:
    """The letters about a ticket, in the order they were written, each with whom it goes to."""
    return [(letter.letter, letter.to_name) for letter in outbox(ticket, since)]


class Scene:
    """A shop with an agent Eve and a supervisor Sue, and Ada's ticket, which Eve has."""

    def __init__(self) -> None:
        self.shop = factories.store()
        self.eve = factories.agent(self.shop, name="Eve")
        self.sue = factories.supervisor(self.shop, name="Sue")
        self.ada = factories.customer(self.shop, name="Ada")
        self.ticket = factories.ticket(self.shop, by=self.ada)
        self.ticket.assign(to=self.eve, by=self.eve)
        self.before = db.session.scalar(select(OutgoingMail.id).order_by(OutgoingMail.id.desc()).limit(1)) or 0

    @property
    def letters(self) -> list[tuple[str, str]]:
        """What was written since."""
        return letters_on(self.ticket, self.before)

    @property
    def escalation(self) -> Escalation:
        """The open one."""
        found = open_escalation(self.ticket)
        assert found is not None
        return found

    def answered(self) -> None:
        """Eve has answered, so that Ada may ask for more."""
        self.ticket.reply(by=self.eve, body="It is on its way.")

    def handed_up(self) -> None:
        """Eve has asked Sue."""
        ask_for_help(self.ticket, by=self.eve, note="May I refund?")


def reply(scene: Scene) -> None:
    scene.ticket.reply(by=scene.eve, body="It is on its way.")


def note(scene: Scene) -> None:
    scene.ticket.note(by=scene.eve, body="Looks odd.")


def write(scene: Scene) -> None:
    scene.ticket.write(by=scene.ada, body="And now?")


def write_when_nobody_has_it(scene: Scene) -> None:
    scene.ticket.assign(to=None, by=scene.sue)
    scene.ticket.write(by=scene.ada, body="And now?")


def write_when_eve_has_left(scene: Scene) -> None:
    scene.eve.is_active = False
    scene.ticket.write(by=scene.ada, body="And now?")


def write_when_eve_has_left_the_store(scene: Scene) -> None:
    scene.eve.stores = [factories.store()]
    scene.ticket.write(by=scene.ada, body="And now?")


def grant_when_eve_has_left_the_store(scene: Scene) -> None:
    scene.handed_up()
    scene.eve.stores = [factories.store()]
    scene.escalation.decide(Verdict.GRANTED, by=scene.sue, note="You may.")


def solve(scene: Scene) -> None:
    scene.ticket.solve(by=scene.eve)


def solve_by_themselves(scene: Scene) -> None:
    scene.ticket.solve(by=scene.ada)


def hand_up(scene: Scene) -> None:
    scene.handed_up()


def hand_up_to_oneself(scene: Scene) -> None:
    ask_for_help(scene.ticket, by=scene.sue, note="I will look at it myself.")


def ask_for_more(scene: Scene) -> None:
    scene.answered()
    ask_for_supervisor(scene.ticket, by=scene.ada, note="Not good enough.")


def ask_for_more_when_it_is_handed_up(scene: Scene) -> None:
    scene.answered()
    scene.handed_up()
    ask_for_supervisor(scene.ticket, by=scene.ada, note="Not good enough.")


def hand_back(scene: Scene) -> None:
    scene.handed_up()
    scene.escalation.hand_back(by=scene.sue, note="You may.")


def grant(scene: Scene) -> None:
    scene.handed_up()
    scene.escalation.decide(Verdict.GRANTED, by=scene.sue, note="You may.")


def grant_ones_own(scene: Scene) -> None:
    scene.handed_up()
    scene.escalation.take_over(by=scene.sue)
    scene.escalation.decide(Verdict.GRANTED, by=scene.sue, note="I may.")


def quiet_changes(scene: Scene) -> None:
    scene.ticket.prioritise(Priority.HIGH, by=scene.eve)
    scene.ticket.hold(by=scene.eve)
    scene.ticket.sort(IssueType.DELAYED, by=scene.eve)
    scene.ticket.renew_link(by=scene.eve)


def break_the_promise(scene: Scene) -> None:
    with clock.at(clock.now() + timedelta(days=30)):
        sweep()


ESCALATED = ("escalated", "Sue")
WRITTEN: dict[Callable[[Scene], None], list[tuple[str, str]]] = {
    reply: [("reply", "Ada")],
    note: [],
    write: [("customer_wrote", "Eve")],
    write_when_nobody_has_it: [],
    write_when_eve_has_left: [],
    write_when_eve_has_left_the_store: [],
    grant_when_eve_has_left_the_store: [("escalated", "Sue")],
    solve: [("solved", "Ada")],
    solve_by_themselves: [],
    hand_up: [ESCALATED],
    hand_up_to_oneself: [],
    ask_for_more: [("reply", "Ada"), ESCALATED, ("passed_to_supervisor", "Ada")],
    ask_for_more_when_it_is_handed_up: [("reply", "Ada"), ESCALATED, ESCALATED, ("passed_to_supervisor", "Ada")],
    hand_back: [ESCALATED, ("handed_back", "Eve")],
    grant: [ESCALATED, ("handed_back", "Eve")],
    grant_ones_own: [ESCALATED],
    quiet_changes: [],
    break_the_promise: [ESCALATED],
}


@pytest.mark.parametrize("act", WRITTEN, ids=lambda act: act.__name__)
def test_who_hears_of_it(act: Callable[[Scene], None]) -> None:
    scene = Scene()
    act(scene)
    assert scene.letters == WRITTEN[act]


# ---- opening a ticket, and what is decided about it


def test_a_customer_hears_that_we_have_it() -> None:
    assert letters_on(factories.ticket()) == [("acknowledgement", "Ada Buyer")]


def test_what_we_open_ourselves_is_not_acknowledged() -> None:
    shop = factories.store()
    ticket = Ticket.open(
        store=shop,
        customer=factories.customer(shop),
        by=factories.agent(shop),
        sorted_as=from_choice(IssueType.LOST),
        body="Ada called: her parcel is lost.",
        channel=Channel.DESK,
    )
    assert letters_on(ticket) == []


def test_damage_in_time_is_one_letter_with_the_answer_in_it(at: Clock) -> None:
    ticket = damaged(at, hours_after_delivery=20, photos=BOTH)
    (letter,) = outbox(ticket)
    assert letter.letter == "acknowledgement"
    assert "Yes. It was reported 20 hours after delivery, in time." in letter.text


def test_damage_reported_late_is_one_letter_to_the_customer_and_one_to_the_supervisor(at: Clock) -> None:
    ticket = damaged(at, hours_after_delivery=72, photos=BOTH)
    assert sorted(letters_on(ticket)) == [("acknowledgement", "Ada Buyer"), ESCALATED]


def test_a_pet_that_got_ill_is_one_letter_to_each(at: Clock) -> None:
    at("2026-03-02 15:00")
    shop = factories.store()
    factories.supervisor(shop, name="Sue")
    ticket = factories.ticket(shop, issue=IssueType.ADVERSE_REACTION)
    assert sorted(letters_on(ticket)) == [("acknowledgement", "Ada Buyer"), ESCALATED]


@pytest.mark.parametrize(
    "later, letters",
    [
        ("2026-03-04 03:59", ["acknowledgement"]),
        ("2026-03-04 04:00", ["acknowledgement", "photos_wanted"]),
        ("2026-03-04 16:00", ["acknowledgement", "photos_wanted"]),
        ("2026-03-04 16:01", ["acknowledgement", "photos_wanted", "decided"]),
        ("2026-03-09 09:00", ["acknowledgement", "photos_wanted", "decided"]),
    ],
)
def test_missing_photos_are_reminded_of_once_and_decided_without(at: Clock, later: str, letters: list[str]) -> None:
    ticket = damaged(at, hours_after_delivery=20)
    for moment in ("2026-03-04 04:00", "2026-03-04 15:00", "2026-03-04 16:01", later):
        if moment <= later:
            at(moment)
            sweep()
    assert [name for name, to in letters_on(ticket) if to == "Ada Buyer"] == letters


def test_photos_that_come_later_bring_the_decision(at: Clock) -> None:
    ticket = damaged(at, hours_after_delivery=20)
    at("2026-03-03 16:00")
    ticket.write(by=ticket.customer, body="Here.", attachments=[factories.photo(kind) for kind in BOTH])
    assert letters_on(ticket) == [("acknowledgement", "Ada Buyer"), ("decided", "Ada Buyer")]


def test_nobody_at_the_next_rung_means_the_next_one_hears(at: Clock) -> None:
    at("2026-03-02 15:00")
    shop = factories.store()
    factories.supervisor(shop, name="Sue", is_absent=True)
    factories.agent(shop, role=Role.MANAGER, name="Max")
    ticket = factories.ticket(shop)
    at("2026-03-04 15:00")
    sweep()
    assert letters_on(ticket) == [("acknowledgement", "Ada Buyer"), ("escalated", "Max")]


def test_the_newest_message_is_the_one_that_is_passed_on() -> None:
    scene = Scene()
    for body in ("First", "Second"):
        scene.ticket.write(by=scene.ada, body=body)
    *_, letter = outbox(scene.ticket)
    assert "  Second\n" in letter.text


# ---- once, and as what


def test_the_same_event_never_writes_twice() -> None:
    ticket = factories.ticket()
    with pytest.raises(IntegrityError), db.session.begin_nested():
        mail.acknowledge(last(ticket, Action.OPENED))
    assert len(outbox(ticket)) == 1


@pytest.mark.parametrize(
    "act, is_automatic", [(reply, False), (solve, True), (hand_up, True), (write, True), (hand_back, True)]
)
def test_only_an_answer_by_a_person_is_not_marked_automatic(act: Callable[[Scene], None], is_automatic: bool) -> None:
    scene = Scene()
    act(scene)
    message = outbox(scene.ticket)[-1].as_message()
    assert ("Auto-Submitted" in message, "X-Auto-Response-Suppress" in message) == (is_automatic, is_automatic)


def test_a_store_without_an_address_writes_from_ours() -> None:
    ticket = factories.ticket(factories.store(name="Petito", email=""))
    assert outbox(ticket)[0].sender == "Petito <support@help.localhost>"


def damaged(at: Clock, *, hours_after_delivery: int, photos: Sequence[Evidence] = ()) -> Ticket:
    """A damage report of 2 March 2026, 16:00 UTC, at a shop where Sue is the supervisor."""
    now = at("2026-03-02 16:00")
    shop = factories.store()
    factories.supervisor(shop, name="Sue")
    order = factories.order(shop, delivered_at=now - timedelta(hours=hours_after_delivery))
    return factories.ticket(shop, issue=IssueType.DAMAGED, order=order, photos=photos)
