"""Who may import whom: the contracts stand in pyproject.toml, each is a test of its own. Nothing is decided here."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

PYPROJECT = Path(__file__).parent.parent / "pyproject.toml"
CONTRACTS = tomllib.loads(PYPROJECT.read_text())["tool"]["importlinter"]["contracts"]


@pytest.mark.parametrize("contract", [one["id"] for one in CONTRACTS])
def test_contract(contract: str, capsys: pytest.CaptureFixture[str]) -> None:
    broken = lint_imports(config_filename=str(PYPROJECT), limit_to_contracts=(contract,), no_cache=True)
    assert not broken, capsys.readouterr().out


def test_every_part_is_in_a_contract() -> None:
    """A package that nobody has placed may import what it likes."""
    packages = {path.parent.name for path in PYPROJECT.parent.glob("*/__init__.py")}
    data = {"playbooks"}
    placed = {module.split(".")[0] for one in CONTRACTS for module in one.get("source_modules", [])}
    assert packages - data == placed
