"""What is promised, by whom, and what a clock can be doing (pure)."""

from enum import StrEnum

from helpdesk.core.language import N_, Words


class Target(StrEnum):
    """What is promised."""

    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    UPDATE = "update"
    RESOLUTION = "resolution"
    DAMAGE_REPORT = "damage_report"
    EVIDENCE = "evidence"
    DELIVERY = "delivery"
    RETURN_WINDOW = "return_window"
    SEND_BACK = "send_back"
    ESCALATION_ACK = "escalation_ack"
    RETURN_INSPECTION = "return_inspection"
    REFUND = "refund"


class State(StrEnum):
    """What a clock is doing. One that ran over and still runs is running, with `breached_at` set."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"
    CANCELLED = "cancelled"


#: Still to be answered.
OPEN = State.RUNNING, State.PAUSED


class Whose(StrEnum):
    """Whose promise it is."""

    STAFF = "staff"
    CUSTOMER = "customer"
    CARRIER = "carrier"
    SUPERVISOR = "supervisor"


WHOSE = {
    Target.FIRST_RESPONSE: Whose.STAFF,
    Target.NEXT_RESPONSE: Whose.STAFF,
    Target.UPDATE: Whose.STAFF,
    Target.RESOLUTION: Whose.STAFF,
    Target.DAMAGE_REPORT: Whose.CUSTOMER,
    Target.EVIDENCE: Whose.CUSTOMER,
    Target.DELIVERY: Whose.CARRIER,
    Target.RETURN_WINDOW: Whose.CUSTOMER,
    Target.SEND_BACK: Whose.CUSTOMER,
    Target.ESCALATION_ACK: Whose.SUPERVISOR,
    Target.RETURN_INSPECTION: Whose.STAFF,
    Target.REFUND: Whose.STAFF,
}

#: The promises of the store; the other clocks are the customer's, the carrier's or the supervisor's.
STAFF_TARGETS = tuple(target for target, whose in WHOSE.items() if whose is Whose.STAFF)
CUSTOMER_TARGETS = tuple(target for target, whose in WHOSE.items() if whose is Whose.CUSTOMER)

NAMES = Words(
    {
        Target.FIRST_RESPONSE: N_("First answer"),
        Target.NEXT_RESPONSE: N_("Next answer"),
        Target.UPDATE: N_("News in between"),
        Target.RESOLUTION: N_("Solution"),
        Target.DAMAGE_REPORT: N_("Damage report"),
        Target.EVIDENCE: N_("Photos"),
        Target.DELIVERY: N_("Delivery"),
        Target.RETURN_WINDOW: N_("Ask for a return or exchange"),
        Target.SEND_BACK: N_("Send it back"),
        Target.ESCALATION_ACK: N_("Supervisor takes it"),
        Target.RETURN_INSPECTION: N_("Return inspected"),
        Target.REFUND: N_("Refund"),
    }
)


def is_customers(target: Target) -> bool:
    """Whether the promise is the customer's to keep."""
    return target in CUSTOMER_TARGETS
