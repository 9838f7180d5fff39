"""The directory of one embedded server: private, held by one, stamped by who wrote it, with some ballast.

Knows files and the lock, not the process: `store/embedded.py` starts that.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import secrets
import shutil
import stat
import tempfile
from pathlib import Path
from typing import Final
from urllib.parse import quote

from coordinator.store.errors import StoreError
from coordinator.store.keyfile import replace_private, write_private
from coordinator.store.programs import Program

BALLAST_BYTES: Final = 8 * 1024 * 1024
FLOOR_BYTES: Final = 4 * 1024 * 1024
"""With less room than this a server with `appendfsync always` dies at its first writes."""
AMPLE_BYTES: Final = 64 * 1024 * 1024
"""With this much room the ballast is made (again)."""

_SOCKET_PATH_BYTES: Final = 103
"""A socket's path must be under 108 bytes on Linux, 104 on macOS."""
_LOCK_POLL: Final = 0.02


class ServerDirectory:
    """Files: `lock` (who holds it), `password`, `stamp` (family and version), `endpoint` (where the socket
    is), `ballast`, `server.log` and what the server itself writes."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._lock: int | None = None
        self._short: Path | None = None

    def prepare(self) -> None:
        """Makes the directory with mode 0700, or refuses one that others can enter."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        facts = self.path.stat()
        if facts.st_uid != os.geteuid() or facts.st_mode & 0o077:
            raise StoreError("directory_not_private", path=self.path, mode="0700")

    async def hold(self, patience: float) -> int:
        """The lock's descriptor, for the child to inherit: the lock then outlives a parent that was killed.

        A server whose parent is gone is on its way out and is waited for, up to `patience` seconds; any other
        holder is named at once, as `StoreError("directory_in_use")`.
        """
        if self._lock is not None:
            return self._lock
        descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            deadline = asyncio.get_running_loop().time() + patience
            while not _locked(descriptor):
                parent, server = _holders(descriptor)
                if (parent and _alive(parent)) or asyncio.get_running_loop().time() > deadline:
                    raise StoreError("directory_in_use", directory=self.path, pid=server or parent or "?")
                await asyncio.sleep(_LOCK_POLL)
        except BaseException:
            os.close(descriptor)
            raise
        self._lock = descriptor
        self.name_holder(None)
        return descriptor

    def name_holder(self, server: int | None) -> None:
        """Writes into the lock file who holds it: this process and, once it runs, the server."""
        assert self._lock is not None
        os.pwrite(self._lock, f"{os.getpid():<12}{server or 0:<12}".encode(), 0)

    def release(self) -> None:
        """Gives the directory up, once the server has ended."""
        if self._lock is None:
            return
        (self.path / "endpoint").unlink(missing_ok=True)
        if self._short is not None:
            shutil.rmtree(self._short, ignore_errors=True)
        os.close(self._lock)
        self._lock = None

    def stamp(self, program: Program) -> None:
        """Refuses data of another family or of a later version; else writes who is about to change it."""
        stamp = self.path / "stamp"
        if stamp.exists():
            written = json.loads(stamp.read_bytes())
            by = Program(program.path, written["family"], tuple(written["version"]))
            if by.family != program.family:
                raise StoreError("other_family", directory=self.path, written_by=by, found=program)
            if by.version > program.version:
                raise StoreError("downgrade", directory=self.path, written_by=by, found=program)
        elif (self.path / "appendonlydir").exists() or (self.path / "dump.rdb").exists():
            raise StoreError("unstamped", directory=self.path)
        # Before the server starts: once a newer one has touched the files there is no way back. Written only where
        # it says something new: a server that a full disk has ended must come back on it.
        said = json.dumps({"family": program.family, "version": program.version}).encode()
        if not stamp.exists() or stamp.read_bytes() != said:
            replace_private(stamp, said)

    def password(self) -> str:
        path = self.path / "password"
        if not path.exists():
            replace_private(path, secrets.token_urlsafe(32).encode())
        if path.stat().st_mode & 0o077:
            raise StoreError("directory_not_private", path=path, mode="0600")
        return path.read_text(encoding="ascii")

    def socket(self) -> Path:
        """Where the server listens: in the directory, or in a short one if that path is too long.

        The same place each time it is started: whoever was told of it looks for it there.
        """
        path = self.path / "server.sock"
        if len(os.fsencode(path)) > _SOCKET_PATH_BYTES:
            self._short = _made_again(self._short)
            path = self._short / "server.sock"
        replace_private(self.path / "endpoint", os.fsencode(path))
        return path

    def log_tail(self, lines: int = 4) -> str:
        path = self.path / "server.log"
        if not path.exists():
            return ""
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 4096))
            return " | ".join(file.read().decode(errors="replace").splitlines()[-lines:])

    def free_bytes(self) -> int:
        return shutil.disk_usage(self.path).free

    def keep_ballast(self) -> bool:
        """Room to come back with on a full disk; True while it is there.

        Under `always` a full disk ends the server, and would end it again at every start. So 8 MB are set
        aside while there is room, and given up at a start that finds none: that start works, the log can be
        read, and the operator make room. When they are spent too, the start is refused: no hidden crash-loop.
        """
        ballast = self.path / "ballast"
        free = self.free_bytes()
        if free < FLOOR_BYTES:
            if not ballast.exists():
                raise StoreError("disk_full", directory=self.path, free=free)
            ballast.unlink()
            return False
        if not ballast.exists() and free > AMPLE_BYTES:
            # Random bytes written out: a hole or a compressed run of zeros would set nothing aside.
            write_private(ballast, os.urandom(BALLAST_BYTES))
        return ballast.exists()


def _made_again(short: Path | None) -> Path:
    """A private directory with a short path: the one there was, unless somebody else has taken its name meanwhile."""
    if short is not None:
        try:
            short.mkdir(mode=0o700)
        except FileExistsError:
            facts = short.lstat()
            if stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.geteuid() and not facts.st_mode & 0o077:
                return short
        else:
            return short
    return Path(tempfile.mkdtemp(prefix="pingji-"))


def running_url(directory: Path) -> str | None:
    """How another process of this user reaches the server that runs on that directory; None if none does."""
    endpoint, password = directory / "endpoint", directory / "password"
    if not endpoint.exists() or not password.exists():
        return None
    return socket_url(Path(os.fsdecode(endpoint.read_bytes())), password.read_text(encoding="ascii"))


def socket_url(socket: Path, password: str) -> str:
    return f"unix://:{quote(password, safe='')}@{quote(str(socket))}?db=0"


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holders(descriptor: int) -> tuple[int, int]:
    said = os.pread(descriptor, 24, 0).split()
    return (int(said[0]), int(said[1])) if len(said) == 2 else (0, 0)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
