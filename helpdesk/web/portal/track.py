"""Tracking an order: how far it is, by number and mail address or phone."""

from functools import partial
from typing import Any

from flask import abort, g, redirect, render_template, request, url_for

from helpdesk.core.db import db
from helpdesk.core.language import N_, Words, _
from helpdesk.core.limits import refuse_if_too_often
from helpdesk.orders import Order, Stage, find_order, number_key
from helpdesk.policies import WORTH, Outcome, Request
from helpdesk.returns import edition_for, possible_with
from helpdesk.tickets import LABELS, Filing, IssueType
from helpdesk.web.decisions import clauses_of, in_a_line
from helpdesk.web.forms import tidy
from helpdesk.web.portal.door import bp
from helpdesk.web.portal.policy import clause_url
from helpdesk.web.portal.report_forms import OrderForm

STAGE_NAMES = Words(
    {
        Stage.PLACED: N_("Placed"),
        Stage.PAID: N_("Paid"),
        Stage.PROCESSING: N_("Being prepared"),
        Stage.SHIPPED: N_("On its way"),
        Stage.DELIVERED: N_("Delivered"),
        Stage.CANCELLED: N_("Cancelled"),
    }
)


#: What a customer may want of an order that is under way.
WISHES = {
    Request.CANCEL_ORDER: IssueType.CANCEL_ORDER,
    Request.MODIFY_ORDER: IssueType.MODIFY_ORDER,
    Request.CANCEL_SUBSCRIPTION: IssueType.CANCEL_SUBSCRIPTION,
    Request.RETURN: IssueType.RETURN,
}


@bp.route("/track", methods=["GET", "POST"])
def track() -> Any:
    """The form, and under it the order if number and contact fit, with what can be asked for now."""
    form, order = OrderForm(), None
    if form.validate_on_submit():
        order = _looked_up(form)
    stages, wishes = (stages_of(order), wishes_for(order)) if order else ([], [])
    page = render_template("pages/portal/track.html", form=form, order=order, stages=stages, wishes=wishes)
    return page, 422 if form.errors else 200


@bp.post("/track/<issue>")
def track_request(issue: str) -> Any:
    """From an order looked up to a report about it: number and contact come along and are checked again."""
    wish = next((kind for kind in WISHES.values() if kind.value == issue), None) or abort(404)
    form = OrderForm()
    order = _looked_up(form) if form.validate() else None
    if order is None:
        return render_template("pages/portal/track.html", form=form, order=None, stages=[], wishes=[]), 422
    filing, token = Filing.begin(g.store)
    filing.keep("issue", issue_type=wish.value)
    filing.keep("order", number=tidy(form.number.data)[:200], contact=tidy(form.contact.data)[:300])
    filing.order = order
    db.session.commit()
    return redirect(url_for(".report_step", token=token, step="items"))


def wishes_for(order: Order) -> list[dict[str, Any]]:
    """What can still be changed or cancelled, and why not where it cannot; a return is asked for item by item."""
    if order.cancelled_at or order.stage is Stage.CANCELLED:
        return []
    return [wish for kind, issue in WISHES.items() if (wish := _wish(order, kind, issue))]


def _wish(order: Order, kind: Request, issue: IssueType) -> dict[str, Any] | None:
    answers = possible_with(g.store, order, kind)
    if kind is Request.CANCEL_SUBSCRIPTION:
        answers = [one for one in answers if one.decision.facts.get("subscription")]
    if not answers or (kind is Request.RETURN and order.delivered_at is None):
        return None
    best = max(answers, key=lambda one: WORTH[one.decision.outcome]).decision
    edition = edition_for(g.store, order)[0]
    return {
        "issue": issue.value,
        "label": LABELS[issue],
        "can": best.outcome is not Outcome.DECLINE,
        "words": in_a_line(best) if kind is Request.RETURN else best.because,
        "outcome": best.outcome,
        "clauses": list(clauses_of(best, edition, partial(clause_url, edition.name))),
    }


def _looked_up(form: OrderForm) -> Order | None:
    refuse_if_too_often("10/minute", "order-lookup", request.remote_addr or "")
    refuse_if_too_often("20/hour", "order-number", g.store.slug, number_key(form.number.data or ""))
    order = find_order(g.store, form.number.data or "", form.contact.data or "")
    if order is None:
        form.form_errors.append(_("We found no order with this number and this address or phone. Please check both."))
    return order


def stages_of(order: Order) -> list[dict[str, Any]]:
    """The way of an order for the stages component: what is done, where it is now, what comes."""
    moments = order.moments
    names = [stage for stage, _ in moments]
    at = names.index(order.stage) if order.stage in names else 0
    return [
        {"name": STAGE_NAMES[stage], "at": moment, "state": _state(stage, number, at)}
        for number, (stage, moment) in enumerate(moments)
    ]


def _state(stage: Stage, number: int, at: int) -> str:
    if stage is Stage.CANCELLED:
        return "stopped"
    if number < at or (number == at and stage is Stage.DELIVERED):
        return "done"
    return "now" if number == at else "next"
