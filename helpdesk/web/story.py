"""The timeline in words: one sentence for every action."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from helpdesk.escalation import REASON_NAMES, ROLE_NAMES, Reason
from helpdesk.policies import OUTCOME_NAMES, REMEDY_NAMES, Outcome, Remedy
from helpdesk.sla import MOVED_BY, Target
from helpdesk.sla import NAMES as CLOCK_NAMES
from helpdesk.tickets import NAMES, SCORES, STATUS_NAMES, Action, Event, IssueType, Status
from helpdesk.web.filters import moment
from helpdesk.web.return_story import SENTENCES as RETURN_SENTENCES

Details = dict[str, Any]


def _issue(value: str) -> str:
    return NAMES[IssueType(value)].lower()


def _clock(details: Details) -> str:
    due = moment(datetime.fromisoformat(details["due_at"]))
    return f"{CLOCK_NAMES[Target(details['target'])]}, due {due}"


def _moved(details: Details) -> str:
    old, new = (moment(datetime.fromisoformat(details[name])) for name in ("old", "new"))
    who = f" by {details['who']}" if details.get("who") else ""
    name = CLOCK_NAMES[Target(details["target"])]
    return f"{name}: due {new} instead of {old}, because {MOVED_BY[details['why']]}{who}"


def _taken_over(details: Details) -> str:
    return f"took over what {details['out_of']} was promised: {'; '.join(map(_clock, details['promises']))}"


def _opened(details: Details) -> str:
    out_of = f" out of messages of {details['out_of']}" if details.get("out_of") else ""
    return f"opened the ticket as {_issue(details['issue_type'])}{out_of}"


def _field(details: Details) -> str:
    was = f" (was {details['old']})" if details["old"] else ""
    return (
        f"set “{details['label']}” to {details['new']}{was}" if details["new"] else f"emptied “{details['label']}”{was}"
    )


def _return(details: Details) -> str:
    return f"return {details['rma']}" if details.get("rma") else "the return"


def _moment(text: str) -> str:
    return moment(datetime.fromisoformat(text))


def _reason(details: Details) -> str:
    return REASON_NAMES[Reason(details["reason"])].lower()


def _exception(details: Details) -> str:
    against = f" against clause {details['clause']}" if details["clause"] else ""
    return f"{REMEDY_NAMES[Remedy(details['kind'])]} ({details['amount']}){against}{_said(details)}"


def _value(value: Any) -> str:
    return {True: "yes", False: "no", None: "not known"}.get(value, str(value).replace("_", " "))


def _was(value: Any) -> str:
    return f" (was {_value(value)})" if value is not None else ""


def _why(details: Details) -> str:
    return f", {details['because']}" if details.get("because") else ""


def _receiver(details: Details) -> str:
    return details.get("to_name") or f"the {ROLE_NAMES[details['level']]}s, of whom nobody was on duty"


def _said(details: Details) -> str:
    return f": “{details['note']}”" if details.get("note") else ""


#: What a macro had changed beside an answer that was taken back.
LEFT = {
    "assignee": "the assignee",
    "priority": "the priority",
    "issue_type": "the issue type",
    "add_tags": "a tag",
    "remove_tags": "a tag",
}


def _taken_back(details: Details) -> str:
    left = " and ".join(dict.fromkeys(LEFT[what] for what in details.get("left", ())))
    stays = f"; {left} stays as it is now" if left else ""
    return f"took the answer back before it went out{stays}"


ROLE_WORDS = {"parent": "it is a child of", "child": "it is the parent of", "relates": "it relates to"}
#: What ended a snooze.
WOKEN_BY = {
    "time": "its time had come",
    "hand": "by hand",
    "promise": "a promise runs out soon",
    Action.CUSTOMER_WROTE: "the customer wrote",
    Action.REMEDY_CHOSEN: "the customer chose",
    Action.BREACHED: "a promise was not kept",
    Action.CUSTOMER_CLOCK_RAN_OUT: "the customer's time ran out",
    Action.ESCALATED: "it was escalated",
    Action.ORDER_DELIVERED: "the order was delivered",
    Action.RETURN_RECEIVED: "the return is here",
    Action.MERGED: "another ticket was merged into it",
    Action.MERGED_AWAY: "it was merged into another",
    Action.SOLVED: "it is solved",
    Action.CLOSED: "it is closed",
}


def _rated(details: Details) -> str:
    was = f" (before: {SCORES[details['old']].lower()})" if details["old"] else ""
    return f"rated our help {details['score']} of 5, {SCORES[details['score']].lower()}{was}{_said(details)}"


#: Symbol, tone, and the sentence made of the event's details.
SENTENCES: dict[Action, tuple[str, str, Callable[[Details], str]]] = {
    Action.OPENED: ("flag", "info", _opened),
    Action.CUSTOMER_WROTE: (
        "user", "info", lambda d: "wrote" + (f" and added {d['photos']} photo(s)" if d.get("photos") else "")
    ),
    Action.STAFF_REPLIED: ("reply", "brand", lambda d: "answered" + (" for the first time" if d.get("first") else "")),
    Action.REPLY_TAKEN_BACK: ("arrow-left", "warn", _taken_back),
    Action.MENTIONED: ("user", "neutral", lambda d: f"called {', '.join(d['names'])}"),
    Action.FOLLOWED: ("user", "neutral", lambda d: "follows it"),
    Action.UNFOLLOWED: ("user", "neutral", lambda d: "no longer follows it"),
    Action.NOTED: ("lock", "neutral", lambda d: "wrote a note"),
    Action.ASSIGNED: ("user", "neutral", lambda d: f"gave it to {d['new'] or 'nobody'}"),
    Action.STATUS_CHANGED: ("half", "neutral", lambda d: f"set it to {STATUS_NAMES[Status(d['new'])].lower()}"),
    Action.SOLVED: ("check-circle", "good", lambda d: "solved it"),
    Action.REOPENED: ("arrow-right", "warn", lambda d: "opened it again"),
    Action.RATED: ("star", "info", _rated),
    Action.CLOSED: ("lock", "neutral", lambda d: "closed it"),
    Action.SORTED: ("tag", "neutral", lambda d: f"sorted it from {_issue(d['old'])} to {_issue(d['new'])}{_why(d)}"),
    Action.PRIORITISED: ("flag", "neutral", lambda d: f"set the priority from {d['old']} to {d['new']}"),
    Action.MARKED_COMPLEX: ("flag", "warn", lambda d: "marked it as complex: it takes longer than usual"),
    Action.MARKED_ORDINARY: ("flag", "neutral", lambda d: "marked it as no longer complex"),
    Action.MERGED: ("arrow-right", "neutral", lambda d: f"merged {d.get('merged', 'another ticket')} into it"),
    Action.MERGED_AWAY: ("arrow-right", "neutral", lambda d: f"merged it into {d.get('into', 'another ticket')}"),
    Action.MERGE_UNDONE: ("refund", "neutral", lambda d: f"took {d['restored']} out of it again"),
    Action.RESTORED: ("refund", "neutral", lambda d: f"took it out of {d['out_of']} again"),
    Action.PROMISES_TAKEN_OVER: ("clock", "info", _taken_over),
    Action.ORDER_SHIPPED: (
        "truck", "info", lambda d: f"saw that the order was handed over, {_moment(d['shipped_at'])}"
    ),
    Action.ORDER_DELIVERED: (
        "box", "good", lambda d: f"saw that the order was delivered, {_moment(d['delivered_at'])}"
    ),
    Action.ORDER_CALLED_OFF: ("cross-circle", "neutral", lambda d: "saw that the order was cancelled"),
    Action.CLOCK_RETARGETED: ("clock", "info", _moved),
    Action.CLOCK_RESUMED: ("clock", "info", lambda d: f"promise goes on, as the ticket is open again: {_clock(d)}"),
    Action.SNOOZED: ("clock", "neutral", lambda d: f"snoozed it until {_moment(d['until'])}{_said(d)}"),
    Action.WOKEN: ("clock", "info", lambda d: f"woke it up: {WOKEN_BY.get(d['because'], 'something happened')}"),
    Action.TAGGED: ("tag", "neutral", lambda d: f"tagged it {d['tag']}"),
    Action.UNTAGGED: ("tag", "neutral", lambda d: f"removed the tag {d['tag']}"),
    Action.FIELD_SET: ("policy", "neutral", _field),
    Action.LINKED: ("arrow-right", "neutral", lambda d: f"linked it: {ROLE_WORDS[d['role']]} {d['to']}"),
    Action.UNLINKED: ("arrow-right", "neutral", lambda d: f"removed the link to {d['to']}"),
    Action.SPLIT: (
        "arrow-right", "neutral", lambda d: f"moved {d['count']} message(s) to a ticket of its own, {d['to']}"
    ),
    Action.LINK_RENEWED: ("lock", "neutral", lambda d: "renewed the customer's link"),
    Action.DECIDED: (
        "policy", "brand", lambda d: f"decided: {OUTCOME_NAMES[Outcome(d['outcome'])].lower()}. {d['because']}"
    ),
    Action.FACT_GIVEN: (
        "question", "neutral", lambda d: f"said: {d['meaning']} is {_value(d['new'])}" + _was(d.get("old"))
    ),
    Action.ITEMS_CHOSEN: ("box", "neutral", lambda d: f"said it is about {', '.join(d['items'])}"),
    Action.EXCEPTION_PROPOSED: ("policy", "warn", lambda d: f"asked for an exception, {_exception(d)}"),
    Action.EXCEPTION_GRANTED: ("check-circle", "good", lambda d: f"allowed an exception, {_exception(d)}"),
    Action.EXCEPTION_REFUSED: ("cross-circle", "bad", lambda d: f"refused an exception, {_exception(d)}"),
    Action.INVESTIGATED: ("search", "info", lambda d: "wrote down what the investigation found"),
    Action.WARNED: ("clock", "warn", lambda d: f"warned: {_clock(d)}"),
    Action.BREACHED: ("alert", "bad", lambda d: f"promise not kept: {_clock(d)}"),
    Action.CUSTOMER_CLOCK_WARNED: ("clock", "warn", lambda d: f"reminded the customer: {_clock(d)}"),
    Action.CUSTOMER_CLOCK_RAN_OUT: ("clock", "neutral", lambda d: f"the customer's time ran out: {_clock(d)}"),
    Action.ESCALATED: (
        "escalate", "bad",
        lambda d: f"escalated to {_receiver(d)} (level {d['level']}), {_reason(d)}{_said(d)}",
    ),
    Action.ESCALATION_HANDED_OUT: (
        "user", "info", lambda d: f"handed the escalation out to {_receiver(d)} (level {d['level']})"
    ),
    Action.ESCALATION_REASON_ADDED: (
        "escalate", "warn", lambda d: f"added a reason to the escalation, {_reason(d)}{_said(d)}"
    ),
    Action.ESCALATION_ACKNOWLEDGED: ("check", "info", lambda d: "acknowledged the escalation"),
    Action.ESCALATION_TAKEN_OVER: ("user", "info", lambda d: "took the ticket over"),
    Action.ESCALATION_RETURNED: ("reply", "neutral", lambda d: f"handed the escalation back{_said(d)}"),
    Action.ESCALATION_DECIDED: ("check-circle", "good", lambda d: f"{d['verdict']} the escalation{_said(d)}"),
    Action.ESCALATION_WITHDRAWN: ("cross-circle", "neutral", lambda d: "withdrew the escalation of a closed ticket"),
    Action.MAIL_RETRIED: ("mail", "info", lambda d: f"sent the letter to {d['to']} again"),
    Action.MAIL_FAILED: ("mail", "bad", lambda d: f"could not send a letter to {d['to']}: {d['error']}"),
    **RETURN_SENTENCES,
}  # fmt: skip


def tell(event: Event | Row[Any]) -> dict[str, Any]:
    """One event as the timeline component wants it."""
    symbol, tone, words = SENTENCES[event.action]
    return {"at": event.at, "who": event.by_name, "words": words(event.details), "symbol": symbol, "tone": tone}
