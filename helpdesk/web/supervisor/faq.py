"""What customers looked for and did not find, and which answers help: what a store should write next."""

from flask import render_template
from sqlalchemy import select

from helpdesk.accounts import May
from helpdesk.core.db import db
from helpdesk.faq import FaqEntry, clicks, tally, without_answer, without_help
from helpdesk.web.desk.door import my_stores
from helpdesk.web.guards import needs
from helpdesk.web.supervisor.door import bp, me
from helpdesk.web.supervisor.satisfaction import store_asked_for

DAYS = 90


@bp.get("/faq")
@needs(May.SEE_REPORTS)
def faq() -> str:
    """One store's searches of the last 90 days, and its answers with what was said of them."""
    store = store_asked_for()
    entries = select(FaqEntry).where(FaqEntry.store_id == store.id)
    return render_template(
        "pages/supervisor/faq.html",
        stores=my_stores(),
        store=store,
        days=DAYS,
        tally=tally(me(), store.id),
        missing=without_answer(me(), store.id),
        failing=without_help(me(), store.id),
        entries=db.session.scalars(entries.order_by(FaqEntry.language, FaqEntry.position)).all(),
        clicks=clicks(me(), store.id),
    )
