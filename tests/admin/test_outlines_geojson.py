"""Outlines from a file: every bad feature is named by number with what to do, and what is good comes in whole."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from coordinator.admin.outlines.faults import FAULTS
from coordinator.admin.outlines.from_geojson import MOST_POSITIONS, Read, read_outlines
from coordinator.admin.run.ground import sampled_registers
from coordinator.admin.sample.outlines import INVENTED, example, invented

AREAS = sampled_registers("xianlin", "320113", 7).open().areas
STREET, HERE, THERE = "320113007", "320113007002", "320113007003"
SQUARE = [[118.9, 32.1], [118.91, 32.1], [118.91, 32.11], [118.9, 32.11], [118.9, 32.1]]


def feature(code: Any = HERE, rings: Any = None, **other: Any) -> dict[str, Any]:
    geometry = {"type": "Polygon", "coordinates": [SQUARE] if rings is None else rings}
    return {"type": "Feature", "properties": {"code": code}, "geometry": geometry, **other}


def read(*features: object, **options: Any) -> Read:
    return read_outlines(json.dumps({"type": "FeatureCollection", "features": features}), AREAS, **options)


@pytest.mark.parametrize(
    ("wrong", "where", "code"),
    [
        ("Feature", "", "feature_wrong"),
        ({"type": "Polygon", "coordinates": [SQUARE]}, "", "feature_wrong"),
        (feature(properties={"adcode": HERE, "name": "x"}), "code", "code_missing"),
        (feature(properties=None), "code", "code_missing"),
        (feature("仙鹤社区"), "code", "code_wrong"),
        (feature(True), "code", "code_wrong"),
        (feature(None), "code", "code_wrong"),
        (feature("320114001001"), "code", "code_unknown"),
        (feature("320113099000"), "code", "code_unknown"),
        (feature(THERE), "code", "code_twice"),
        (feature(geometry=None), "geometry", "geometry_wrong"),
        (feature(geometry={"type": "Point", "coordinates": [118.9, 32.1]}), "geometry", "geometry_wrong"),
        (feature(rings=[]), "geometry", "rings_missing"),
        (feature(rings=7), "geometry", "rings_missing"),
        (feature(rings=[7]), "geometry", "ring_short"),
        (feature(rings=[SQUARE[:2]]), "geometry", "ring_short"),
        (feature(rings=[SQUARE[:4]]), "geometry", "ring_open"),
        (feature(rings=[SQUARE, SQUARE[:4]]), "geometry", "ring_open"),
        (feature(rings=[[*SQUARE[:2], ["118.9", "32.1"], *SQUARE[2:]]]), "geometry", "position_wrong"),
        (feature(rings=[[*SQUARE[:2], [True, 32.1], *SQUARE[2:]]]), "geometry", "position_wrong"),
        (feature(rings=[[*SQUARE[:2], [float("nan"), 32.1], *SQUARE[2:]]]), "geometry", "position_wrong"),
        (feature(rings=[[[y, x] for x, y in SQUARE]]), "geometry", "swapped"),
        (feature(rings=[[[679_000.0, 3_553_000.5]] * 5]), "geometry", "out_of_range"),
        (feature(rings=[[SQUARE[0], SQUARE[1], SQUARE[0], SQUARE[0]]]), "geometry", "outline_flat"),
        (feature(rings=[[[118.9, 32.1]] * (MOST_POSITIONS + 1)]), "geometry", "too_many_points"),
    ],
)
def test_a_bad_feature_is_named_by_its_number_and_what_to_do(wrong: object, where: str, code: str) -> None:
    [fault] = read(feature(THERE), wrong).faults
    assert (fault.line, fault.field, fault.code) == (0, f"要素 feature 2 {where}".rstrip(), code)
    assert str(fault).startswith("outlines.geojson:要素 feature 2") and len(str(fault)) < 400
    assert "{" not in str(fault)


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ('{"type": "FeatureCollection",\n"features": [{"type"', 2, "json_wrong"),
        ("code,parent\n1,2", 1, "json_wrong"),
        ('{"n": ' + "9" * 5000 + "}", 1, "json_wrong"),
        ("[" * 100_000, 1, "json_deep"),
        ("[]", 1, "not_collection"),
        ('{"type": "Feature"}', 1, "not_collection"),
        ('{"type": "FeatureCollection", "features": []}', 1, "file_empty"),
        ('{"type": "FeatureCollection"}', 1, "file_empty"),
        (
            '{"type": "FeatureCollection", "crs": {"properties": {"name": "urn:ogc:def:crs:EPSG::4549"}}}',
            1,
            "crs_other",
        ),
    ],
)
def test_a_file_that_is_no_geojson_is_said_to_be_so_by_line(text: str, line: int, code: str) -> None:
    [fault] = read_outlines(text, AREAS).faults
    assert (fault.line, fault.code) == (line, code)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"PK\x03\x04shapefile", "file_spreadsheet"),
        ('{"名": "仙林"}'.encode("gb18030"), "encoding_gbk"),
        (gzip.compress(b"{" + b" " * (65 * 2**20)), "file_too_large"),
    ],
)
def test_a_file_that_is_no_text_or_too_large(raw: bytes, code: str, tmp_path: Path) -> None:
    (file := tmp_path / "streets.geojson").write_bytes(raw)
    [fault] = read_outlines(file, AREAS).faults
    assert fault.code == code and str(fault).startswith("streets.geojson:1:")


def test_every_fault_has_words_and_a_way_out_in_both_languages() -> None:
    for reason, hint in FAULTS.values():
        assert reason.zh and reason.en and hint.zh and hint.en


def test_codes_come_as_numbers_and_with_noughts_behind_and_heights_and_other_names_are_read_over() -> None:
    high = [[*position, 12.5] for position in SQUARE]
    found = read(feature(int(HERE), [high]), feature(f"{STREET}000"), feature(float(THERE)))
    assert not found.faults and list(found.shapes) == [HERE, STREET, THERE]
    assert found.shapes[HERE] == [
        [(11890000, 3210000), (11891000, 3210000), (11891000, 3211000), (11890000, 3211000)]
    ]
    assert not read(feature(properties={"adcode": HERE}), code_property="adcode").faults


def test_who_asks_for_it_leaves_out_what_is_not_here_and_nothing_else() -> None:
    found = read(feature(), feature("320114001001"), feature("x"), skip_unknown=True)
    assert (found.skipped, list(found.shapes), [one.code for one in found.faults]) == (
        1,
        [HERE],
        ["code_wrong"],
    )


def test_what_a_file_says_of_itself_is_one_short_line() -> None:
    document = {"type": "FeatureCollection", "source": "规划\n" + "长" * 10_000, "features": [feature()]}
    found = read_outlines(json.dumps(document), AREAS).source
    assert found.startswith("规划?长") and len(found) < 130
    assert read_outlines(json.dumps({**document, "source": {"a": 1}}), AREAS).source == ""


def test_islands_and_holes_and_two_files() -> None:
    islands = {"type": "MultiPolygon", "coordinates": [[SQUARE], [[[x + 1, y] for x, y in SQUARE]]]}
    found = read(feature(geometry=islands), taken={THERE: "other.geojson"})
    assert [len(ring) for ring in found.shapes[HERE]] == [4, 4]
    [fault] = read(feature(THERE), taken={THERE: "other.geojson"}).faults
    assert fault.code == "code_twice" and "other.geojson" in str(fault)


def test_the_example_is_of_every_area_is_read_without_a_fault_and_says_that_it_is_invented() -> None:
    found = read_outlines(example(AREAS, 7), AREAS)
    assert not found.faults and found.source == INVENTED
    assert found.shapes == {code: list(rings) for code, rings in invented(AREAS, 7).items()}
    assert {HERE, THERE, STREET, "320113"} <= set(found.shapes)
    assert invented(AREAS, 8) != invented(AREAS, 7)
