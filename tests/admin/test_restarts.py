"""What keeps failing is started again after longer and longer pauses, and given up if it never even starts."""

from __future__ import annotations

import errno
import subprocess
from pathlib import Path

import pytest

from coordinator.admin.run import supervisor as supervising
from coordinator.admin.run.restarts import AT_ONCE, CRASHES, LONGEST_PAUSE, STEADY_SECONDS, Restarts
from coordinator.admin.run.supervisor import Child, KeepsFailing, Supervisor
from coordinator.store.embedded import EmbeddedServer, Role
from coordinator.store.errors import StoreError


def failing(restarts: Restarts, times: int, *, lived: float, killed: bool = False) -> list[float]:
    """The pauses after so many ends in a row."""
    pauses = []
    for _ in range(times):
        restarts.begin(100.0)
        pauses.append(restarts.end(100.0 + lived, killed=killed))
        assert restarts.due == 100.0 + lived + pauses[-1]
    return pauses


def test_the_first_failures_are_mended_at_once_and_the_pauses_grow_to_a_bound() -> None:
    restarts = Restarts()
    pauses = failing(restarts, 40, lived=6)
    assert pauses[:AT_ONCE] == [0] * AT_ONCE
    assert pauses == sorted(pauses) and pauses[AT_ONCE] > 0 and pauses[-1] == LONGEST_PAUSE
    assert not restarts.hopeless, "it runs for a while each time: it goes on being tried"


def test_who_was_killed_from_outside_or_lived_long_starts_again_at_once() -> None:
    restarts = Restarts()
    assert set(failing(restarts, 100, lived=0, killed=True)) == {0} and not restarts.hopeless
    failing(restarts, CRASHES, lived=0)
    assert failing(restarts, 1, lived=STEADY_SECONDS) == [0] and not restarts.hopeless


def test_what_never_gets_started_is_given_up() -> None:
    restarts = Restarts()
    failing(restarts, CRASHES, lived=0)
    assert not restarts.hopeless
    failing(restarts, 1, lived=0)
    assert restarts.hopeless


class Time:
    """In place of the machine's clock."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    time = Time()
    monkeypatch.setattr(supervising, "time", time)
    return time


@pytest.fixture
def watcher(tmp_path: Path) -> Supervisor:
    return Supervisor(tmp_path, "LIVE", host="127.0.0.1", port=0)


def test_a_child_that_fails_every_six_seconds_is_not_started_again_for_ever_without_a_pause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, time: Time, watcher: Supervisor
) -> None:
    starts = 0

    def start(child: Child) -> None:
        nonlocal starts
        starts += 1
        child.restarts.begin(time.now)

    monkeypatch.setattr(Child, "start", start)
    monkeypatch.setattr(Child, "kill_group", lambda child: None)
    child = Child("worker", [], {}, tmp_path / "log", process=subprocess.Popen(["false"]))
    assert child.process is not None and child.process.wait() == 1
    start(child)
    for _ in range(600):
        time.now += 1
        if time.now - child.restarts.began >= 6:
            watcher._again(child)
    assert starts < 60, "in ten minutes; without pauses it was a hundred"
    with pytest.raises(KeepsFailing):  # and then it does not even start any more
        for _ in range(CRASHES + 1):
            start(child)
            watcher._again(child)


class Ailing(EmbeddedServer):
    """Does not start so many times, because of what it says."""

    def __init__(self, directory: Path, failures: int, why: Exception) -> None:
        super().__init__(directory, Role.LOG)
        self.why = why
        self.failures = failures
        self.starts = 0

    async def start(self) -> None:
        self.starts += 1
        if self.starts <= self.failures:
            raise self.why


@pytest.mark.parametrize(
    "why",
    [StoreError("disk_full", directory="log", free=0), OSError(errno.ENOSPC, "No space left on device")],
)
async def test_a_server_that_does_not_start_is_tried_again_and_never_given_up(
    why: Exception, tmp_path: Path, time: Time, watcher: Supervisor
) -> None:
    """It may have been killed while it started, or somebody is making room on the disk: that ends no city."""
    server = Ailing(tmp_path / "log", failures=2 * CRASHES, why=why)
    began = time.now
    while server.starts <= server.failures:
        await watcher._serve_again(server)
        time.now += 0.5
    assert time.now - began > CRASHES * LONGEST_PAUSE, "not without pauses"
