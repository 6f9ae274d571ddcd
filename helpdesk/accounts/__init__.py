"""Accounts: staff and customers, roles, and who may do what."""

from helpdesk.accounts.absence import Absence, absences_from, put_on_duty, take_off_duty
from helpdesk.accounts.actor import ACTORS_NAME, SYSTEM, Actor, By, columns_for
from helpdesk.accounts.customer import Customer, customer_for, known_customer
from helpdesk.accounts.my_link import MyLink, forget_links, link_by, links_to_write, revoke_links
from helpdesk.accounts.permissions import RANK, May, Role, allows
from helpdesk.accounts.presence import Member, Presence, members_of, presence_of, present
from helpdesk.accounts.shift import WeeklyShift, set_shift, shift_began_at, week_from_words, words_from_week
from helpdesk.accounts.sign_in import add_user, set_password, who_signs_in
from helpdesk.accounts.team import leads, team_of
from helpdesk.accounts.user import User, anyone, by_email, memberships, staff_of, store_ids_of, stores_of, works_for

__all__ = [
    "ACTORS_NAME",
    "RANK",
    "SYSTEM",
    "Absence",
    "Actor",
    "By",
    "Customer",
    "May",
    "Member",
    "MyLink",
    "Presence",
    "Role",
    "User",
    "WeeklyShift",
    "absences_from",
    "add_user",
    "allows",
    "anyone",
    "by_email",
    "columns_for",
    "customer_for",
    "forget_links",
    "known_customer",
    "leads",
    "link_by",
    "links_to_write",
    "members_of",
    "memberships",
    "presence_of",
    "present",
    "put_on_duty",
    "revoke_links",
    "set_password",
    "set_shift",
    "shift_began_at",
    "staff_of",
    "store_ids_of",
    "stores_of",
    "take_off_duty",
    "team_of",
    "week_from_words",
    "who_signs_in",
    "words_from_week",
    "works_for",
]
