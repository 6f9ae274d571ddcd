"""Returns and claims: from a ticket to its facts to a decision, and the records that follow from it."""

from helpdesk.returns.acting import IN_WORDS, MONEY, act, amount_of, carry_out, comes_back, keep_claim
from helpdesk.returns.cancellation import CANCELLATION_NAMES, Cancellation, CancellationLine, CancellationState
from helpdesk.returns.claim import CLAIM_KIND_NAMES, CLAIM_NAMES, Claim, ClaimKind, ClaimState
from helpdesk.returns.claims import REQUESTS, assess, edition_of, is_about_all, reassess, request_of, stop_waiting
from helpdesk.returns.decision import Answer, Decision, decisions_of, latest_decision, retold
from helpdesk.returns.done import is_done, lines_done, refuse_after_records
from helpdesk.returns.exceptions import (
    ExceptionState,
    PolicyException,
    exceptions_for,
    exceptions_of,
    is_within_limit,
    limit_of,
    needs_exception,
    propose,
    proposed_before,
)
from helpdesk.returns.facts import KINDS, counted_days, edition_for, house_of, of_line, of_order, promised
from helpdesk.returns.given import WHOLE, GivenFact, give_facts, given_facts
from helpdesk.returns.investigation import investigate, needs_investigation, refuse_without_investigation
from helpdesk.returns.judging import (
    accept_claim,
    carry_out_cancellation,
    decision_on,
    fee_range,
    keep_cancellation,
    pay_back_cancelled,
    refuse_cancellation,
    reject_claim,
    remedies_for,
)
from helpdesk.returns.label import label_of
from helpdesk.returns.merging import lay_down_claims, refuse_with_work_under_way, take_up_claims
from helpdesk.returns.money import Fee, PaidBack, Plan
from helpdesk.returns.overview import records_of
from helpdesk.returns.preview import Preview, possible_with, preview
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
from helpdesk.returns.required import missing_facts, refuse_without_facts
from helpdesk.returns.resorting import sort_by_decision
from helpdesk.returns.rma import Rma, RmaKind, address_of, as_rma_number, by_number, of_ticket, returns_visible_to
from helpdesk.returns.rma_item import Finding, RmaItem
from helpdesk.returns.same_photo import look_for_same_photos
from helpdesk.returns.steps import NAMES as STEP_NAMES
from helpdesk.returns.steps import RESULT_NAMES, Result, Step
from helpdesk.returns.tally import LineTally, Tally, tally_of
from helpdesk.returns.whatif import decided_tickets, what_if

__all__ = [
    "CANCELLATION_NAMES",
    "CLAIM_KIND_NAMES",
    "CLAIM_NAMES",
    "IN_WORDS",
    "KINDS",
    "KIND_NAMES",
    "METHOD_NAMES",
    "MONEY",
    "PAYOUT_NAMES",
    "REQUESTS",
    "RESULT_NAMES",
    "SENDING_NAMES",
    "STEP_NAMES",
    "WHOLE",
    "Answer",
    "Cancellation",
    "CancellationLine",
    "CancellationState",
    "Claim",
    "ClaimKind",
    "ClaimState",
    "Decision",
    "ExceptionState",
    "Exchange",
    "Fee",
    "Finding",
    "GivenFact",
    "Kind",
    "LineTally",
    "Method",
    "PaidBack",
    "Payer",
    "Payout",
    "Plan",
    "PolicyException",
    "Preview",
    "Refund",
    "RefundLine",
    "Replacement",
    "ReplacementItem",
    "Result",
    "Rma",
    "RmaItem",
    "RmaKind",
    "Sending",
    "Step",
    "Tally",
    "accept_claim",
    "act",
    "address_of",
    "amount_of",
    "as_rma_number",
    "assess",
    "by_number",
    "carry_out",
    "carry_out_cancellation",
    "comes_back",
    "counted_days",
    "decided_tickets",
    "decision_on",
    "decisions_of",
    "edition_for",
    "edition_of",
    "exceptions_for",
    "exceptions_of",
    "fee_range",
    "give_facts",
    "given_facts",
    "house_of",
    "investigate",
    "is_about_all",
    "is_done",
    "is_within_limit",
    "keep_cancellation",
    "keep_claim",
    "label_of",
    "latest_decision",
    "lay_down_claims",
    "limit_of",
    "lines_done",
    "look_for_same_photos",
    "missing_facts",
    "needs_exception",
    "needs_investigation",
    "of_line",
    "of_order",
    "of_ticket",
    "pay_back_cancelled",
    "payouts_visible_to",
    "possible_with",
    "preview",
    "promised",
    "propose",
    "proposed_before",
    "proposed_refund",
    "reassess",
    "records_of",
    "refuse_after_records",
    "refuse_cancellation",
    "refuse_with_work_under_way",
    "refuse_without_facts",
    "refuse_without_investigation",
    "reject_claim",
    "remedies_for",
    "request_of",
    "retold",
    "returns_visible_to",
    "settle_what_was_sent_ahead",
    "some_of",
    "sort_by_decision",
    "stop_waiting",
    "take_up_claims",
    "tally_of",
    "what_if",
    "who_pays",
    "with_fees",
]
