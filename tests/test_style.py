"""The code reads as agreed: formatted, typed, in files that can be read in one go. Only looks, changes nothing."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
LONGEST = 450
SOURCES = ("coordinator", "workers", "clients", "tests", "playbooks")
WRITTEN = (".py", ".ts", ".vue", ".css", ".lua")

LONGER = {
    "tests/builders.py": "one harness for all tests of rules: who acts, what is asked, how time passes",
    "clients/web/types/src/openapi.ts": "generated from the server's own documents",
    "clients/web/types/src/entries.ts": "generated from the server's own documents",
}
"""Files that are longer, and why each of them may be."""


def run(*command: str) -> None:
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_ruff_finds_nothing() -> None:
    run("ruff", "check", ".")


def test_everything_is_formatted() -> None:
    run("ruff", "format", "--check", ".")


def test_every_type_is_said() -> None:
    """Strict, as pyproject.toml has it."""
    run("mypy")


def sources(*suffixes: str) -> list[str]:
    """What is written by hand; what is built or fetched lies in folders that are not entered."""
    found: list[str] = []
    for top in SOURCES:
        for folder, folders, files in os.walk(ROOT / top):
            folders[:] = sorted(set(folders) - {"node_modules", "static", "dist", "__pycache__"})
            where = Path(folder).relative_to(ROOT)
            found += [str(where / name) for name in sorted(files) if name.endswith(suffixes)]
    return found


def test_every_file_can_be_read_in_one_go() -> None:
    lengths = {name: len((ROOT / name).read_text().splitlines()) for name in sources(*WRITTEN)}
    assert {name for name, lines in lengths.items() if lines > LONGEST} == set(LONGER)


def test_every_file_says_first_why_it_exists() -> None:
    code = {name: (ROOT / name).read_text() for name in sources(".py") if not name.startswith("tests/")}
    assert [name for name, text in code.items() if text and not ast.get_docstring(ast.parse(text))] == []
