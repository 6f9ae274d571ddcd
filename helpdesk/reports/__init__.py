"""Reports: numbers with their definition, read only."""

from helpdesk.reports.promises import DAYS, TARGETS, Finished, finished_promises
from helpdesk.reports.satisfaction import PERIODS, Satisfaction, rated_tickets, satisfaction_of, since
from helpdesk.reports.what_if import Judged, Promise, Summary, judge, summary_of

__all__ = [
    "DAYS",
    "PERIODS",
    "TARGETS",
    "Finished",
    "Judged",
    "Promise",
    "Satisfaction",
    "Summary",
    "finished_promises",
    "judge",
    "rated_tickets",
    "satisfaction_of",
    "since",
    "summary_of",
]
