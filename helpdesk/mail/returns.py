"""What is written to the customer when a return, refund or what else follows from a decision moves on."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from helpdesk.core.db import db
from helpdesk.mail import return_letters
from helpdesk.mail.letters import Letter
from helpdesk.mail.sending import ticket_link, write_to_customer
from helpdesk.returns import IN_WORDS, Cancellation, Claim, Exchange, Refund, Replacement, Rma, address_of
from helpdesk.tickets import Action, Event

RETURN_LETTERS: dict[Action, Callable[[Rma, str, str], Letter]] = {
    Action.RETURN_APPROVED: return_letters.approved,
    Action.RETURN_DECLINED: return_letters.declined,
    Action.RETURN_LABEL_SENT: return_letters.label_sent,
    Action.RETURN_RECEIVED: return_letters.received,
    Action.RETURN_INSPECTED: return_letters.inspected,
    Action.RETURN_REJECTED: return_letters.rejected,
    Action.RETURN_CANCELLED: return_letters.cancelled,
}
AT_ONCE = timedelta(minutes=1)
#: The record's table, the detail that names it, and its letter.
OTHER_LETTERS: dict[Action, tuple[Any, str, Callable[[Any, str], Letter]]] = {
    Action.REFUND_RECORDED: (Refund, "refund", return_letters.refund_recorded),
    Action.STORE_CREDIT_RECORDED: (Refund, "refund", return_letters.refund_recorded),
    Action.REFUND_PAID: (Refund, "refund", return_letters.refund_paid),
    Action.REPLACEMENT_RECORDED: (Replacement, "replacement", return_letters.replacement_recorded),
    Action.EXCHANGE_RECORDED: (Exchange, "exchange", return_letters.exchange_recorded),
    Action.REFUND_TAKEN_BACK: (Refund, "refund", return_letters.refund_taken_back),
    Action.REPLACEMENT_SENT: (Replacement, "replacement", return_letters.replacement_sent),
    Action.REPLACEMENT_CANCELLED: (Replacement, "replacement", return_letters.sending_cancelled),
    Action.EXCHANGE_SENT: (Exchange, "exchange", return_letters.exchange_sent),
    Action.EXCHANGE_CANCELLED: (Exchange, "exchange", return_letters.sending_cancelled),
    Action.CANCELLATION_REFUSED: (Cancellation, "cancellation", return_letters.cancellation_refused),
    Action.CLAIM_ACCEPTED: (Claim, "claim", return_letters.claim_accepted),
    Action.CLAIM_REJECTED: (Claim, "claim", return_letters.claim_rejected),
    Action.ORDER_CANCELLED: (Cancellation, "cancellation", return_letters.order_cancelled),
}


def tell_of_return(event: Event) -> None:
    """The customer hears of each step of a return, once."""
    rma = db.session.get_one(Rma, event.details["return_id"])
    if event.action is Action.RETURN_LABEL_SENT and _at_once(rma):
        return  # the letter of the approval holds the label
    link = ticket_link(event.ticket)
    label = f"{link}/returns/{address_of(rma)}/label.pdf"
    write_to_customer(event, lambda: RETURN_LETTERS[event.action](rma, link, label))


def _at_once(rma: Rma) -> bool:
    """Whether the label followed the approval so soon that one letter tells both: in one press, or in two."""
    return bool(rma.approved_at and rma.label_sent_at and rma.label_sent_at - rma.approved_at < AT_ONCE)


def tell_of_remedy(event: Event) -> None:
    """The customer hears of money that is recorded or paid, and of what is sent or not sent."""
    table, detail, letter = OTHER_LETTERS[event.action]
    record = db.session.get_one(table, event.details[detail])
    write_to_customer(event, lambda: letter(record, ticket_link(event.ticket)))


def tell_of_claim(event: Event) -> None:
    """The customer hears of a claim that is rejected, or accepted without a record that has a letter of its own."""
    if event.action is Action.CLAIM_REJECTED or event.details["remedy"] in IN_WORDS:
        tell_of_remedy(event)
