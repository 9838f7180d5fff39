"""The outlines that a data directory has: what its world is founded with, and what drills of this place take along.

Once founded, a world's outlines stand on the log's server; this copy follows what is brought here.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec
import structlog

from coordinator.domain.area import AreaCode
from coordinator.store.keyfile import replace_private
from coordinator.store.outlines import Outline, Outlines

OUTLINES_FILE: Final = "outlines.json"

log = structlog.get_logger()


def laid(data: Path) -> dict[AreaCode, Outline]:
    path = data / OUTLINES_FILE
    return msgspec.json.decode(path.read_bytes(), type=dict[AreaCode, Outline]) if path.exists() else {}


def lay(data: Path, outlines: Mapping[AreaCode, Outline]) -> None:
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    replace_private(data / OUTLINES_FILE, msgspec.json.encode(outlines))


async def found_outlines(kept: Outlines, data: Path) -> None:
    """Before a world gets its first event: what its directory has is what it begins with. Raises `LogUnavailable`.

    A city is founded without a map sooner than not at all.
    """
    try:
        await kept.put(laid(data))
    except msgspec.DecodeError as wrong:
        log.warning("the outlines cannot be read", file=str(data / OUTLINES_FILE), why=str(wrong))
