"""All of a customer's requests and orders at this store, behind a link that is sent by mail."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import EmailField

from helpdesk.accounts import MyLink, link_by, revoke_links
from helpdesk.core.db import db
from helpdesk.core.language import _, current, lazy
from helpdesk.core.limits import refuse_if_too_often
from helpdesk.orders import Order, orders_of
from helpdesk.sla import SlaClock, Target
from helpdesk.tickets import NAMES, Filing, Ticket, mailed_token, merged_into, tickets_of
from helpdesk.web.forms import Needed, is_email, tidy
from helpdesk.web.portal.door import bp
from helpdesk.web.portal.next_steps import sentence
from helpdesk.web.portal.track import STAGE_NAMES
from helpdesk.web.portal.unsent import clocks_shown

#: What a customer waits for, or has to do, by when; the rest is the staff's own business.
SHOWN = (Target.EVIDENCE, Target.SEND_BACK, Target.NEXT_RESPONSE, Target.FIRST_RESPONSE, Target.REFUND)
THEIRS = (Target.EVIDENCE, Target.SEND_BACK)
MOST_TICKETS, MOST_ORDERS = 50, 20


class MyForm(FlaskForm):
    """The address that was used for orders or requests."""

    email = EmailField(lazy("Your e-mail address"), [Needed(lazy("Give the address that you used with us.")), is_email])


@dataclass(frozen=True)
class Line:
    """One request in the list: how it stands, and what comes next by when."""

    ticket: Ticket
    issue: str
    sentence: str
    due_at: datetime | None = None
    due_words: str = ""

    @property
    def token(self) -> str:
        """Of its page: whoever is here came by a letter."""
        return mailed_token(self.ticket)


@bp.route("/my", methods=["GET", "POST"])
def my() -> Any:
    """Ask for the link. Every address gets the same answer, in the same time."""
    form = MyForm()
    if form.validate_on_submit():
        refuse_if_too_often("20/hour", "my-link", request.remote_addr or "")
        refuse_if_too_often("5/hour", "my-link-of", g.store.slug, tidy(form.email.data))
        MyLink.ask(g.store, tidy(form.email.data), current().code)
        db.session.commit()
        return redirect(url_for(".my_sent"))
    return render_template("pages/portal/my.html", form=form), 422 if form.errors else 200


@bp.get("/my/sent")
def my_sent() -> str:
    """What happens now, whoever asked."""
    return render_template("pages/portal/my_sent.html")


@bp.get("/my/<token>")
def my_page(token: str) -> Any:
    """Their requests and orders at this store; a link that is over says so and offers a new one."""
    link = db.session.scalar(link_by(g.store, token))
    if link is None:
        return render_template("pages/portal/my.html", form=MyForm(formdata=None), is_over=True), 404
    lines = _lines(link)
    return render_template(
        "pages/portal/my_page.html",
        link=link,
        token=token,
        waiting=[line for line in lines if not line.ticket.is_finished],
        finished=[line for line in lines if line.ticket.is_finished],
        orders=db.session.scalars(orders_of(g.store.id, link.email).limit(MOST_ORDERS)).all(),
        stage_names=STAGE_NAMES,
    )


@bp.post("/my/<token>/report")
def my_report(token: str) -> Response:
    """A report about one of their orders, which need not be looked up again."""
    link: MyLink = db.first_or_404(link_by(g.store, token))
    wanted = request.form.get("number", "")
    order: Order = db.first_or_404(orders_of(g.store.id, link.email).where(Order.number == wanted))
    filing, secret = Filing.begin(g.store)
    filing.order = order
    filing.keep("order", number=order.number, contact=link.email)
    db.session.commit()
    return redirect(url_for(".report_step", token=secret, step="issue"))


@bp.post("/my/<token>/end")
def my_end(token: str) -> Response:
    """Every link that was sent to this address stops working."""
    link = db.session.scalar(link_by(g.store, token)) or abort(404)
    revoke_links(g.store.id, link.email)
    db.session.commit()
    flash(_("Done: no link that we sent you so far shows your requests any more."), "good")
    return redirect(url_for(".my"))


def _lines(link: MyLink) -> list[Line]:
    tickets = db.session.scalars(tickets_of(g.store.id, link.email).limit(MOST_TICKETS)).all()
    ids = [ticket.id for ticket in tickets]
    clocks, merged = clocks_shown(tickets), merged_into(ids)
    return [_line(ticket, clocks.get(ticket.id, []), merged.get(ticket.id)) for ticket in tickets]


def _line(ticket: Ticket, clocks: list[SlaClock], merged: str | None) -> Line:
    issue = NAMES[ticket.issue_type]
    if merged and ticket.is_finished:
        return Line(ticket, issue, _("This goes on in your request %(reference)s.", reference=merged))
    running = {clock.target: clock.due_at for clock in clocks if clock.is_open}
    target = next((target for target in SHOWN if target in running), None)
    if target is None or ticket.is_finished:
        return Line(ticket, issue, sentence(ticket))
    words = _("Your turn, by") if target in THEIRS else _("We are back by")
    return Line(ticket, issue, sentence(ticket), running[target], words)
