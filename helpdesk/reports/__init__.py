"""Reports: numbers with their definition, read only."""

from helpdesk.reports.promises import DAYS, TARGETS, Finished, finished_promises
from helpdesk.reports.what_if import Judged, Promise, Summary, judge, summary_of

__all__ = ["DAYS", "TARGETS", "Finished", "Judged", "Promise", "Summary", "finished_promises", "judge", "summary_of"]
