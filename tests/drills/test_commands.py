"""`pingji drill` as a person types it: lint, show, run, compare, rehearse; results on stdout, the rest beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from coordinator.admin.drill.run import simulate
from coordinator.main import make_app, simulated_teams
from tests.builders import xianlin
from tests.drills.plays import bundled

TEST = "communication-test"


def pingji(*words: str, code: int = 0) -> str:
    ran = CliRunner().invoke(make_app(), [*words])
    assert ran.exit_code == code, ran.output
    return ran.stdout


@pytest.fixture
def nowhere(tmp_path: Path) -> str:
    """A data directory that there is not: bundled areas are played on."""
    return str(tmp_path / "none")


def test_scripts_are_listed_and_shown(nowhere: str) -> None:
    assert "xianlin-night-raid" in pingji("drill", "show")
    shown = pingji("drill", "show", TEST, "--lang", "en")
    assert "【演练】" in shown and "answers the confirmed call" in shown


def test_lint_names_line_and_column_and_looks_the_places_up(tmp_path: Path, nowhere: str, small: str) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(small, encoding="utf-8")
    bad.write_text(small.replace("32011300700101", "32011300700199"), encoding="utf-8")
    pingji("drill", "lint", str(good), "--data", nowhere)
    said = pingji("drill", "lint", str(bad), "--data", nowhere, "--lang", "en", code=3)
    line = small[: small.index("32011300700101")].count("\n") + 1
    assert f"{bad}:{line}:" in said and "unknown_place" in said


def test_a_drill_is_run_scored_and_written(tmp_path: Path, nowhere: str) -> None:
    first, again = tmp_path / "first", tmp_path / "again"
    said = pingji("drill", "run", TEST, "--simulate", "--data", nowhere, "--out", str(first))
    assert said.startswith("─") and "【演练】" in said and "评定" in said
    assert sorted(path.name for path in first.iterdir()) == [
        "after.json",
        "log.jsonl",
        "report.html",
        "report.md",
        "report.pdf",
        "score.json",
    ]
    pingji("drill", "run", TEST, "--simulate", "--data", nowhere, "--out", str(again))
    assert (first / "score.json").read_bytes() == (again / "score.json").read_bytes()
    assert (first / "log.jsonl").read_bytes() == (again / "log.jsonl").read_bytes()
    assert (first / "report.pdf").read_bytes() == (again / "report.pdf").read_bytes()
    events = [json.loads(line) for line in (first / "log.jsonl").read_text().splitlines()]
    assert {event["world"] for event in events} == {"DRILL-REHEARSAL"}
    compared = pingji("drill", "compare", str(first / "score.json"), str(again / "score.json"), "--json", "-")
    assert all(one["better"] is None for one in json.loads(compared)["expectations"])


def test_the_calendar_is_listed_and_written_without_any_raid(tmp_path: Path, nowhere: str) -> None:
    file = tmp_path / "drills.ics"
    said = pingji("drill", "calendar", "--days", "365", "--data", nowhere, "--ics", str(file))
    assert said.count("街道社区叫应测试") == 12 and "突击" not in said
    written = file.read_bytes().decode()
    assert written.count("BEGIN:VEVENT") == len(said.splitlines()) and "LOCATION:仙林街道" in written
    assert pingji("drill", "calendar", "--under", "42", "--data", nowhere) == ""


def test_without_simulated_teams_it_says_what_to_do_instead(nowhere: str) -> None:
    pingji("drill", "run", TEST, "--data", nowhere, code=2)


def test_a_script_that_is_not_there_or_not_good_is_refused(tmp_path: Path, nowhere: str, small: str) -> None:
    pingji("drill", "run", "no-such-drill", "--simulate", "--data", nowhere, code=3)
    bad = tmp_path / "bad.yaml"
    bad.write_text(small.replace("of: relay", "of: relya"), encoding="utf-8")
    pingji("drill", "run", str(bad), "--simulate", "--data", nowhere, code=3)
    far = tmp_path / "far.yaml"
    far.write_text(
        small.replace("3201130070", "9901130070").replace('"320113007"', '"990113007"'), encoding="utf-8"
    )
    pingji("drill", "run", str(far), "--simulate", "--data", nowhere, code=3)


def test_the_pace_is_held_to_so_many_world_seconds_a_second() -> None:
    slept: list[float] = []

    async def wait(seconds: float) -> None:
        slept.append(seconds)

    simulate(bundled(TEST), xianlin(), simulated_teams, 7, speed=60, wait=wait)
    assert slept and 80 < max(slept) <= 90, "an hour and a half at sixty times takes ninety seconds"
