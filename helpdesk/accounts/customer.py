"""Customers: the people who bought. They never need a password."""

from sqlalchemy import ForeignKey, Select, String, UniqueConstraint, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.core.db import Base, db


class Customer(Base):
    """One person at one store, known by mail address."""

    __tablename__ = "customers"
    __table_args__ = (UniqueConstraint("store_id", "email"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id"))
    email: Mapped[str] = mapped_column(String(254))  # lower case
    name: Mapped[str] = mapped_column(String(120), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    language: Mapped[str] = mapped_column(String(20), default="", server_default="")  # last used; "" while unknown


def known_customer(store_id: int, email: str) -> Customer | None:
    """The customer with this address at this store, if there is one."""
    return db.session.scalar(_with_address(store_id, email.strip().lower()))


def customer_for(store_id: int, email: str, *, name: str = "", phone: str = "") -> Customer:
    """The customer with this address at this store, made known if new; blanks are filled, nothing overwritten."""
    email = email.strip().lower()
    query = _with_address(store_id, email)
    customer = db.session.scalar(query) or _new(store_id, email) or db.session.scalars(query).one()
    customer.name = customer.name or name.strip()[:120]
    customer.phone = customer.phone or phone.strip()[:40]
    return customer


def _with_address(store_id: int, email: str) -> Select[Customer]:
    return select(Customer).where(Customer.store_id == store_id, Customer.email == email)


def _new(store_id: int, email: str) -> Customer | None:
    customer = Customer(store_id=store_id, email=email, name="", phone="")
    try:
        with db.session.begin_nested():
            db.session.add(customer)
    except IntegrityError:  # another request was quicker
        return None
    return customer
