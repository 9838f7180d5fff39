"""A running pingji for black-box tests: `pingji up` as a user starts it, its processes, its tokens."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from coordinator.domain.area import DIGITS, AreaLevel

READY_SECONDS = 120.0


@dataclass
class City:
    """`pingji up` on a directory. `start` again goes on where it was."""

    data: Path
    areas: str = "xianlin"
    under: str = ""
    coordinators: int = 1
    port: int = 0
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    urls: list[str] = field(default_factory=list)
    tokens: dict[str, list[dict[str, str]]] = field(default_factory=dict)

    def start(self) -> None:
        ready = self.data.parent / f"{self.data.name}-ready.json"
        ready.unlink(missing_ok=True)
        log = (self.data.parent / f"{self.data.name}-up.log").open("ab")
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "coordinator.main", "up", "--data", str(self.data)),
                *("--areas", self.areas, "--under", self.under, "--port", str(self.port)),
                *("--coordinators", str(self.coordinators), "--json", str(ready)),
            ],
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()
        deadline = time.monotonic() + READY_SECONDS
        while not (ready.exists() and ready.stat().st_size):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(Path(log.name).read_text())
            time.sleep(0.02)  # another process is on its way; there is nothing to wait on but its file
        said = json.loads(ready.read_bytes())
        self.urls = said["urls"]
        self.port = int(self.urls[0].rsplit(":", 1)[1])
        for one in said["tokens"]:
            # Of a city founded on one of its districts the commanders are two pairs.
            above = (
                "city_" if one["role"] == "commander" and len(one["area"]) == DIGITS[AreaLevel.CITY] else ""
            )
            self.tokens.setdefault(above + one["role"], []).append(one)

    def token(self, role: str, number: int = 0) -> str:
        return self.tokens[role][number]["token"]

    def area(self, role: str, number: int = 0) -> str:
        return self.tokens[role][number]["area"]

    def children(self) -> dict[str, int]:
        """Processes below the supervisor, by what they are."""
        assert self.process is not None
        found: dict[str, int] = {}
        for line in _processes():
            pid, parent, command = line
            if parent == self.process.pid:
                found[_name(command, found)] = pid
        return found

    def stop(self, number: int = signal.SIGINT) -> int:
        """End it and wait; gives the exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(timeout=60)

    def left_over(self) -> list[str]:
        """Command lines of processes that still use the data directory."""
        return [command for _, _, command in _processes() if str(self.data) in command]


def _processes() -> list[tuple[int, int, str]]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                status = (entry / "stat").read_text()
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                environment = (entry / "environ").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue  # it has just ended
            fields = status[status.rindex(")") + 2 :].split()
            if fields[0] != "Z":
                found.append((int(entry.name), int(fields[1]), f"{command} {environment}"))
    return found


def _name(command: str, taken: dict[str, int]) -> str:
    if "valkey" in command.split(" ", 1)[0] or "valkey-server" in command[:200]:
        kind = "server"
    elif "-m workers" in command[:400]:
        kind = "worker"
    else:
        kind = "coordinator"
    return kind if kind not in taken else f"{kind}-{sum(name.startswith(kind) for name in taken)}"


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
