"""Processes of a drill are killed in the middle of it: each inject is fired once, at the world's time; it ends once."""

from __future__ import annotations

import json
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.e2e.city import kill
from tests.e2e.drill_world import PATIENCE, DrillWorld, open_drill, pingji
from tests.e2e.test_real_operation import SCRIPT

LASTS = 24
"""Minutes of the world, at sixty times the speed: seconds of ours."""
MINUTES = range(0, LASTS - 3, 3)
KILLED = ("-m coordinator.main serve", "-m workers", "valkey-server", "-m clients.simulator")
START = datetime.fromisoformat("2026-07-18T02:30+08:00")


def script() -> str:
    """A message every three minutes, and a desk that reads them."""
    head, one = SCRIPT.split("injects:\n")
    head = head.replace("lasts: 3h", f"lasts: {LASTS}min").replace("real: [", "simulated: [")
    injects = [
        one.replace("warning\n", f"warning_{minute}\n", 1)
        .replace("at: 0min", f"at: {minute}min")
        .replace("key: read", f"key: read_{minute}")
        .replace("by: 10min", "by: 2min")
        for minute in MINUTES
    ]
    return head + "speed: 60\ninjects:\n" + "".join(injects)


def victim(drill: DrillWorld, what: str) -> int | None:
    """A process of the drill, by a piece of its command line."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                environment = (entry / "environ").read_bytes().decode(errors="replace")
                where = str((entry / "cwd").readlink())
            except OSError:
                continue  # it has just ended
            if what in command and str(drill.directory) in command + environment + where:
                return int(entry.name)
    return None


def test_whatever_is_killed_each_inject_is_fired_once_and_the_drill_ends_once(
    host: Path, tmp_path: Path
) -> None:
    path = tmp_path / "script.yaml"
    path.write_text(script(), encoding="utf-8")
    drill = open_drill(host, path)
    drill.say("start")
    for what in KILLED:
        pid = victim(drill, what)
        assert pid is not None, what
        kill(pid)
    until_ended(drill)
    pingji("log", "export", tmp_path / "log.jsonl", "--data", drill.directory)
    events = [json.loads(line)["event"] for line in (tmp_path / "log.jsonl").read_bytes().splitlines()]
    fired = by_inject(events)
    assert set(fired) == {f"warning_{minute}" for minute in MINUTES}
    for minute in MINUTES:
        assert fired[f"warning_{minute}"] >= START + timedelta(minutes=minute), (
            "never before the world's time"
        )
    changes = [
        one["event"]["drill"].get("phase", "prepared")
        for one in events
        if one["event"]["type"] == "DrillChanged"
    ]
    assert Counter(changes) == {"prepared": 2, "running": 2, "ended": 2}, "in the city and in the district"
    assert pingji("log", "verify", "--data", drill.directory).returncode == 0
    drill.say("close")


def until_ended(drill: DrillWorld) -> None:
    deadline = time.monotonic() + PATIENCE + LASTS
    while '"phase": "ended"' not in drill.say("status", "--json", "-"):
        assert time.monotonic() < deadline
        time.sleep(0.5)  # the world's clock runs


def by_inject(events: list[dict[str, Any]]) -> dict[str, datetime]:
    found = [one for one in events if one["event"]["type"] == "InjectFired"]
    assert len({one["event"]["inject"] for one in found}) == len(found), "fired twice"
    return {one["event"]["inject"]: datetime.fromisoformat(one["stamp"]["at"]) for one in found}
