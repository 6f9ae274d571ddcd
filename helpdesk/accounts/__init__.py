"""Accounts: staff and customers, roles, and who may do what."""

from helpdesk.accounts.actor import ACTORS_NAME, SYSTEM, Actor, By, columns_for
from helpdesk.accounts.customer import Customer, customer_for
from helpdesk.accounts.permissions import May, Role, allows
from helpdesk.accounts.sign_in import add_user, set_password, who_signs_in
from helpdesk.accounts.user import User, anyone, by_email, memberships, staff_of, store_ids_of, stores_of, works_for

__all__ = [
    "ACTORS_NAME",
    "SYSTEM",
    "Actor",
    "By",
    "Customer",
    "May",
    "Role",
    "User",
    "add_user",
    "allows",
    "anyone",
    "by_email",
    "columns_for",
    "customer_for",
    "memberships",
    "set_password",
    "staff_of",
    "store_ids_of",
    "stores_of",
    "who_signs_in",
    "works_for",
]
