"""The letters about returns and refunds: what they say."""

from helpdesk.core.money import Money
from helpdesk.mail.letters import Letter, local
from helpdesk.policies import REMEDY_NAMES
from helpdesk.returns import (
    METHOD_NAMES,
    RESULT_NAMES,
    Cancellation,
    Claim,
    Exchange,
    Method,
    Refund,
    Replacement,
    Rma,
)
from helpdesk.tickets import Ticket

HOW = {
    "prepaid": "Print the label, glue it on the parcel, and give it to the carrier. You pay nothing.",
    "pickup": "Print the label and glue it on the parcel. The carrier collects it from you.",
    "customer": "Print the label, glue it on the parcel, and send it. You pay the postage; keep the receipt.",
    "none": "You do not need to send anything back.",
}
#: Whoever hears a no can have somebody else look at it.
ASK = "If you see it differently, answer this letter or ask for a supervisor on your request's page."
#: DOMAIN 3.1: how long banks take, which is not in our hands.
BANKS = "Cards take another 3 to 10 business days to show it, digital wallets 1 to 3."


def approved(rma: Rma, link: str, label: str) -> Letter:
    """Yes: this is its number, send it by then, this is how."""
    steps = [HOW.get(rma.plan.return_shipping, HOW["prepaid"])]
    steps.append("Put the lower part of the page and everything that came with the goods into the parcel.")
    if rma.plan.charge_cents and rma.order:
        charge = Money(rma.plan.charge_cents, rma.order.currency)
        steps.append(f"For the way back {charge} are taken off your refund.")
    by = f" Please send it by {local(rma.send_by, rma.ticket.store)}." if rma.send_by else ""
    return _letter(
        rma.ticket,
        "return_approved",
        f"Your return {rma.number}",
        [f"your return is approved. Its number is {rma.number}.{by}", *_items(rma)],
        steps=steps,
        button=("Print the label", label),
    )


def declined(rma: Rma, link: str, label: str) -> Letter:
    """No, and why."""
    return _letter(
        rma.ticket, "return_declined", "Your return is not possible", ["we cannot take this back:"], quote=rma.reason,
        link=link,
    )  # fmt: skip


def label_sent(rma: Rma, link: str, label: str) -> Letter:
    """Here is the label."""
    return _letter(
        rma.ticket, "return_label", f"The label of your return {rma.number}",
        [f"here is the label of your return {rma.number}."], button=("Print the label", label),
    )  # fmt: skip


def received(rma: Rma, link: str, label: str) -> Letter:
    """It is here, and what was counted."""
    paragraphs = [f"your return {rma.number} is here. Next we look at it, and then we write to you again."]
    paragraphs += [
        f"We counted {item.received} of {item.quantity}: {item.order_line.title}."
        for item in rma.items
        if item.received != item.quantity
    ]
    if any(item.surplus for item in rma.items):
        paragraphs.append("There was more in the parcel than was agreed. We keep it safe and write to you about it.")
    return _letter(rma.ticket, "return_received", f"Your return {rma.number} is here", paragraphs, link=link)


def inspected(rma: Rma, link: str, label: str) -> Letter:
    """What was found, and what is taken off for it."""
    found = RESULT_NAMES[rma.result].lower() if rma.result else "done"
    paragraphs = [f"we have looked at your return {rma.number}. The inspection: {found}."]
    for item in rma.items:
        title = item.order_line.title
        if item.missing:
            paragraphs.append(f"{title}: {item.missing} of {item.quantity} were not in the parcel.")
        if item.deduction_percent or item.deduction_cents:
            currency = rma.order.currency if rma.order else rma.ticket.store.currency
            less = f"{item.deduction_percent} %" if item.deduction_percent else Money(item.deduction_cents, currency)
            paragraphs.append(f"{title}: {less} less, because: {item.deduction_reason}")
    return _letter(rma.ticket, "return_inspected", f"Your return {rma.number} was inspected", paragraphs, link=link)


def rejected(rma: Rma, link: str, label: str) -> Letter:
    """It cannot be accepted, and why."""
    return _letter(
        rma.ticket, "return_rejected", f"Your return {rma.number} cannot be accepted",
        [f"we cannot accept your return {rma.number}, and send it back to you. The reason:"], quote=rma.reason,
        link=link,
    )  # fmt: skip


def cancelled(rma: Rma, link: str, label: str) -> Letter:
    """It does not take place."""
    number = f" {rma.number}" if rma.number else ""
    return _letter(
        rma.ticket, "return_cancelled", f"Your return{number} is cancelled", [f"your return{number} is cancelled:"],
        quote=rma.reason, link=link,
    )  # fmt: skip


def refund_recorded(refund: Refund, link: str) -> Letter:
    """So much goes back, and by which way; it is not there yet."""
    what = "store credit" if refund.method is Method.STORE_CREDIT else "refund"
    paragraphs = [f"a {what} of {refund.amount} is recorded for you, to be paid out to {METHOD_NAMES[refund.method]}."]
    paragraphs += [f"{words}: {Money(cents, refund.currency)}" for words, cents in _sums(refund)]
    if refund.method is Method.ORIGINAL:
        paragraphs.append("We write to you when it is paid out.")
    return _letter(refund.ticket, "refund_recorded", f"{refund.amount} are on their way", paragraphs, link=link)


def refund_paid(refund: Refund, link: str) -> Letter:
    """It was paid out, and what the bank still needs."""
    paragraphs = [f"{refund.amount} were paid out to {METHOD_NAMES[refund.method]}."]
    if refund.method is Method.ORIGINAL:
        paragraphs.append(BANKS)
    return _letter(refund.ticket, "refund_paid", f"{refund.amount} were paid out", paragraphs, link=link)


