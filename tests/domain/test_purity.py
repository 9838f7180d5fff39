"""Rules read no clock, draw no chance and make no fresh id: what is banned is refused where rules live, and there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINES = (
    "import time",
    "import random",
    "import uuid",
    "from uuid_utils import uuid7",
    "from datetime import datetime\n\nNOW = datetime.now()",
)


def refused(file: str, line: str) -> bool:
    """Whether ruff would refuse this line in that file, as someone may write it tomorrow."""
    command = [sys.executable, "-m", "ruff", "check", "--select", "TID251", "--quiet", "--no-cache"]
    checked = subprocess.run(
        [*command, "--stdin-filename", str(ROOT / file), "-"],
        input=f"{line}\n",
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert checked.returncode in (0, 1), checked.stderr
    return "TID251" in checked.stdout


@pytest.mark.parametrize("package", ["domain", "playbook", "planner", "boards", "wire", "drills"])
def test_clock_chance_and_fresh_ids_are_refused_where_rules_live(package: str) -> None:
    for line in LINES:
        assert refused(f"coordinator/{package}/tomorrow.py", line), line


@pytest.mark.parametrize("file", ["coordinator/store/x.py", "coordinator/main.py", "clients/sdk/clock.py"])
def test_elsewhere_somebody_has_to_know_what_time_it_is(file: str) -> None:
    assert not refused(file, "import time")
