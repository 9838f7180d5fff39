"""Areas from CSV: the real files come in whole, and of a bad file every fault is named with its line and its field."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from coordinator.admin.areas.faults import FAULTS
from coordinator.admin.areas.from_csv import HEADER, Move, bundled_areas, merge, read_areas
from coordinator.admin.data import FILES, read_bytes
from coordinator.domain.area import Area, AreaLevel
from coordinator.store.registers import AreaColumns, build_areas

GOOD = """\
code,parent,level,name
4201,,city,武汉市
420107,4201,district,青山区
420107400,420107,street,武钢集团
420107400001,420107400,community,甲社区居委会
"""


def faults_of(text: str | bytes) -> list[tuple[int, str, str]]:
    return [(fault.line, fault.field, fault.code) for fault in read_areas(text)[1]]


@pytest.mark.parametrize(
    ("name", "figures"),
    [
        (
            "hubei",
            {
                "province": 1,
                "city": 14,
                "district": 105,
                "street": 1475,
                "community": 27057,
                "placeholder": 78,
            },
        ),
        (
            "wuhan",
            {"province": 0, "city": 1, "district": 13, "street": 193, "community": 3495, "placeholder": 12},
        ),
        (
            "xianlin",
            {"province": 0, "city": 1, "district": 1, "street": 1, "community": 10, "placeholder": 0},
        ),
    ],
)
def test_the_real_files_come_in_whole(name: str, figures: dict[str, int]) -> None:
    areas, faults = read_areas(read_bytes(name))
    assert faults == []
    found = {level: sum(area.level == level for area in areas) for level in figures if level != "placeholder"}
    assert found | {"placeholder": sum(area.placeholder for area in areas)} == figures
    assert len(AreaColumns(build_areas(areas)).roots()) == 1


def test_a_file_is_read_from_its_path_its_bytes_and_its_text(tmp_path: Path) -> None:
    path = tmp_path / "areas.csv.gz"
    path.write_bytes(gzip.compress(GOOD.encode(), mtime=0))
    spreadsheet = b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode() + b",,,\r\n\r\n"
    expected = [
        Area("4201", "", AreaLevel.CITY, "武汉市"),
        Area("420107", "4201", AreaLevel.DISTRICT, "青山区"),
        Area("420107400", "420107", AreaLevel.STREET, "武钢集团"),
        Area("420107400001", "420107400", AreaLevel.COMMUNITY, "甲社区居委会"),
    ]
    for source in (GOOD, GOOD.encode(), spreadsheet, path):
        assert read_areas(source) == (expected, [])
    assert set(FILES) == {"hubei", "wuhan", "xianlin"}
    assert bundled_areas("xianlin")[0].name == "南京市"


def test_rows_may_stand_in_any_order_and_a_level_may_be_left_out() -> None:
    header, *rows = GOOD.splitlines()
    assert faults_of("\n".join([header, *reversed(rows)])) == []
    assert (
        faults_of(GOOD + "441900003,4201,street,东城街道\n") == []
    )  # a city without districts, a foreign code


def test_statistical_placeholders_are_marked() -> None:
    areas, _ = read_areas(
        GOOD + "420107400498,420107400,community,开发区\n420107400002,420107400,community,某虚拟社区\n"
    )
    assert [area.placeholder for area in areas] == [False, False, False, False, True, True]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("420107400001,420107400,community,乙", [(6, "code", "code_twice")]),
        ("42010740000x,420107400,community,乙", [(6, "code", "code_not_digits")]),
        (",420107400,community,乙", [(6, "code", "code_not_digits")]),
        ("４２０１０７４０００02,420107400,community,乙", [(6, "code", "code_not_digits")]),
        ("4.20107E+11,420107400,community,乙", [(6, "code", "code_spreadsheet")]),
        ("420107400002.0,420107400,community,乙", [(6, "code", "code_spreadsheet")]),
        ("42010740002,420107400,community,乙", [(6, "code", "code_length")]),
        ("420107400002,420107400,street,乙", [(6, "code", "code_length")]),
        ("420107400002,420107400,village,乙", [(6, "level", "level_unknown")]),
        ("420107400002,420107400,,乙", [(6, "level", "level_unknown")]),
        ("420107400002,420107400,community,  ", [(6, "name", "name_empty")]),
        ("420107400002,420107400,community,乙\x07", [(6, "name", "name_control")]),
        ("420107400002,420107401,community,乙", [(6, "parent", "parent_missing")]),
        ("420107400002,420107400001,community,乙", [(6, "parent", "parent_not_above")]),
        ("420107400002,420107400002,community,乙", [(6, "parent", "parent_cycle")]),
        ("42010740000201,420107400001,grid,一", [(6, "code", "code_not_below_parent")]),
        ("420107400001001,420107400001,grid,一", [(6, "code", "code_not_below_parent")]),
        ("42010740000101,,grid,一", [(6, "code", "code_not_below_parent")]),
        ("420107400002,420107400,community", [(6, "", "fields_wrong")]),
        ("420107400002,420107400,community,乙,丙", [(6, "", "fields_wrong")]),
        ('420107400002,420107400,community,"乙', [(6, "", "line_unreadable")]),
        ("4x,,town,", [(6, "code", "code_not_digits"), (6, "level", "level_unknown"), (6, "name", "name_empty")]),
    ],
)  # fmt: skip
def test_a_bad_row_is_named_by_line_field_and_reason(row: str, expected: list[tuple[int, str, str]]) -> None:
    assert faults_of(GOOD + row + "\n") == expected
    assert len(read_areas(GOOD + row + "\n")[0]) == 4, "the good rows are good none the less"


def test_grids_and_buildings_may_be_given() -> None:
    text = GOOD + "42010740000101,420107400001,grid,一\n42010740000101007,42010740000101,building,七栋\n"
    assert faults_of(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [(1, "", "file_empty")]),
        ("code,parent,level,name\n", [(1, "", "file_empty")]),
        ("\ncode,name,level,parent\n4201,,city,武汉市\n", [(2, "", "header_wrong")]),
        (GOOD.encode("gb18030"), [(2, "", "encoding_gbk")]),
        (GOOD.encode("utf-16"), [(1, "", "encoding_utf_16")]),
        (b"PK\x03\x04 as xlsx begins", [(1, "", "file_spreadsheet")]),
        (GOOD.encode() + b"420108,4201,district,\xff\xff\n", [(6, "", "encoding_unknown")]),
        (gzip.compress(GOOD.encode(), mtime=0)[:-10], [(1, "", "file_unreadable")]),
        (gzip.compress(GOOD.encode(), mtime=0)[:20] + bytes(60), [(1, "", "file_unreadable")]),
        (Path("/nowhere/areas.csv"), [(1, "", "file_unreadable")]),
    ],
)
def test_a_file_that_cannot_be_read_says_why(text: str | bytes, expected: list[tuple[int, str, str]]) -> None:
    assert read_areas(text)[0] == []
    assert faults_of(text) == expected


def test_a_file_that_unpacks_without_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coordinator.admin.csv_text.LIMIT_MB", 1)
    assert faults_of(gzip.compress(bytes(2**20 + 1))) == [(1, "", "file_too_large")]


def test_all_faults_of_a_file_are_named_in_one_go_and_what_hangs_below_a_bad_row_too() -> None:
    lines = GOOD.splitlines()
    lines[2] = "420107,4201,districkt,青山区"
    lines += ["", "420107400002,420107400,community,", '"420107400003",420107400,community,"两\n行"', "42,,,"]
    assert faults_of("\n".join(lines)) == [
        (3, "level", "level_unknown"),
        (4, "parent", "parent_faulty"),
        (5, "parent", "parent_faulty"),
        (7, "name", "name_empty"),
        (8, "name", "name_control"),
        (10, "level", "level_unknown"),
        (10, "name", "name_empty"),
    ]
    assert [area.code for area in read_areas("\n".join(lines))[0]] == ["4201"]


def test_a_circle_is_named_whole() -> None:
    text = "code,parent,level,name\n4201,420107,city,甲\n420107,420107400,district,乙\n420107400,4201,street,丙\n"
    _, faults = read_areas(text)
    assert [(fault.line, fault.code) for fault in faults] == [
        (2, "parent_cycle"),
        (3, "parent_cycle"),
        (4, "parent_faulty"),
    ]
    assert "4201 → 420107 → 420107400 → 4201" in faults[0].reason.zh


def test_a_repeated_bad_row_leaves_the_good_one_alone() -> None:
    assert [area.code for area in read_areas(GOOD + "420107,4201,district\n")[0]] == [
        "4201",
        "420107",
        "420107400",
        "420107400001",
    ]


def test_a_fault_reads_as_a_place_a_reason_and_a_way_out_in_both_languages() -> None:
    _, faults = read_areas(GOOD + "42010740002,420107400,community,乙\n", file="青山.csv")
    assert str(faults[0]) == (
        "青山.csv:6:code: 代码“42010740002”有 11 位，community 应为 12 位（请核对代码和层级）"
        '/ the code "42010740002" has 11 digits, a community has 12 (check both the code and the level)'
    )


def test_every_reason_has_words_in_both_languages() -> None:
    for reason, hint in FAULTS.values():
        assert reason.zh and reason.en and hint.zh and hint.en
        assert reason.en.isascii() and hint.en.isascii()


def test_braces_in_a_file_are_words_and_no_format() -> None:
    _, faults = read_areas(GOOD + "{level.__class__},4201,district,乙\n")
    assert "{level.__class__}" in faults[0].reason.zh


KNOWN = {area.code: area for area in read_areas(GOOD)[0]}


def read_on_top(row: str) -> tuple[list[Area], list[str]]:
    areas, faults = read_areas(f"{','.join(HEADER)}\n{row}\n", known=KNOWN)
    return areas, [fault.code for fault in faults]


def test_a_later_file_may_hang_areas_below_those_imported_before() -> None:
    areas, faults = read_on_top("420107400002,420107400,community,乙")
    assert faults == []
    assert [area.code for area in merge(KNOWN.values(), areas).areas] == [*KNOWN, "420107400002"]


def test_a_later_file_may_give_a_root_its_parent_and_rename() -> None:
    areas, faults = read_on_top("42,,province,湖北省\n4201,42,city,武汉\n420107,,district,青山区")
    merged = merge(KNOWN.values(), areas)
    assert faults == []
    assert (merged.added, merged.attached, merged.renamed, merged.refused) == (["42"], ["4201"], ["4201"], [])
    assert AreaColumns(build_areas(merged.areas)).path("420107") == ("420107", "4201", "42")


def test_a_later_file_may_not_move_an_area_or_change_its_level() -> None:
    areas, faults = read_on_top("4202,,city,黄石市\n420107,4202,district,青山区")
    assert faults == ["area_moved"]
    assert [area.code for area in areas] == ["4202"]
    assert (
        read_on_top("42010740000101,420107400001,building,一\n420107,4201,building,青山区")[1][0]
        == "level_changed"
    )


def test_merging_refuses_a_move_by_name_and_keeps_what_was() -> None:
    moved = Area("420107", "4202", AreaLevel.DISTRICT, "青山区")
    lowered = Area("420107400", "420107", AreaLevel.COMMUNITY, "武钢集团")
    merged = merge(KNOWN.values(), [moved, lowered])
    assert merged.refused == [
        Move("420107", "parent", "4201", "4202"),
        Move("420107400", "level", "street", "community"),
    ]
    assert merged.areas == list(KNOWN.values())


def test_merging_the_same_file_again_changes_nothing_and_keeps_the_type() -> None:
    typed = [Area("420107", "", AreaLevel.DISTRICT, "青山区", type="industrial")]
    merged = merge(typed, [Area("420107", "", AreaLevel.DISTRICT, "青山区")])
    assert merged == ([*typed], [], [], [], [])
