"""The one limiter: how often somebody may try, counted in the app's own database for all processes together."""

import hashlib
import time
from typing import Any

import sqlalchemy as sa
from flask import current_app
from limits import parse
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import CreateTable

from helpdesk.core.db import Base, db
from helpdesk.core.errors import TooMany
from helpdesk.core.language import _


class RateLimit(Base):
    """How often a key was used in its running window."""

    __tablename__ = "rate_limits"
    key: Mapped[str] = mapped_column(sa.String(255), primary_key=True)
    used: Mapped[int]
    expires: Mapped[float] = mapped_column(index=True)  # seconds since 1970: the limiter's own way of counting


class DatabaseStorage(Storage):
    """Counts for the `limits` library in the app's database, in transactions of their own."""

    STORAGE_SCHEME = ["app-db"]  # noqa: RUF012 - the library's own way of naming a scheme

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
        with _engine().begin() as connection:
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
        with _engine().begin() as connection:
            return connection.execute(sa.delete(RateLimit)).rowcount

    def clear(self, key: str) -> None:
        """Forget one count."""
        with _engine().begin() as connection:
            connection.execute(sa.delete(RateLimit).where(RateLimit.key == key))

    def _scalar(self, query: sa.Select[Any]) -> Any:
        with _engine().connect() as connection:
            return connection.execute(query).scalar()


_limiter = FixedWindowRateLimiter(DatabaseStorage("app-db://"))


def refuse_if_too_often(rule: str, scope: str, *keys: str) -> None:
    """Count one try for these keys (an address, an order number) and raise TooMany past the rule ("5/minute")."""
    if not current_app.config["RATELIMIT_ENABLED"]:
        return
    secret = hashlib.sha256("\0".join(keys).casefold().encode()).hexdigest()[:32]
    if not _limiter.hit(parse(rule), scope, secret):
        raise TooMany(_("That was tried very often just now. Please wait a few minutes and try again."))


def forget_old_counts() -> None:
    """Upkeep: windows that are over."""
    with _engine().begin() as connection:
        connection.execute(sa.delete(RateLimit).where(RateLimit.expires < time.time()))


def _engine() -> sa.Engine:
    engine, extensions = db.engine.engine, current_app.extensions
    if engine.dialect.name == "sqlite":
        engine = extensions["helpdesk.limits"] = extensions.get("helpdesk.limits") or _file_beside(engine.url)
    return engine


def _file_beside(url: sa.URL) -> sa.Engine:
    # On SQLite the request itself holds the only write lock, and a try must count even if the request is undone:
    # so counts lie in a file of their own. To lose them in a power cut would harm nobody.
    engine = sa.create_engine(url.set(database=f"{url.database}.limits"), poolclass=sa.NullPool)
    table = str(CreateTable(Base.metadata.tables["rate_limits"], if_not_exists=True).compile(dialect=sqlite.dialect()))

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=OFF", table):
            connection.execute(statement)

    return engine
