"""China has one time, and everything that is shown is in it, whatever offset an instant was written with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from coordinator.wire.times import clock_time, day_time, full_time


def test_every_offset_shows_the_same_hour() -> None:
    at = datetime(2026, 6, 27, 17, 59, tzinfo=UTC)
    for one in (at, at.astimezone(timezone(timedelta(hours=-5)))):
        assert clock_time(one) == "01:59"
        assert day_time(one) == "06-28 01:59"
        assert full_time(one) == "2026-06-28 01:59 +08:00"
