"""Orders: what was bought and how far it has come; imported from shops, looked up by customers."""

from helpdesk.orders.lookup import by_number, find_order, number_key, orders_of, phone_key
from helpdesk.orders.order import Flag, Order, OrderLine, Parcel, ProductClass, Stage, tracked_parcels

__all__ = [
    "Flag",
    "Order",
    "OrderLine",
    "Parcel",
    "ProductClass",
    "Stage",
    "by_number",
    "find_order",
    "number_key",
    "orders_of",
    "phone_key",
    "tracked_parcels",
]
