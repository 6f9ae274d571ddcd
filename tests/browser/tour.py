"""Every page there is, with something on it: for the accessibility check and for the pictures."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from playwright.sync_api import Page

from helpdesk.accounts import Customer, MyLink, User, by_email, customer_for
from helpdesk.core.db import db
from helpdesk.escalation import ask_for_supervisor
from helpdesk.faq import HelpSearch
from helpdesk.mail import Undeliverable, claim_unsent, settle
from helpdesk.orders import Order, OrderLine, Stage
from helpdesk.returns import (
    Claim,
    ClaimKind,
    Exchange,
    Finding,
    Refund,
    Replacement,
    Rma,
    Step,
    address_of,
    proposed_refund,
)
from helpdesk.stores import Store, by_slug, draft_hours, hours_of
from helpdesk.tickets import (
    BulkAction,
    BulkChange,
    Channel,
    Evidence,
    IssueType,
    Rating,
    Ticket,
    View,
    carry_out,
    change_many,
    from_choice,
    keep_file,
    put_down,
)
from tests.browser.shop_floor import PASSWORD, ShopFloor
from tests.core.pictures import drawn, encoded


@dataclass(frozen=True)
class Stop:
    """One page: its name for a picture, its address, what to press so that it shows its errors, what to unfold."""

    name: str
    path: str
    press: str = ""
    unfold: str = ""


def customers_pages(floor: ShopFloor) -> list[Stop]:
    """What customers see, forms in error among them."""
    with floor.app.app_context():
        waiting, answered = _prepared()
        tokens = waiting.guest_token, answered.guest_token
        mine, solved = _link(), _solved().guest_token
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
        Stop("answers", "/petito/faq"),
        Stop("answers-unfolded", "/petito/faq", unfold="What can never come back?"),
        Stop("answer", "/petito/faq/damaged"),
        Stop("answer-no", "/petito/faq/damaged", press="No"),
        Stop("search", "/petito/help?q=damaged"),
        Stop("search-nothing", "/petito/help?q=xyzzy"),
        Stop("my", "/petito/my"),
        Stop("my-error", "/petito/my", press="Send me the link"),
        Stop("my-sent", "/petito/my/sent"),
        Stop("my-requests", f"/petito/my/{mine}"),
        Stop("rating", f"/petito/tickets/{solved}/rating?score=2"),
        Stop("rating-error", f"/petito/tickets/{solved}/rating", press="Send"),
        Stop("ticket-solved", f"/petito/tickets/{solved}"),
        Stop("ticket-photos-missing", f"/petito/tickets/{tokens[0]}"),
        Stop("ticket-answered", f"/petito/tickets/{tokens[1]}"),
        Stop("ticket-clocks", f"/petito/tickets/{tokens[0]}", unfold="Why then?"),
        Stop("ticket-error", f"/petito/tickets/{tokens[1]}", press="Send"),
        Stop("not-found", "/petito/nowhere"),
    ]


def staffs_pages(floor: ShopFloor) -> list[Stop]:
    """What staff see after signing in."""
    with floor.app.app_context():
        waiting, answered = _prepared()
        references = waiting.reference, answered.reference
        many = _change_of_many(waiting)
        returns = _returns()
        _waiting_work()
    return [
        Stop("queue", "/desk/"),
        Stop("queue-filtered", "/desk/?show=all&store=petito&category=post_purchase"),
        Stop("queue-empty", "/desk/?show=closed"),
        Stop("search", "/desk/search"),
        Stop("search-found", "/desk/search?q=bowl"),
        Stop("search-error", "/desk/search?q=colour:red"),
        Stop("queue-filters", "/desk/?show=unfinished&priority=high", unfold="Filter"),
        Stop("queue-saving", "/desk/?show=unfinished&priority=high", unfold="Save as a view"),
        Stop("views", "/desk/views"),
        Stop("many-tickets", f"/desk/bulk/{many}"),
        Stop("desk-ticket", f"/desk/tickets/{references[0]}"),
        Stop("desk-ticket-escalated", f"/desk/tickets/{references[1]}"),
        Stop("desk-ticket-clocks", f"/desk/tickets/{references[1]}", unfold="Why then?"),
        Stop("desk-ticket-proposal", f"/desk/tickets/{references[0]}?propose=1"),
        Stop(
            "desk-ticket-customer", f"/desk/tickets/{references[1]}", unfold="Their other tickets, returns and refunds"
        ),
        Stop("ticket-macros", f"/desk/tickets/{references[0]}/macros"),
        Stop("ticket-timeline", f"/desk/tickets/{references[0]}/timeline"),
        Stop("ticket-customer", f"/desk/tickets/{references[0]}/customer"),
        Stop("macros", "/desk/macros"),
        Stop("macro-new", "/desk/macros/new"),
        Stop("macro-error", "/desk/macros/new", press="Keep the macro"),
        Stop("following", "/desk/following"),
        Stop("desk-ticket-error", f"/desk/tickets/{references[1]}", press="Send the answer"),
        Stop("ticket-work", f"/desk/tickets/{references[1]}/work"),
        Stop("ticket-work-snooze-error", f"/desk/tickets/{references[1]}/work", press="Snooze"),
        Stop("ticket-work-split-error", f"/desk/tickets/{references[1]}/work", press="Split off"),
        Stop("tags", "/desk/tags"),
        Stop("escalations", "/desk/escalations/"),
        Stop("escalation", "/desk/escalations/1"),
        Stop("returns", "/desk/returns?view=all"),
        Stop("returns-empty", "/desk/returns?q=nothing"),
        *(Stop(f"return-{step}", address) for step, address in returns.items()),
        Stop("return-preview", returns["received"], press="Show the refund first"),
        Stop("worklist", "/desk/worklist"),
        Stop("worklist-cancellations", "/desk/worklist?kind=cancellations&store=petito"),
        Stop("worklist-claims", "/desk/worklist?kind=claims"),
        Stop("worklist-empty", "/desk/worklist?state=cancelled&store=petito"),
        Stop("payouts", "/desk/payouts"),
        Stop("payouts-error", "/desk/payouts", press="Mark as paid out"),
        Stop("escalation-error", "/desk/escalations/1", press="Grant it"),
        Stop("escalations-decided", "/desk/escalations/?state=decided&reason=high_value"),
        Stop("team", "/desk/team"),
        Stop("team-member", "/desk/team/1"),
        Stop("move-work", "/desk/team/work"),
        Stop("move-work-error", "/desk/team/work", press="Move"),
        Stop("what-if", "/desk/what-if"),
        Stop("what-if-error", "/desk/what-if", press="Work it out"),
        Stop("what-if-answer", "/desk/what-if?store=petito&target=first_response&hours=4&counts=service_hours"),
        Stop("satisfaction", "/desk/satisfaction?store=petito"),
        Stop("satisfaction-empty", "/desk/satisfaction?store=casa-petto"),
        Stop("desk-answers", "/desk/faq?store=petito"),
        Stop("absence", "/account/absence"),
        Stop("absence-error", "/account/absence", press="Plan it"),
        Stop("mail-problems", "/desk/mail"),
        Stop("health", "/desk/health"),
        Stop("password", "/account/password"),
    ]


def managers_pages(floor: ShopFloor) -> list[Stop]:
    """What a manager sees besides."""
    with floor.app.app_context():
        _prepared()
        store = db.session.scalars(by_slug("petito")).one()
        hours = hours_of(store)
        shorter = hours.model_copy(update={"weekly": {**hours.weekly, "fri": ["09:00-12:00"], "wed": []}})
        draft_hours(store, shorter, made_by="Mona Berg")
        db.session.commit()
    return [
        Stop("hours", "/desk/admin/hours/casa-petto"),
        Stop("hours-prepared", "/desk/admin/hours/petito"),
        Stop("hours-error", "/desk/admin/hours/petito", press="Read the file"),
    ]


def visit(floor: ShopFloor, page: Page, stops: list[Stop]) -> Iterator[Stop]:
    """Open one after the other."""
    for stop in stops:
        page.goto(floor.base + stop.path)
        if stop.press:
            page.get_by_role("button", name=stop.press, exact=True).first.click()
            page.wait_for_load_state()
        for summary in page.get_by_text(stop.unfold, exact=True).all() if stop.unfold else ():
            summary.click()
            page.wait_for_load_state("networkidle")  # some of it is fetched when it is unfolded
        yield stop


def sign_in(floor: ShopFloor, page: Page, email: str = "mona@desk.example.com") -> None:
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


def _link() -> str:
    """The secret of a link to Lena's requests."""
    secret = MyLink.ask(db.session.scalars(by_slug("petito")).one(), "lena@mail.example.net", "en").open()
    db.session.commit()
    return secret


