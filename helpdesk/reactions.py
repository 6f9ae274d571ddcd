"""When this happens, do that: every consequence in the house stands on this page."""

from collections.abc import Callable

from helpdesk import escalation, mail, returns, sla
from helpdesk.tickets import Action, Event

REACTIONS: dict[Action, list[Callable[[Event], None]]] = {
    Action.OPENED: [sla.start_clocks, returns.assess, escalation.escalate_emergency, mail.acknowledge],
    Action.CUSTOMER_WROTE: [sla.ask_again, returns.reassess, mail.tell_assignee],
    Action.STAFF_REPLIED: [sla.answer_clocks, mail.send_reply],
    Action.STATUS_CHANGED: [sla.follow_status],
    Action.SOLVED: [sla.stop_clocks, mail.ask_if_solved],
    Action.CLOSED: [escalation.withdraw],
    Action.REOPENED: [sla.take_up_again],
    Action.PRIORITISED: [sla.follow_priority],
    Action.MARKED_COMPLEX: [sla.follow_complexity],
    Action.MARKED_ORDINARY: [sla.follow_complexity],
    Action.MERGED: [sla.keep_earliest],
    Action.MERGED_AWAY: [sla.end_all],
    Action.SORTED: [sla.follow_sorting, returns.reassess, escalation.escalate_emergency],
    Action.DECIDED: [sla.follow_decision, escalation.escalate_late_damage, mail.tell_decision],
    Action.ORDER_SHIPPED: [sla.follow_order],
    Action.ORDER_DELIVERED: [sla.follow_order],
    Action.ORDER_CANCELLED: [sla.follow_order],
    Action.RETURN_APPROVED: [sla.start_send_back],
    Action.RETURN_IN_TRANSIT: [sla.stop_send_back],
    Action.RETURN_RECEIVED: [sla.start_inspection],
    Action.RETURN_INSPECTED: [sla.follow_inspection],
    Action.REFUND_RECORDED: [sla.stop_refund],
    Action.RETURN_REJECTED: [sla.end_return],
    Action.RETURN_CANCELLED: [sla.end_return],
    Action.RETURN_CLOSED: [sla.end_return],
    Action.WARNED: [sla.note_warning],
    Action.BREACHED: [sla.note_breach, escalation.escalate_breach],
    Action.CUSTOMER_CLOCK_WARNED: [sla.note_warning, mail.remind_customer],
    Action.CUSTOMER_CLOCK_RAN_OUT: [sla.end_right, returns.stop_waiting],
    Action.ESCALATED: [sla.start_acknowledgement, mail.tell_supervisor],
    Action.ESCALATION_REASON_ADDED: [mail.tell_of_reason],
    Action.ESCALATION_ACKNOWLEDGED: [sla.acknowledge],
    Action.ESCALATION_TAKEN_OVER: [sla.acknowledge],
    Action.ESCALATION_RETURNED: [sla.acknowledge, mail.tell_agent_of_decision],
    Action.ESCALATION_WITHDRAWN: [sla.acknowledge],
    Action.ESCALATION_DECIDED: [sla.acknowledge, mail.tell_agent_of_decision],
}
