"""The way through a report: its steps, and the page of each."""

from typing import Any

from flask import g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from helpdesk.tickets import LABELS

STEPS = ("issue", "order", "items", "questions", "details", "photos", "review")
STEP_NAMES = ("What happened", "Order", "Items", "Questions", "Details", "Photos", "Send")


def page(step: str, token: str | None, **shown: Any) -> str:
    """The page of a step, with the way back to those before it."""
    at = STEPS.index(step) + 1
    behind = [n for n in range(1, at) if STEPS[n - 1] not in g.get("skipped", ())]
    urls = {n: url_for(".report_step", token=token, step=STEPS[n - 1]) for n in behind} if token else {}
    return render_template(
        f"pages/portal/report/{step}.html", steps=STEP_NAMES, at=at, urls=urls, token=token, labels=LABELS, **shown
    )


def to_step(token: str, step: str) -> Response:
    """On to another step."""
    return redirect(url_for(".report_step", token=token, step=step))
