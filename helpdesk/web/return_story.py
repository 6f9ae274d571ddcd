"""The sentences for returns, refunds and what else follows from a decision."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from helpdesk.core.money import Money
from helpdesk.policies import REMEDY_NAMES, Remedy
from helpdesk.returns import CLAIM_KIND_NAMES, KIND_NAMES, METHOD_NAMES, RESULT_NAMES, ClaimKind, Kind, Method, Result
from helpdesk.tickets import Action
from helpdesk.web.filters import moment

Details = dict[str, Any]
Sentence = tuple[str, str, Callable[[Details], str]]


def _rma(details: Details) -> str:
    return f"return {details['rma']}" if details.get("rma") else "the return"


def _pieces(count: int) -> str:
    return "1 piece" if count == 1 else f"{count} pieces"


def _because(details: Details) -> str:
    said = f": “{details['reason']}”" if details.get("reason") else ""
    return f"{said} (clause {details['clause']})" if details.get("clause") else said


def _amount(details: Details) -> str:
    return str(Money(details["cents"], details["currency"]))


def _remedy(value: str) -> str:
    return value.replace("_", " ")


def _counts(details: Details) -> str:
    short, surplus = details.get("short"), details.get("surplus")
    more = [f"{short} fewer than authorised" if short else "", f"{surplus} more than authorised" if surplus else ""]
    return "".join(f", {words}" for words in more if words)


def _refund(details: Details) -> str:
    what, how = KIND_NAMES[Kind(details["kind"])].lower(), METHOD_NAMES[Method(details["method"])]
    behind = f" for {_rma(details)}" if details.get("rma") else ""
    return f"recorded a {what} of {_amount(details)}{behind}, to be paid out to {how}"


def _difference(details: Details) -> str:
    if details["paid_by"] == "nobody":
        return ""
    amount = Money(abs(details["difference_cents"]), details["currency"])
    return f"; the difference of {amount} is paid by the {details['paid_by']}"


def _carrier(details: Details) -> str:
    words = " ".join(filter(None, (details.get("carrier"), details.get("tracking_number"))))
    return f" ({words})" if words else ""


def _cancelled(details: Details) -> str:
    return "the order" if details["is_whole"] else f"{_pieces(details['units'])} of the order"


def _claim(details: Details) -> str:
    return f"the claim “{CLAIM_KIND_NAMES[ClaimKind(details['kind'])].lower()}”"


def _seen(details: Details) -> str:
    whose = "the same customer's" if details.get("same_customer") else "another customer's"
    if details.get("is_follow_up"):
        whose = "the followed"
    return f"a photo looks like one on {whose} ticket {details['other']}"


def _chosen(details: Details) -> str:
    about = f" for {', '.join(details['items'])}" if details["items"] else ""
    before = f" instead of {REMEDY_NAMES[Remedy(details['old'])]}" if details["old"] else ""
    return f"chose {REMEDY_NAMES[Remedy(details['remedy'])]}{about}{before}"


SENTENCES: dict[Action, Sentence] = {
    Action.REMEDY_CHOSEN: ("swap", "info", _chosen),
    Action.RETURN_REQUESTED: (
        "box", "info", lambda d: f"asked to send {_pieces(d['units'])} back, for {_remedy(d['remedy'])}"
    ),
    Action.RETURN_APPROVED: (
        "check-circle", "good",
        lambda d: f"approved {_rma(d)}, to be sent by {moment(datetime.fromisoformat(d['send_by']))}",
    ),
    Action.RETURN_DECLINED: ("cross-circle", "bad", lambda d: f"declined the return{_because(d)}"),
    Action.RETURN_LABEL_SENT: ("print", "info", lambda d: f"sent the label of {_rma(d)}"),
    Action.RETURN_IN_TRANSIT: ("truck", "info", lambda d: f"{_rma(d)} is with the carrier{_carrier(d)}"),
    Action.RETURN_RECEIVED: (
        "inbox", "info", lambda d: f"received {_rma(d)}: {_pieces(d['units'])}{_counts(d)}"
    ),
    Action.RETURN_INSPECTED: (
        "search", "brand",
        lambda d: f"inspected {_rma(d)}: {RESULT_NAMES[Result(d['result'])].lower()}"
        + (f", “{d['note']}”" if d.get("note") else ""),
    ),
    Action.RETURN_REJECTED: ("cross-circle", "bad", lambda d: f"rejected {_rma(d)}{_because(d)}"),
    Action.RETURN_CANCELLED: ("cross-circle", "neutral", lambda d: f"cancelled {_rma(d)}{_because(d)}"),
    Action.RETURN_CLOSED: ("lock", "neutral", lambda d: f"closed {_rma(d)}"),
    Action.REFUND_RECORDED: ("refund", "good", _refund),
    Action.STORE_CREDIT_RECORDED: ("refund", "good", _refund),
    Action.REFUND_PAID: (
        "check-circle", "good", lambda d: f"marked {_amount(d)} as paid out, reference {d['reference']}"
    ),
    Action.REFUND_TAKEN_BACK: ("reply", "warn", lambda d: f"took the refund of {_amount(d)} back{_because(d)}"),
    Action.REPLACEMENT_RECORDED: ("swap", "good", lambda d: f"recorded a replacement of {_pieces(d['units'])}"),
    Action.REPLACEMENT_SENT: ("truck", "info", lambda d: f"sent the replacement{_carrier(d)}"),
    Action.REPLACEMENT_DELIVERED: ("box", "good", lambda d: "saw that the replacement was delivered"),
    Action.REPLACEMENT_CANCELLED: ("cross-circle", "neutral", lambda d: f"cancelled the replacement{_because(d)}"),
    Action.EXCHANGE_RECORDED: (
        "swap", "good", lambda d: f"recorded an exchange of {_pieces(d['units'])} for “{d['wanted']}”{_difference(d)}"
    ),
    Action.EXCHANGE_PAID: ("refund", "info", lambda d: f"took the difference for “{d['wanted']}”"),
    Action.EXCHANGE_SENT: ("truck", "info", lambda d: f"sent “{d['wanted']}”{_carrier(d)}"),
    Action.EXCHANGE_DELIVERED: ("box", "good", lambda d: f"saw that “{d['wanted']}” was delivered"),
    Action.EXCHANGE_CANCELLED: ("cross-circle", "neutral", lambda d: f"cancelled the exchange{_because(d)}"),
    Action.CANCELLATION_REQUESTED: ("flag", "info", lambda d: f"asked to cancel {_cancelled(d)}"),
    Action.CANCELLATION_REFUSED: ("cross-circle", "bad", lambda d: f"refused the cancellation{_because(d)}"),
    Action.CANCELLATION_WITHDRAWN: ("reply", "neutral", lambda d: f"noted that {_cancelled(d)} is wanted after all"),
    Action.ORDER_CANCELLED: ("cross-circle", "neutral", lambda d: f"cancelled {_cancelled(d)}"),
    Action.CLAIM_OPENED: ("flag", "info", lambda d: f"opened {_claim(d)}"),
    Action.CLAIM_ACCEPTED: ("check-circle", "good", lambda d: f"accepted {_claim(d)}: {_remedy(d['remedy'])}"),
    Action.CLAIM_REJECTED: ("cross-circle", "bad", lambda d: f"rejected {_claim(d)}{_because(d)}"),
    Action.CLAIM_WITHDRAWN: ("cross-circle", "neutral", lambda d: f"withdrew {_claim(d)}"),
    Action.PHOTO_SEEN_BEFORE: ("photo", "warn", _seen),
}  # fmt: skip
