"""The supervisor of `pingji up` and `pingji demo`: starts the two servers, a coordinator and the workers, and starts
again what ends. Holds no rule and no state; killed itself, its children end and the next start goes on.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import structlog

from coordinator.admin.run.founding import WORKER_TOKEN
from coordinator.admin.run.restarts import Restarts
from coordinator.store.embedded import EmbeddedServer, Role
from coordinator.store.errors import StoreError
from coordinator.store.tether import tethered

STOP_SECONDS: Final = 20.0
POLL: Final = 0.05

log = structlog.get_logger()


class KeepsFailing(Exception):
    """A child ends again and again; its log file says why."""

    def __init__(self, name: str, log_file: Path) -> None:
        super().__init__(f"{name} keeps failing: see {log_file}")
        self.name = name
        self.log_file = log_file


@dataclass
class Child:
    """One process of ours: how it is started, and when it last ended."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    """All of it: nothing is inherited that does not stand here."""
    log_file: Path
    ends_well: bool = False
    """It has an end of its own: with exit code 0 it is done and is not started again."""
    process: subprocess.Popen[bytes] | None = None
    restarts: Restarts = field(default_factory=Restarts)

    def start(self) -> None:
        """From the main thread: the child is tied to the thread that starts it."""
        self.restarts.begin(time.monotonic())
        with self.log_file.open("ab") as output:
            self.process = subprocess.Popen(
                tethered(list(self.command)),
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    @property
    def ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    @property
    def done(self) -> bool:
        return self.ends_well and self.process is not None and self.process.poll() == 0

    async def stop(self, patience: float) -> None:
        """SIGTERM, then SIGKILL to the whole group."""
        if self.process is None:
            return
        deadline = time.monotonic() + patience
        if not self.ended:
            self.process.send_signal(signal.SIGTERM)
        while not self.ended and time.monotonic() < deadline:
            await asyncio.sleep(POLL)
        self.kill_group()
        self.process.wait()

    def kill_group(self) -> None:
        """Whatever is left of it: a worker's horse must not outlive the worker."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


class Supervisor:
    """`start`, then `watch` until cancelled, then `stop`."""

    def __init__(
        self,
        data: Path,
        world: str,
        *,
        host: str,
        port: int,
        coordinators: int = 1,
        worker_environment: Mapping[str, str] | None = None,
        inherited: Mapping[str, str] | None = None,
        on_restart: Callable[[str], None] = lambda name: None,
    ) -> None:
        """`inherited`: what children see of this process's environment; left out, all of it."""
        self.data = data.absolute()
        self.world = world
        self.host = host
        self.port = port
        self._coordinators = coordinators
        self._worker_environment = dict(worker_environment or {})
        self._inherited = dict(os.environ if inherited is None else inherited)
        self._on_restart = on_restart
        self.servers = {role: EmbeddedServer(self.data / role.value, role) for role in (Role.LOG, Role.QUEUE)}
        self._restarts = {role: Restarts() for role in self.servers}
        self.children: list[Child] = []
        self.ports: list[int] = []

    async def start(self) -> None:
        """Servers, then coordinators, then workers. Raises `StoreError`, `KeepsFailing`."""
        (self.data / "logs").mkdir(parents=True, exist_ok=True, mode=0o700)
        for role, server in self.servers.items():
            self._restarts[role].begin(time.monotonic())
            await server.start()
        for number in range(self._coordinators):
            await self._start_coordinator(number)
        for queue in ("notify",):
            self._start(
                f"worker-{queue}",
                [sys.executable, "-m", "workers", queue],
                {
                    "PINGJI_API_URL": ",".join(self.urls),
                    "PINGJI_WORKER_TOKEN_FILE": str(self.data / WORKER_TOKEN),
                    **self._worker_environment,
                },
            )

    @property
    def urls(self) -> list[str]:
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host
        return [f"http://{host}:{port}" for port in self.ports]

    async def _start_coordinator(self, number: int) -> None:
        port_file = self.data / f"coordinator-{number}.port"
        port_file.unlink(missing_ok=True)
        port = self.port + number if self.port else 0
        child = self._start(
            f"coordinator-{number}",
            [sys.executable, "-m", "coordinator.main", "serve", "--port-file", str(port_file)],
            {"PINGJI_HOST": self.host, "PINGJI_PORT": str(port)},
        )
        while not (port_file.exists() and (text := port_file.read_text())):
            if child.ended:
                raise KeepsFailing(child.name, child.log_file)
            await asyncio.sleep(POLL)
        self.ports.append(int(text))
        # A restarted coordinator comes back at the same place, or its clients would look for it in vain.
        child.environment = {**child.environment, "PINGJI_PORT": text}

    def start_also(self, name: str, command: Sequence[str]) -> Child:
        """One more child, which knows of no server and ends when it is done."""
        child = Child(name, command, self._inherited, self.data / "logs" / f"{name}.log", ends_well=True)
        child.start()
        self.children.append(child)
        return child

    def _start(self, name: str, command: Sequence[str], extra: Mapping[str, str]) -> Child:
        environment = {**self._inherited, **self._environment(), **extra}
        child = Child(name, command, environment, self.data / "logs" / f"{name}.log")
        child.start()
        self.children.append(child)
        return child

    def _environment(self) -> dict[str, str]:
        return {
            "PINGJI_WORLD": self.world,
            "PINGJI_DATA": str(self.data),
            "PINGJI_REDIS_URL": self.servers[Role.LOG].url,
            "PINGJI_QUEUE_URL": self.servers[Role.QUEUE].url,
        }

    async def watch(self) -> None:
        """Start again whatever ends, until cancelled. Raises `KeepsFailing` for a child, never for a server."""
        while True:
            for server in self.servers.values():
                if not server.running:
                    await self._serve_again(server)
            for child in self.children:
                if child.ended and not child.done:
                    self._again(child)
            await asyncio.sleep(POLL)

    async def _serve_again(self, server: EmbeddedServer) -> None:
        """Once its pause is over. Never given up: coordinators without it still show what they know to everybody,
        and what keeps it away, as a full disk, is mended by people.
        """
        restarts = self._restarts[server.role]
        if not self._due(server.role.value, restarts, server.exit_code):
            return
        await server.stop()
        restarts.begin(time.monotonic())
        try:
            await server.start()
        except (StoreError, OSError) as why:
            log.error("a server did not start", role=server.role.value, why=str(why))

    def _again(self, child: Child) -> None:
        """Once its pause is over. Raises `KeepsFailing`."""
        code = child.process.returncode if child.process is not None else None
        due = self._due(child.name, child.restarts, code)
        if child.restarts.hopeless:
            raise KeepsFailing(child.name, child.log_file)
        if due:
            child.kill_group()
            child.start()

    def _due(self, name: str, restarts: Restarts, exit_code: int | None) -> bool:
        """Whether what has ended is to be started now."""
        now = time.monotonic()
        if restarts.due is None:
            pause = restarts.end(now, killed=exit_code == -signal.SIGKILL)
            log.warning("a process ended and is started again", name=name, after_seconds=pause)
        if restarts.due is None or now < restarts.due:
            return False
        self._on_restart(name)
        return True

    async def stop(self) -> None:
        """Clients of the servers first, the servers last."""
        await asyncio.gather(*(child.stop(STOP_SECONDS) for child in reversed(self.children)))
        for server in reversed(self.servers.values()):
            await server.stop()
