"""Finding an order by its number and the buyer's mail address or phone: both must fit."""

import re
import unicodedata

import phonenumbers
from sqlalchemy import Select, select

from helpdesk.core.db import db
from helpdesk.core.tokens import same
from helpdesk.orders.order import Order
from helpdesk.stores import Store


def number_key(number: str) -> str:
    """An order number as it is looked up: without signs, spaces and capitals ("#W 26-11" is "w2611")."""
    folded = unicodedata.normalize("NFKC", number[:200]).casefold()  # a very long text would take minutes
    return re.sub(r"[\W_]", "", folded)[:60]


def phone_key(phone: str, country: str) -> str:
    """A phone number in E.164 however it was written, or "" when it is none. `country` reads national numbers."""
    try:
        number = phonenumbers.parse(phone.strip()[:40], country)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def by_number(store: Store, number: str) -> Select[Order]:
    """The store's order with this number, however it was typed."""
    return select(Order).where(Order.store_id == store.id, Order.number_key == number_key(number))


def find_order(store: Store, number: str, mail_or_phone: str) -> Order | None:
    """The order, if the contact is its buyer's.

    No such order and wrong contact take the same steps, so that neither answer nor time tells which it was.
    """
    order = db.session.scalar(by_number(store, number)) if number_key(number) else None
    mail, phone = (order.email, order.phone_key) if order else ("", "")
    fits_mail = same(mail, mail_or_phone.strip().lower()) and bool(mail)
    fits_phone = same(phone, phone_key(mail_or_phone, store.country)) and bool(phone)
    return order if fits_mail or fits_phone else None


def orders_of(store_id: int, email: str) -> Select[Order]:
    """The orders that were placed with this address at this store, the latest first."""
    return (
        select(Order)
        .where(Order.store_id == store_id, Order.email == email)
        .order_by(Order.placed_at.desc(), Order.id.desc())
    )
