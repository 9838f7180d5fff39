"""A city's drills open by the calendar: once each, neither early nor late, and a raid is published nowhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from typer.testing import CliRunner

from coordinator.admin.drill import schedule as drill_schedule
from coordinator.admin.drill.plan import CLOSED_FILE, all_drills, read_script
from coordinator.admin.drill.schedule import (
    LEAD,
    NotScheduled,
    documents,
    due,
    entries,
    open_due,
    put,
    remove,
    with_bundled,
)
from coordinator.drills.calendar import dates
from coordinator.drills.sentences import ScriptRefused
from coordinator.main import make_app

TEST, RAID = "communication-test", "xianlin-night-raid"
NOW = datetime(2026, 6, 20, tzinfo=UTC)
HELD = datetime(2026, 7, 1, 7, tzinfo=UTC)
"""15:00 in Nanjing on the first of the next month, by the script's own schedule."""
AGAIN = datetime(2026, 8, 1, 7, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def said_again() -> None:
    """What is told once by a process is told once by a test."""
    drill_schedule._tell_once.cache_clear()


def test_it_is_due_from_the_lead_before_its_time_until_the_lead_after_it(tmp_path: Path) -> None:
    put(tmp_path, TEST, NOW)
    for at, expected in (
        (NOW, []),
        (HELD - LEAD - MINUTE, []),
        (HELD - LEAD, [(TEST, HELD)]),
        (HELD, [(TEST, HELD)]),
        (HELD + LEAD, [(TEST, HELD)]),
        (HELD + LEAD + MINUTE, []),
    ):
        assert due(tmp_path, at) == expected, at
    assert due(tmp_path, HELD - 5 * LEAD, lead=5 * LEAD) == [(TEST, HELD)]


def test_each_date_is_opened_once_and_the_next_one_again(tmp_path: Path) -> None:
    put(tmp_path, TEST, NOW)
    (opened,) = open_due(tmp_path, HELD - LEAD)
    assert read_script(opened).id == TEST and not (opened / CLOSED_FILE).exists()
    assert list(all_drills(tmp_path)) == [opened], "the calendar's folder is none"
    for minutes in (0, 1, 31, 59, 600):
        assert open_due(tmp_path, HELD - LEAD + minutes * MINUTE) == []
    assert len(open_due(tmp_path, AGAIN - MINUTE)) == 1
    assert len(list(all_drills(tmp_path))) == 2


def test_whoever_puts_it_in_again_opens_nothing_twice(tmp_path: Path) -> None:
    put(tmp_path, TEST, NOW)
    assert len(open_due(tmp_path, HELD - LEAD)) == 1
    put(tmp_path, TEST, HELD - MINUTE)
    assert open_due(tmp_path, HELD) == []


def test_what_was_missed_is_named_once_and_not_held_late(tmp_path: Path) -> None:
    put(tmp_path, TEST, NOW)
    late = AGAIN + LEAD + MINUTE
    with capture_logs() as told:
        assert open_due(tmp_path, late) == [] and open_due(tmp_path, late) == []
    assert [(one["log_level"], one["script"]) for one in told] == [("warning", TEST)] * 2
    assert [datetime.fromisoformat(one["at"]) for one in told] == [HELD, AGAIN]
    assert not list(all_drills(tmp_path))


def test_a_date_before_it_was_put_in_was_not_missed(tmp_path: Path) -> None:
    put(tmp_path, TEST, HELD + MINUTE)
    with capture_logs() as told:
        assert open_due(tmp_path, HELD + 2 * MINUTE) == []
    assert told == []


def test_one_that_cannot_be_opened_is_named_and_keeps_no_other_back(tmp_path: Path) -> None:
    put(tmp_path, "earthquake-assembly", NOW, cron="0 15 1 * *", where="Asia/Shanghai")
    put(tmp_path, TEST, NOW)
    (tmp_path / "drills/calendar/communication-test.yaml").write_text("format: 9")
    with capture_logs() as told:
        (opened,) = open_due(tmp_path, HELD)
        assert open_due(tmp_path, HELD) == [], "nor tried again"
    assert read_script(opened).id == "earthquake-assembly"
    assert [one["script"] for one in told if one["log_level"] == "error"] == [TEST]


def test_a_city_whose_own_files_are_damaged_ends_no_host(tmp_path: Path) -> None:
    put(tmp_path, TEST, NOW)
    (tmp_path / "world.json").write_text("{")
    with capture_logs() as told:
        assert open_due(tmp_path, HELD) == []
    assert [one["log_level"] for one in told] == ["error"]


def test_an_entry_that_somebody_broke_is_told_once_and_stops_nothing(tmp_path: Path) -> None:
    put(tmp_path, TEST, NOW)
    (tmp_path / "drills/calendar/broken.when.json").write_text("{")
    with capture_logs() as told:
        assert due(tmp_path, HELD) == due(tmp_path, HELD) == [(TEST, HELD)]
    assert len(told) == 1 and told[0]["script"] == "broken.when.json"


def test_a_raid_is_opened_and_is_in_no_calendar(tmp_path: Path) -> None:
    with pytest.raises(NotScheduled, match="--cron"):
        put(tmp_path, RAID, NOW)
    put(tmp_path, RAID, NOW, cron="0 15 1 * *")
    put(tmp_path, TEST, NOW)
    listed = dates(with_bundled(documents(tmp_path)), NOW, timedelta(days=366))
    assert RAID not in {one.script for one in listed}
    assert {read_script(one).id for one in open_due(tmp_path, HELD)} == {TEST, RAID}


def test_the_citys_own_time_stands_in_place_of_the_bundled_one(tmp_path: Path) -> None:
    put(tmp_path, TEST, NOW, cron="30 9 * * 3", where="UTC")
    listed = dates(with_bundled(documents(tmp_path)), NOW, timedelta(days=14))
    assert [one.at for one in listed if one.script == TEST] == [
        datetime(2026, 6, 24, 9, 30, tzinfo=UTC),
        datetime(2026, 7, 1, 9, 30, tzinfo=UTC),
    ]


@pytest.mark.parametrize(
    ("cron", "zone"), [("* * * * *", ""), ("0 15 1 *", ""), ("0 15 30 2 *", ""), ("0 15 1 * *", "Moon")]
)
def test_what_is_no_schedule_or_leaves_no_room_is_refused(tmp_path: Path, cron: str, zone: str) -> None:
    with pytest.raises(NotScheduled):
        put(tmp_path, TEST, NOW, cron=cron, where=zone)
    assert list(entries(tmp_path)) == []


def test_a_script_is_held_against_the_areas_there_are(tmp_path: Path) -> None:
    good = Path("playbooks/drills/communication_test.yaml").read_text(encoding="utf-8")
    wrong = tmp_path / "own.yaml"
    wrong.write_text(good.replace('to: ["320113007008"]', 'to: ["320113007099"]'), encoding="utf-8")
    with pytest.raises(ScriptRefused, match="320113007099"):
        put(tmp_path, str(wrong), NOW)
    assert list(entries(tmp_path)) == []


def test_taken_out_it_is_not_opened(tmp_path: Path) -> None:
    put(tmp_path, TEST, NOW)
    remove(tmp_path, TEST)
    assert open_due(tmp_path, HELD) == [] and not list((tmp_path / "drills/calendar").iterdir())
    with pytest.raises(NotScheduled):
        remove(tmp_path, TEST)


def test_as_a_person_types_it(tmp_path: Path) -> None:
    def pingji(*words: str) -> str:
        ran = CliRunner().invoke(make_app(), ["drill", *words, "--data", str(tmp_path)])
        assert ran.exit_code == 0, ran.output
        return ran.output

    assert f"{TEST} 已排进日历" in pingji("schedule", TEST)
    pingji("schedule", RAID, "--cron", "0 2 * * 6")
    listed = pingji("calendar")
    own = [line for line in listed.splitlines() if "◆" in line]
    assert len(own) >= 11 and all("街道社区叫应测试" in line for line in own)
    assert "earthquake" in pingji("calendar", "--lang", "en").lower(), "bundled ones are beside them"
    assert "突击" not in listed and "突击" in pingji("calendar", "--raids")
    pingji("unschedule", TEST)
    assert "◆" not in pingji("calendar")
