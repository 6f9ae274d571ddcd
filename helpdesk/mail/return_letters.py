"""The letters about returns and refunds: what they say."""

from helpdesk.core.figures import percent
from helpdesk.core.language import N_, Words, _, capped, uncapped
from helpdesk.core.money import Money
from helpdesk.mail.letters import Letter, greeting, local
from helpdesk.policies import REMEDY_NAMES, charge_name
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

HOW = Words(
    {
        "prepaid": N_("Print the label, glue it on the parcel, and give it to the carrier. You pay nothing."),
        "pickup": N_("Print the label and glue it on the parcel. The carrier collects it from you."),
        "customer": N_("Print the label, glue it on the parcel, and send it. You pay the postage; keep the receipt."),
        "none": N_("You do not need to send anything back."),
    }
)
#: Whoever hears a no can have somebody else look at it.
ASK = N_("If you see it differently, answer this letter or ask for a supervisor on your request's page.")
#: What is not sent after all: its letter, the subject, and what stands before the reason.
NOT_SENT: dict[type[Replacement | Exchange], tuple[str, str, str]] = {
    Replacement: (
        "replacement_cancelled",
        N_("Your replacement is not sent"),
        N_("we do not send the replacement. The reason:"),
    ),
    Exchange: (
        "exchange_cancelled",
        N_("Your exchange is not sent"),
        N_("we do not send the exchange. The reason:"),
    ),
}
#: DOMAIN 3.1: how long banks take, which is not in our hands.
BANKS = N_("Cards take another 3 to 10 business days to show it, digital wallets 1 to 3.")


def approved(rma: Rma, link: str, label: str) -> Letter:
    """Yes: this is its number, send it by then, this is how."""
    steps = [HOW.get(rma.plan.return_shipping) or HOW["prepaid"]]
    steps.append(_("Put the lower part of the page and everything that came with the goods into the parcel."))
    if rma.plan.charge_cents and rma.order:
        charge = Money(rma.plan.charge_cents, rma.order.currency)
        steps.append(_("For the way back %(amount)s are taken off your refund.", amount=charge))
    told = [_("your return is approved. Its number is %(number)s.", number=rma.number)]
    if rma.send_by:
        told.append(_("Please send it by %(moment)s.", moment=local(rma.send_by, rma.ticket.store)))
    return _letter(
        rma.ticket,
        "return_approved",
        _("Your return %(number)s", number=rma.number),
        [" ".join(told), *_items(rma)],
        steps=steps,
        button=(_("Print the label"), label),
    )


def declined(rma: Rma, link: str, label: str) -> Letter:
    """No, and why."""
    subject, told = _("Your return is not possible"), _("we cannot take this back:")
    return _letter(rma.ticket, "return_declined", subject, [told], quote=rma.reason, link=link)


def label_sent(rma: Rma, link: str, label: str) -> Letter:
    """Here is the label."""
    return _letter(
        rma.ticket, "return_label", _("The label of your return %(number)s", number=rma.number),
        [_("here is the label of your return %(number)s.", number=rma.number)], button=(_("Print the label"), label),
    )  # fmt: skip


def received(rma: Rma, link: str, label: str) -> Letter:
    """It is here, and what was counted."""
    number = rma.number
    paragraphs = [
        _("your return %(number)s is here. Next we look at it, and then we write to you again.", number=number)
    ]
    paragraphs += [
        _(
            "We counted %(received)s of %(quantity)s: %(title)s.",
            received=item.received,
            quantity=item.quantity,
            title=item.order_line.title,
        )
        for item in rma.items
        if item.received != item.quantity
    ]
    if any(item.surplus for item in rma.items):
        paragraphs.append(_("There was more in the parcel than was agreed. We keep it safe and write to you about it."))
    return _letter(
        rma.ticket, "return_received", _("Your return %(number)s is here", number=rma.number), paragraphs, link=link
    )


