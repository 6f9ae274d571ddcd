"""When this happens, do that: every consequence in the house stands on this page."""

from helpdesk import escalation, mail, returns, sla
from helpdesk.tickets import Action

REACTIONS = {
    Action.OPENED: [
        sla.start_clocks,
        returns.assess,
        escalation.escalate_emergency,
        escalation.escalate_high_value,
        mail.acknowledge,
    ],
    Action.CUSTOMER_WROTE: [sla.ask_again, returns.reassess, mail.tell_assignee],
    Action.STAFF_REPLIED: [sla.answer_clocks, mail.send_reply],
    Action.STATUS_CHANGED: [sla.follow_status],
    Action.SOLVED: [sla.stop_clocks, mail.ask_if_solved],
    Action.CLOSED: [escalation.withdraw],
    Action.REOPENED: [sla.take_up_again],
    Action.SORTED: [
        sla.follow_sorting,
        returns.reassess,
        escalation.escalate_emergency,
        escalation.escalate_high_value,
    ],
    Action.DECIDED: [sla.follow_decision, escalation.escalate_late_damage, mail.tell_decision],
    Action.BREACHED: [escalation.escalate_breach],
    Action.CUSTOMER_CLOCK_WARNED: [mail.remind_of_photos],
    Action.CUSTOMER_CLOCK_RAN_OUT: [returns.stop_waiting],
    Action.ESCALATED: [sla.start_acknowledgement, mail.tell_supervisor],
    Action.ESCALATION_HANDED_OUT: [mail.tell_supervisor],
    Action.ESCALATION_REASON_ADDED: [sla.hasten_acknowledgement, mail.tell_of_reason],
    Action.ESCALATION_ACKNOWLEDGED: [sla.acknowledge],
    Action.ESCALATION_TAKEN_OVER: [sla.acknowledge],
    Action.ESCALATION_RETURNED: [sla.acknowledge, mail.tell_agent_of_decision],
    Action.ESCALATION_WITHDRAWN: [sla.acknowledge],
    Action.ESCALATION_DECIDED: [sla.acknowledge, mail.tell_agent_of_decision],
}
