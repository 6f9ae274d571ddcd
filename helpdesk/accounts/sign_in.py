"""Passwords: argon2, never comparable in time with an unknown address."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

from helpdesk.accounts.permissions import Role
from helpdesk.accounts.user import User, by_email
from helpdesk.core.db import db
from helpdesk.core.errors import Invalid
from helpdesk.stores import Store

COSTS = {
    "normal": PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1),
    "cheap": PasswordHasher(time_cost=1, memory_cost=8, parallelism=1),
}
SHORTEST, LONGEST = 10, 1000


def set_password(user: User, password: str) -> None:
    """Give a new password; every session of this person ends."""
    if len(password) < SHORTEST:
        raise Invalid(f"A password has at least {SHORTEST} characters; this one has {len(password)}.")
    if len(password) > LONGEST:
        raise Invalid(f"A password has at most {LONGEST:,} characters; this one has {len(password):,}.")
    user.password_hash = _hasher().hash(password)
    user.has_demo_password = False
    user.session_key = secrets.token_urlsafe(32)


def add_user(email: str, name: str, role: Role, password: str, stores: list[Store]) -> User:
    """A new member of staff. Raises Invalid when the address is taken or the password too short."""
    if db.session.scalar(by_email(email)):
        raise Invalid(f"There is already somebody with the address {email}.")
    user = User(email=email.strip().lower(), name=name.strip(), role=role, stores=stores)
    set_password(user, password)
    db.session.add(user)
    return user


def who_signs_in(email: str, password: str) -> User | None:
    """The person these belong to. Takes as long for an unknown address as for a wrong password."""
    user = db.session.scalar(by_email(email))
    stored = user.password_hash if user else _decoy()
    try:
        _hasher().verify(stored, password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return None
    return user if user and user.is_active else None


def _hasher() -> PasswordHasher:
    return COSTS[current_app.config["PASSWORD_COST"]]


def _decoy() -> str:
    extensions = current_app.extensions
    if "helpdesk.decoy" not in extensions:
        extensions["helpdesk.decoy"] = _hasher().hash(secrets.token_urlsafe(16))
    return str(extensions["helpdesk.decoy"])
