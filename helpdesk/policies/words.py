"""The words of a decision: requests, outcomes, remedies, and in which order an outcome is better for the customer."""

from enum import StrEnum

from helpdesk.core.language import N_, Words


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


REQUEST_NAMES: Words[Request] = Words(
    {
        Request.RETURN: N_("Return"),
        Request.EXCHANGE: N_("Exchange"),
        Request.CANCEL_ORDER: N_("Cancel the order"),
        Request.MODIFY_ORDER: N_("Change the order"),
        Request.CANCEL_SUBSCRIPTION: N_("Stop the subscription"),
        Request.DAMAGED: N_("Damaged on arrival"),
        Request.DEFECTIVE: N_("Defective"),
        Request.WRONG_ITEM: N_("Wrong item"),
        Request.MISSING_ITEM: N_("Missing item"),
        Request.ADVERSE_REACTION: N_("Adverse reaction"),
        Request.QUALITY: N_("Quality"),
        Request.NOT_ARRIVED: N_("Not arrived"),
        Request.DELAYED: N_("Delayed"),
        Request.LOST: N_("Lost"),
    }
)

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


REMEDY_NAMES: Words[Remedy] = Words(
    {
        Remedy.REFUND: N_("a refund"),
        Remedy.PARTIAL_REFUND: N_("a partial refund"),
        Remedy.REPLACEMENT: N_("a replacement"),
        Remedy.EXCHANGE: N_("an exchange"),
        Remedy.STORE_CREDIT: N_("store credit"),
        Remedy.REPAIR: N_("a repair"),
        Remedy.CANCELLATION: N_("cancelling it"),
        Remedy.CHANGE: N_("changing it"),
        Remedy.RESEND: N_("sending it again"),
        Remedy.COMPENSATION: N_("compensation"),
        Remedy.INFORMATION: N_("an explanation"),
    }
)


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


RETURN_SHIPPING_NAMES: Words[ReturnShipping] = Words(
    {
        ReturnShipping.NONE: N_("nothing has to be sent back"),
        ReturnShipping.PREPAID: N_("with a prepaid label from us"),
        ReturnShipping.PICKUP: N_("we collect it"),
        ReturnShipping.CUSTOMER: N_("the customer pays for sending it back"),
    }
)

OUTCOME_NAMES: Words[Outcome] = Words(
    {
        Outcome.APPROVE: N_("Yes"),
        Outcome.REVIEW: N_("A person decides"),
        Outcome.DECLINE: N_("No"),
        Outcome.NEED_INFORMATION: N_("Something is still missing"),
    }
)

#: Kinds of fees and deductions that the shipped policies know; a shop's own are shown as it calls them.
CHARGE_NAMES: Words[str] = Words(
    {"restocking": N_("restocking"), "cancellation": N_("cancellation"), "partial": N_("for condition or lateness")}
)


def charge_name(kind: str) -> str:
    """What a fee or deduction is called."""
    return CHARGE_NAMES.get(kind) or kind.replace("_", " ")
