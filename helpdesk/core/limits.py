"""The one limiter: how often somebody may try, counted in the app's own database for all processes together."""

import hashlib
import time
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import parse
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.core.db import Base, db
from helpdesk.core.errors import TooMany


class RateLimit(Base):
    """How often a key was used in its running window."""

    __tablename__ = "rate_limits"
    key: Mapped[str] = mapped_column(sa.String(255), primary_key=True)
    used: Mapped[int]
    expires: Mapped[float] = mapped_column(index=True)  # seconds since 1970: the limiter's own way of counting


class DatabaseStorage(Storage):
    """Counts for the `limits` library in the app's database, in transactions of their own."""

    STORAGE_SCHEME = ["app-db"]

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **options: Any) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions, **options)

    @property
    def base_exceptions(self) -> type[Exception]:
        """What the library treats as a failing store."""
        return sa.exc.SQLAlchemyError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count one use; a window that is over starts again."""
        now = time.time()
        insert = (postgresql if db.engine.dialect.name == "postgresql" else sqlite).insert(RateLimit)
        is_over = RateLimit.expires <= now
        statement = insert.values(key=key, used=amount, expires=now + expiry).on_conflict_do_update(
            index_elements=[RateLimit.key],
            set_={
                "used": sa.case((is_over, amount), else_=RateLimit.used + amount),
                "expires": sa.case((is_over, now + expiry), else_=RateLimit.expires),
            },
        )
        with db.engine.begin() as connection:
            return int(connection.execute(statement.returning(RateLimit.used)).scalar_one())

    def get(self, key: str) -> int:
        """How often it was used in the running window."""
        query = sa.select(RateLimit.used).where(RateLimit.key == key, RateLimit.expires > time.time())
        return int(self._scalar(query) or 0)

    def get_expiry(self, key: str) -> float:
        """When its window ends."""
        return float(self._scalar(sa.select(RateLimit.expires).where(RateLimit.key == key)) or time.time())

    def check(self) -> bool:
        """The database is always there, or nothing is."""
        return True

    def reset(self) -> int:
        """Forget all counts."""
        with db.engine.begin() as connection:
            return connection.execute(sa.delete(RateLimit)).rowcount

    def clear(self, key: str) -> None:
        """Forget one count."""
        with db.engine.begin() as connection:
            connection.execute(sa.delete(RateLimit).where(RateLimit.key == key))

    def _scalar(self, query: sa.Select[Any]) -> Any:
        with db.engine.connect() as connection:
            return connection.execute(query).scalar()


limiter = Limiter(get_remote_address, storage_uri="app-db://", strategy="fixed-window")


def init_limits(app: Flask) -> None:
    """Attach the limiter."""
    limiter.init_app(app)


def refuse_if_too_often(rule: str, scope: str, *keys: str) -> None:
    """Count one try for these keys (an address, an order number) and raise TooMany past the rule ("5/minute")."""
    if not current_app.config["RATELIMIT_ENABLED"]:
        return
    secret = hashlib.sha256("\0".join(keys).casefold().encode()).hexdigest()[:32]
    if not FixedWindowRateLimiter(limiter.storage).hit(parse(rule), scope, secret):
        raise TooMany("That was tried very often just now. Please wait a few minutes and try again.")


def forget_old_counts() -> None:
    """Upkeep: windows that are over."""
    db.session.execute(sa.delete(RateLimit).where(RateLimit.expires < time.time()))