def _solved() -> Ticket:
    """A ticket that its customer was not happy with."""
    given = db.session.scalar(db.select(Rating).order_by(Rating.id))
    if given is None:
        store = db.session.scalars(by_slug("petito")).one()
        ticket = _asked(store, customer_for(store.id, "nils@mail.example.net", name="Nils Berg"))
        ticket.solve(by=db.session.scalars(by_email("mara@desk.example.com")).one())
        given = Rating.give(ticket, 2, by=ticket.customer, comment="It took a week.")
        HelpSearch.keep(store, "en", "vegan food", 0)
        db.session.commit()
    return given.ticket


def _asked(
    store: Store,
    customer: Customer,
    *,
    issue: IssueType = IssueType.PRODUCT_QUESTION,
    body: str = "Is it vegan?",
    order: Order | None = None,
) -> Ticket:
    return Ticket.open(
        store=store,
        customer=customer,
        by=customer,
        sorted_as=from_choice(issue),
        body=body,
        channel=Channel.PORTAL,
        order=order,
    )


def _damaged(store: Store) -> Ticket:
    order = db.session.scalars(db.select(Order).where(Order.number == "#1042")).one()
    customer = customer_for(store.id, "lena@mail.example.net", name="Lena Hartwig")
    customer.language = "en"
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


