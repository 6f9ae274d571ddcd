"""When this happens, do that: every consequence in the house stands on this page."""

from collections.abc import Callable

from helpdesk import escalation, mail, returns, sla, tickets
from helpdesk.tickets import Action, Event, Filter, note_reading

REACTIONS: dict[Action, list[Callable[[Event], None]]] = {
    Action.OPENED: [
        sla.start_clocks,
        returns.assess,
        returns.look_for_same_photos,
        escalation.escalate_high_value,
        escalation.assign_new,
        mail.acknowledge,
    ],
    Action.CUSTOMER_WROTE: [
        tickets.wake_up,
        sla.ask_again,
        returns.reassess,
        returns.look_for_same_photos,
        mail.tell_assignee,
        mail.tell_followers_of_message,
    ],
    Action.MENTIONED: [mail.tell_mentioned],
    Action.STAFF_REPLIED: [note_reading, sla.answer_clocks, mail.send_reply],
    Action.REPLY_TAKEN_BACK: [sla.take_back_answer, mail.withdraw_letters],
    Action.NOTED: [note_reading],
    Action.STATUS_CHANGED: [sla.follow_status],
    Action.SOLVED: [note_reading, tickets.wake_up, sla.stop_clocks, mail.ask_if_solved],
    Action.CLOSED: [tickets.wake_up, escalation.withdraw],
    Action.RATED: [mail.tell_of_rating],
    Action.REOPENED: [sla.take_up_again],
    Action.PRIORITISED: [sla.follow_priority],
    Action.MARKED_COMPLEX: [sla.follow_complexity],
    Action.MARKED_ORDINARY: [sla.follow_complexity],
    Action.MERGED: [tickets.wake_up, sla.hand_over_promises, escalation.take_along, returns.reassess],
    Action.SPLIT: [sla.follow_split, returns.reassess],
    Action.PROMISES_TAKEN_OVER: [sla.keep_earliest],
    Action.MERGED_AWAY: [tickets.wake_up, sla.end_all, returns.lay_down_claims, escalation.withdraw],
    Action.MERGE_UNDONE: [sla.give_back, returns.reassess],
    Action.RESTORED: [sla.restore, returns.take_up_claims, returns.reassess],
    Action.LINK_RENEWED: [tickets.renew_links_of_merged],
    Action.SORTED: [sla.follow_sorting, returns.reassess, escalation.escalate_high_value],
    Action.FACT_GIVEN: [returns.reassess],
    Action.ITEMS_CHOSEN: [returns.reassess],
    Action.DECIDED: [
        sla.follow_decision,
        returns.keep_claim,
        returns.keep_cancellation,
        escalation.follow_decision,
        returns.sort_by_decision,
        mail.tell_decision,
    ],
    Action.ORDER_SHIPPED: [sla.follow_order],
    Action.ORDER_DELIVERED: [tickets.wake_up, sla.follow_order],
    Action.ORDER_CALLED_OFF: [sla.follow_order],
    Action.WARNED: [sla.note_warning],
    Action.BREACHED: [tickets.wake_up, sla.note_breach, escalation.escalate_breach, mail.tell_followers_of_breach],
    Action.CUSTOMER_CLOCK_WARNED: [sla.note_warning, mail.remind_customer],
    Action.CUSTOMER_CLOCK_RAN_OUT: [tickets.wake_up, sla.end_right, returns.stop_waiting],
    Action.ESCALATED: [tickets.wake_up, sla.start_acknowledgement, mail.tell_supervisor],
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
    Action.RETURN_RECEIVED: [tickets.wake_up, sla.start_inspection, mail.tell_of_return],
    Action.RETURN_INSPECTED: [sla.follow_inspection, returns.settle_what_was_sent_ahead, mail.tell_of_return],
    Action.RETURN_REJECTED: [sla.end_return, mail.tell_of_return],
    Action.RETURN_CANCELLED: [sla.end_return, mail.tell_of_return],
    Action.RETURN_CLOSED: [sla.end_return],
    Action.REFUND_RECORDED: [sla.stop_refund, mail.tell_of_remedy],
    Action.STORE_CREDIT_RECORDED: [sla.stop_refund, mail.tell_of_remedy],
    Action.REFUND_PAID: [mail.tell_of_remedy],
    Action.REFUND_TAKEN_BACK: [sla.go_on_with_refund, mail.tell_of_remedy],
    Action.REPLACEMENT_RECORDED: [sla.stop_refund, mail.tell_of_remedy],
    Action.REPLACEMENT_SENT: [mail.tell_of_remedy],
    Action.REPLACEMENT_CANCELLED: [mail.tell_of_remedy],
    Action.EXCHANGE_RECORDED: [sla.stop_refund, mail.tell_of_remedy],
    Action.EXCHANGE_SENT: [mail.tell_of_remedy],
    Action.EXCHANGE_CANCELLED: [mail.tell_of_remedy],
    Action.CANCELLATION_REFUSED: [mail.tell_of_remedy],
    Action.CLAIM_ACCEPTED: [mail.tell_of_claim],
    Action.CLAIM_REJECTED: [mail.tell_of_claim],
    Action.ORDER_CANCELLED: [sla.follow_order, mail.tell_of_remedy],
    Action.ESCALATION_DECIDED: [sla.acknowledge, mail.tell_agent_of_decision],
}

#: What has to be done before: each may say no to the verb.
GUARDS = {
    Action.SOLVED: [
        returns.refuse_without_investigation,
        returns.refuse_without_facts,
        tickets.refuse_before_children,
    ],
    Action.MERGED_AWAY: [returns.refuse_with_work_under_way],
    Action.ITEMS_CHOSEN: [returns.refuse_after_records],
}

#: What the queue can be narrowed to beside what tickets know of themselves.
FILTERS = {
    "escalated": Filter("Escalation", lambda *_: escalation.IS_ESCALATED, {"1": "Escalated"}),
}