def inspected(rma: Rma, link: str, label: str) -> Letter:
    """What was found, and what is taken off for it."""
    found = uncapped(RESULT_NAMES[rma.result]) if rma.result else _("done")
    paragraphs = [
        _("we have looked at your return %(number)s. The inspection: %(found)s.", number=rma.number, found=found)
    ]
    for item in rma.items:
        title = item.order_line.title
        if item.missing:
            paragraphs.append(
                _(
                    "%(title)s: %(missing)s of %(quantity)s were not in the parcel.",
                    title=title,
                    missing=item.missing,
                    quantity=item.quantity,
                )
            )
        if item.deduction_percent or item.deduction_cents:
            currency = rma.order.currency if rma.order else rma.ticket.store.currency
            share = percent(item.deduction_percent) if item.deduction_percent else None
            less, why = share or Money(item.deduction_cents, currency), item.deduction_reason
            paragraphs.append(_("%(title)s: %(less)s less, because: %(why)s", title=title, less=less, why=why))
    return _letter(
        rma.ticket,
        "return_inspected",
        _("Your return %(number)s was inspected", number=rma.number),
        paragraphs,
        link=link,
    )


def rejected(rma: Rma, link: str, label: str) -> Letter:
    """It cannot be accepted, and why."""
    number = rma.number
    subject = _("Your return %(number)s cannot be accepted", number=number)
    told = _("we cannot accept your return %(number)s, and send it back to you. The reason:", number=number)
    return _letter(rma.ticket, "return_rejected", subject, [told], quote=rma.reason, link=link)


def cancelled(rma: Rma, link: str, label: str) -> Letter:
    """It does not take place."""
    subject, told = _("Your return is cancelled"), _("your return is cancelled:")
    if rma.number:
        subject = _("Your return %(number)s is cancelled", number=rma.number)
        told = _("your return %(number)s is cancelled:", number=rma.number)
    return _letter(rma.ticket, "return_cancelled", subject, [told], quote=rma.reason, link=link)


def refund_recorded(refund: Refund, link: str) -> Letter:
    """So much goes back, and by which way; it is not there yet."""
    amount = refund.amount
    if refund.method is Method.STORE_CREDIT:
        paragraphs = [_("a store credit of %(amount)s is recorded for you.", amount=amount)]
    else:
        to = METHOD_NAMES[refund.method]
        paragraphs = [
            _("a refund of %(amount)s is recorded for you, to be paid out to %(way)s.", amount=amount, way=to)
        ]
    paragraphs += [f"{words}: {Money(cents, refund.currency)}" for words, cents in _sums(refund)]
    if refund.method is Method.ORIGINAL:
        paragraphs.append(_("We write to you when it is paid out."))
    return _letter(
        refund.ticket, "refund_recorded", _("%(amount)s are on their way", amount=amount), paragraphs, link=link
    )


def refund_paid(refund: Refund, link: str) -> Letter:
    """It was paid out, and what the bank still needs."""
    amount, to = refund.amount, METHOD_NAMES[refund.method]
    paragraphs = [_("%(amount)s were paid out to %(way)s.", amount=amount, way=to)]
    if refund.method is Method.ORIGINAL:
        paragraphs.append(_(BANKS))
    return _letter(refund.ticket, "refund_paid", _("%(amount)s were paid out", amount=amount), paragraphs, link=link)


def refund_taken_back(refund: Refund, link: str) -> Letter:
    """The refund we wrote of does not come; why, and what now."""
    amount = refund.amount
    told = _(
        "we wrote to you that %(amount)s are recorded for you. That was taken back, and is not paid out:", amount=amount
    )
    return _letter(
        refund.ticket, "refund_taken_back", _("About your refund of %(amount)s", amount=amount), [told],
        quote=refund.taken_back_why, steps=[_(ASK)], link=link,
    )  # fmt: skip


def replacement_recorded(made: Replacement, link: str) -> Letter:
    """The same things come once more."""
    items = [f"{item.quantity} × {item.order_line.title}" for item in made.items]
    paragraphs = [_("we send you, at no cost:"), *items]
    return _letter(made.ticket, "replacement_recorded", _("A replacement for you"), paragraphs, link=link)


def replacement_sent(made: Replacement, link: str) -> Letter:
    """It has left, and how to follow it."""
    items = [f"{item.quantity} × {item.order_line.title}" for item in made.items]
    subject = _("Your replacement is on its way")
    return _sent(made, "replacement_sent", subject, [_("we have sent you:"), *items], link)


def exchange_sent(made: Exchange, link: str) -> Letter:
    """The other thing has left, and how to follow it."""
    told = _("we have sent you: %(wanted)s.", wanted=made.wanted)
    return _sent(made, "exchange_sent", _("Your exchange is on its way"), [told], link)


