"""Returns and claims: from a ticket to its facts to a decision, and the records that follow from it."""

from helpdesk.returns.cancellation import CANCELLATION_NAMES, Cancellation, CancellationLine, CancellationState
from helpdesk.returns.claim import CLAIM_KIND_NAMES, CLAIM_NAMES, Claim, ClaimKind, ClaimState
from helpdesk.returns.claims import assess, reassess, report_of, stop_waiting
from helpdesk.returns.damage import DamageReport, Judgement, Outcome, Rule, deadline, judge, start_of_clock
from helpdesk.returns.decision import Decision, latest_decision
from helpdesk.returns.label import label_of
from helpdesk.returns.money import Fee, PaidBack, Plan
from helpdesk.returns.overview import records_of
from helpdesk.returns.proposal import proposed_refund, with_fees
from helpdesk.returns.refunds import (
    KIND_NAMES,
    METHOD_NAMES,
    PAYOUT_NAMES,
    Kind,
    Method,
    Payout,
    Refund,
    RefundLine,
    payouts_visible_to,
    some_of,
)
from helpdesk.returns.remedies import (
    SENDING_NAMES,
    Exchange,
    Payer,
    Replacement,
    ReplacementItem,
    Sending,
    settle_what_was_sent_ahead,
    who_pays,
)
from helpdesk.returns.rma import (
    Remedy,
    Rma,
    RmaKind,
    address_of,
    as_rma_number,
    by_number,
    of_ticket,
    returns_visible_to,
)
from helpdesk.returns.rma_item import Finding, RmaItem
from helpdesk.returns.same_photo import look_for_same_photos
from helpdesk.returns.steps import NAMES as STEP_NAMES
from helpdesk.returns.steps import RESULT_NAMES, Result, Step
from helpdesk.returns.tally import LineTally, Tally, tally_of

__all__ = [
    "CANCELLATION_NAMES",
    "CLAIM_KIND_NAMES",
    "CLAIM_NAMES",
    "KIND_NAMES",
    "METHOD_NAMES",
    "PAYOUT_NAMES",
    "RESULT_NAMES",
    "SENDING_NAMES",
    "STEP_NAMES",
    "Cancellation",
    "CancellationLine",
    "CancellationState",
    "Claim",
    "ClaimKind",
    "ClaimState",
    "DamageReport",
    "Decision",
    "Exchange",
    "Fee",
    "Finding",
    "Judgement",
    "Kind",
    "LineTally",
    "Method",
    "Outcome",
    "PaidBack",
    "Payer",
    "Payout",
    "Plan",
    "Refund",
    "RefundLine",
    "Remedy",
    "Replacement",
    "ReplacementItem",
    "Result",
    "Rma",
    "RmaItem",
    "RmaKind",
    "Rule",
    "Sending",
    "Step",
    "Tally",
    "address_of",
    "as_rma_number",
    "assess",
    "by_number",
    "deadline",
    "judge",
    "label_of",
    "latest_decision",
    "look_for_same_photos",
    "of_ticket",
    "payouts_visible_to",
    "proposed_refund",
    "reassess",
    "records_of",
    "report_of",
    "returns_visible_to",
    "settle_what_was_sent_ahead",
    "some_of",
    "start_of_clock",
    "stop_waiting",
    "tally_of",
    "who_pays",
    "with_fees",
]