def _change_of_many(waiting: Ticket) -> int:
    """A change that was refused on one ticket, and two views."""
    boss: User = db.session.scalars(by_email("mona@desk.example.com")).one()
    found = db.session.scalar(db.select(BulkChange))
    if not found:
        View.save("Urgent ones", "priority=urgent", by=boss)
        View.save("Damages", "category=post_purchase", by=boss, store=waiting.store)
        tickets = db.select(Ticket).where(Ticket.id == waiting.id)
        found = change_many(tickets, BulkAction.STATUS, "pending", by=boss)
        carry_out(found.id, waiting.id)
        put_down(found.id)
        db.session.commit()
    return found.id


def _returns() -> dict[str, str]:
    """A return at each step that has a form of its own, and money to be paid out."""
    found = list(db.session.scalars(db.select(Rma).order_by(Rma.id)))
    if not found:
        found = [
            _return(step) for step in (Step.REQUESTED, Step.APPROVED, Step.RECEIVED, Step.INSPECTED, Step.REFUNDED)
        ]
        db.session.commit()
    return {rma.state.value: f"/desk/tickets/{rma.ticket.reference}/returns/{address_of(rma)}" for rma in found}


def _return(step: Step) -> Rma:
    store = db.session.scalars(by_slug("petito")).one()
    order = db.session.scalars(db.select(Order).where(Order.number == "#1042")).one()
    ticket = Ticket.open(
        store=store,
        customer=(customer := customer_for(store.id, "lena@mail.example.net", name="Lena Hartwig")),
        by=customer,
        sorted_as=from_choice(IssueType.RETURN),
        body="I would like to send the mat back.",
        channel=Channel.PORTAL,
        order=order,
    )
    order.lines[0].quantity = order.lines[1].quantity = 9
    order.total_cents = 9 * 2400 + 9 * 3600
    plan = {"fees": [{"kind": "restocking", "up_to_percent": 15}], "refund_shipping": False}
    rests_on = {"edition": "2025-06-07", "clauses": ["3.1", "7.4"]}
    by: User = db.session.scalars(by_email("mara@desk.example.com")).one()
    rma = Rma.request(ticket, [(line, 1) for line in order.lines], by=customer, plan=plan, rests_on=rests_on)
    for at, act in STEPS.items():
        if step is Step.REQUESTED:
            break
        act(rma, by)
        if at is step:
            break
    return rma


STEPS: dict[Step, Callable[[Rma, User], object]] = {
    Step.APPROVED: lambda rma, by: rma.approve(by=by),
    Step.RECEIVED: lambda rma, by: rma.receive({item.id: 1 for item in rma.items}, by=by),
    Step.INSPECTED: lambda rma, by: rma.inspect(
        {item.id: Finding(damaged=1, deduction_percent=10, deduction_reason="Scratched") for item in rma.items}, by=by
    ),
    Step.REFUNDED: lambda rma, by: Refund.record(
        rma.ticket, proposed_refund(rma), by=by, rma=rma, reason="Scratched, as agreed"
    ),
}


def _waiting_work() -> None:
    """A parcel and an exchange to be sent, a cancellation to be answered, a claim to be decided."""
    if db.session.scalar(db.select(Replacement.id)):
        return
    mara: User = db.session.scalars(by_email("mara@desk.example.com")).one()
    sent_back = db.session.scalars(db.select(Rma).order_by(Rma.id)).first()
    assert sent_back
    ticket = sent_back.ticket
    mat, bowl = (item.order_line for item in sent_back.items)
    Replacement.record(ticket, [(mat, 1), (bowl, 2)], by=mara)
    Exchange.record(ticket, bowl, 1, wanted="The large bowl in blue", by=mara)
    Claim.open(ticket, ClaimKind.WRONG, by=ticket.customer)
    order = Order(
        store_id=ticket.store_id, number="#1050", number_key="1050", currency="USD", total_cents=3600,
        stage=Stage.PROCESSING, placed_at=ticket.opened_at, paid_at=ticket.opened_at,
        lines=[OrderLine(position=1, title="Wool blanket", quantity=1, unit_cents=3600)],
    )  # fmt: skip
    _asked(ticket.store, ticket.customer, order=order, issue=IssueType.CANCEL_ORDER, body="Please cancel it.")
    db.session.commit()


def _refuse_one_letter() -> None:
    settle(claim_unsent(limit=1)[0], Undeliverable("the mail server said 550: no such mailbox", is_final=True))
