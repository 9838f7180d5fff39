"""What the build leaves: within its bounds, with nothing from elsewhere; and when it has nothing to do."""

from __future__ import annotations

import gzip
import os
import re
from pathlib import Path

import pytest

import hatch_build
from tests.web.node import ROOT, WEB

KIB = 1024
FIRST_LOAD = {"m": 90 * KIB, "desk": 600 * KIB}
"""Gzipped JavaScript until something can be seen."""


def first_load(pages: Path, page: str) -> list[Path]:
    """The scripts that the page itself names; what a screen needs comes when it is opened."""
    html = (pages / page / "index.html").read_text()
    return [pages / found for found in re.findall(r'"/([^"]+\.js)"', html)]


@pytest.mark.parametrize("page", hatch_build.PAGES)
def test_the_first_load_is_within_its_bounds(pages: Path, page: str) -> None:
    scripts = first_load(pages, page)
    assert scripts
    assert sum(len(gzip.compress(script.read_bytes(), 9)) for script in scripts) <= FIRST_LOAD[page]


@pytest.mark.parametrize("page", hatch_build.PAGES)
def test_nothing_inline_and_nothing_from_elsewhere(pages: Path, page: str) -> None:
    html = (pages / page / "index.html").read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=", html)
    for style in (pages / page).rglob("*.css"):
        assert not re.search(r"url\([\"']?(?:https?:)?//|@import", style.read_text(encoding="utf-8")), style


def test_it_is_built_once_from_the_same_sources(pages: Path) -> None:
    assert hatch_build.fresh(pages, hatch_build.sources(WEB))
    assert hatch_build.build(ROOT) is False


def test_a_changed_source_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "main.ts").write_text("one")
    before = hatch_build.sources(tmp_path)
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "any.js").write_text("")
    assert hatch_build.sources(tmp_path) == before
    (tmp_path / "desk" / "main.ts").write_text("two")
    assert hatch_build.sources(tmp_path) != before


def test_half_a_build_is_none(tmp_path: Path) -> None:
    (tmp_path / ".built-from").write_text("digest")
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "index.html").write_text("")
    assert not hatch_build.fresh(tmp_path, "digest")


def test_a_changed_lock_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "package-lock.json").write_text("{}")
    assert not hatch_build.installed(tmp_path)
    marker = tmp_path / "node_modules" / ".package-lock.json"
    marker.parent.mkdir()
    marker.write_text("{}")
    os.utime(tmp_path / "package-lock.json", (1_000, 1_000))
    assert hatch_build.installed(tmp_path)
    os.utime(marker, (999, 999))
    assert not hatch_build.installed(tmp_path)


def test_it_can_be_left_out(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PINGJI_SKIP_WEB", "1")
    assert hatch_build.build(ROOT) is False
    assert "PINGJI_SKIP_WEB" in capsys.readouterr().err
