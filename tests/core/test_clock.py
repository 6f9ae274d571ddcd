"""The only teller of time."""

from datetime import UTC, datetime, timedelta
from threading import Thread
from zoneinfo import ZoneInfo

import pytest

from helpdesk.core import clock

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def test_now_is_aware_utc_and_whole_seconds() -> None:
    now = clock.now()
    assert (now.tzinfo, now.microsecond) == (UTC, 0)
    assert abs(datetime.now(UTC) - now) < timedelta(seconds=2)


def test_a_set_clock_stands_still_and_speaks_utc() -> None:
    with clock.at(datetime(2026, 3, 2, 15, 0, 0, 999_999, tzinfo=ZoneInfo("Europe/Istanbul"))) as shown:
        assert clock.now() == shown == NOON
        assert shown.tzinfo is UTC


def test_afterwards_the_clock_is_what_it_was() -> None:
    with clock.at(NOON):
        with clock.at(NOON + timedelta(days=1)):
            pass
        assert clock.now() == NOON
    assert clock.now() != NOON


def test_a_naive_moment_cannot_be_set() -> None:
    with pytest.raises(ValueError, match="aware"), clock.at(datetime(2026, 3, 2)):  # noqa: DTZ001 - that is the test
        pass


def test_other_threads_keep_the_true_time() -> None:
    seen: list[datetime] = []
    with clock.at(NOON - timedelta(days=9999)):
        thread = Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
    assert abs(seen[0] - clock.now()) < timedelta(seconds=2)