def refund_taken_back(refund: Refund, link: str) -> Letter:
    """The refund we wrote of does not come; why, and what now."""
    paragraphs = [
        f"we wrote to you that {refund.amount} are recorded for you. That was taken back, and is not paid out:",
    ]
    return _letter(
        refund.ticket, "refund_taken_back", f"About your refund of {refund.amount}", paragraphs,
        quote=refund.taken_back_why, steps=[ASK], link=link,
    )  # fmt: skip


def replacement_recorded(made: Replacement, link: str) -> Letter:
    """The same things come once more."""
    items = [f"{item.quantity} × {item.order_line.title}" for item in made.items]
    paragraphs = ["we send you, at no cost:", *items]
    return _letter(made.ticket, "replacement_recorded", "A replacement for you", paragraphs, link=link)


def replacement_sent(made: Replacement, link: str) -> Letter:
    """It has left, and how to follow it."""
    items = [f"{item.quantity} × {item.order_line.title}" for item in made.items]
    return _sent(made, "replacement_sent", "Your replacement is on its way", ["we have sent you:", *items], link)


def exchange_sent(made: Exchange, link: str) -> Letter:
    """The other thing has left, and how to follow it."""
    return _sent(made, "exchange_sent", "Your exchange is on its way", [f"we have sent you: {made.wanted}."], link)


def sending_cancelled(made: Replacement | Exchange, link: str) -> Letter:
    """What we wanted to send does not come, and why."""
    what = "replacement" if isinstance(made, Replacement) else "exchange"
    return _letter(
        made.ticket, f"{what}_cancelled", f"Your {what} is not sent", [f"we do not send the {what}. The reason:"],
        quote=made.reason, steps=[ASK], link=link,
    )  # fmt: skip


def exchange_recorded(made: Exchange, link: str) -> Letter:
    """Something else comes, and who pays a difference."""
    paragraphs = [f"we exchange {made.quantity} × {made.order_line.title} for: {made.wanted}."]
    if made.paid_by == "customer":
        amount = Money(made.difference_cents, made.currency)
        paragraphs.append(f"It is dearer by {amount}; we send it when the difference is paid, and write to you how.")
    return _letter(made.ticket, "exchange_recorded", "Your exchange", paragraphs, link=link)


def order_cancelled(made: Cancellation, link: str) -> Letter:
    """It is not sent."""
    what = f"your order {made.order.number}" if made.is_whole and made.order else "what you asked for"
    items = [] if made.is_whole else [f"{line.quantity} × {line.order_line.title}" for line in made.lines]
    return _letter(
        made.ticket, "order_cancelled", "Your order is cancelled", [f"{what} is cancelled.", *items], link=link
    )


def cancellation_refused(made: Cancellation, link: str) -> Letter:
    """The order is not cancelled: why, by which clause, and what to do instead."""
    what = f"your order {made.order.number}" if made.order else "your order"
    return _letter(
        made.ticket, "cancellation_refused", "Your order is not cancelled", [f"we cannot cancel {what}. The reason:"],
        quote=_cited(made.reason, made.clause), steps=[ASK], link=link,
    )  # fmt: skip


def claim_accepted(claim: Claim, link: str) -> Letter:
    """It is right, and what follows."""
    what = REMEDY_NAMES[claim.remedy] if claim.remedy else "a solution"
    paragraphs = [f"we have looked at your report, and you get {what}.", "We write to you how it goes on."]
    return _letter(claim.ticket, "claim_accepted", "Your report is accepted", paragraphs, link=link)


def claim_rejected(claim: Claim, link: str) -> Letter:
    """It cannot be accepted: why, by which clause, and who else can look at it."""
    return _letter(
        claim.ticket, "claim_rejected", "About your report", ["we cannot accept your report. The reason:"],
        quote=_cited(claim.reason, claim.clause), steps=[ASK], link=link,
    )  # fmt: skip


def _sent(made: Replacement | Exchange, name: str, subject: str, paragraphs: list[str], link: str) -> Letter:
    if way := " ".join(filter(None, (made.carrier, made.tracking_number))):
        paragraphs.append(f"Sent with: {way}.")
    return _letter(made.ticket, name, subject, paragraphs, link=link)


def _cited(reason: str, clause: str) -> str:
    return f"{reason} (Clause {clause} of our policy.)" if clause else reason


def _letter(
    ticket: Ticket,
    name: str,
    subject: str,
    paragraphs: list[str],
    *,
    quote: str = "",
    steps: list[str] | None = None,
    link: str = "",
    button: tuple[str, str] | None = None,
) -> Letter:
    greeting = f"Hello {ticket.customer.name}," if ticket.customer.name else "Hello,"
    return Letter(
        name,
        f"[{ticket.reference}] {subject}",
        greeting,
        paragraphs,
        quote=quote,
        steps=steps or [],
        button=button or ("See your request", link),
    )


def _items(rma: Rma) -> list[str]:
    return [f"{item.quantity} × {item.order_line.title}" for item in rma.items]


def _sums(refund: Refund) -> list[tuple[str, int]]:
    """How it came to the amount; nothing where nothing was kept back."""
    sums = refund.sums
    fees = [(f"{kind.replace('_', ' ').capitalize()}", -cents) for kind, cents in sums.get("fees", ())]
    deduction = [("Deductions", -sums["deduction_cents"])] if sums.get("deduction_cents") else []
    shipping = [("Original shipping", refund.shipping_cents)] if refund.shipping_cents else []
    rest = [*deduction, *fees, *shipping]
    return [("Paid for the goods", sums["goods_cents"]), *rest] if rest else []
