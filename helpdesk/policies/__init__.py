"""Policies: a store's published policy as people read it and as the program runs it."""

from helpdesk.policies.alternatives import Alternative, what_would_change
from helpdesk.policies.cells import BadCell, value_of
from helpdesk.policies.choosing import asked_for, choices_of
from helpdesk.policies.decision import Charge, Deadline, Decision, Refund
from helpdesk.policies.differences import Change, changes, consequences_in_words, in_short, when_in_words
from helpdesk.policies.document import Clause, Limit
from helpdesk.policies.drafts import DRAFT, PolicyDraft, dated, digest_of, draft_of, drop_draft, keep_draft
from helpdesk.policies.edition import Edition
from helpdesk.policies.engine import NO_RULE, decide, step_for
from helpdesk.policies.examples import Tried, failures, tried
from helpdesk.policies.excuses import excuses
from helpdesk.policies.facts import VOCABULARY, Fact, Kind, Source, in_words, nearest
from helpdesk.policies.house import house_by_name, house_edition, house_text, starter
from helpdesk.policies.library import (
    PolicyEdition,
    edition_by_id,
    edition_named,
    editions_of,
    in_force,
    in_force_on,
    publish,
    publish_all,
)
from helpdesk.policies.places import Placed, placed
from helpdesk.policies.reading import BadPolicy, read_policy, read_policy_file
from helpdesk.policies.retelling import retold
from helpdesk.policies.statutory import floors_by_id
from helpdesk.policies.telling import ToldRow, counted, remarks, rows_in_words, size_in_words, unanswered
from helpdesk.policies.timing import end_of_hours, read_moment, start_of
from helpdesk.policies.trace import Look, effects_of, replayed, trace_of
from helpdesk.policies.whatif import Replayed, Tally
from helpdesk.policies.words import (
    OUTCOME_NAMES,
    REMEDY_NAMES,
    REQUEST_NAMES,
    RETURN_SHIPPING_NAMES,
    WHOLE_ORDER,
    WORTH,
    Outcome,
    RefundMethod,
    Remedy,
    Request,
    ReturnShipping,
    charge_name,
)

__all__ = [
    "DRAFT",
    "NO_RULE",
    "OUTCOME_NAMES",
    "REMEDY_NAMES",
    "REQUEST_NAMES",
    "RETURN_SHIPPING_NAMES",
    "VOCABULARY",
    "WHOLE_ORDER",
    "WORTH",
    "Alternative",
    "BadCell",
    "BadPolicy",
    "Change",
    "Charge",
    "Clause",
    "Deadline",
    "Decision",
    "Edition",
    "Fact",
    "Kind",
    "Limit",
    "Look",
    "Outcome",
    "Placed",
    "PolicyDraft",
    "PolicyEdition",
    "Refund",
    "RefundMethod",
    "Remedy",
    "Replayed",
    "Request",
    "ReturnShipping",
    "Source",
    "Tally",
    "ToldRow",
    "Tried",
    "asked_for",
    "changes",
    "charge_name",
    "choices_of",
    "consequences_in_words",
    "counted",
    "dated",
    "decide",
    "digest_of",
    "draft_of",
    "drop_draft",
    "edition_by_id",
    "edition_named",
    "editions_of",
    "effects_of",
    "end_of_hours",
    "excuses",
    "failures",
    "floors_by_id",
    "house_by_name",
    "house_edition",
    "house_text",
    "in_force",
    "in_force_on",
    "in_short",
    "in_words",
    "keep_draft",
    "nearest",
    "placed",
    "publish",
    "publish_all",
    "read_moment",
    "read_policy",
    "read_policy_file",
    "remarks",
    "replayed",
    "retold",
    "rows_in_words",
    "size_in_words",
    "start_of",
    "starter",
    "step_for",
    "trace_of",
    "tried",
    "unanswered",
    "value_of",
    "what_would_change",
    "when_in_words",
]
