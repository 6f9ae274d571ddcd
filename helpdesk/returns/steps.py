"""The life of a return (DOMAIN 6), pure: its steps, which may follow which, and how they are called."""

from enum import StrEnum

from helpdesk.core.language import N_, Words


class Step(StrEnum):
    """Where a return stands."""

    REQUESTED = "requested"
    APPROVED = "approved"
    DECLINED = "declined"
    LABEL_SENT = "label_sent"
    IN_TRANSIT = "in_transit"
    RECEIVED = "received"
    INSPECTED = "inspected"
    REFUNDED = "refunded"
    REPLACED = "replaced"
    EXCHANGED = "exchanged"
    REJECTED = "rejected"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Result(StrEnum):
    """What an inspection found."""

    PASSED = "passed"
    PARTIAL = "partial"
    FAILED = "failed"


#: How a return can end once it was looked at.
SETTLED = (Step.REFUNDED, Step.REPLACED, Step.EXCHANGED, Step.REJECTED)

#: A label is not always needed, and a parcel may arrive that nobody announced; so steps on the way may be left out.
MOVES: dict[Step, frozenset[Step]] = {
    Step.REQUESTED: frozenset({Step.APPROVED, Step.DECLINED, Step.CANCELLED}),
    Step.APPROVED: frozenset({Step.LABEL_SENT, Step.IN_TRANSIT, Step.RECEIVED, Step.CANCELLED}),
    Step.DECLINED: frozenset(),
    Step.LABEL_SENT: frozenset({Step.IN_TRANSIT, Step.RECEIVED, Step.CANCELLED}),
    Step.IN_TRANSIT: frozenset({Step.RECEIVED, Step.CANCELLED}),
    Step.RECEIVED: frozenset({Step.INSPECTED}),
    Step.INSPECTED: frozenset(SETTLED),
    Step.REFUNDED: frozenset({Step.CLOSED}),
    Step.REPLACED: frozenset({Step.CLOSED}),
    Step.EXCHANGED: frozenset({Step.CLOSED}),
    Step.REJECTED: frozenset({Step.CLOSED}),
    Step.CLOSED: frozenset(),
    Step.CANCELLED: frozenset(),
}

NAMES = Words(
    {
        Step.REQUESTED: N_("Requested"),
        Step.APPROVED: N_("Approved"),
        Step.DECLINED: N_("Declined"),
        Step.LABEL_SENT: N_("Label sent"),
        Step.IN_TRANSIT: N_("On its way back"),
        Step.RECEIVED: N_("Received"),
        Step.INSPECTED: N_("Inspected"),
        Step.REFUNDED: N_("Refund recorded"),
        Step.REPLACED: N_("Replacement recorded"),
        Step.EXCHANGED: N_("Exchange recorded"),
        Step.REJECTED: N_("Rejected"),
        Step.CLOSED: N_("Closed"),
        Step.CANCELLED: N_("Cancelled"),
    }
)
RESULT_NAMES = Words({Result.PASSED: N_("Passed"), Result.PARTIAL: N_("Passed in part"), Result.FAILED: N_("Failed")})

#: The straight way, as a customer follows it; what was settled, and how, stands in the last place but one.
WAY = (Step.REQUESTED, Step.APPROVED, Step.LABEL_SENT, Step.IN_TRANSIT, Step.RECEIVED, Step.INSPECTED)
ENDS = (Step.DECLINED, Step.CANCELLED, Step.CLOSED)
#: The goods are, or may yet be, on their way to us.
ON_THE_WAY = (Step.APPROVED, Step.LABEL_SENT, Step.IN_TRANSIT)
#: What is asked for or on its way counts against what may still be sent back.
OPEN = (Step.REQUESTED, *ON_THE_WAY, Step.RECEIVED)


def can_move(now: Step, to: Step) -> bool:
    """Whether a return may go from one step to the other."""
    return to in MOVES[now]


def result_of(authorised: int, missing: int, damaged: int, refused: int) -> Result:
    """What an inspection's counts say by themselves, in units: `refused` are those for which nothing is paid back."""
    if authorised and missing + refused >= authorised:
        return Result.FAILED
    return Result.PARTIAL if missing or damaged or refused else Result.PASSED
