"""Every page there is, with something on it: for the accessibility check and for the pictures."""

import io
from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Page

from helpdesk.accounts import User, by_email, customer_for
from helpdesk.core.db import db
from helpdesk.escalation import ask_for_supervisor
from helpdesk.mail import Undeliverable, claim_unsent, settle
from helpdesk.orders import Order
from helpdesk.stores import Store, by_slug
from helpdesk.tickets import Channel, Evidence, IssueType, Ticket, from_choice, keep_file
from tests.browser.shop_floor import PASSWORD, ShopFloor
from tests.core.pictures import drawn, encoded


@dataclass(frozen=True)
class Stop:
    """One page: its name for a picture, its address, and what to press so that it shows its errors."""

    name: str
    path: str
    press: str = ""


def customers_pages(floor: ShopFloor) -> list[Stop]:
    """What customers see, forms in error among them."""
    with floor.app.app_context():
        waiting, answered = _prepared()
        tokens = waiting.guest_token, answered.guest_token
    return [
        Stop("front", "/"),
        Stop("sign-in", "/account/sign-in"),
        Stop("sign-in-error", "/account/sign-in", press="Sign in"),
        Stop("home", "/petito/"),
        Stop("home-casa-petto", "/casa-petto/"),
        Stop("home-casanovaspace", "/casanovaspace/"),
        Stop("report", "/petito/report"),
        Stop("report-error", "/petito/report", press="Go on"),
        Stop("track", "/petito/track"),
        Stop("track-error", "/petito/track", press="Show it"),
        Stop("ticket-photos-missing", f"/petito/tickets/{tokens[0]}"),
        Stop("ticket-answered", f"/petito/tickets/{tokens[1]}"),
        Stop("ticket-error", f"/petito/tickets/{tokens[1]}", press="Send"),
        Stop("not-found", "/petito/nowhere"),
    ]


def staffs_pages(floor: ShopFloor) -> list[Stop]:
    """What staff see after signing in."""
    with floor.app.app_context():
        waiting, answered = _prepared()
        references = waiting.reference, answered.reference
    return [
        Stop("queue", "/desk/"),
        Stop("queue-filtered", "/desk/?show=all&store=petito&category=post_purchase"),
        Stop("queue-empty", "/desk/?show=closed"),
        Stop("desk-ticket", f"/desk/tickets/{references[0]}"),
        Stop("desk-ticket-escalated", f"/desk/tickets/{references[1]}"),
        Stop("desk-ticket-error", f"/desk/tickets/{references[1]}", press="Send the answer"),
        Stop("escalations", "/desk/escalations/"),
        Stop("escalation", "/desk/escalations/1"),
        Stop("escalation-error", "/desk/escalations/1", press="Decide"),
        Stop("mail-problems", "/desk/mail"),
        Stop("health", "/desk/health"),
        Stop("password", "/account/password"),
    ]


def visit(floor: ShopFloor, page: Page, stops: list[Stop]) -> Iterator[Stop]:
    """Open one after the other."""
    for stop in stops:
        page.goto(floor.base + stop.path)
        if stop.press:
            page.get_by_role("button", name=stop.press, exact=True).first.click()
            page.wait_for_load_state()
        yield stop


def sign_in(floor: ShopFloor, page: Page, email: str = "nadia@desk.example.com") -> None:
    """As staff; a manager sees every page."""
    page.goto(f"{floor.base}/account/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def _prepared() -> tuple[Ticket, Ticket]:
    """One damage report that waits for photos, and an answered ticket whose customer asked for a supervisor."""
    tickets = list(db.session.scalars(db.select(Ticket).order_by(Ticket.id)))
    if not tickets:
        store = db.session.scalars(by_slug("petito")).one()
        tickets = [_damaged(store), _answered(store)]
        db.session.commit()
        _refuse_one_letter()
        db.session.commit()
    return tickets[0], tickets[1]


def _damaged(store: Store) -> Ticket:
    order = db.session.scalars(db.select(Order).where(Order.number == "#1042")).one()
    customer = customer_for(store.id, "lena@mail.example.net", name="Lena Hartwig")
    photo = keep_file(io.BytesIO(encoded(drawn(800, 600), "JPEG")), "crack.jpg", Evidence.DAMAGE)
    return Ticket.open(
        store=store,
        customer=customer,
        by=customer,
        sorted_as=from_choice(IssueType.DAMAGED),
        body="The blue bowl has a long crack.\nThe box was dented on one side.",
        channel=Channel.PORTAL,
        order=order,
        items=[(order.lines[0], 2)],
        attachments=[photo],
    )


def _answered(store: Store) -> Ticket:
    customer = customer_for(store.id, "omar@mail.example.org", name="Omar Haddad")
    ticket = Ticket.open(
        store=store,
        customer=customer,
        by=customer,
        sorted_as=from_choice(IssueType.REFUND_STATUS),
        body="I sent the leash back two weeks ago. Where is my refund?",
        channel=Channel.PORTAL,
    )
    agent: User = db.session.scalars(by_email("mara@desk.example.com")).one()
    ticket.assign(to=agent, by=agent)
    ticket.note(by=agent, body="The warehouse has it since Tuesday.")
    ticket.reply(by=agent, body="We have it since Tuesday; inspection takes three to five business days.")
    ticket.write(by=customer, body="That is too long for me.")
    ask_for_supervisor(ticket, by=customer, note="Two weeks!")
    return ticket


def _refuse_one_letter() -> None:
    settle(claim_unsent(limit=1)[0], Undeliverable("the mail server said 550: no such mailbox", is_final=True))
