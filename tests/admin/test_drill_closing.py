"""A while after its end the report of a drill is made, once, and one of the calendar is closed; others by a person."""

from __future__ import annotations

import errno
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from coordinator.admin.drill.held import LINGER, REPORT_FOLDER, Closing
from coordinator.admin.drill.open import open_drill
from coordinator.admin.drill.plan import CLOSED_FILE, OVER_FILE, PLAN_FILE
from coordinator.store.directory import running_url
from coordinator.store.embedded import Role

NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def over(data: Path, due: datetime | None, since: datetime = NOW) -> Path:
    drill = open_drill(data, "communication-test", due=due)
    (drill / OVER_FILE).touch()
    os.utime(drill / OVER_FILE, (since.timestamp(), since.timestamp()))
    return drill


async def written(directory: Path) -> None:
    (directory / REPORT_FOLDER).mkdir()


async def test_the_report_is_made_and_one_of_the_calendar_closed_when_all_have_seen_it(
    tmp_path: Path,
) -> None:
    scheduled, by_hand = over(tmp_path, NOW - timedelta(hours=1)), over(tmp_path, None)
    goes_on = open_drill(tmp_path, "communication-test", due=NOW)
    closing = Closing(tmp_path, written)
    for at, closed in ((NOW, False), (NOW + LINGER - SECOND, False), (NOW + LINGER, True)):
        await closing.look(at)
        assert (scheduled / REPORT_FOLDER).exists() is (by_hand / REPORT_FOLDER).exists() is closed
        assert (scheduled / CLOSED_FILE).exists() is closed
    await closing.look(NOW + timedelta(days=30))
    assert not (by_hand / CLOSED_FILE).exists(), "that is for whoever opened it"
    assert not (goes_on / REPORT_FOLDER).exists() and not (goes_on / CLOSED_FILE).exists()


async def test_one_whose_report_fails_is_named_once_and_keeps_no_other_open(tmp_path: Path) -> None:
    broken, sound = over(tmp_path, NOW), over(tmp_path, NOW)

    async def fails(directory: Path) -> None:
        if directory == broken:
            raise OSError("no space left on device")
        await written(directory)

    closing = Closing(tmp_path, fails)
    with capture_logs() as told:
        await closing.look(NOW + LINGER)
        await closing.look(NOW + LINGER)
    assert [one["world"] for one in told if one["log_level"] == "error"] == [broken.name]
    assert (sound / REPORT_FOLDER).exists()
    assert (broken / CLOSED_FILE).exists() and (sound / CLOSED_FILE).exists(), "its record stays"


async def test_a_directory_that_cannot_be_read_is_named_once_and_keeps_no_other_open(tmp_path: Path) -> None:
    broken, sound = over(tmp_path, NOW), over(tmp_path, NOW)
    (broken / PLAN_FILE).write_text("{")
    closing = Closing(tmp_path, written)
    with capture_logs() as told:
        await closing.look(NOW + LINGER)
        await closing.look(NOW + LINGER)
    assert [one["world"] for one in told if one["log_level"] == "error"] == [broken.name]
    assert (sound / CLOSED_FILE).exists()


async def test_a_full_disk_that_takes_no_file_keeps_no_other_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck, sound = over(tmp_path, NOW), over(tmp_path, NOW)
    touch = Path.touch

    def full(path: Path, mode: int = 0o666, exist_ok: bool = True) -> None:
        if path == stuck / CLOSED_FILE:
            raise OSError(errno.ENOSPC, "No space left on device")
        touch(path, mode, exist_ok)

    closing = Closing(tmp_path, written)
    monkeypatch.setattr(Path, "touch", full)
    with capture_logs() as told:
        await closing.look(NOW + LINGER)
        await closing.look(NOW + LINGER)
    assert [one["world"] for one in told if one["log_level"] == "error"] == [stuck.name]
    assert (sound / CLOSED_FILE).exists()


async def test_the_report_of_one_whose_processes_run_no_more_is_made(tmp_path: Path) -> None:
    """Its log's server is started for that, as after a restart of the city's machine."""
    drill = over(tmp_path, NOW)
    with capture_logs() as told:
        await Closing(tmp_path).look(NOW + LINGER)
    assert not [one for one in told if one["log_level"] == "error"]
    assert (drill / REPORT_FOLDER / "report.md").exists()
    assert not running_url(drill / Role.LOG.value), "and stopped again"
