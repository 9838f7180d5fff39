"""A device's clock may be wrong: keys are dated by the server's, deadlines shown by the world's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from clients.sdk import clock
from clients.sdk.clock import Clock
from coordinator.domain.key import key_time

WORLD = datetime(2026, 7, 1, 20, 0, tzinfo=UTC)
SOON = timedelta(seconds=5)


def test_keys_are_dated_by_the_server() -> None:
    one = Clock()
    server = datetime.now(UTC) + timedelta(hours=3)
    one.correct(server, WORLD, 1)
    assert abs(one.now() - server) < SOON
    assert abs(key_time(one.key()) - server) < SOON
    assert len({one.key() for _ in range(1000)}) == 1000


def test_the_worlds_time_runs_at_its_own_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = 100.0
    monkeypatch.setattr(clock, "monotonic", lambda: seconds)
    one = Clock()
    one.correct(datetime.now(UTC), WORLD, 60)
    seconds = 110.0
    assert one.world_now() == WORLD + timedelta(minutes=10)
    one.correct(datetime.now(UTC), WORLD)  # paused and set back; the rate stays as it was
    seconds = 111.0
    assert one.world_now() == WORLD + timedelta(minutes=1)


def test_before_the_first_word_the_worlds_time_is_our_own() -> None:
    assert abs(Clock().world_now() - datetime.now(UTC)) < SOON


def test_waits_are_spread_over_the_second_half() -> None:
    waits = [clock.spread(2.0) for _ in range(200)]
    assert min(waits) >= 1.0 and max(waits) <= 2.0 and max(waits) - min(waits) > 0.5
