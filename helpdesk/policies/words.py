"""The words of a decision: requests, outcomes, remedies, and in which order an outcome is better for the customer."""

from enum import StrEnum


class Request(StrEnum):
    """What a customer can ask a policy for; the same words as the issue types that lead to a decision."""

    RETURN = "return"
    EXCHANGE = "exchange"
    CANCEL_ORDER = "cancel_order"
    MODIFY_ORDER = "modify_order"
    CANCEL_SUBSCRIPTION = "cancel_subscription"
    DAMAGED = "damaged"
    DEFECTIVE = "defective"
    WRONG_ITEM = "wrong_item"
    MISSING_ITEM = "missing_item"
    ADVERSE_REACTION = "adverse_reaction"
    QUALITY = "quality"
    NOT_ARRIVED = "not_arrived"
    DELAYED = "delayed"
    LOST = "lost"


REQUEST_NAMES: dict[Request, str] = {
    Request.RETURN: "Return",
    Request.EXCHANGE: "Exchange",
    Request.CANCEL_ORDER: "Cancel the order",
    Request.MODIFY_ORDER: "Change the order",
    Request.CANCEL_SUBSCRIPTION: "Stop the subscription",
    Request.DAMAGED: "Damaged on arrival",
    Request.DEFECTIVE: "Defective",
    Request.WRONG_ITEM: "Wrong item",
    Request.MISSING_ITEM: "Missing item",
    Request.ADVERSE_REACTION: "Adverse reaction",
    Request.QUALITY: "Quality",
    Request.NOT_ARRIVED: "Not arrived",
    Request.DELAYED: "Delayed",
    Request.LOST: "Lost",
}

#: Those that are about the order as a whole, not about one of its items.
WHOLE_ORDER = frozenset(
    {Request.CANCEL_ORDER, Request.MODIFY_ORDER, Request.NOT_ARRIVED, Request.DELAYED, Request.LOST}
)


class Outcome(StrEnum):
    """What a decision can be."""

    APPROVE = "approve"
    REVIEW = "review"  # a person must judge
    DECLINE = "decline"
    NEED_INFORMATION = "need_information"


#: Which outcome serves the customer better: a floor may only raise it.
WORTH = {Outcome.DECLINE: 0, Outcome.NEED_INFORMATION: 1, Outcome.REVIEW: 1, Outcome.APPROVE: 2}


class Remedy(StrEnum):
    """How a request can be put right (DOMAIN: resolution)."""

    REFUND = "refund"
    PARTIAL_REFUND = "partial_refund"
    REPLACEMENT = "replacement"
    EXCHANGE = "exchange"
    STORE_CREDIT = "store_credit"
    REPAIR = "repair"
    CANCELLATION = "cancellation"
    CHANGE = "change"
    RESEND = "resend"
    COMPENSATION = "compensation"
    INFORMATION = "information"


REMEDY_NAMES: dict[Remedy, str] = {
    Remedy.REFUND: "a refund",
    Remedy.PARTIAL_REFUND: "a partial refund",
    Remedy.REPLACEMENT: "a replacement",
    Remedy.EXCHANGE: "an exchange",
    Remedy.STORE_CREDIT: "store credit",
    Remedy.REPAIR: "a repair",
    Remedy.CANCELLATION: "cancelling it",
    Remedy.CHANGE: "changing it",
    Remedy.RESEND: "sending it again",
    Remedy.COMPENSATION: "compensation",
    Remedy.INFORMATION: "an explanation",
}


class RefundMethod(StrEnum):
    """Where money goes back to."""

    ORIGINAL = "original"
    STORE_CREDIT = "store_credit"


class ReturnShipping(StrEnum):
    """Who brings the goods back, and at whose cost."""

    NONE = "none"  # nothing has to come back
    PREPAID = "prepaid"
    PICKUP = "pickup"
    CUSTOMER = "customer"


RETURN_SHIPPING_NAMES: dict[ReturnShipping, str] = {
    ReturnShipping.NONE: "nothing has to be sent back",
    ReturnShipping.PREPAID: "with a prepaid label from us",
    ReturnShipping.PICKUP: "we collect it",
    ReturnShipping.CUSTOMER: "the customer pays for sending it back",
}

OUTCOME_NAMES: dict[Outcome, str] = {
    Outcome.APPROVE: "Yes",
    Outcome.REVIEW: "A person decides",
    Outcome.DECLINE: "No",
    Outcome.NEED_INFORMATION: "Something is still missing",
}
