"""The only teller of time: aware, UTC, whole seconds."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_stopped: ContextVar[datetime | None] = ContextVar("stopped_clock", default=None)


def now() -> datetime:
    """This moment, to the second: deadlines are promised in seconds, so nothing is finer."""
    return _stopped.get() or datetime.now(UTC).replace(microsecond=0)


@contextmanager
def at(moment: datetime) -> Iterator[datetime]:
    """Let it be `moment` inside the block: for the demo's past, for replays, for tests."""
    if moment.tzinfo is None:
        raise ValueError("A clock can only be set to an aware moment.")
    token = _stopped.set(moment.astimezone(UTC).replace(microsecond=0))
    try:
        yield now()
    finally:
        _stopped.reset(token)
