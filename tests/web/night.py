"""A demonstration night that runs while pictures are taken: `pingji demo --stay`, its address and its tokens."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from clients.sdk import Client
from coordinator.wire.board import Board

READY_SECONDS: Final = 120.0
RATE: Final = 30
"""Slow enough that the night is at its height for as long as the pictures take."""


@dataclass(frozen=True)
class Night:
    """A night that runs. `tokens`: as the simulated teams have them."""

    url: str
    district: str
    tokens: dict[str, Any]

    @classmethod
    def at(cls, data: Path) -> Night:
        """What stands in the directory of a demonstration."""
        said = json.loads((data / "simulator.json").read_bytes())
        address = said["urls"][0].replace("ws", "http", 1).removesuffix("/ws")
        return cls(address, said["district"], said["tokens"])

    @property
    def commander(self) -> str:
        return str(self.tokens["commander"][0]["token"])

    async def height(self) -> None:
        """Until two streets are raised and most communities are switched."""
        async with Client(self.url, self.commander) as client:
            board = await client.watch(f"area:{self.district}")
            await client.until(lambda: _at_its_height(board))


def _at_its_height(board: Board) -> bool:
    counts: dict[str, int] = {}
    for key, row in board.entries.items():
        if key.startswith("rows/"):
            for name, number in row.get("counts", {}).items():
                counts[name] = counts.get(name, 0) + number
    return counts.get("level.II", 0) > 0 and counts.get("mode.emergency", 0) > 20


def begin(data: Path) -> subprocess.Popen[bytes]:
    """Start a night and wait until it answers. End it with `end`."""
    log = (data.parent / f"{data.name}.log").open("ab")
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "coordinator.main", "demo", "--stay"),
            *("--data", str(data), "--rate", str(RATE)),
        ],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    log.close()
    deadline = time.monotonic() + READY_SECONDS
    while not (data / "simulator.json").exists() or not (data / "simulator.json").stat().st_size:
        if process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(Path(log.name).read_text())
        time.sleep(0.1)  # another process is on its way; there is nothing to wait on but its file
    return process


def end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    process.wait(timeout=60)
