"""A report is told from the record alone: this operation's part of it, marked, with hints and nobody ranked."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from coordinator.domain.world import DEMO, LIVE
from coordinator.main import make_app
from coordinator.review.concerning import concerning
from coordinator.review.hints import hints
from coordinator.review.report import OperationReport, report
from coordinator.review.summary import summarise
from coordinator.wire.exits import Exit
from tests.review.night import COMMUNITY, FLOOD, GRID, OTHER, QUAKE, export_night, record


@pytest.fixture
def flood() -> OperationReport:
    found = report(record(LIVE), FLOOD)
    assert found is not None
    return found


def pingji(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(make_app(), arguments)
    return result.exit_code, result.stdout, result.stderr


def test_times_are_those_of_the_operation(flood: OperationReport) -> None:
    sign, arrive = flood.summary.time_to_sign, flood.summary.time_to_arrive
    assert sign is not None and (sign.count, sign.p50, sign.slowest) == (1, 4 * 60, COMMUNITY)
    assert arrive is not None and (arrive.count, arrive.p99, arrive.slowest) == (1, 20 * 60, GRID)
    assert flood.summary.time_to_ready is not None and flood.summary.time_to_ready.p50 == 50 * 60


def test_people_of_another_operation_are_not_counted(flood: OperationReport) -> None:
    figures = flood.summary.figures
    assert (figures["called"].number, figures["coming"].number, figures["declined"].number) == (2, 1, 1)
    assert (figures["on_post"].number, flood.arrived, flood.declines) == (1, 1, {"caring": 1})
    quake = report(record(LIVE), QUAKE)
    assert quake is not None and quake.summary.figures["called"].number == 1
    assert quake.tasks == [] and quake.summary.time_to_sign is None


def test_the_parts_of_all_operations_are_all_of_what_happened() -> None:
    """Nothing is counted for two, nothing lost: here every call-out is somebody's."""
    whole = summarise(record(LIVE)).figures
    parts = [summarise(record(LIVE), each).figures for each in (FLOOD, QUAKE)]
    for name in ("called", "coming", "declined", "on_post", "silent", "tasks_done"):
        assert whole[name].number == sum(part[name].number for part in parts if name in part), name


def test_a_part_keeps_its_places_in_the_log() -> None:
    whole = {one.position: one for one in record(LIVE)}
    for one in concerning(record(LIVE), FLOOD):
        assert one.stamp == whole[one.position].stamp
        assert type(one.event) is type(whole[one.position].event)


def test_tasks_tallies_and_hazards(flood: OperationReport) -> None:
    (task,), (tally,), (hazard,) = flood.tasks, flood.tallies, flood.hazards
    assert (task.key, task.opened, task.done, task.overdue) == ("move", 1, 1, 1)
    assert (tally.asked, tally.reported, tally.value, tally.total) == (1, 1, 7, 9), (
        "the last value, not the sum"
    )
    assert (hazard.id, hazard.reports, hazard.deepest_cm, hazard.closed) == ("h1", 2, 35, None)
    assert (flood.switched, flood.reports_signed) == (2, 1)


def test_what_was_overridden_stands_there_with_its_reason(flood: OperationReport) -> None:
    assert [(one.condition, one.reason) for one in flood.overridden] == [
        ("ready", "radio_only"),
        ("no_water", "pumps_running"),
    ]


def test_hints_name_what_stands_out_and_no_person(flood: OperationReport) -> None:
    found = hints(flood)
    codes = [hint.code for hint in found]
    assert codes == ["overridden", "overridden", "lowering_refused", "silent", "many_declined", "task_late"]
    for hint in found:
        assert hint.text.zh and hint.text.en
        assert "p1" not in hint.text.en and "d1" not in hint.text.en


def test_an_operation_that_is_not_on_record_has_no_report() -> None:
    assert report(record(LIVE), "op-nothing") is None


def test_a_report_of_an_export_as_markdown(tmp_path: Path) -> None:
    log = export_night(tmp_path / "night.jsonl", DEMO)
    code, out, _ = pingji("report", FLOOD, "--log", str(log), "--data", str(tmp_path / "none"))
    assert code == Exit.OK
    assert out.startswith("# 【演示】") and "## 【演示】防汛防台风" in out
    for words in ("时间轴", "复盘提示", "pumps_running", "照护家人", OTHER, "| 转移 | 1 | 1 | 1 |"):
        assert words in out, words
    assert not (tmp_path / "none").exists(), "looking back leaves nothing behind"


def test_without_an_id_it_lists_the_operations(tmp_path: Path) -> None:
    log = export_night(tmp_path / "night.jsonl", DEMO)
    code, out, err = pingji("report", "--log", str(log), "--data", str(tmp_path / "none"))
    assert code == Exit.OK and "【演示】" in out and "pingji report" in err
    lines = [line for line in out.splitlines() if "op-" in line]
    assert [line.split()[0] for line in lines] == [FLOOD, QUAKE]
    assert "2026-06-27 17:00 +08:00" in lines[0] and "尚未" in lines[0]
    code, out, _ = pingji("report", "--log", str(log), "--format", "json", "--data", str(tmp_path / "none"))
    assert [one["id"] for one in msgspec.json.decode(out)] == [FLOOD, QUAKE]


def test_all_operations_as_json(tmp_path: Path) -> None:
    log = export_night(tmp_path / "night.jsonl", LIVE)
    code, out, _ = pingji(
        "report", "--all", "--log", str(log), "--format", "json", "--data", str(tmp_path / "no")
    )
    assert code == Exit.OK
    found = msgspec.json.decode(out, type=list[OperationReport])
    assert [one.operation for one in found] == [FLOOD, QUAKE]
    assert found[0].hints and found[0].world == LIVE


def test_html_is_marked_and_escapes_what_the_record_says(tmp_path: Path) -> None:
    log = export_night(tmp_path / "night.jsonl", "DRILL-1")
    out = tmp_path / "report.html"
    code, _, _ = pingji(
        "report",
        FLOOD,
        "--log",
        str(log),
        "--format",
        "html",
        "--out",
        str(out),
        "--lang",
        "en",
        "--data",
        "none",
    )
    page = out.read_text(encoding="utf-8")
    assert code == Exit.OK
    assert page.count("【演练】") >= 3 and "<title>【演练】" in page
    assert "Conditions overridden" in page and "<script" not in page


def test_what_cannot_be_reported_is_said(tmp_path: Path) -> None:
    log = export_night(tmp_path / "night.jsonl", LIVE)
    nowhere = ("--data", str(tmp_path / "none"))
    assert pingji("report", FLOOD, "--all", *nowhere)[0] == Exit.USAGE
    code, _, err = pingji("report", "op-x", "--log", str(log), *nowhere)
    assert code == Exit.VALIDATION and FLOOD in err
    code, _, err = pingji("report", FLOOD, *nowhere)
    assert code == Exit.VALIDATION and "--log" in err
    broken = tmp_path / "broken.jsonl"
    broken.write_text("not a record\n")
    code, _, err = pingji("report", FLOOD, "--log", str(broken), *nowhere)
    assert code == Exit.VALIDATION and "line 1" in err
