"""Reporting an issue, step by step; every step keeps what was given before it judges it."""

from datetime import date
from typing import Any

from flask import abort, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from helpdesk.core.db import db
from helpdesk.core.errors import Invalid
from helpdesk.core.language import _
from helpdesk.core.limits import refuse_if_too_often
from helpdesk.orders import find_order, number_key
from helpdesk.tickets import Attachment, Evidence, Filing, filing_by, keep_file
from helpdesk.web.files import as_shown, send_attachment
from helpdesk.web.forms import tidy
from helpdesk.web.portal.answers import answers_now, files_wanted, possible_by_line, questions_step, said_in_words
from helpdesk.web.portal.door import bp
from helpdesk.web.portal.filing import file_ticket, has_items_to_choose, ticket_of, what_is_missing
from helpdesk.web.portal.home import issue_choices
from helpdesk.web.portal.report_forms import SOMETHING_ELSE, DetailsForm, IssueForm, OrderForm, PhotosForm, photos_form
from helpdesk.web.portal.skipping import skipped_before
from helpdesk.web.portal.steps import page as _page
from helpdesk.web.portal.steps import to_step as _next


@bp.route("/report", methods=["GET", "POST"])
def report() -> Any:
    """Step one: what happened. Choosing begins a filing with an address of its own."""
    form = IssueForm(issue_type=request.args.get("issue")) if request.method == "GET" else IssueForm()
    if form.validate_on_submit():
        refuse_if_too_often("30/hour", "report", request.remote_addr or "")
        filing, token = Filing.begin(g.store)
        filing.keep("issue", issue_type=form.issue_type.data)
        db.session.commit()
        return redirect(url_for(".report_step", token=token, step="order"))
    page = _page("issue", None, form=form, choices=issue_choices(), something_else=SOMETHING_ELSE)
    return page, 422 if form.errors else 200


@bp.route("/report/<token>/<step>", methods=["GET", "POST"])
def report_step(token: str, step: str) -> Any:
    """The other steps; a report that was sent already leads to its ticket."""
    filing = the_filing(token)
    if filing.ticket_id:
        return redirect(_ticket_url(filing))
    view = VIEWS.get(step) or abort(404)
    g.skipped = skipped_before(step, filing)
    return view(filing, token)


@bp.post("/report/<token>/photos/<attachment_token>/removal")
def remove_photo(token: str, attachment_token: str) -> Response:
    """Take a file out again before sending."""
    filing = the_filing(token)
    db.session.delete(_file_of(filing, attachment_token))
    db.session.commit()
    return redirect(url_for(".report_step", token=token, step="photos"))


@bp.get("/report/<token>/files/<attachment_token>/<size>")
def report_file(token: str, attachment_token: str, size: str) -> Any:
    """The files of a report that is being written, for its writer."""
    return send_attachment(_file_of(the_filing(token), attachment_token), size)


def the_filing(token: str) -> Filing:
    """The report with this secret at this store, or nothing."""
    filing: Filing = db.first_or_404(filing_by(g.store, token).with_for_update(of=Filing))
    return filing


def issue_step(filing: Filing, token: str) -> Any:
    """Step one again, to change the choice."""
    form = IssueForm(issue_type=filing.given("issue").get("issue_type"))
    if form.validate_on_submit():
        if form.issue_type.data != filing.given("issue").get("issue_type"):
            filing.keep("questions")  # another request has questions of its own
        filing.keep("issue", issue_type=form.issue_type.data)
        db.session.commit()
        return _next(token, "order")
    page = _page("issue", token, form=form, choices=issue_choices(), something_else=SOMETHING_ELSE)
    return page, 422 if form.errors else 200


def order_step(filing: Filing, token: str) -> Any:
    """Which order, or none."""
    if request.method == "POST" and "without" in request.form:
        filing.order = None
        filing.keep("order", without=True)
        db.session.commit()
        return _next(token, "questions")
    form = OrderForm(data=filing.given("order"))
    if request.method == "POST":
        filing.keep("order", number=tidy(form.number.data)[:200], contact=tidy(form.contact.data)[:300])
        db.session.commit()
        if form.validate():
            refuse_if_too_often("10/minute", "order-lookup", request.remote_addr or "")
            refuse_if_too_often("20/hour", "order-number", g.store.slug, number_key(form.number.data or ""))
            order = find_order(g.store, form.number.data or "", form.contact.data or "")
            if order:
                filing.order = order
                db.session.commit()
                return _next(token, "items")
            form.form_errors.append(
                _("We found no order with this number and this address or phone. Check both, or go on without.")
            )
    return _page("order", token, form=form, order=filing.order), 422 if form.errors else 200


def items_step(filing: Filing, token: str) -> Any:
    """Which lines of the order, and how many of each."""
    if filing.order is None or not has_items_to_choose(filing):
        return _next(token, "questions")
    problem = None
    if request.method == "POST":
        chosen = _chosen_items(filing)
        filing.keep("items", items=chosen)
        db.session.commit()
        if chosen:
            return _next(token, "questions")
        problem = _("Choose at least one item, so that we look at the right one.")
    chosen, possible = filing.given("items").get("items", {}), possible_by_line(filing)
    page = _page("items", token, order=filing.order, chosen=chosen, possible=possible, problem=problem)
    return page, 422 if problem else 200


