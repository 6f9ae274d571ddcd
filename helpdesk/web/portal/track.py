"""Tracking an order: how far it is, by number and mail address or phone."""

from typing import Any

from flask import g, render_template, request

from helpdesk.core.limits import refuse_if_too_often
from helpdesk.orders import Order, Stage, find_order, number_key
from helpdesk.web.portal.door import bp
from helpdesk.web.portal.report_forms import OrderForm

STAGE_NAMES = {
    Stage.PLACED: "Placed",
    Stage.PAID: "Paid",
    Stage.PROCESSING: "Being prepared",
    Stage.SHIPPED: "On its way",
    Stage.DELIVERED: "Delivered",
    Stage.CANCELLED: "Cancelled",
}


@bp.route("/track", methods=["GET", "POST"])
def track() -> Any:
    """The form, and under it the order if number and contact fit."""
    form, order = OrderForm(), None
    if form.validate_on_submit():
        refuse_if_too_often("10/minute", "order-lookup", request.remote_addr or "")
        refuse_if_too_often("20/hour", "order-number", g.store.slug, number_key(form.number.data or ""))
        order = find_order(g.store, form.number.data or "", form.contact.data or "")
        if order is None:
            form.form_errors.append("We found no order with this number and this address or phone. Please check both.")
    stages = stages_of(order) if order else []
    page = render_template("pages/portal/track.html", form=form, order=order, stages=stages)
    return page, 422 if form.errors else 200


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
