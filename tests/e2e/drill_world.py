"""Drills beside a running city for black-box tests: opened and ordered about by the command a user has."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

PATIENCE = 60.0


def pingji(*arguments: str | Path, ok: bool = True, timeout: float = 150) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "coordinator.main", *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
    )
    assert not ok or done.returncode == 0, done.stdout + done.stderr
    return done


@dataclass(frozen=True)
class DrillWorld:
    """One drill that is open."""

    data: Path
    """The live world's."""
    directory: Path
    url: str

    @property
    def world(self) -> str:
        return self.directory.name

    def seat(self, name: str) -> dict[str, Any]:
        """Who sits there, with the token."""
        seats = json.loads((self.directory / "seats.json").read_bytes())
        found: dict[str, Any] = next(one for one in seats if one["name"] == name)
        return found

    def token(self, name: str) -> str:
        return str(self.seat(name)["token"])

    def say(self, *words: str, ok: bool = True) -> str:
        """`pingji drill WORDS`; gives what it said."""
        done = pingji("drill", *words, "--drill", self.world, "--data", self.data, ok=ok)
        return done.stdout + done.stderr

    async def drill(self) -> dict[str, Any]:
        """The drill as its own board has it."""
        board = await get(self.url, "/api/v1/boards/drill:3201", self.token("control"))
        found: dict[str, Any] = next(
            entry for key, entry in board["parts"]["3201"]["entries"].items() if key.startswith("drills/")
        )
        return found


def open_drill(data: Path, script: str | Path, *options: str) -> DrillWorld:
    said = json.loads(pingji("drill", "open", script, *options, "--data", data, "--json", "-").stdout)
    return DrillWorld(data, Path(said["directory"]), said["url"])


async def get(url: str, path: str, token: str) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(url, headers=headers) as session, session.get(path) as answer:
        assert answer.status == 200, await answer.text()
        found: dict[str, Any] = await answer.json()
        return found


def until_written(path: Path, patience: float = PATIENCE) -> bytes:
    """What another process writes there, once it has."""
    deadline = time.monotonic() + patience
    while not (path.exists() and path.stat().st_size):
        assert time.monotonic() < deadline, f"{path} does not come"
        time.sleep(0.02)  # another process is on its way; there is nothing to wait on but its file
    return path.read_bytes()