def details_step(filing: Filing, token: str) -> Any:
    """What happened, and how to reach the customer."""
    form = DetailsForm(g.store, filing.issue_type, filing.order, data=_details_before(filing))
    if request.method == "POST":
        is_right = form.validate()
        filing.keep("details", **_shortened(form.answers()), is_right=is_right)
        db.session.commit()
        if is_right:
            return _next(token, "photos")
    return _page("details", token, form=form, order=filing.order), 422 if form.errors else 200


def photos_step(filing: Filing, token: str) -> Any:
    """Photos are kept as they come; a bad one is named and the others stay."""
    form = photos_form(files_wanted(filing))
    if request.method == "POST" and form.validate():
        refuse_if_too_often("60/hour", "upload", request.remote_addr or "")
        for shows, file in form.chosen:
            _keep_one(filing, form, shows, file)
        db.session.commit()
        if not form.errors:
            return _next(token, "photos" if "more" in request.form else "review")
    shown = [(a, as_shown(a, _file_url(token, a))) for a in filing.attachments]
    most = current_app.config["PHOTOS_AT_MOST"]
    page = _page("photos", token, form=form, shown=shown, most=most)
    return page, 422 if form.errors else 200


def review_step(filing: Filing, token: str) -> Any:
    """Everything once more, then send; sending twice makes one ticket."""
    missing = what_is_missing(filing)
    if request.method == "POST" and not missing:
        refuse_if_too_often("20/hour", "file-ticket", request.remote_addr or "")
        refuse_if_too_often("10/hour", "file-ticket-as", g.store.slug, filing.given("details").get("email", ""))
        ticket = file_ticket(filing)
        db.session.commit()
        return redirect(url_for(".ticket", token=ticket.guest_token, _anchor="content"))
    shown = [as_shown(a, _file_url(token, a)) for a in filing.attachments]
    details = filing.given("details")
    answers, said = answers_now(filing), said_in_words(filing)
    return _page(
        "review", token, filing=filing, shown=shown, details=details, missing=missing, items=_items(filing),
        answers=answers, said=said,
    )  # fmt: skip


VIEWS = {
    "issue": issue_step,
    "order": order_step,
    "items": items_step,
    "questions": questions_step,
    "details": details_step,
    "photos": photos_step,
    "review": review_step,
}


def _ticket_url(filing: Filing) -> str:
    return url_for(".ticket", token=ticket_of(filing).guest_token)


def _file_url(token: str, attachment: Attachment) -> Any:
    return lambda size: url_for(".report_file", token=token, attachment_token=attachment.token, size=size)


def _file_of(filing: Filing, attachment_token: str) -> Attachment:
    found = [a for a in filing.attachments if a.token == attachment_token]
    return found[0] if found and not filing.ticket_id else abort(404)


def _keep_one(filing: Filing, form: PhotosForm, shows: str, file: Any) -> None:
    errors = form[shows].errors = list(form[shows].errors)
    if len(filing.attachments) >= current_app.config["PHOTOS_AT_MOST"]:
        name, most = tidy(file.filename)[-80:], current_app.config["PHOTOS_AT_MOST"]
        errors.append(_("“%(name)s” is one too many: %(most)s files fit.", name=name, most=most))
        return
    there = {(kept.file_key, kept.filename, kept.shows) for kept in filing.attachments}
    try:
        new = keep_file(file.stream, file.filename, Evidence(shows))
    except Invalid as problem:
        errors.append(problem.message)
        return
    if (new.file_key, new.filename, new.shows) in there:  # a second press: the same file is kept once
        db.session.expunge(new)
    else:
        filing.attachments.append(new)


def _chosen_items(filing: Filing) -> dict[str, int]:
    wanted: dict[str, int] = {}
    lines = filing.order.lines if filing.order else []
    for line in lines:
        if str(line.id) in request.form.getlist("item"):
            given = request.form.get(f"quantity-{line.id}", "")[:9]
            wanted[str(line.id)] = max(1, min(line.quantity, int(given))) if given.isdecimal() else line.quantity
    return wanted


def _items(filing: Filing) -> list[tuple[str, int]]:
    chosen = filing.given("items").get("items", {})
    lines = filing.order.lines if filing.order else []
    return [(line.title, chosen[str(line.id)]) for line in lines if str(line.id) in chosen]


def _details_before(filing: Filing) -> dict[str, Any]:
    before = filing.given("details")
    if not before and filing.order:
        # Only the address they typed themselves: whoever found the order by phone is not told it.
        contact = filing.given("order").get("contact", "")
        before = {"name": filing.order.customer_name, "email": contact if "@" in contact else ""}
    day = before.get("delivered_on")
    return {**before, "delivered_on": date.fromisoformat(day) if day else None}


def _shortened(answers: dict[str, Any]) -> dict[str, Any]:
    """Even what is far too long is kept for mending, up to a limit."""
    return {name: value[:100_000] if isinstance(value, str) else value for name, value in answers.items()}
