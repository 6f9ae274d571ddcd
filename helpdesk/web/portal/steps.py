"""The way through a report: its steps, and the page of each."""

from typing import Any

from flask import g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from helpdesk.core.language import N_, _
from helpdesk.tickets import CATEGORY_NAMES, LABELS

STEPS = ("issue", "order", "items", "questions", "details", "photos", "review")
STEP_NAMES = (
    N_("What happened"), N_("Order"), N_("Items"), N_("Questions"), N_("Details"), N_("Photos"), N_("Send"),
)  # fmt: skip


def page(step: str, token: str | None, **shown: Any) -> str:
    """The page of a step, with the way back to those before it."""
    at = STEPS.index(step) + 1
    behind = [n for n in range(1, at) if STEPS[n - 1] not in g.get("skipped", ())]
    urls = {n: url_for(".report_step", token=token, step=STEPS[n - 1]) for n in behind} if token else {}
    return render_template(
        f"pages/portal/report/{step}.html",
        steps=[_(name) for name in STEP_NAMES],
        at=at,
        urls=urls,
        token=token,
        labels=LABELS,
        categories=CATEGORY_NAMES,
        **shown,
    )


def to_step(token: str, step: str) -> Response:
    """On to another step."""
    return redirect(url_for(".report_step", token=token, step=step))
