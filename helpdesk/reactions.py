"""When this happens, do that: every consequence in the house stands on this page."""

from helpdesk import escalation, mail, returns, sla
from helpdesk.tickets import Action

REACTIONS = {
    Action.OPENED: [sla.start_clocks, returns.assess, returns.look_for_same_photos, mail.acknowledge],
    Action.CUSTOMER_WROTE: [sla.ask_again, returns.reassess, returns.look_for_same_photos, mail.tell_assignee],
    Action.STAFF_REPLIED: [sla.answer_clocks, mail.send_reply],
    Action.STATUS_CHANGED: [sla.follow_status],
    Action.SOLVED: [sla.stop_clocks, mail.ask_if_solved],
    Action.CLOSED: [escalation.withdraw],
    Action.REOPENED: [sla.take_up_again],
    Action.SORTED: [sla.follow_sorting, returns.reassess],
    Action.FACT_GIVEN: [returns.reassess],
    Action.DECIDED: [sla.follow_decision, returns.keep_claim, escalation.follow_decision, mail.tell_decision],
    Action.BREACHED: [escalation.escalate_breach],
    Action.CUSTOMER_CLOCK_WARNED: [mail.remind_of_photos],
    Action.CUSTOMER_CLOCK_RAN_OUT: [returns.stop_waiting],
    Action.ESCALATED: [sla.start_acknowledgement, mail.tell_supervisor],
    Action.ESCALATION_REASON_ADDED: [mail.tell_of_reason],
    Action.ESCALATION_ACKNOWLEDGED: [sla.acknowledge],
    Action.ESCALATION_TAKEN_OVER: [sla.acknowledge],
    Action.ESCALATION_RETURNED: [sla.acknowledge, mail.tell_agent_of_decision],
    Action.ESCALATION_WITHDRAWN: [sla.acknowledge],
    Action.RETURN_APPROVED: [mail.tell_of_return],
    Action.RETURN_DECLINED: [mail.tell_of_return],
    Action.RETURN_LABEL_SENT: [mail.tell_of_return],
    Action.RETURN_RECEIVED: [mail.tell_of_return],
    Action.RETURN_INSPECTED: [returns.settle_what_was_sent_ahead, mail.tell_of_return],
    Action.RETURN_REJECTED: [mail.tell_of_return],
    Action.RETURN_CANCELLED: [mail.tell_of_return],
    Action.REFUND_RECORDED: [mail.tell_of_remedy],
    Action.STORE_CREDIT_RECORDED: [mail.tell_of_remedy],
    Action.REFUND_PAID: [mail.tell_of_remedy],
    Action.REPLACEMENT_RECORDED: [mail.tell_of_remedy],
    Action.EXCHANGE_RECORDED: [mail.tell_of_remedy],
    Action.ORDER_CANCELLED: [mail.tell_of_remedy],
    Action.ESCALATION_DECIDED: [sla.acknowledge, mail.tell_agent_of_decision],
}

#: What has to be done before: each may say no to the verb.
GUARDS = {
    Action.SOLVED: [returns.refuse_without_investigation],
}
