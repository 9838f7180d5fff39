"""The whole of `pingji demo`, run once as a newcomer runs it, and its summary counted again from the log alone.

At the pace a newcomer gets: a faster world needs a machine that has nothing else to do.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.e2e import recompute
from tests.e2e.city import City

LONGEST_SECONDS = 300


@dataclass(frozen=True)
class Night:
    """A demo that is over."""

    data: Path
    exit_code: int
    seconds: float
    told: str
    summary: dict[str, Any]

    def figure(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.summary["figures"][name]
        return found


def pingji(*arguments: str | Path, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "coordinator.main", *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
    )


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    directory = tmp_path_factory.mktemp("demo")
    data, summary = directory / "data", directory / "summary.json"
    began = time.monotonic()
    ended = pingji("demo", "--data", data, "--json", summary, timeout=LONGEST_SECONDS)
    seconds = time.monotonic() - began
    told = ended.stdout + ended.stderr
    assert summary.exists(), told
    return Night(data, ended.returncode, seconds, told, json.loads(summary.read_bytes()))


@pytest.fixture(scope="module")
def export(night: Night) -> Path:
    path = night.data.parent / "night.jsonl"
    done = pingji("log", "export", path, "--data", night.data)
    assert done.returncode == 0, done.stderr
    return path


def test_the_night_plays_to_its_end(night: Night) -> None:
    assert night.exit_code == 0, night.told
    assert night.seconds < LONGEST_SECONDS
    assert night.summary["timeline"][-1]["what"] == "closed"


def test_no_process_is_left(night: Night) -> None:
    assert City(night.data).left_over() == []


def test_the_log_is_whole(night: Night) -> None:
    done = pingji("log", "verify", "--data", night.data)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", recompute.COUNTED)
def test_a_figure_is_there_and_can_be_looked_up(night: Night, name: str) -> None:
    figure = night.figure(name)
    assert figure["number"] > 0
    assert 1 <= figure["position"] <= night.summary["events"][figure["scope"]]


@pytest.mark.parametrize(("name", "least"), [("declined", 0.10), ("no_show", 0.05)])
def test_people_decline_and_stay_away_as_people_do(night: Night, name: str, least: float) -> None:
    assert night.figure(name)["share"] >= least


@pytest.mark.parametrize("name", ["time_to_sign", "time_to_ready"])
def test_the_clocks_are_told_in_order(night: Night, name: str) -> None:
    times = night.summary[name]
    assert times["count"] > 0
    assert 0 < times["p50"] <= times["p95"] <= times["p99"]


def test_counted_again_from_the_export_alone_it_comes_to_the_same(night: Night, export: Path) -> None:
    """As a script without site packages, as anyone may run it who has nothing but the export."""
    script, summary = Path(recompute.__file__), night.data.parent / "summary.json"
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(script), str(export), str(summary)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_a_summary_that_says_otherwise_is_found_out(night: Night, export: Path) -> None:
    mine = recompute.recompute(export)
    for name in recompute.COUNTED:
        figures = night.summary["figures"]
        wrong = night.summary | {"figures": figures | {name: figures[name] | {"position": 1}}}
        assert [line.partition(":")[0] for line in recompute.differences(mine, wrong)] == [name]


def test_an_export_with_a_hole_is_not_counted(export: Path) -> None:
    lines = export.read_text(encoding="utf-8").splitlines()
    del lines[len(lines) // 2]
    with pytest.raises(recompute.Broken):
        list(recompute.entries(lines))
