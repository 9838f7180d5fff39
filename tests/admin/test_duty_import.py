"""A duty roster from a file: by name or by id, every bad cell named, and what is planned is what the file says."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from coordinator.admin.faults import Fault
from coordinator.admin.people.duty_commands import _body
from coordinator.admin.people.duty_csv import FAULTS, DutyRow, read_duty
from coordinator.admin.run.founding import WorldPlan, write_plan
from coordinator.admin.run.ground import sampled_registers
from coordinator.domain.duty_roster import DutyPost, PlanShifts
from coordinator.domain.world import LIVE
from coordinator.main import make_app
from coordinator.store.invented import invented
from coordinator.wire.exits import Exit
from coordinator.wire.times import CHINA

HERE = "320113007002"
REGISTERS = sampled_registers("xianlin", "320113", 7)
AREAS = REGISTERS.open().areas
PEOPLE = {HERE: {"甲无名": ["p1"], "乙无名": ["p2", "p3"]}}
HEAD = "机构,人员,职务,开始,结束\n"


def read(rows: str, head: str = HEAD) -> tuple[list[DutyRow], list[Fault]]:
    return read_duty(head + rows, AREAS, PEOPLE)


def row(**cells: str) -> str:
    good = {
        "office": "仙鹤社区",
        "person": "甲无名",
        "begins": "2026-06-27 08:00",
        "ends": "2026-06-27 20:00",
    }
    return (
        ",".join(
            {**good, **cells}.get(column, "") for column in ("office", "person", "post", "begins", "ends")
        )
        + "\n"
    )


@pytest.mark.parametrize(
    ("cells", "where", "code"),
    [
        ({"office": "某社区"}, "A2 机构", "area_unknown"),
        ({"office": "第一网格"}, "A2 机构", "area_ambiguous"),
        ({"office": "杉湖路社区"}, "A2 机构", "office_unknown"),
        ({"person": "丙无名"}, "B2 人员", "person_unknown"),
        ({"person": ""}, "B2 人员", "person_unknown"),
        ({"person": "乙无名"}, "B2 人员", "person_ambiguous"),
        ({"person": "=1"}, "B2 人员", "cell_formula"),
        ({"post": "司令"}, "C2 职务", "word_unknown"),
        ({"begins": "明天"}, "D2 开始", "instant_wrong"),
        ({"ends": "2026-06-27 08:00"}, "E2 结束", "shift_wrong"),
        ({"ends": "2026-06-30 08:00"}, "E2 结束", "shift_wrong"),
    ],
)
def test_a_bad_cell_is_named_by_row_and_letter(cells: dict[str, str], where: str, code: str) -> None:
    rows, faults = read(row(**cells))
    assert [(one.line, one.field, one.code) for one in faults] == [(2, where, code)]
    assert rows == []


def test_a_list_without_a_needed_column_and_one_without_a_row() -> None:
    assert [one.code for one in read("", "机构,人员\n")[1]] == ["column_missing"]
    assert [one.code for one in read("")[1]] == ["file_empty"]
    for reason, hint in FAULTS.values():
        assert reason.zh and reason.en and hint.zh and hint.en


def test_times_are_china_s_and_a_command_takes_what_the_file_says() -> None:
    rows, faults = read(
        row(post="带班") + row(person="p2", begins="2026/06/27 20:00", ends="2026-06-28 08:00")
    )
    assert faults == []
    assert [(one.office, one.person, one.post) for one in rows] == [
        (HERE, "p1", DutyPost.LEAD),
        (HERE, "p2", DutyPost.OFFICER),
    ]
    order = PlanShifts.model_validate_json(json.dumps(_body(HERE, rows)))
    assert order.from_ == datetime(2026, 6, 27, 8, tzinfo=CHINA)
    assert order.until - order.from_ == timedelta(hours=24)


def test_the_command_knows_the_people_of_the_office_by_name(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "duty.csv"
    write_plan(data, REGISTERS, WorldPlan(world=LIVE, **REGISTERS.digests._asdict()))
    file.write_text(HEAD + row(person=invented(f"d-{HERE}-2").name))
    runner, app = CliRunner(), make_app()
    ended = runner.invoke(app, ["duty", "import", str(file), "--check", "--data", str(data)])
    assert ended.exit_code == Exit.OK, ended.stderr
    file.write_text(HEAD + row(person="无此人"))
    ended = runner.invoke(app, ["duty", "import", str(file), "--check", "--data", str(data)])
    assert ended.exit_code == Exit.VALIDATION and "duty.csv:2:B2 人员" in ended.stderr
