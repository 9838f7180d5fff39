"""What keeps failing is started again after longer and longer pauses, and given up if it never even starts."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from coordinator.admin.run import supervisor as supervising
from coordinator.admin.run.restarts import AT_ONCE, CRASHES, LONGEST_PAUSE, STEADY_SECONDS, Restarts
from coordinator.admin.run.supervisor import Child, KeepsFailing, Supervisor


def test_the_first_failures_are_mended_at_once_and_the_pauses_grow_to_a_bound() -> None:
    restarts = Restarts()
    pauses = [restarts.pause_after(6, killed=False) for _ in range(40)]
    assert pauses[:AT_ONCE] == [0] * AT_ONCE
    assert pauses == sorted(pauses) and pauses[AT_ONCE] > 0 and pauses[-1] == LONGEST_PAUSE
    assert not restarts.hopeless, "it runs for a while each time: it goes on being tried"


def test_who_was_killed_from_outside_or_lived_long_starts_again_at_once() -> None:
    restarts = Restarts()
    assert {restarts.pause_after(0, killed=True) for _ in range(100)} == {0} and not restarts.hopeless
    for _ in range(CRASHES):
        restarts.pause_after(0, killed=False)
    assert restarts.pause_after(STEADY_SECONDS, killed=False) == 0 and not restarts.hopeless


def test_what_never_gets_started_is_given_up() -> None:
    restarts = Restarts()
    for _ in range(CRASHES):
        restarts.pause_after(0, killed=False)
        assert not restarts.hopeless
    restarts.pause_after(0, killed=False)
    assert restarts.hopeless


def test_a_child_that_fails_every_six_seconds_is_not_started_again_for_ever_without_a_pause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, starts = 1000.0, 0

    class Time:
        @staticmethod
        def monotonic() -> float:
            return now

    def start(child: Child) -> None:
        nonlocal starts
        starts += 1
        child.started, child.again_at = now, None

    monkeypatch.setattr(supervising, "time", Time)
    monkeypatch.setattr(Child, "start", start)
    monkeypatch.setattr(Child, "kill_group", lambda child: None)
    watcher = Supervisor(tmp_path, "LIVE", host="127.0.0.1", port=0)
    child = Child("worker", [], {}, tmp_path / "log", process=subprocess.Popen(["false"]))
    assert child.process is not None and child.process.wait() == 1
    start(child)
    for _ in range(600):
        now += 1
        if now - child.started >= 6:
            watcher._again(child)
    assert starts < 60, "in ten minutes; without pauses it was a hundred"
    with pytest.raises(KeepsFailing):  # and then it does not even start any more
        for _ in range(CRASHES + 1):
            child.started, child.again_at = now, None
            watcher._again(child)
