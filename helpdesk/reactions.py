"""When this happens, do that: every consequence in the house stands on this page."""

from collections.abc import Callable

from helpdesk import escalation, mail, returns, sla
from helpdesk.tickets import Action, Event

REACTIONS: dict[Action, list[Callable[[Event], None]]] = {
    Action.OPENED: [
        sla.start_clocks,
        returns.assess,
        returns.look_for_same_photos,
        escalation.escalate_high_value,
        mail.acknowledge,
    ],
    Action.CUSTOMER_WROTE: [
        sla.ask_again,
        returns.reassess,
        returns.look_for_same_photos,
        mail.tell_assignee,
        mail.tell_followers_of_message,
    ],
    Action.MENTIONED: [mail.tell_mentioned],
    Action.STAFF_REPLIED: [sla.answer_clocks, mail.send_reply],
    Action.REPLY_TAKEN_BACK: [sla.take_back_answer, mail.withdraw_letters],
    Action.STATUS_CHANGED: [sla.follow_status],
    Action.SOLVED: [sla.stop_clocks, mail.ask_if_solved],
    Action.CLOSED: [escalation.withdraw],
    Action.REOPENED: [sla.take_up_again],
    Action.PRIORITISED: [sla.follow_priority],
    Action.MARKED_COMPLEX: [sla.follow_complexity],
    Action.MARKED_ORDINARY: [sla.follow_complexity],
    Action.MERGED: [sla.keep_earliest],
    Action.MERGED_AWAY: [sla.end_all],
    Action.SORTED: [sla.follow_sorting, returns.reassess, escalation.escalate_high_value],
    Action.FACT_GIVEN: [returns.reassess],
    Action.DECIDED: [sla.follow_decision, returns.keep_claim, escalation.follow_decision, mail.tell_decision],
    Action.ORDER_SHIPPED: [sla.follow_order],
    Action.ORDER_DELIVERED: [sla.follow_order],
    Action.ORDER_CALLED_OFF: [sla.follow_order],
    Action.WARNED: [sla.note_warning],
    Action.BREACHED: [sla.note_breach, escalation.escalate_breach, mail.tell_followers_of_breach],
    Action.CUSTOMER_CLOCK_WARNED: [sla.note_warning, mail.remind_customer],
    Action.CUSTOMER_CLOCK_RAN_OUT: [sla.end_right, returns.stop_waiting],
    Action.ESCALATED: [sla.start_acknowledgement, mail.tell_supervisor],
    Action.ESCALATION_HANDED_OUT: [mail.tell_supervisor],
    Action.ESCALATION_REASON_ADDED: [sla.hasten_acknowledgement, mail.tell_of_reason],
    Action.ESCALATION_ACKNOWLEDGED: [sla.acknowledge],
    Action.ESCALATION_TAKEN_OVER: [sla.acknowledge],
    Action.ESCALATION_RETURNED: [sla.acknowledge, mail.tell_agent_of_decision],
    Action.ESCALATION_WITHDRAWN: [sla.acknowledge],
    Action.RETURN_APPROVED: [sla.start_send_back, mail.tell_of_return],
    Action.RETURN_DECLINED: [mail.tell_of_return],
    Action.RETURN_LABEL_SENT: [mail.tell_of_return],
    Action.RETURN_IN_TRANSIT: [sla.stop_send_back],
    Action.RETURN_RECEIVED: [sla.start_inspection, mail.tell_of_return],
    Action.RETURN_INSPECTED: [sla.follow_inspection, returns.settle_what_was_sent_ahead, mail.tell_of_return],
    Action.RETURN_REJECTED: [sla.end_return, mail.tell_of_return],
    Action.RETURN_CANCELLED: [sla.end_return, mail.tell_of_return],
    Action.RETURN_CLOSED: [sla.end_return],
    Action.REFUND_RECORDED: [sla.stop_refund, mail.tell_of_remedy],
    Action.STORE_CREDIT_RECORDED: [mail.tell_of_remedy],
    Action.REFUND_PAID: [mail.tell_of_remedy],
    Action.REPLACEMENT_RECORDED: [mail.tell_of_remedy],
    Action.EXCHANGE_RECORDED: [mail.tell_of_remedy],
    Action.ORDER_CANCELLED: [sla.follow_order, mail.tell_of_remedy],
    Action.ESCALATION_DECIDED: [sla.acknowledge, mail.tell_agent_of_decision],
}

#: What has to be done before: each may say no to the verb.
GUARDS = {
    Action.SOLVED: [returns.refuse_without_investigation],
}
