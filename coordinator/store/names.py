"""What may be called how, and how much one append may carry: checked the same for every log.

Pure; a name that passes can stand in a key, in a MAC and in a file's name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

MAX_EVENTS: Final = 4096
MAX_BYTES: Final = 16 * 1024 * 1024
"""Of one append. A batch is 64 events and 256 KB; these only stop a mistake from freezing the server."""

_WORLD: Final = re.compile(r"[A-Z0-9-]+")
_SCOPE: Final = re.compile(r"[A-Za-z0-9_-]+")
_DIGEST: Final = re.compile(r"[A-Za-z0-9_:-]+")


def check_world(world: str) -> str:
    """The name itself, if it may be a world's."""
    if not _WORLD.fullmatch(world):
        raise ValueError(f"a world is named by A-Z, 0-9 and -, not {world!r}")
    return world


def check_scope(scope: str) -> str:
    """The name itself, if it may be a scope's."""
    if not _SCOPE.fullmatch(scope):
        raise ValueError(f"a scope is named by letters, digits, - and _, not {scope!r}")
    return scope


def check_digest(digest: str) -> str:
    """The digest itself, if it may name a blob."""
    if not _DIGEST.fullmatch(digest):
        raise ValueError(f"not a digest: {digest!r}")
    return digest


def check_batch(bodies: Sequence[bytes]) -> None:
    """Raises `ValueError` for what is too large to be meant."""
    if len(bodies) > MAX_EVENTS or sum(map(len, bodies)) > MAX_BYTES:
        raise ValueError(f"one append takes at most {MAX_EVENTS} events and {MAX_BYTES} bytes")
