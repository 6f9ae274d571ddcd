"""The places of the help pages that an answer may link to, by the word for them."""

from flask import url_for

from helpdesk.tickets import IssueType

PAGES = {"report": ".report", "track": ".track", "policy": ".policy", "faq": ".faq", "my": ".my"}
REPORT = "report/"
#: What may stand in parentheses behind words in brackets: "[tell us](report/damaged)".
PLACES = (*PAGES, *(REPORT + issue.value for issue in IssueType))


def place_url(place: str) -> str:
    """The address of a place; what is no place (any more) leads to the report."""
    if page := PAGES.get(place):
        return url_for(page)
    return url_for(".report", issue=place.removeprefix(REPORT))
