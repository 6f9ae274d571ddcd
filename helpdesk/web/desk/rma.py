"""One return: its life, its items, and the forms for what can follow."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, g, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy.orm import joinedload, selectinload

from helpdesk.accounts import User
from helpdesk.core.db import db
from helpdesk.core.errors import Problem
from helpdesk.policies import Remedy
from helpdesk.returns import (
    RESULT_NAMES,
    STEP_NAMES,
    Exchange,
    Method,
    PaidBack,
    Refund,
    Replacement,
    Rma,
    RmaItem,
    Step,
    address_of,
    by_number,
    proposed_refund,
)
from helpdesk.returns.rma_item import checked
from helpdesk.returns.steps import ENDS, MOVES, SETTLED, WAY
from helpdesk.tickets import Ticket
from helpdesk.web.desk.door import bp
from helpdesk.web.desk.loading import the_ticket
from helpdesk.web.desk.return_forms import (
    CarrierForm,
    CountForm,
    ExchangeForm,
    InspectForm,
    ReasonForm,
    RefundForm,
    StepForm,
    count_form,
    exchange_form,
    inspect_form,
    refund_form,
)
from helpdesk.web.forms import tidy
from helpdesk.web.labels import send_label


@dataclass(frozen=True)
class Act:
    """One thing staff can do with a return: where it leads, what it asks, which verb it calls."""

    to: Step
    form: Callable[..., Any]
    do: Callable[[Rma, Any, User], object]


def _record_refund(rma: Rma, form: RefundForm, by: User) -> None:
    back = proposed_refund(rma, fees=form.fees)
    Refund.record(
        rma.ticket, back, by=by, method=Method(form.method.data), reason=tidy(form.reason.data), rma=rma,
        rests_on=rma.rests_on, key=form.form_key.data,
    )  # fmt: skip


def _record_replacement(rma: Rma, form: StepForm, by: User) -> None:
    came = [(item.order_line, item.quantity - item.missing) for item in rma.items if item.quantity > item.missing]
    Replacement.record(rma.ticket, came, by=by, rma=rma, rests_on=rma.rests_on, key=form.form_key.data)


def _record_exchange(rma: Rma, form: ExchangeForm, by: User) -> None:
    for number, item in enumerate(form.came):
        Exchange.record(
            rma.ticket, item.order_line, item.quantity - item.missing, wanted=tidy(form.of(item, "wanted").data), by=by,
            difference_cents=form.difference_of(item), is_variant=form.of(item, "variant").data, rma=rma,
            rests_on=rma.rests_on, key=f"{form.form_key.data[:60]}-{number}",
        )  # fmt: skip


def _hand_over(rma: Rma, form: CarrierForm, by: User) -> None:
    rma.hand_over(by=by, carrier=tidy(form.carrier.data), tracking_number=tidy(form.tracking_number.data))


def _inspect(rma: Rma, form: InspectForm, by: User) -> None:
    rma.inspect(form.findings, by=by, result=form.chosen_result, note=tidy(form.note.data))


def _receive(rma: Rma, form: CountForm, by: User) -> None:
    rma.receive(form.counted, by=by)


#: By the last part of the address; in the order in which a page offers them.
ACTS: dict[str, Act] = {
    "approval": Act(Step.APPROVED, StepForm, lambda rma, form, by: rma.approve(by=by)),
    "label": Act(Step.LABEL_SENT, StepForm, lambda rma, form, by: rma.send_label(by=by)),
    "handover": Act(Step.IN_TRANSIT, CarrierForm, _hand_over),
    "receipt": Act(Step.RECEIVED, count_form, _receive),
    "inspection": Act(Step.INSPECTED, inspect_form, _inspect),
    "refund": Act(Step.REFUNDED, refund_form, _record_refund),
    "replacement": Act(Step.REPLACED, StepForm, _record_replacement),
    "exchange": Act(Step.EXCHANGED, exchange_form, _record_exchange),
    "closing": Act(Step.CLOSED, StepForm, lambda rma, form, by: rma.close(by=by)),
    "refusal": Act(Step.DECLINED, ReasonForm, lambda rma, form, by: rma.decline(tidy(form.reason.data), by=by)),
    "rejection": Act(Step.REJECTED, ReasonForm, lambda rma, form, by: rma.reject(tidy(form.reason.data), by=by)),
    "cancellation": Act(Step.CANCELLED, ReasonForm, lambda rma, form, by: rma.cancel(tidy(form.reason.data), by=by)),
}


@bp.get("/tickets/<reference>/returns/<number>")
def rma(reference: str, number: str) -> str:
    """One return."""
    return _page(the_return(the_ticket(reference), number), {})


@bp.get("/tickets/<reference>/returns/<number>/label.pdf")
def return_label(reference: str, number: str) -> Response:
    """Its label."""
    return send_label(the_return(the_ticket(reference), number))


@bp.post("/tickets/<reference>/returns/<number>/<name>")
def move_return(reference: str, number: str, name: str) -> Any:
    """The next step; or, where money follows, what it would be."""
    act = ACTS.get(name) or abort(404)
    mine = the_return(the_ticket(reference, to_change=True), number)
    if mine.state is act.to:
        return redirect(_url(mine))  # a second press of the same form
    form = act.form(mine) if act.to in MOVES[mine.state] else StepForm(mine)
    if form.validate():
        try:
            mine.refuse_unless(act.to)
            if "preview" in request.form:
                return _page(mine, {name: form}, preview=_preview(mine, form))
            act.do(mine, form, _me())
        except Problem as problem:
            db.session.rollback()
            form.form_errors.append(problem.message)
        else:
            db.session.commit()
            return redirect(_url(mine))
    return _page(the_return(the_ticket(reference), number), {name: form}), 422


def the_return(ticket: Ticket, number: str) -> Rma:
    """The ticket's return with this number, and its items."""
    whole = by_number(ticket, number).options(
        selectinload(Rma.items).joinedload(RmaItem.order_line), joinedload(Rma.order)
    )
    mine: Rma = db.first_or_404(whole)
    return mine


