"""What staff can do with a claim, a cancellation, something that is sent, or a refund: one table for each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from helpdesk.accounts import May, User
from helpdesk.policies import Remedy
from helpdesk.returns import (
    Cancellation,
    CancellationState,
    Claim,
    ClaimState,
    Exchange,
    Payout,
    Refund,
    Replacement,
    Sending,
    accept_claim,
    carry_out_cancellation,
    pay_back_cancelled,
    refuse_cancellation,
    reject_claim,
)
from helpdesk.web.desk.record_forms import (
    CarrierForm,
    FeeForm,
    PaidForm,
    RecordForm,
    RefusalForm,
    RemedyForm,
    WhyForm,
)
from helpdesk.web.forms import tidy


def _anybody(_record: Any, _person: User) -> bool:
    return True


@dataclass(frozen=True)
class Act:
    """One thing that can follow: the words on the page, its form, its verb, and where it stands afterwards."""

    title: str
    text: str
    to: StrEnum
    form: type[RecordForm]
    do: Callable[[Any, Any, User], object]
    for_whom: Callable[[Any, User], bool] = _anybody
    is_grave: bool = False
    done: Callable[[Any], bool] | None = None  # where the record's own state does not tell it

    def is_done(self, record: Any) -> bool:
        """Whether that was pressed already."""
        return self.done(record) if self.done else bool(record.state == self.to)


@dataclass(frozen=True)
class Sort:
    """One sort of record: its table, and from each state what can follow."""

    table: Any
    acts: Mapping[str, Act]
    follows: Mapping[StrEnum, tuple[str, ...]]

    def acts_of(self, record: Any, person: User) -> dict[str, Act]:
        """What this person can do with it now."""
        names = self.follows.get(record.state, ())
        return {name: self.acts[name] for name in names if self.acts[name].for_whom(record, person)}


def _accept(claim: Claim, form: RemedyForm, by: User) -> None:
    accept_claim(claim, Remedy(form.remedy.data), by=by, key=form.form_key.data)


def _reject(claim: Claim, form: RefusalForm, by: User) -> None:
    reject_claim(claim, tidy(form.reason.data), by=by, clause=form.clause.data or "")


def _refuse(made: Cancellation, form: RefusalForm, by: User) -> None:
    refuse_cancellation(made, tidy(form.reason.data), by=by, clause=form.clause.data or "")


def _send(made: Replacement | Exchange, form: CarrierForm, by: User) -> None:
    made.send(by=by, carrier=tidy(form.carrier.data), tracking_number=tidy(form.tracking_number.data))


def _lacks_its_refund(made: Cancellation, _person: User) -> bool:
    return made.was_paid and made.refund is None


SENT: dict[str, Act] = {
    "sending": Act(
        "Mark it as sent", "The customer gets a letter with the carrier and the number to follow it by.",
        Sending.SENT, CarrierForm, _send,
    ),
    "delivery": Act(
        "Mark it as delivered", "It is there. The customer gets no letter.",
        Sending.DELIVERED, RecordForm, lambda made, form, by: made.deliver(by=by),
    ),
    "cancellation": Act(
        "Do not send it", "The customer was told that it comes, and gets a letter with your reason.",
        Sending.CANCELLED, WhyForm, lambda made, form, by: made.cancel(tidy(form.reason.data), by=by), is_grave=True,
    ),
}  # fmt: skip
SORTS: dict[str, Sort] = {
    "claim": Sort(
        Claim,
        {
            "acceptance": Act(
                "Accept it", "What the decision offers is recorded at once, and the customer gets a letter.",
                ClaimState.ACCEPTED, RemedyForm, _accept,
            ),
            "rejection": Act(
                "Reject it", "The customer gets a letter with your reason and the clause.",
                ClaimState.REJECTED, RefusalForm, _reject, is_grave=True,
            ),
            "withdrawal": Act(
                "The customer does not pursue it", "It is closed without a letter.",
                ClaimState.WITHDRAWN, RecordForm, lambda claim, form, by: claim.withdraw(by=by),
            ),
        },
        {ClaimState.OPEN: ("acceptance", "rejection", "withdrawal")},
    ),
    "cancellation": Sort(
        Cancellation,
        {
            "execution": Act(
                "Cancel the order",
                "What was paid is recorded to be paid out, and the customer gets a letter. "
                "Your shop's own system has to be told as well.",
                CancellationState.CONFIRMED, FeeForm,
                lambda made, form, by: carry_out_cancellation(made, by=by, fee_cents=form.cents),
            ),
            "refusal": Act(
                "Refuse it", "The order is sent. The customer gets a letter with your reason and the clause.",
                CancellationState.REFUSED, RefusalForm, _refuse, is_grave=True,
            ),
            "withdrawal": Act(
                "The customer wants it after all", "The order is sent as if nothing had been asked.",
                CancellationState.WITHDRAWN, RecordForm, lambda made, form, by: made.withdraw(by=by),
            ),
            "refund": Act(
                "Record its refund again", "The refund of this cancellation was taken back.",
                Payout.TO_BE_PAID, FeeForm,
                lambda made, form, by: pay_back_cancelled(made, by=by, fee_cents=form.cents), _lacks_its_refund,
                done=lambda made: made.refund is not None,
            ),
        },
        {
            CancellationState.REQUESTED: ("execution", "refusal", "withdrawal"),
            CancellationState.CONFIRMED: ("refund",),
        },
    ),
    "replacement": Sort(
        Replacement, SENT, {Sending.TO_BE_SENT: ("sending", "cancellation"), Sending.SENT: ("delivery",)}
    ),
    "exchange": Sort(
        Exchange,
        {
            "payment": Act(
                "The difference is paid", "It is to be sent then.",
                Sending.TO_BE_SENT, RecordForm, lambda made, form, by: made.take_payment(by=by),
            ),
            **SENT,
        },
        {
            Sending.WAITING_FOR_PAYMENT: ("payment", "cancellation"),
            Sending.TO_BE_SENT: ("sending", "cancellation"),
            Sending.SENT: ("delivery",),
        },
    ),
    "refund": Sort(
        Refund,
        {
            "payment": Act(
                "Mark it as paid out", "It was paid in the shop's own system or at the bank; we move no money.",
                Payout.PAID, PaidForm,
                lambda refund, form, by: refund.mark_paid(tidy(form.reference.data), by=by),
                lambda _refund, person: person.may(May.PAY_OUT),
            ),
            "withdrawal": Act(
                "Take it back", "It is not paid, and what it was for can be paid back again. "
                "The customer was told of it, and gets a letter with your reason.",
                Payout.TAKEN_BACK, WhyForm,
                lambda refund, form, by: refund.take_back(tidy(form.reason.data), by=by),
                lambda refund, person: refund.may_be_taken_back_by(person), is_grave=True,
            ),
        },
        {Payout.TO_BE_PAID: ("payment", "withdrawal")},
    ),
}  # fmt: skip
