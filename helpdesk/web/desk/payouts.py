"""What is to be paid out: the list for whoever pays, its file, and the word that it was paid."""

from collections.abc import Iterator
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import Select, select
from wtforms import StringField

from helpdesk.accounts import Customer, May, store_ids_of
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Problem
from helpdesk.core.money import PLACES, Money
from helpdesk.core.pages import page_of
from helpdesk.orders import Order
from helpdesk.returns import KIND_NAMES, METHOD_NAMES, PAYOUT_NAMES, Payout, Refund, Rma, payouts_visible_to
from helpdesk.stores import Store
from helpdesk.tickets import Ticket
from helpdesk.web.desk.door import bp, my_stores
from helpdesk.web.forms import Once, tidy, words
from helpdesk.web.guards import needs
from helpdesk.web.sheets import send_sheet

SHOWN = 25
#: A file for a month of a busy shop; more is left for the next file, when these are paid.
EXPORTED = 20_000
VIEWS = PAYOUT_NAMES
HEADS = (
    *("refund", "store", "order", "payment_method", "customer", "email", "kind", "method", "amount", "currency"),
    *("ticket", "return", "recorded_at", "note"),
)


class PaidForm(Once):
    """The payment's reference."""

    reference = StringField("Reference of the payment", [*words("Give the reference of the payment.", 120)])


@bp.get("/payouts")
@needs(May.PAY_OUT)
def payouts() -> str:
    """One page; who waits longest first, of what was paid the newest first."""
    return _page(PaidForm(formdata=None))


@bp.get("/payouts.csv")
@needs(May.PAY_OUT)
def payouts_file() -> Response:
    """Everything that is to be paid out, for the bank or the shop's own system."""
    store = _store()
    rows = db.session.execute(_rows(Payout.TO_BE_PAID, store).order_by(Refund.id).limit(EXPORTED)).all()
    return send_sheet(f"payouts-{store.slug if store else 'all'}-{clock.now():%Y-%m-%d}", HEADS, _cells(rows))


@bp.post("/payouts/<int:refund_id>/payment")
@needs(May.PAY_OUT)
def mark_paid(refund_id: int) -> Any:
    """It was paid, and this is where the payment is found."""
    query = payouts_visible_to(current_user).where(Refund.id == refund_id)
    about = query.with_only_columns(Refund.ticket_id).scalar_subquery()
    db.session.execute(select(Ticket.id).where(Ticket.id == about).with_for_update())  # the ticket first, as everywhere
    refund, form = db.first_or_404(query.with_for_update(of=Refund)), PaidForm()
    reference = tidy(form.reference.data)
    if refund.state is Payout.PAID and refund.payout_reference == reference:
        return redirect(_address())  # a second press of the same form
    if form.validate():
        try:
            refund.mark_paid(reference, by=current_user._get_current_object())
        except Problem as problem:
            db.session.rollback()
            form.form_errors.append(problem.message)
        else:
            db.session.commit()
            flash(f"{refund.amount} are marked as paid out.", "good")
            return redirect(_address())
    return _page(form, wrong=refund_id), 422


def _page(form: PaidForm, wrong: int | None = None) -> str:
    state, store = _state(), _store()
    page = page_of(
        _rows(state, store), [Refund.id], down=state is not Payout.TO_BE_PAID, cursor=request.args.get("at"), size=SHOWN
    )
    return render_template(
        "pages/desk/payouts.html",
        rows=[_shown(row) for row in page.rows],
        views=[
            {"name": name, "url": _address(state=s.value, at=None), "is_current": s is state}
            for s, name in VIEWS.items()
        ],
        state=state,
        store=store,
        stores=my_stores(),
        form=form,
        wrong=wrong,
        here=request.args.to_dict(),
        file_url=url_for(".payouts_file", store=store.slug if store else None),
        before_url=_address(at=page.before) if page.before else None,
        after_url=_address(at=page.after) if page.after else None,
    )


def _rows(state: Payout, store: Store | None) -> Select[Any]:
    columns: tuple[Any, ...] = (
        Refund.id, Refund.kind, Refund.method, Refund.cents, Refund.currency, Refund.reason, Refund.made_at,
        Refund.payout_reference, Refund.paid_at,
        Refund.taken_back_at, Refund.taken_back_why, Ticket.reference, Store.name.label("store_name"), Store.slug,
        Customer.name, Customer.email, Order.number.label("order"), Order.payment_method, Rma.number.label("rma"),
    )  # fmt: skip
    joined = select(*columns).join(Ticket, Ticket.id == Refund.ticket_id)
    joined = joined.join(Store, Store.id == Refund.store_id).join(Customer, Customer.id == Ticket.customer_id)
    joined = joined.outerjoin(Order, Order.id == Refund.order_id).outerjoin(Rma, Rma.id == Refund.rma_id)
    mine = joined.where(Refund.store_id.in_(store_ids_of(current_user)), Refund.state == state)
    return mine.where(Refund.store_id == store.id) if store else mine


def _shown(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "amount": str(Money(row.cents, row.currency)),
        "kind": KIND_NAMES[row.kind],
        "to": METHOD_NAMES[row.method],
        "payment": row.payment_method,
        "customer": row.name or row.email,
        "store": row.store_name,
        "order": row.order,
        "url": url_for(".record", reference=row.reference, sort="refund", number=row.id),
        "taken_back_at": row.taken_back_at,
        "why": row.taken_back_why,
        "ticket": row.reference,
        "ticket_url": url_for(".ticket", reference=row.reference),
        "rma": row.rma,
        "rma_url": url_for(".rma", reference=row.reference, number=row.rma) if row.rma else None,
        "note": row.reason,
        "made_at": row.made_at,
        "paid_at": row.paid_at,
        "reference": row.payout_reference,
    }


def _cells(rows: Any) -> Iterator[tuple[object, ...]]:
    for row in rows:
        places = PLACES.get(row.currency, 2)
        amount = f"{row.cents / 10**places:.{places}f}"
        yield (
            row.id, row.slug, row.order or "", row.payment_method or "", row.name, row.email, row.kind.value,
            row.method.value, amount, row.currency, row.reference, row.rma or "", row.made_at.isoformat(), row.reason,
        )  # fmt: skip


def _state() -> Payout:
    asked = request.args.get("state", "")
    return Payout(asked) if asked in set(Payout) else Payout.TO_BE_PAID


def _store() -> Store | None:
    return next((store for store in my_stores() if store.slug == request.args.get("store")), None)


def _address(**other: Any) -> str:
    store = _store()
    given = {"state": _state().value, "store": store.slug if store else None, "at": request.args.get("at")}
    return url_for(".payouts", **{**given, **other})
