"""`pingji areas outlines`: all of a file or nothing, for the map alone; where they stand before and after founding."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from coordinator.admin.drill.open import open_drill
from coordinator.admin.outlines.laid import OUTLINES_FILE, found_outlines, laid
from coordinator.admin.run.founding import OPERATOR_TOKEN, WorldPlan, read_plan, write_plan
from coordinator.admin.run.ground import sampled_registers
from coordinator.admin.sample.outlines import INVENTED
from coordinator.domain.world import LIVE
from coordinator.main import make_app
from coordinator.store.embedded import EmbeddedServer
from coordinator.store.outlines import MemoryOutlines, Outline, RedisOutlines
from coordinator.wire.exits import Exit

REGISTERS = sampled_registers("xianlin", "320113", 7)
STREET, HERE = "320113007", "320113007002"
SQUARE = [[118.9, 32.1], [118.91, 32.1], [118.91, 32.11], [118.9, 32.11], [118.9, 32.1]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Areas, and no world yet."""
    directory = tmp_path / "data"
    directory.mkdir(mode=0o700)
    write_plan(directory, REGISTERS, WorldPlan(world=LIVE, **REGISTERS.digests._asdict()))
    return directory


def pingji(*words: object) -> Result:
    return CliRunner().invoke(make_app(), ["areas", "outlines", *map(str, words)])


def file_of(tmp_path: Path, *codes: str, name: str = "here.geojson", shift: float = 0.0) -> Path:
    ring = [[x + shift, y] for x, y in SQUARE]
    features = [
        {
            "type": "Feature",
            "properties": {"code": code},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for code in codes
    ]
    path = tmp_path / name
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def test_one_fault_and_nothing_is_imported(data: Path, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    good = file_of(tmp_path, HERE)
    bad = file_of(tmp_path, HERE, "420107001", name="bad.geojson")
    result = pingji("import", good, bad, "--data", data, "--json", tmp_path / "said.json")
    assert result.exit_code == Exit.VALIDATION
    assert "bad.geojson:要素 feature 1 code" in result.stderr and "here.geojson" in result.stderr
    assert "bad.geojson:要素 feature 2 code" in result.stderr and "nothing imported" in result.stderr
    said = json.loads((tmp_path / "said.json").read_bytes())
    assert (said["imported"], len(said["faults"])) == (False, 2)
    assert {path: path.read_bytes() for path in data.rglob("*") if path.is_file()} == before


def test_an_import_adds_and_replaces_and_leaves_the_registers_alone(data: Path, tmp_path: Path) -> None:
    plan = read_plan(data)
    assert pingji("import", file_of(tmp_path, HERE), "--data", data, "--check").exit_code == Exit.OK
    assert laid(data) == {}
    said = pingji("import", file_of(tmp_path, HERE), "--data", data, "--source", "审图号 苏S(2026)0号")
    assert said.exit_code == Exit.OK and "1 outlines imported" in said.stderr
    assert pingji("import", file_of(tmp_path, STREET), "--data", data).exit_code == Exit.OK
    assert {code: one.source for code, one in laid(data).items()} == {HERE: "审图号 苏S(2026)0号", STREET: ""}
    first = laid(data)[HERE].points()
    assert pingji("import", file_of(tmp_path, HERE, shift=0.5), "--data", data).exit_code == Exit.OK
    assert laid(data)[HERE].points() != first
    assert read_plan(data) == plan
    assert pingji("drop", STREET, "--data", data).exit_code == Exit.OK
    assert laid(data) == {}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["import", "missing.geojson"], Exit.USAGE),
        (["import", "{file}", "--source", "a\nb"], Exit.USAGE),
        (["import", "{file}", "--source", "长" * 121], Exit.USAGE),
        (["import", "{file}", "--code-property", "adcode"], Exit.VALIDATION),
        (["drop", "99"], Exit.VALIDATION),
    ],
)
def test_what_is_asked_wrongly_ends_with_its_code(
    words: list[str], code: Exit, data: Path, tmp_path: Path
) -> None:
    given = [word.format(file=file_of(tmp_path, HERE)) for word in words]
    result = pingji(*given, "--data", data)
    assert result.exit_code == code and result.stderr
    assert laid(data) == {}


def test_without_areas_there_is_nothing_to_give_an_outline_to(tmp_path: Path) -> None:
    assert pingji("import", file_of(tmp_path, HERE), "--data", tmp_path / "none").exit_code == Exit.USAGE


def test_the_example_comes_in_and_a_drill_of_the_place_takes_it_along(data: Path, tmp_path: Path) -> None:
    assert pingji("example", tmp_path / "invented.geojson", "--data", data).exit_code == Exit.OK
    assert pingji("import", tmp_path / "invented.geojson", "--data", data).exit_code == Exit.OK
    assert laid(data)[HERE].source == INVENTED
    assert laid(open_drill(data, "xianlin-night-raid")) == laid(data)
    assert laid(open_drill(data, "xianlin-night-raid", areas="xianlin")) == {}


def test_once_founded_they_go_to_the_logs_server(
    data: Path, tmp_path: Path, log_server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINGJI_REDIS_URL", log_server.url)
    (data / OPERATOR_TOKEN).touch(mode=0o600)

    async def stored() -> dict[str, Outline]:
        kept = RedisOutlines(log_server.url, LIVE)
        try:
            return await kept.get([HERE, STREET])
        finally:
            await kept.close()

    assert pingji("import", file_of(tmp_path, HERE, STREET), "--data", data).exit_code == Exit.OK
    assert asyncio.run(stored()) == laid(data) and set(laid(data)) == {HERE, STREET}
    assert pingji("drop", HERE, "--data", data).exit_code == Exit.OK
    assert set(asyncio.run(stored())) == {STREET} == set(laid(data))
    monkeypatch.setenv("PINGJI_REDIS_URL", "redis://127.0.0.1:1")
    away = pingji("import", file_of(tmp_path, HERE), "--data", data)
    assert away.exit_code == Exit.DEPENDENCY and set(laid(data)) == {STREET}


async def test_a_world_begins_with_what_its_directory_has(data: Path, tmp_path: Path) -> None:
    kept = MemoryOutlines()
    await found_outlines(kept, data)
    assert kept.outlines == {}
    result = await asyncio.to_thread(pingji, "import", file_of(tmp_path, HERE), "--data", data)
    assert result.exit_code == Exit.OK
    await found_outlines(kept, data)
    assert kept.outlines == laid(data) != {}
    (data / OUTLINES_FILE).write_bytes(b"[")
    await found_outlines(MemoryOutlines(), data)  # the map is gone, the city is not
