"""Snapshots: the newest sound one that fits the code, and never one that somebody else wrote."""

from __future__ import annotations

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from coordinator.store.log import EMPTY, Head
from coordinator.store.snapshots import Snapshot, Snapshots

from .conftest import KEY

MAC = bytes(range(32))


@pytest.fixture
def snapshots(tmp_path: Path) -> Snapshots:
    return Snapshots(tmp_path, "LIVE", KEY)


def at(position: int, *, epoch: int = 1, fingerprint: str = "f1", scope: str = "4201") -> Snapshot:
    return Snapshot(scope, Head(position, MAC), epoch, fingerprint, b"state at %d" % position)


def test_the_newest_of_the_same_fingerprint(snapshots: Snapshots) -> None:
    for position in (9, 10, 8):
        snapshots.save(at(position))
    snapshots.save(at(99, fingerprint="f2"))
    snapshots.save(at(50, scope="420106"))
    assert snapshots.newest("4201", "f1") == at(10)
    assert snapshots.newest("4201", "f2") == at(99, fingerprint="f2")
    assert snapshots.newest("4201", "f3") is None
    assert snapshots.newest("420111", "f1") is None


def test_a_later_epoch_is_newer_than_a_later_position(snapshots: Snapshots) -> None:
    snapshots.save(at(100, epoch=1))
    snapshots.save(at(90, epoch=2))
    assert snapshots.newest("4201", "f1") == at(90, epoch=2)


def test_the_last_two_are_kept(snapshots: Snapshots, tmp_path: Path) -> None:
    for position in range(1, 6):
        snapshots.save(at(position))
    kept = sorted(path.name for path in (tmp_path / "LIVE" / "4201").iterdir())
    assert kept == ["4.1.f1.snapshot", "5.1.f1.snapshot"]
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "LIVE" / "4201").iterdir())


def test_a_damaged_one_is_passed_over_and_told(snapshots: Snapshots, tmp_path: Path) -> None:
    snapshots.save(at(1))
    snapshots.save(at(2))
    newest = tmp_path / "LIVE" / "4201" / "2.1.f1.snapshot"
    sound = newest.read_bytes()
    for damaged in (sound[:-1], sound[:40], b"", sound.replace(b"at 2", b"at 3")):
        newest.write_bytes(damaged)
        with capture_logs() as said:
            assert snapshots.newest("4201", "f1") == at(1)
        assert [line["event"] for line in said] == ["snapshot_damaged"]


def test_one_under_another_name_world_or_key_is_not_taken(snapshots: Snapshots, tmp_path: Path) -> None:
    """A state cannot be made newer, moved to another scope, or brought from a drill into the real world."""
    snapshots.save(at(1))
    folder = tmp_path / "LIVE" / "4201"
    sound = (folder / "1.1.f1.snapshot").read_bytes()
    (folder / "7.1.f1.snapshot").write_bytes(sound)
    assert snapshots.newest("4201", "f1") == at(1)
    (tmp_path / "LIVE" / "420106").mkdir()
    (tmp_path / "LIVE" / "420106" / "1.1.f1.snapshot").write_bytes(sound)
    assert snapshots.newest("420106", "f1") is None
    (tmp_path / "DRILL-1" / "4201").mkdir(parents=True)
    (tmp_path / "DRILL-1" / "4201" / "1.1.f1.snapshot").write_bytes(sound)
    assert Snapshots(tmp_path, "DRILL-1", KEY).newest("4201", "f1") is None
    assert Snapshots(tmp_path, "LIVE", bytes(32)).newest("4201", "f1") is None


def test_an_empty_scope_and_forgetting(snapshots: Snapshots) -> None:
    empty = Snapshot("4201", EMPTY, 0, "f1", b"")
    snapshots.save(empty)
    assert snapshots.newest("4201", "f1") == empty
    snapshots.forget("4201")
    assert snapshots.newest("4201", "f1") is None


def test_a_fingerprint_that_cannot_stand_in_a_name_is_refused(snapshots: Snapshots) -> None:
    with pytest.raises(ValueError, match="fingerprint"):
        snapshots.save(at(1, fingerprint="../x"))
