"""A private Valkey of our own: ready within a second, ended in order, never left behind.

Starts, stops and tells of the end of one server; who starts it again is the supervisor of `pingji up`.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import threading
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Final

import structlog
from redis.asyncio import Redis
from redis.exceptions import AuthenticationError

from coordinator.store.connections import answered_within, command_client
from coordinator.store.directory import ServerDirectory, socket_url
from coordinator.store.errors import StoreError
from coordinator.store.log import LogUnavailable
from coordinator.store.programs import Program, find_program
from coordinator.store.tether import tethered

STOP_SECONDS: Final = 20.0
START_SECONDS: Final = 120.0
"""An empty server is there after 0.1 s; this is for one that reads a long log first."""
_POLL: Final = 0.01
_WATCH: Final = 0.05

_log = structlog.get_logger(__name__)


class Role(StrEnum):
    """What the server is for. They are two, so that a flood of the unimportant never starves an order."""

    LOG = "log"
    QUEUE = "queue"


_FSYNC: Final = {Role.LOG: "always", Role.QUEUE: "everysec"}

_FORBIDDEN: Final = (
    "-flushall -flushdb -swapdb -debug -module -replicaof -slaveof -failover -config|set -config|rewrite"
)
"""What nothing of ours ever sends, and what would undo the log or its durability."""


class EmbeddedServer:
    """One server on one directory. `start` (from the main thread) and `stop` may follow each other."""

    def __init__(
        self,
        directory: Path,
        role: Role,
        *,
        program: Program | None = None,
        stop_within: float = STOP_SECONDS,
    ) -> None:
        self.role = role
        self._stop_within = stop_within
        self.directory = ServerDirectory(directory)
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None
        self._url = ""

    @property
    def url(self) -> str:
        """For redis-py and RQ. It holds the password: for a child's environment, never its arguments."""
        if not self._url:
            raise RuntimeError("the server was not started")
        return self._url

    @property
    def pid(self) -> int:
        if self._process is None:
            raise RuntimeError("the server was not started")
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """Of the last process; None while it runs, and where none came about."""
        return None if self._process is None else self._process.poll()

    @property
    def log_file(self) -> Path:
        return self.directory.path / "server.log"

    async def start(self) -> None:
        """Returns when the server answers. Raises `StoreError` with the reason when it cannot run here."""
        if threading.current_thread() is not threading.main_thread():
            raise StoreError("not_main_thread")
        if self.running:
            return
        self._process = None
        program = self._program or find_program()
        self.directory.prepare()
        lock = await self.directory.hold(patience=self._stop_within)
        try:
            self.directory.stamp(program)
            if self.role is Role.LOG and not self.directory.keep_ballast():
                _log.error(
                    "log_disk_nearly_full",
                    free=self.directory.free_bytes(),
                    directory=str(self.directory.path),
                )
            socket, password = self.directory.socket(), self.directory.password()
            self._url = socket_url(socket, password)
            self._process = self._spawn(program, lock, self._configuration(socket, password))
            self.directory.name_holder(self._process.pid)
            await self._ready()
        except BaseException:
            await self.stop()
            raise

    async def wait(self) -> int:
        """The exit code, once the server has ended by itself or by `stop`: the supervisor's signal to act."""
        process = self._process
        if process is None:
            raise RuntimeError("the server was not started")
        return await _end_of(process, _WATCH)

    async def stop(self) -> None:
        """SIGTERM, and SIGKILL after 20 s. Stop its clients before. Does nothing where nothing runs."""
        process = self._process
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(self._stop_within):
                    await _end_of(process, _POLL)
            except TimeoutError:
                _log.error("embedded_server_killed", role=self.role.value, pid=process.pid)
                os.killpg(process.pid, signal.SIGKILL)
                await _end_of(process, _POLL)
        self.directory.release()

    def _spawn(self, program: Program, lock: int, configuration: str) -> subprocess.Popen[bytes]:
        output = os.open(self.log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            process = subprocess.Popen(
                tethered([str(program.path), "-"]),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                cwd=self.directory.path,
                pass_fds=[lock],
                # Of its own, so that Ctrl-C does not end it before its clients.
                process_group=0,
            )
        finally:
            os.close(output)
        # By standard input: arguments can be read by every user of the machine.
        assert process.stdin is not None
        try:
            with process.stdin as stdin:
                stdin.write(configuration.encode())
        except BrokenPipeError:
            _log.debug("embedded_server_read_no_configuration", role=self.role.value)  # `_ready` tells why
        return process

    def _configuration(self, socket: Path, password: str) -> str:
        return "\n".join(
            (
                "port 0",
                f"unixsocket {_quoted(str(socket))}",
                "unixsocketperm 700",
                f"user default on >{password} ~* &* +@all {_FORBIDDEN}",
                f"dir {_quoted(str(self.directory.path))}",
                "daemonize no",
                "appendonly yes",
                f"appendfsync {_FSYNC[self.role]}",
                'save ""',
                "maxmemory-policy noeviction",
                "",
            )
        )

    async def _ready(self) -> None:
        client = command_client(self.url, patience=1.0, connections=1)
        try:
            async with asyncio.timeout(START_SECONDS):
                while True:
                    if await self._answers(client):
                        return
                    await asyncio.sleep(_POLL)
        except TimeoutError:
            raise self._did_not_start("no answer") from None
        finally:
            await client.aclose()

    async def _answers(self, client: Redis) -> bool:
        if self._process is not None and self._process.poll() is not None:
            raise self._did_not_start(f"exit code {self._process.returncode}")
        try:
            async with answered_within(1.0):
                return bool(await client.ping())
        except LogUnavailable as not_yet:
            if isinstance(not_yet.__cause__, AuthenticationError):
                raise self._did_not_start("another server answers on this socket") from not_yet
            return False

    def _did_not_start(self, why: str) -> StoreError:
        return StoreError("did_not_start", why=why, log=self.log_file, tail=self.directory.log_tail())


async def _end_of(process: subprocess.Popen[bytes], every: float) -> int:
    if process.returncode is not None:
        return process.returncode
    # Asked, not told: asyncio's own child watchers belong to one loop, and a server may outlive several.
    while (code := process.poll()) is None:  # noqa: ASYNC110
        await asyncio.sleep(every)
    # A killed server can leave the child that rewrites its file: it would go on filling the disk.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    return code


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
