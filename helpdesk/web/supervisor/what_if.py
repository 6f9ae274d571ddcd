"""What if: the promises of the last 90 days under another target, way of counting or calendar."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import g, render_template, request, url_for

from helpdesk.accounts import May, week_from_words
from helpdesk.core import clock
from helpdesk.core.errors import Problem
from helpdesk.reports import DAYS, Finished, Judged, Promise, Summary, finished_promises, judge, summary_of
from helpdesk.sla import NAMES, Target
from helpdesk.stores import WEEK, Calendar, NeverOpens, Store, calendar_of, shifts
from helpdesk.web.desk.door import my_stores
from helpdesk.web.guards import needs
from helpdesk.web.sheet import sheet
from helpdesk.web.supervisor.door import bp, me
from helpdesk.web.supervisor.what_if_form import OWN, WhatIfForm

SHOWN = 50
HEADS = ("ticket", "started", "answered", "due", "kept", "would be due", "would be kept")


@dataclass(frozen=True)
class Answer:
    """What the form's question is answered with."""

    store: Store
    promise: Promise
    finished: Finished
    judged: list[Judged]

    @property
    def summary(self) -> Summary:
        """The numbers."""
        return summary_of(self.judged)

    @property
    def gained(self) -> list[Judged]:
        """Missed then, kept with the other promise."""
        return [each for each in self.judged if each.changes and each.would_be_kept]

    @property
    def lost(self) -> list[Judged]:
        """Kept then, missed with the other promise."""
        return [each for each in self.judged if each.changes and not each.would_be_kept]


@bp.get("/what-if")
@needs(May.SEE_REPORTS)
def what_if() -> str | tuple[str, int]:
    """The question as a form; asked, its answer below it."""
    form = WhatIfForm(my_stores(), request.args or None)
    answer = _answer(form) if request.args else None
    page = render_template(
        "pages/supervisor/what_if.html",
        form=form,
        answer=answer,
        shown=SHOWN,
        days=DAYS,
        present=_present_terms(),
        target_name=NAMES[Target(form.target.data)] if answer else "",
        csv_url=_csv_url(form) if answer else None,
    )
    return (page, 422) if form.errors else page


@bp.get("/what-if.csv")
@needs(May.SEE_REPORTS)
def what_if_csv() -> Any:
    """Every promise that was judged, as a table for a spreadsheet."""
    form = WhatIfForm(my_stores(), request.args)
    answer = _answer(form)
    if answer is None:
        return what_if()
    return sheet("what-if", HEADS, _cells(answer))


def _csv_url(form: WhatIfForm) -> str:
    """The same question; only what the form knows goes along."""
    asked = {field.name: request.args[field.name] for field in form if field.name in request.args}
    return f"{url_for('.what_if_csv')}?{urlencode(asked)}"


def _answer(form: WhatIfForm) -> Answer | None:
    if not form.validate():
        return None
    store = next(each for each in my_stores() if each.slug == form.store.data)
    g.timezone = store.timezone
    try:
        promise = Promise(form.seconds, form.way, _calendar(store, form))
        finished = finished_promises(me(), store.id, Target(form.target.data))
        return Answer(store, promise, finished, judge(finished.pasts, promise))
    except Problem as problem:
        form.form_errors.append(problem.message)
    except NeverOpens:
        form.form_errors.append("With these hours there is too little working time for any promise.")
    return None


def _calendar(store: Store, form: WhatIfForm) -> Calendar:
    """The present one, or the week that was typed in with the store's holidays and special days."""
    present = calendar_of(store)
    if form.calendar.data != OWN:
        return present
    week = week_from_words({day: form[day].data or "" for day in WEEK})
    calendar = replace(present, week={number: shifts(week[day]) for number, day in enumerate(WEEK)})
    calendar.next_open(clock.now())  # refuses a week that never opens
    return calendar


def _present_terms() -> list[tuple[str, list[tuple[str, str]]]]:
    """What each store promises now, beside the form."""
    return [
        (store.name, [(NAMES[target], getattr(store.promises, target).in_words) for target in WhatIfForm.TARGETS])
        for store in my_stores()
    ]


def _cells(answer: Answer) -> Iterator[tuple[str, ...]]:
    for each in answer.judged:
        past = each.past
        moments = [moment.isoformat() for moment in (past.started_at, past.stopped_at, past.due_at)]
        yield past.reference, *moments, _yes(past.was_kept), each.due_at.isoformat(), _yes(each.would_be_kept)


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"
