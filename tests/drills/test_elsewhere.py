"""A script moved to another place is the same night there: every code is one of that place, and it can be played."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from coordinator.drills.elsewhere import NoCounterpart, elsewhere
from coordinator.drills.script import bundled_ids, examine, find, source_of
from coordinator.main import make_app
from tests.builders import qingshan, xianlin

STREET, COMMUNITY, DISTRICT = "420107001", "420107001003", "420107"


def moved(script: str, to: str) -> str:
    place = find(script).document.places[0]
    return elsewhere(source_of(script).decode(), place, xianlin().areas, to, qingshan().areas)


@pytest.mark.parametrize("script", bundled_ids())
def test_every_script_of_the_project_can_be_held_in_another_city(script: str) -> None:
    to = {6: DISTRICT, 9: STREET, 12: COMMUNITY}[len(find(script).document.places[0])]
    text = moved(script, to)
    document, findings = examine(text.encode(), "moved.yaml", qingshan().areas)
    assert findings == () and document is not None and document.places == (to,)
    assert "3201" not in text and "仙林街道" not in text


def test_neighbours_keep_their_order_and_their_names_go_with_them() -> None:
    text = moved("xianlin-night-raid", STREET)
    third = sorted(qingshan().areas.children(STREET))[2]
    assert f'to: ["{third}"]' in text
    assert qingshan().areas[third].name.removesuffix("居委会") + "值班员不应答" in text
    assert "id: xianlin-night-raid-420107001\n" in text, "else the one that comes with the project is found"
    assert text.count("\n") == source_of("xianlin-night-raid").decode().count("\n")


def test_a_script_goes_to_a_place_of_its_own_level_alone() -> None:
    with pytest.raises(NoCounterpart, match="a street; 420107 is a district"):
        moved("xianlin-night-raid", DISTRICT)


def test_codes_in_single_quotes_are_moved_as_well() -> None:
    text = re.sub(r'"(3201[0-9]+)"', r"'\1'", source_of("xianlin-night-raid").decode())
    place = find("xianlin-night-raid").document.places[0]
    found = elsewhere(text, place, xianlin().areas, STREET, qingshan().areas)
    plain = str.maketrans("", "", "\"'")
    assert "3201" not in found and f"'{STREET}'" in found
    assert found.translate(plain) == moved("xianlin-night-raid", STREET).translate(plain)


def test_a_script_whose_codes_are_not_to_be_found_says_what_to_do() -> None:
    text = source_of("xianlin-night-raid").decode().replace('"3201', '!!str "\\x33201')
    with pytest.raises(NoCounterpart, match="double quotes"):
        elsewhere(text, "320113007", xianlin().areas, STREET, qingshan().areas)


def test_no_file_is_overwritten(tmp_path: Path) -> None:
    out = tmp_path / "mine.yaml"
    out.write_text("mine")
    asked = ["drill", "adapt", "xianlin-night-raid", STREET, "--out", str(out), "--areas", "wuhan"]
    found = CliRunner().invoke(make_app(), asked)
    assert found.exit_code == 2 and out.read_text() == "mine"


def test_who_has_no_such_place_is_told_how_to_get_there() -> None:
    asked = ["drill", "run", "xianlin-night-raid", "--simulate", "--areas", "wuhan", "--under", STREET]
    found = CliRunner().invoke(make_app(), asked)
    assert found.exit_code == 3 and "--areas xianlin" in found.output and "drill adapt" in found.output
