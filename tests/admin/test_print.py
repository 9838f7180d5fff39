"""On paper when everything else is gone: from files alone, marked on every page, heads and deadlines counted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from coordinator.admin.run.founding import WorldPlan, write_plan
from coordinator.admin.run.ground import sampled_registers
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.world import DEMO, LIVE
from coordinator.main import make_app
from coordinator.paper.html import to_html
from coordinator.paper.sheets import Block, Paper, Sheet
from coordinator.paper.text import LINES, WIDTH, to_text, width
from coordinator.playbook import library
from coordinator.playbook.measures import resolve
from coordinator.store.invented import invented
from coordinator.wire.exits import Exit
from tests.review.night import FLOOD, export_night

STREET, COMMUNITY = "420107001", "420107001001"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _founded(tmp_path_factory.mktemp("demo"), DEMO)


def _founded(data: Path, world: str) -> Path:
    registers = sampled_registers("wuhan", STREET, 7)
    write_plan(data, registers, WorldPlan(world=world, **registers.digests._asdict()))
    return data


def pingji(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(make_app(), arguments)
    return result.exit_code, result.stdout, result.stderr


def test_every_page_of_a_demo_is_marked(demo: Path) -> None:
    code, out, _ = pingji("print", COMMUNITY, "--data", str(demo), "--format", "text")
    assert code == Exit.OK
    pages = out.split("\f")
    assert len(pages) > 20
    assert all(page.startswith("【演示】") for page in pages)
    assert all(f"{number}/{len(pages)}" in page for number, page in enumerate(pages, 1))


@pytest.mark.parametrize(("world", "mark"), [("DRILL-7", "【演练】"), (DEMO, "【演示】"), (LIVE, "")])
def test_html_is_marked_by_its_world(tmp_path: Path, world: str, mark: str) -> None:
    data = _founded(tmp_path, world)
    code, page, _ = pingji("print", COMMUNITY, "--data", str(data), "--playbook", "snow-cold")
    assert code == Exit.OK
    headings = re.findall(r"<h[12]>(.*?)</h[12]>", page)
    assert len(headings) == 1 + 4 + 5 and all(heading.startswith(mark) for heading in headings)
    sections = page.split("<section>")[1:]
    running_head = f'<thead><tr><td><div class="head"><span class="mark">{mark}</span>'
    assert len(sections) == 9 and all(running_head in section for section in sections)
    assert ("【" in page.split("<section>")[0]) == bool(mark)


def test_html_needs_no_network_and_is_made_for_paper(demo: Path) -> None:
    _, page, _ = pingji("print", STREET, "--data", str(demo), "--playbook", "flood-typhoon")
    for outside in ("http:", "https:", "<script", "<link", "src=", "url(", "@import"):
        assert outside not in page
    for needed in ("size: A4", "break-before: page", 'charset="utf-8"', 'lang="zh-CN"', "font: 12pt"):
        assert needed in page


def test_contacts_go_up_and_down_the_tree_by_name_and_phone(demo: Path) -> None:
    officer = invented("d-420107001-1")
    _, out, _ = pingji("print", STREET, "--data", str(demo), "--format", "text", "--playbook", "snow-cold")
    for words in (
        "青山区应急指挥中心",
        "武汉市应急指挥中心",
        "八大家花园社区值班室",
        officer.name,
        officer.phone,
        "第一应急突击队",
        "安置点",
        "更正（手填）",
        "不是真人",
    ):
        assert words in out, words
    assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", out), "no phone of anybody's"


def test_a_community_has_everybody_by_id_a_street_its_grid_staff(demo: Path) -> None:
    registers = sampled_registers("wuhan", STREET, 7).open()
    grid = registers.areas.below(COMMUNITY, "grid")[0]  # type: ignore[arg-type]
    someone = next(
        one
        for one in map(registers.people.get, registers.people.living_in(grid))
        if one and one.adult and not one.exempt and not one.team and "grid_staff" not in one.kinds
    )
    _, community, _ = pingji(
        "print", COMMUNITY, "--data", str(demo), "--format", "text", "--playbook", "snow-cold"
    )
    _, street, _ = pingji("print", STREET, "--data", str(demo), "--format", "text", "--playbook", "snow-cold")
    assert someone.id in community and someone.id not in street


def test_heads_and_deadlines_are_counted_out_for_the_area(demo: Path) -> None:
    registers = sampled_registers("wuhan", STREET, 7).open()
    tree, playbook = registers.areas, library.bundled("flood-typhoon")
    measures = [
        resolve(playbook, ResponseLevel.II, code, tree[code].level, tree.attributes(code))
        for code in tree.below(COMMUNITY, "grid")  # type: ignore[arg-type]
    ]
    heads = sum(post.heads for each in measures for post in each.posts if post.name.zh == "转移小组")
    _, page, _ = pingji("print", COMMUNITY, "--data", str(demo), "--playbook", "flood-typhoon")
    (level,) = re.findall(r"<h2>【演示】防汛防台风 二级响应.*?</section>", page, re.DOTALL)
    (row,) = re.findall(r"<tr><td>转移小组.*?</tr>", level)
    cells = re.findall(r"<td>(.*?)</td>", row)
    assert cells[1] == f"网格×{len(measures)}" and cells[3] == str(heads) and "1小时" in cells[5]
    for words in ("一、指挥", "二、力量", "三、阵地", "四、任务", "五、信息", "□ "):
        assert words in level


def test_english_is_complete(demo: Path) -> None:
    code, page, _ = pingji("print", COMMUNITY, "--data", str(demo), "--lang", "en", "--playbook", "gas-fire")
    assert code == Exit.OK
    for words in (
        "Command and duty",
        "Units and teams",
        "1. Command",
        "5. Information",
        "Back to normal",
        "by hand",
    ):
        assert words in page


def test_only_the_playbook_of_a_running_operation(tmp_path: Path, demo: Path) -> None:
    log = export_night(tmp_path / "night.jsonl", DEMO)
    where = ("--data", str(demo), "--log", str(log), "--format", "text")
    code, out, _ = pingji("print", COMMUNITY, "--operation", FLOOD, *where)
    assert code == Exit.OK
    assert "响应 op-flood: 已终止" in out and "防汛防台风 二级响应" in out and "地震" not in out
    code, _, err = pingji("print", COMMUNITY, "--operation", "op-x", *where)
    assert code == Exit.VALIDATION and FLOOD in err


def test_two_worlds_never_stand_on_one_paper(tmp_path: Path, demo: Path) -> None:
    log = export_night(tmp_path / "night.jsonl", LIVE)
    code, out, err = pingji("print", COMMUNITY, "--operation", FLOOD, "--data", str(demo), "--log", str(log))
    assert (code, out) == (Exit.VALIDATION, "") and "DEMO" in err and "LIVE" in err


def test_what_is_missing_is_said(tmp_path: Path, demo: Path) -> None:
    assert pingji("print", "999999", "--data", str(demo))[0] == Exit.VALIDATION
    assert pingji("print", COMMUNITY, "--data", str(demo), "--playbook", "flud")[0] == Exit.VALIDATION
    code, _, err = pingji("print", COMMUNITY, "--data", str(demo), "--operation", FLOOD)
    assert code == Exit.VALIDATION and "--log" in err


def test_a_file_is_written_and_named(tmp_path: Path, demo: Path) -> None:
    out = tmp_path / "paper.html"
    code, said, err = pingji(
        "print", COMMUNITY, "--data", str(demo), "--playbook", "snow-cold", "--out", str(out)
    )
    assert (code, said) == (Exit.OK, "") and str(out) in err
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")


CELL = st.text(alphabet="ab 12网格社区<&|", max_size=60)
ROWS = st.integers(1, 6).flatmap(
    lambda columns: st.lists(st.tuples(*[CELL] * columns), min_size=1, max_size=90)
)


@given(ROWS)
def test_no_page_of_text_is_too_long_and_nothing_is_cut_off(rows: list[tuple[str, ...]]) -> None:
    columns = tuple("c" * len(rows[0]))
    paper = Paper("zh", "【演练】", "题", [], [Sheet("页", [Block("表", columns=columns, rows=rows)])])
    pages = to_text(paper).split("\f")
    for page in pages:
        lines = page.splitlines()
        assert len(lines) <= LINES + 2 and lines[0].startswith("【演练】题")
        assert all(width(line) <= WIDTH for line in lines[1:])
    written = sum(character in "ab12网格社区<&|" for page in pages for character in page)
    given_ = sum(character in "ab12网格社区<&|" for row in rows for cell in row for character in cell)
    heads = sum(character in "12" for page in pages for character in page.splitlines()[0])
    contents = sum(character in "12" for character in pages[0].splitlines()[3])
    assert written - heads - contents == given_


@given(CELL)
def test_html_never_takes_text_for_markup(cell: str) -> None:
    paper = Paper(
        "zh", "", cell, [cell], [Sheet(cell, [Block(cell, lines=[cell], columns=(cell,), rows=[(cell,)])])]
    )
    page = to_html(paper)
    assert "<网" not in page and "<a" not in page and "<1" not in page
