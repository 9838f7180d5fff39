"""`pingji playbook`: findings with a way out, five things to read, differences in words, a plan that adds up."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from coordinator.admin.run.founding import WorldPlan, write_plan
from coordinator.admin.run.ground import sampled_registers
from coordinator.domain.world import DEMO
from coordinator.main import make_app
from coordinator.planner.outlook import Feasibility
from coordinator.wire.exits import Exit

STREET = "420107007"
FLOOD = "flood-typhoon"
BUNDLED = Path("playbooks/flood_typhoon.yaml")


def pingji(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(make_app(), arguments)
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def playbook() -> str:
    return (Path(__file__).parents[2] / BUNDLED).read_text(encoding="utf-8")


@pytest.fixture
def nowhere(tmp_path: Path) -> str:
    """A data directory that is not there."""
    return str(tmp_path / "none")


def test_a_good_playbook_has_no_findings(tmp_path: Path, playbook: str) -> None:
    file = tmp_path / "good.yaml"
    file.write_text(playbook, encoding="utf-8")
    code, out, err = pingji("playbook", "lint", str(file))
    assert (code, out) == (Exit.OK, "")
    assert "没有问题" in err


@pytest.mark.parametrize(("lang", "sentence"), [("zh", "没有"), ("en", "unknown")])
def test_every_finding_has_its_place_its_code_and_a_way_out(
    tmp_path: Path, playbook: str, lang: str, sentence: str
) -> None:
    file = tmp_path / "bad.yaml"
    broken = playbook.replace("skills: [radio]", "skills: [raido]", 1)
    line = next(at for at, text in enumerate(broken.splitlines(), 1) if "raido" in text)
    file.write_text(broken, encoding="utf-8")
    findings = tmp_path / "findings.json"
    code, out, _ = pingji("playbook", "lint", str(file), "--lang", lang, "--json", str(findings))
    assert code == Exit.VALIDATION
    assert f"{file}:{line}:" in out
    assert "unknown_word" in out and sentence in out and "radio" in out
    (found,) = msgspec.json.decode(findings.read_bytes())["findings"]
    assert (found["line"], found["code"]) == (line, "unknown_word")


def test_a_file_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    code, out, _ = pingji("playbook", "lint", str(tmp_path / "none.yaml"))
    assert code == Exit.VALIDATION and "unreadable" in out


def test_a_playbook_is_shown_as_five_things_per_level() -> None:
    code, out, _ = pingji("playbook", "show", FLOOD)
    assert code == Exit.OK
    for words in ("一、指挥", "二、力量", "三、阵地", "四、任务", "五、信息"):
        assert out.count(words) == 4, words
    for words in ("四级响应", "一级响应", "恢复平时", "涉水作业至少两人", "电台通信"):
        assert words in out


def test_one_level_shows_what_holds_with_the_lower_ones() -> None:
    _, alone, _ = pingji("playbook", "show", FLOOD, "--lang", "en")
    code, whole, _ = pingji("playbook", "show", FLOOD, "iii", "--lang", "en")
    assert code == Exit.OK
    assert "Community duty telephone" not in whole.split("3. Facilities")[0]
    assert "Low points, garages and drains checked" in whole, "a task of level IV still holds at III"
    assert "Grid patrol (every 2 hours)" in whole
    assert whole.count("Grid patrol") == 1, "what is replaced is gone"
    assert alone.count("Grid patrol") == 2


def test_unknown_names_are_refused_with_the_nearest() -> None:
    code, _, err = pingji("playbook", "show", "flod-typhoon", "--lang", "en")
    assert code == Exit.VALIDATION and 'did you mean "flood-typhoon"' in err
    code, _, err = pingji("playbook", "show", FLOOD, "V")
    assert code == Exit.USAGE and "IV, III, II, I" in err


def test_a_difference_is_told_in_words(tmp_path: Path, playbook: str) -> None:
    file = tmp_path / "new.yaml"
    file.write_text(
        playbook.replace("scope: grid, heads: 2, shifts: 2", "scope: grid, heads: 3, shifts: 2", 1)
    )
    code, out, _ = pingji("playbook", "diff", FLOOD, str(file))
    assert code == Exit.OK and "“2”改为“3”" in out
    code, out, err = pingji("playbook", "diff", FLOOD, FLOOD, "--lang", "en")
    assert (code, out) == (Exit.OK, "") and "no difference" in err


def test_a_plan_says_what_it_comes_to_before_anybody_orders_it(tmp_path: Path, nowhere: str) -> None:
    file = tmp_path / "plan.json"
    code, out, _ = pingji(
        "playbook", "plan", FLOOD, "II", "420107001", "--data", nowhere, "--json", str(file)
    )
    assert code == Exit.OK
    found = msgspec.json.decode(file.read_bytes(), type=Feasibility)
    assert found.total.heads > found.places["grid"] > 0
    for number in (found.supply, found.total.heads_24h, found.total.short, abs(found.balance)):
        assert str(number) in out
    for words in ("生成的", "没有下达任何指令", "红卫路街道", "安置点", "入户走访", "水泵"):
        assert words in out
    for one in sorted(found.unstaffed, key=lambda one: -one.must_short)[:1]:
        assert one.area in out


def test_a_plan_in_english_by_community(nowhere: str) -> None:
    where = ("420107001", "--areas", "wuhan", "--under", "420107001", "--data", nowhere)
    code, out, _ = pingji("playbook", "plan", FLOOD, "I", *where, "--by", "community", "--lang", "en")
    assert code == Exit.OK
    assert "(itself) 420107001" in out and "cannot be staffed" in out and "deficit" in out


def test_a_plan_stands_on_the_data_directory(tmp_path: Path) -> None:
    registers = sampled_registers("wuhan", "420107001", 3)
    write_plan(tmp_path, registers, WorldPlan(world=DEMO, **registers.digests._asdict()))
    file = tmp_path / "plan.json"
    where = ("420107001", "--data", str(tmp_path), "--json", str(file))
    code, out, _ = pingji("playbook", "plan", FLOOD, "IV", *where)
    assert code == Exit.OK and "【演示】" in out
    plan = msgspec.json.decode(file.read_bytes(), type=Feasibility)
    assert (plan.world, plan.sampled) == (DEMO, True), "a file says which world it is from, too"
    assert f"可征召 {_callable(registers.open())} 人" in out
    code, _, err = pingji("playbook", "plan", FLOOD, "IV", "420111", "--data", str(tmp_path))
    assert code == Exit.VALIDATION and "420111" in err


def _callable(registers: object) -> int:
    people = registers.people  # type: ignore[attr-defined]
    return int((people.adult & ~people.exempt).sum())


def test_a_damaged_register_is_named(tmp_path: Path) -> None:
    registers = sampled_registers("xianlin", "", 3)
    write_plan(tmp_path, registers, WorldPlan(world=DEMO, **registers.digests._asdict()))
    path = tmp_path / "registers" / f"{registers.digests.people}.register"
    path.write_bytes(path.read_bytes()[:-50] + b"x" * 50)
    code, _, err = pingji("playbook", "plan", FLOOD, "IV", "320113007", "--data", str(tmp_path))
    assert code == Exit.VALIDATION and "damaged" in err


def test_areas_nobody_has_are_refused(nowhere: str) -> None:
    code, _, err = pingji("playbook", "plan", FLOOD, "IV", "110101", "--data", nowhere)
    assert code == Exit.VALIDATION and "--areas" in err
    code, _, err = pingji("playbook", "plan", FLOOD, "IV", "420199", "--data", nowhere)
    assert code == Exit.VALIDATION and "420199" in err
    code, _, err = pingji("playbook", "plan", FLOOD, "IV", STREET, "--by", "grid", "--data", nowhere)
    assert code == Exit.USAGE