def stages_of(rma: Rma) -> list[dict[str, Any]]:
    """Its life for the stages component: what is done, where it is, what comes; what was left out is not shown."""
    settled = next((step for step in SETTLED if rma.state is step or _settled_as(rma, step)), None)
    if rma.state in (Step.DECLINED, Step.CANCELLED):
        way = [*(step for step in WAY if rma.moment_of(step)), rma.state]
    else:
        whole = [*WAY, settled or Step.REFUNDED, Step.CLOSED]
        now = whole.index(rma.state)
        way = [step for n, step in enumerate(whole) if n >= now or rma.moment_of(step)]
    at = way.index(rma.state)
    return [
        {
            "name": _stage_name(rma, step, settled),
            "at": rma.moment_of(step) if n <= at else None,
            "state": _state(rma, n, at),
        }
        for n, step in enumerate(way)
    ]


def _stage_name(rma: Rma, step: Step, settled: Step | None) -> str:
    if step is Step.REFUNDED and settled is None:
        return "Settled"
    if step is Step.INSPECTED and rma.result:
        return f"Inspected: {RESULT_NAMES[rma.result].lower()}"
    return STEP_NAMES[step]


def _state(rma: Rma, number: int, at: int) -> str:
    if number == at and rma.state in (Step.DECLINED, Step.CANCELLED, Step.REJECTED):
        return "stopped"
    if number < at or (number == at and rma.state in ENDS):
        return "done"
    return "now" if number == at else "next"


def _settled_as(rma: Rma, step: Step) -> bool:
    """How a closed return was settled: its moments say whether it was rejected, its wish what else."""
    if rma.state is not Step.CLOSED:
        return False
    return step is Step.REJECTED if rma.rejected_at else step is _usual(rma)


def _usual(rma: Rma) -> Step:
    return {Remedy.REPLACEMENT: Step.REPLACED, Remedy.EXCHANGE: Step.EXCHANGED}.get(rma.remedy, Step.REFUNDED)


def _preview(rma: Rma, form: Any) -> PaidBack:
    if isinstance(form, RefundForm):
        return proposed_refund(rma, fees=form.fees)
    found = {item.id: checked(item, form.findings[item.id]) for item in rma.items}
    return proposed_refund(rma, findings=found)


def _page(mine: Rma, forms: dict[str, Any], *, preview: PaidBack | None = None) -> str:
    g.timezone = mine.ticket.store.timezone
    offered = {name: act for name, act in ACTS.items() if act.to in MOVES[mine.state]}
    shown = {name: forms.get(name) or act.form(mine, formdata=None) for name, act in offered.items()}
    if preview is None and mine.state is Step.INSPECTED:
        preview = proposed_refund(mine)
    return render_template(
        "pages/desk/return.html",
        rma=mine,
        ticket=mine.ticket,
        number=address_of(mine),
        stages=stages_of(mine),
        forms=shown,
        usual={Step.REFUNDED: "refund", Step.REPLACED: "replacement", Step.EXCHANGED: "exchange"}[_usual(mine)],
        stray=[form for name, form in forms.items() if name not in shown],
        preview=preview,
        currency=mine.order.currency if mine.order else mine.ticket.store.currency,
        step_name=STEP_NAMES[mine.state],
    )


def _url(rma: Rma) -> str:
    return url_for(".rma", reference=rma.ticket.reference, number=address_of(rma))


def _me() -> User:
    user: User = current_user._get_current_object()
    return user
