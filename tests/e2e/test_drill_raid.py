"""The night raid on a real street, with real processes and simulated teams: twice with one seed is the same night.

Both are played side by side, each in a world of its own, so that they also do not disturb each other.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

from tests.e2e.drill_world import DrillWorld, open_drill, pingji

LONGEST_SECONDS = 900


def test_two_raids_with_one_seed_have_the_same_score_and_the_same_log(host: Path, tmp_path: Path) -> None:
    drills = [open_drill(host, "xianlin-night-raid", "--in-step", "--seed", "7") for _ in range(2)]
    for drill in drills:
        drill.say("start")
    deadline = time.monotonic() + LONGEST_SECONDS
    for drill in drills:
        while '"phase": "ended"' not in drill.say("status", "--json", "-"):
            assert time.monotonic() < deadline
            time.sleep(2)  # the night goes on in other processes
    first, second = (result(drill, tmp_path) for drill in drills)
    assert first["events"] == second["events"] > 2000
    assert first["log_digest"] == second["log_digest"]
    for found in (first, second):
        found["score"].pop("world")
    assert first["score"] == second["score"]
    verdicts = {one["key"]: one["verdict"] for one in first["score"]["outcomes"]}
    assert verdicts["knocked"] == "met" and verdicts["asked_read"] == "not_needed"
    for drill in drills:
        assert pingji("log", "verify", "--data", drill.directory).returncode == 0
        report = (tmp_path / drill.world / "report.md").read_text(encoding="utf-8")
        assert report.splitlines()[0].startswith("# 【演练】")
        drill.say("close")


def result(drill: DrillWorld, folder: Path) -> dict[str, object]:
    drill.say("report", str(folder / drill.world), "--json", str(folder / f"{drill.world}.json"))
    found: dict[str, object] = json.loads((folder / f"{drill.world}.json").read_bytes())
    return found
