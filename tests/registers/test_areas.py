"""The register of areas, on trees of any shape: its answers agree with each other and with its rows."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.domain.area import ATTRIBUTES, Area, AreaLevel
from coordinator.domain.register import AreaRegister
from coordinator.store.registers import AreaColumns, build_areas

LEVELS = tuple(AreaLevel)
Attributes = dict[str, dict[str, int]]


@st.composite
def trees(draw: st.DrawFn) -> tuple[list[Area], Attributes]:
    """A forest: each area hangs below an earlier one of any higher level, or is a root. Codes are in no order."""
    codes = draw(st.lists(st.text("0123456789", min_size=1, max_size=6), unique=True, max_size=25))
    areas: list[Area] = []
    attributes: Attributes = {}
    for code in codes:
        level = draw(st.sampled_from(LEVELS))
        above = [area for area in areas if LEVELS.index(area.level) < LEVELS.index(level)]
        parent = draw(st.sampled_from(["", *(area.code for area in above)]))
        placeholder = level is AreaLevel.COMMUNITY and draw(st.booleans())
        areas.append(Area(code, parent, level, draw(st.sampled_from(["甲", "乙"])), "x", placeholder))
        if level in (AreaLevel.GRID, AreaLevel.BUILDING):
            attributes[code] = {name: draw(st.integers(0, 5000)) for name in ("pop", "vuln", "lowpts")}
    return areas, attributes


@given(trees())
def test_an_area_comes_out_as_it_went_in(tree: tuple[list[Area], Attributes]) -> None:
    areas, attributes = tree
    register: AreaRegister = AreaColumns(build_areas(areas, attributes))
    for area in areas:
        assert register[area.code] == area == register.get(area.code)
        assert area.code in register
        assert register.parent(area.code) == area.parent


@given(trees())
def test_path_within_and_children_agree(tree: tuple[list[Area], Attributes]) -> None:
    areas, _ = tree
    register = AreaColumns(build_areas(areas))
    parents = {area.code: area.parent for area in areas}
    assert register.roots() == sorted(code for code, parent in parents.items() if not parent)
    for code in parents:
        path = register.path(code)
        assert path[0] == code
        assert [parents[step] for step in path] == [*path[1:], ""]
        assert register.children(code) == sorted(child for child, parent in parents.items() if parent == code)
        assert {top for top in parents if register.within(code, top)} == set(path)


@given(trees())
def test_below_is_what_lies_within_by_code_without_placeholders(tree: tuple[list[Area], Attributes]) -> None:
    areas, _ = tree
    register = AreaColumns(build_areas(areas))
    for top in areas:
        for level in LEVELS:
            assert register.below(top.code, level) == sorted(
                area.code
                for area in areas
                if area.level is level and not area.placeholder and register.within(area.code, top.code)
            )


@given(trees())
def test_the_figures_of_an_area_are_the_sums_of_its_children(tree: tuple[list[Area], Attributes]) -> None:
    areas, attributes = tree
    register = AreaColumns(build_areas(areas, attributes))
    for area in areas:
        figures = register.attributes(area.code)
        if area.level in (AreaLevel.GRID, AreaLevel.BUILDING):
            assert figures == dict.fromkeys(ATTRIBUTES, 0) | attributes[area.code]
            continue
        inner = [
            child for child in register.children(area.code) if register[child].level != AreaLevel.BUILDING
        ]
        for name in ATTRIBUTES:
            assert figures[name] == sum(register.attributes(child)[name] for child in inner)
        assert figures["grids"] == len(register.below(area.code, AreaLevel.GRID))
        if area.level is AreaLevel.COMMUNITY:
            assert "communities" not in figures
        else:
            assert figures["communities"] == len(register.below(area.code, AreaLevel.COMMUNITY))


@given(trees(), st.data())
def test_the_order_of_the_rows_does_not_matter(
    tree: tuple[list[Area], Attributes], data: st.DataObject
) -> None:
    areas, attributes = tree
    assert build_areas(areas, attributes) == build_areas(data.draw(st.permutations(areas)), attributes)


def test_unknown_codes_are_a_key_error_and_lie_nowhere() -> None:
    register = AreaColumns(build_areas([Area("42", "", AreaLevel.PROVINCE, "湖北省")]))
    assert register.get("43") is None
    assert "43" not in register
    assert not register.within("43", "42")
    assert not register.within("42", "43")
    for ask in (register.__getitem__, register.parent, register.children, register.path, register.attributes):
        with pytest.raises(KeyError):
            ask("43")
    with pytest.raises(KeyError):
        register.below("43", AreaLevel.GRID)


def test_columns_are_there_for_whole_trees_at_once() -> None:
    community = Area("420107001001", "", AreaLevel.COMMUNITY, "甲")
    grid = Area("42010700100101", community.code, AreaLevel.GRID, "第一网格")
    register = AreaColumns(build_areas([grid, community], {grid.code: {"pop": 900}}))
    assert register.codes == [community.code, grid.code]
    assert register.parents.tolist() == [-1, register.index_of(community.code)]
    assert register.column("pop").tolist() == [900, 900]
    assert len(register) == 2


@pytest.mark.parametrize(
    ("areas", "attributes", "said"),
    [
        ([Area("4201", "42", AreaLevel.CITY, "甲")], {}, "its parent 42 is not there"),
        ([Area("4201", "4201", AreaLevel.CITY, "甲")], {}, "not above"),
        ([Area("1", "2", AreaLevel.CITY, "甲"), Area("2", "1", AreaLevel.DISTRICT, "乙")], {}, "not above"),
        ([Area("42", "", AreaLevel.PROVINCE, "甲")] * 2, {}, "twice"),
        ([Area("42", "", AreaLevel.PROVINCE, "甲")], {"42": {"pop": 1}}, "only grids have attributes"),
        ([Area("42", "", AreaLevel.GRID, "甲")], {"42": {"cats": 1}}, "cats"),
        ([Area("42", "", AreaLevel.GRID, "甲")], {"43": {"pop": 1}}, "not there"),
        ([Area("42", "", AreaLevel.GRID, "甲")], {"42": {"pop": -1}}, "negative"),
    ],
)
def test_what_is_no_tree_is_refused(areas: list[Area], attributes: Attributes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        build_areas(areas, attributes)


def test_a_renamed_area_gives_another_digest() -> None:
    area = Area("42", "", AreaLevel.PROVINCE, "湖北省")
    renamed = msgspec.structs.replace(area, name="湖北")
    assert AreaColumns(build_areas([area])).digest != AreaColumns(build_areas([renamed])).digest
