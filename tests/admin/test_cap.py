"""`pingji cap`: other people's systems are given the same alerts from the record alone, when nothing runs any more."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from coordinator.admin.areas.from_csv import bundled_areas
from coordinator.admin.run.founding import WorldPlan, write_plan
from coordinator.admin.sample.world import sample, subtree
from coordinator.cap.alert import cap_alert
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.rules import encode
from coordinator.main import make_app
from coordinator.store.archive import export
from coordinator.store.log import EMPTY
from coordinator.store.memory_log import MemoryLog
from coordinator.wire.exits import Exit
from tests.builders import qingshan
from tests.cap.night import DISTRICT, OTHER, STREET, T0, alerts, declared, raised, record
from tests.cap.reader import Platform, value

III, II = ResponseLevel.III, ResponseLevel.II
NIGHT = (declared({DISTRICT: III}), raised({DISTRICT: III, STREET: II}))
WORLD = "DRILL-1"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory that knows the areas of its world."""
    folder = tmp_path_factory.mktemp("data")
    registers = sample(subtree(bundled_areas("wuhan"), DISTRICT), 7)
    write_plan(folder, registers, WorldPlan(world=WORLD, **registers.digests._asdict()))
    return folder


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("log") / "night.jsonl"

    async def write() -> None:
        memory = MemoryLog(WORLD, bytes(32), now=lambda: T0)
        await memory.append(DISTRICT, EMPTY, [encode(one) for one in record(WORLD, *NIGHT)])
        await export(memory, WORLD, path)

    asyncio.run(write())
    return path


def pingji(*arguments: str | Path) -> tuple[int, bytes, str]:
    result = CliRunner().invoke(make_app(), ["cap", *map(str, arguments)])
    return result.exit_code, result.stdout_bytes, result.stderr


def test_all_as_files_of_which_one_can_follow_what_stands(data: Path, log: Path, tmp_path: Path) -> None:
    code, _, said = pingji("--log", log, "--data", data, "--out", tmp_path / "cap")
    assert code == Exit.OK and said.startswith("2 → ")
    files = sorted((tmp_path / "cap").iterdir())
    assert [file.name for file in files] == [f"【演练】{WORLD}.420107.1.{n}.cap.xml" for n in (1, 2)]
    platform = Platform()
    for file in files:
        platform.take(file.read_bytes())
    (standing,) = platform.standing.values()
    assert value(standing, "identifier") == f"{WORLD}.420107.1.2"
    code, _, said = pingji("--standing", "--log", log, "--data", data, "--out", tmp_path / "now")
    assert code == Exit.OK and len(list((tmp_path / "now").iterdir())) == 1


def test_one_to_the_byte(data: Path, log: Path, tmp_path: Path) -> None:
    expected = cap_alert(alerts(WORLD, *NIGHT)[1], qingshan().areas)
    code, out, _ = pingji(f"{WORLD}.420107.1.2", "--log", log, "--data", data)
    assert code == Exit.OK and out == expected
    pingji(f"{WORLD}.420107.1.2", "--log", log, "--data", data, "--out", tmp_path / "one.xml")
    assert (tmp_path / "one.xml").read_bytes() == expected


def test_a_list_says_which_stands_and_of_which_world_it_is(data: Path, log: Path) -> None:
    code, out, said = pingji("--log", log, "--data", data)
    assert code == Exit.OK and "pingji cap" in said
    head, *lines = out.decode().splitlines()
    first, second = [line for line in lines if f"{WORLD}." in line]
    assert head.startswith("【演练】")
    assert "Exercise" in first and "Alert" in first and "是" not in first and "【演练】" in first
    assert "Update" in second and "是" in second


def test_a_part_is_given_what_concerns_it(data: Path, log: Path, tmp_path: Path) -> None:
    """The second order was for one street: another hears of the first alone, as an alert of its own."""
    code, _, _ = pingji("--area", OTHER, "--log", log, "--data", data, "--out", tmp_path)
    assert code == Exit.OK
    (file,) = tmp_path.iterdir()
    assert file.name == f"【演练】{WORLD}.420107.1.1.{OTHER}.cap.xml"
    code, _, said = pingji("--area", "99", "--log", log, "--data", data)
    assert code == Exit.VALIDATION and "99" in said


def test_what_cannot_be_given(data: Path, log: Path, tmp_path: Path) -> None:
    code, _, said = pingji("LIVE.420107.1.1", "--log", log, "--data", data)
    assert code == Exit.VALIDATION and "LIVE.420107.1.1" in said
    code, _, said = pingji("--log", log, "--data", tmp_path / "none")
    assert code == Exit.VALIDATION and "--data" in said
    code, _, said = pingji("--data", tmp_path / "none")
    assert code == Exit.VALIDATION and not (tmp_path / "none").exists()


def test_a_log_of_other_areas_is_not_told_with_the_names_of_these(log: Path, tmp_path: Path) -> None:
    registers = sample(bundled_areas("xianlin"), 7)
    write_plan(tmp_path, registers, WorldPlan(world=WORLD, **registers.digests._asdict()))
    code, out, said = pingji("--log", log, "--data", tmp_path)
    assert (code, out) == (Exit.VALIDATION, b"") and DISTRICT in said and "--data" in said
