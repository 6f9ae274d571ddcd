"""A store's help page."""

from flask import render_template, url_for

from helpdesk.core.language import N_, Words, _
from helpdesk.tickets import CATEGORY_NAMES, CATEGORY_OF, HINTS, LABELS, Category, IssueType
from helpdesk.web.portal.door import bp

CATEGORY_WORDS = Words(
    {
        Category.SHIPPING: N_("It is on its way, or should be"),
        Category.POST_PURCHASE: N_("It is here, but something is wrong"),
        Category.POLICY: N_("Send back, swap, cancel, or just ask"),
    }
)


@bp.get("/")
def home() -> str:
    """Is somebody there, what can be asked, what is promised."""
    return render_template("pages/portal/home.html", categories=_categories(), ways=_ways())


def _ways() -> list[dict[str, str]]:
    """What most people come for, before any report."""
    return [
        {"url": url_for(".track"), "symbol": "truck", "label": _("Track an order"), "text": _("Where it is now")},
        {"url": url_for(".my"), "symbol": "inbox", "label": _("My requests"), "text": _("How they stand")},
        {"url": url_for(".faq"), "symbol": "question", "label": _("Answers"), "text": _("What others asked")},
        {"url": url_for(".policy"), "symbol": "policy", "label": _("Policy"), "text": _("What holds, in clauses")},
    ]


def _categories() -> list[dict[str, object]]:
    return [
        {
            "key": category.value,
            "name": CATEGORY_NAMES[category],
            "text": CATEGORY_WORDS[category],
            "issues": [
                (LABELS[issue], url_for(".report", issue=issue.value))
                for issue in IssueType
                if CATEGORY_OF[issue] is category
            ],
        }
        for category in Category
    ]


def issue_choices() -> list[tuple[Category, list[tuple[str, str, str]]]]:
    """Category by category: value, words and hint of each issue type."""
    return [
        (category, [(i.value, LABELS[i], HINTS[i]) for i in IssueType if CATEGORY_OF[i] is category])
        for category in Category
    ]
