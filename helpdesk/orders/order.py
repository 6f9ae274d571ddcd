"""Orders: what was bought, at what price, and how far it has come."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.core.db import Base, Word
from helpdesk.core.money import Money
from helpdesk.core.prepared import AnySelect, Question, Rows, prepared


class Stage(StrEnum):
    """How far an order has come."""

    PLACED = "placed"
    PAID = "paid"
    PROCESSING = "processing"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class ProductClass(StrEnum):
    """What kind of thing it is, as return rules distinguish (DOMAIN 3.1)."""

    FOOD = "food"
    PERISHABLE = "perishable"
    HEALTH = "health"
    PRESCRIPTION = "prescription"
    TOY = "toy"
    ELECTRONICS = "electronics"
    GROOMING = "grooming"
    CLOTHING = "clothing"
    DIGITAL = "digital"
    LIVE = "live"
    HOME = "home"
    OTHER = "other"


class Flag(StrEnum):
    """What rules of the shipped vocabulary ask about a line; a store's policy may declare further flags of its own."""

    PERSONALISED = "personalised"
    PERISHABLE = "perishable"
    FINAL_SALE = "final_sale"
    SUBSCRIPTION = "subscription"
    LARGE = "large"
    SPECIAL_ORDER = "special_order"


class Order(Base):
    """One purchase at one store."""

    __tablename__ = "orders"
    __table_args__ = (UniqueConstraint("store_id", "number_key"), Index("ix_orders_store_email", "store_id", "email"))
    id: Mapped[int] = mapped_column(primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("stores.id"))
    number: Mapped[str] = mapped_column(String(60))  # as the shop writes it
    number_key: Mapped[str] = mapped_column(String(60))  # as it is looked up
    email: Mapped[str] = mapped_column(String(254), default="")  # lower case
    phone_key: Mapped[str] = mapped_column(String(20), default="")  # E.164
    customer_name: Mapped[str] = mapped_column(String(120), default="")
    ship_to: Mapped[str] = mapped_column(String(400), default="")
    ship_country: Mapped[str] = mapped_column(String(2), default="")  # whose law protects the buyer
    currency: Mapped[str] = mapped_column(String(3))
    shipping_cents: Mapped[int] = mapped_column(default=0)
    discount_cents: Mapped[int] = mapped_column(default=0)
    total_cents: Mapped[int] = mapped_column(default=0)
    payment_method: Mapped[str] = mapped_column(String(60), default="")
    stage: Mapped[Stage] = mapped_column(Word(Stage))
    placed_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]
    processing_at: Mapped[datetime | None]
    shipped_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    lines: Mapped[list["OrderLine"]] = relationship(cascade="all, delete-orphan", order_by="OrderLine.position")
    parcels: Mapped[list["Parcel"]] = relationship(cascade="all, delete-orphan", order_by="Parcel.id")

    @property
    def total(self) -> Money:
        """What the customer paid in all."""
        return Money(self.total_cents, self.currency)

    @property
    def moments(self) -> list[tuple[Stage, datetime | None]]:
        """The stages a customer follows, each with its moment if it has come."""
        if self.cancelled_at:
            return [(Stage.PLACED, self.placed_at), (Stage.CANCELLED, self.cancelled_at)]
        return [
            (Stage.PLACED, self.placed_at),
            (Stage.PAID, self.paid_at),
            (Stage.PROCESSING, self.processing_at),
            (Stage.SHIPPED, self.shipped_at),
            (Stage.DELIVERED, self.delivered_at),
        ]


class OrderLine(Base):
    """One product of an order."""

    __tablename__ = "order_lines"
    __table_args__ = (UniqueConstraint("order_id", "position"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    position: Mapped[int]
    sku: Mapped[str] = mapped_column(String(80), default="")
    title: Mapped[str] = mapped_column(String(300))
    quantity: Mapped[int]
    unit_cents: Mapped[int]
    discount_cents: Mapped[int] = mapped_column(default=0)
    product_class: Mapped[ProductClass] = mapped_column(Word(ProductClass), default=ProductClass.OTHER)
    flags: Mapped[list[str]] = mapped_column(default=list)


class Parcel(Base):
    """One shipment of an order."""

    __tablename__ = "parcels"
    __table_args__ = (Index("ix_parcels_order_id", "order_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    carrier: Mapped[str] = mapped_column(String(80), default="")
    tracking_number: Mapped[str] = mapped_column(String(80), default="")
    shipped_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]


def tracked_parcels(order_id: int | None) -> Question[Rows]:
    """The parcels of an order that can be followed: the carrier and the number it gave."""
    return _tracked.question(order_id=order_id)


@prepared
def _tracked(order_id: int) -> AnySelect:
    query = select(Parcel.carrier, Parcel.tracking_number).where(Parcel.order_id == order_id)
    return query.where(Parcel.tracking_number != "").order_by(Parcel.id)
