"""Bundled areas that are not there are named, with those that are; nothing is laid down before that is known."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from coordinator.admin.run.ground import NoGround, sampled_registers
from coordinator.main import make_app

UNKNOWN = [("xianlin", "999999", "999999"), ("nowhere", "", "hubei wuhan xianlin")]


@pytest.mark.parametrize(("areas", "under", "named"), UNKNOWN)
def test_what_is_not_bundled_is_named(areas: str, under: str, named: str) -> None:
    with pytest.raises(NoGround) as missing:
        sampled_registers(areas, under, 7)
    assert all(named in line for line in str(missing.value).splitlines())


@pytest.mark.parametrize(("areas", "under", "named"), UNKNOWN)
def test_a_city_is_not_begun_on_areas_that_are_not_there(
    areas: str, under: str, named: str, tmp_path: Path
) -> None:
    data = tmp_path / "city"
    said = CliRunner().invoke(
        make_app(), ["up", "--data", str(data), "--port", "0", "--areas", areas, "--under", under]
    )
    assert said.exit_code == 2 and named in said.output
    assert not list(data.iterdir())