def sending_cancelled(made: Replacement | Exchange, link: str) -> Letter:
    """What we wanted to send does not come, and why."""
    name, subject, told = NOT_SENT[type(made)]
    return _letter(made.ticket, name, _(subject), [_(told)], quote=made.reason, steps=[_(ASK)], link=link)


def exchange_recorded(made: Exchange, link: str) -> Letter:
    """Something else comes, and who pays a difference."""
    what = f"{made.quantity} × {made.order_line.title}"
    paragraphs = [_("we exchange %(what)s for: %(wanted)s.", what=what, wanted=made.wanted)]
    if made.paid_by == "customer":
        amount = Money(made.difference_cents, made.currency)
        told = _(
            "It is dearer by %(amount)s; we send it when the difference is paid, and write to you how.", amount=amount
        )
        paragraphs.append(told)
    return _letter(made.ticket, "exchange_recorded", _("Your exchange"), paragraphs, link=link)


def order_cancelled(made: Cancellation, link: str) -> Letter:
    """It is not sent."""
    told = _("what you asked for is cancelled.")
    if made.is_whole and made.order:
        told = _("your order %(number)s is cancelled.", number=made.order.number)
    items = [] if made.is_whole else [f"{line.quantity} × {line.order_line.title}" for line in made.lines]
    return _letter(made.ticket, "order_cancelled", _("Your order is cancelled"), [told, *items], link=link)


def cancellation_refused(made: Cancellation, link: str) -> Letter:
    """The order is not cancelled: why, by which clause, and what to do instead."""
    told = _("we cannot cancel your order. The reason:")
    if made.order:
        told = _("we cannot cancel your order %(number)s. The reason:", number=made.order.number)
    return _letter(
        made.ticket, "cancellation_refused", _("Your order is not cancelled"), [told],
        quote=_cited(made.reason, made.clause), steps=[_(ASK)], link=link,
    )  # fmt: skip


def claim_accepted(claim: Claim, link: str) -> Letter:
    """It is right, and what follows."""
    what = REMEDY_NAMES[claim.remedy] if claim.remedy else _("a solution")
    paragraphs = [
        _("we have looked at your report, and you get %(what)s.", what=what),
        _("We write to you how it goes on."),
    ]
    return _letter(claim.ticket, "claim_accepted", _("Your report is accepted"), paragraphs, link=link)


def claim_rejected(claim: Claim, link: str) -> Letter:
    """It cannot be accepted: why, by which clause, and who else can look at it."""
    return _letter(
        claim.ticket, "claim_rejected", _("About your report"), [_("we cannot accept your report. The reason:")],
        quote=_cited(claim.reason, claim.clause), steps=[_(ASK)], link=link,
    )  # fmt: skip


def _sent(made: Replacement | Exchange, name: str, subject: str, paragraphs: list[str], link: str) -> Letter:
    if way := " ".join(filter(None, (made.carrier, made.tracking_number))):
        paragraphs.append(_("Sent with: %(way)s.", way=way))
    return _letter(made.ticket, name, subject, paragraphs, link=link)


def _cited(reason: str, clause: str) -> str:
    return _("%(reason)s (Clause %(clause)s of our policy.)", reason=reason, clause=clause) if clause else reason


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
    return Letter(
        name,
        f"[{ticket.reference}] {subject}",
        greeting(ticket.customer.name),
        paragraphs,
        quote=quote,
        steps=steps or [],
        button=button or (_("See your request"), link),
    )


def _items(rma: Rma) -> list[str]:
    return [f"{item.quantity} × {item.order_line.title}" for item in rma.items]


def _sums(refund: Refund) -> list[tuple[str, int]]:
    """How it came to the amount; nothing where nothing was kept back."""
    sums = refund.sums
    fees = [(capped(charge_name(kind)), -cents) for kind, cents in sums.get("fees", ())]
    deduction = [(_("Deductions"), -sums["deduction_cents"])] if sums.get("deduction_cents") else []
    shipping = [(_("Original shipping"), refund.shipping_cents)] if refund.shipping_cents else []
    rest = [*deduction, *fees, *shipping]
    return [(_("Paid for the goods"), sums["goods_cents"]), *rest] if rest else []
