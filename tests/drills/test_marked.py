"""Nothing that a drill leaves behind can be taken for the real thing: every file says which world it is of."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from coordinator.admin.drill.run import Played, write_all
from coordinator.admin.run.ground import Ground
from coordinator.cap.alert import cap_alert
from coordinator.cap.meaning import status
from coordinator.cap.orders import Alert, Orders
from coordinator.domain.world import LIVE
from coordinator.drills.lockstep import LockStep
from coordinator.drills.same_log import log_digest
from coordinator.playbook import library
from tests.builders import xianlin
from tests.cap.reader import Platform, value
from tests.drills.plays import once, scored

RAID = "xianlin-night-raid"


@pytest.fixture(scope="module")
def raid() -> LockStep:
    return once(RAID)


@pytest.fixture(scope="module")
def folder(raid: LockStep, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `pingji drill run --out` and `drill report` leave."""
    made = tmp_path_factory.mktemp("raid")
    played = Played(
        raid.script, scored(raid), raid.recorded, log_digest(raid.recorded), {}, raid.script.playbook()
    )
    write_all(made, played, 7, Ground(xianlin(), LIVE, True, "sample"), "zh")
    return made


def test_every_file_says_that_it_is_a_drills(raid: LockStep, folder: Path) -> None:
    files = {path.name: path for path in folder.iterdir()}
    assert "playbook.diff" in files and len(files) == 7
    world = raid.recorded[0].world
    for name in ("score.json", "after.json"):
        assert json.loads(files[name].read_bytes())["world"] == world
    assert {json.loads(line)["world"] for line in files["log.jsonl"].read_bytes().splitlines()} == {world}
    for name in (
        "report.md",
        "report.html",
        "playbook.diff",
    ):  # every sheet of a PDF: tests/paper/test_pdf.py
        assert "【演练】" in files[name].read_text(encoding="utf-8")[:200], name


def test_the_diff_can_be_applied_with_its_mark(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "playbooks").mkdir()
    target = tmp_path / "playbooks" / "flood_typhoon.yaml"
    before = library.text_of("flood-typhoon")
    target.write_text(before, encoding="utf-8")
    diff = str(folder / "playbook.diff")
    subprocess.run(["git", "apply", "--unsafe-paths", diff], cwd=tmp_path, check=True, capture_output=True)
    assert target.read_text(encoding="utf-8") != before


def test_of_a_whole_raid_no_order_goes_out_as_real(raid: LockStep) -> None:
    platform, orders = Platform(), {scope: Orders(xianlin().areas) for scope in ("3201", "320113")}
    for one in raid.recorded:
        orders[one.scope].hear(one)
    alerts: list[Alert] = [alert for of in orders.values() for alert in of.alerts.values()]
    for alert in alerts:
        platform.take(cap_alert(alert, xianlin().areas))
    assert alerts and {value(one, "status") for one in platform.seen.values()} == {"Exercise"}
    assert all("演练" in value(one, "note") for one in platform.seen.values())
    assert [world for world in ("LIVE", "live", "DEMO", "DRILL-LIVE", "") if status(world) == "Actual"] == [
        "LIVE"
    ]
