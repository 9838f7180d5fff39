"""Whether somebody sees that a drill's place is being switched in earnest; where nobody does, since when and why.

Kept as a file in the drill's directory, for whoever conducts the drill to read. It watches nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
import structlog

from coordinator.store.keyfile import replace_private
from coordinator.wire.words import Language

UNWATCHED_FILE: Final = "real-orders-unwatched.json"
"""There as long as a real order might not stop this drill."""
NOT_YET: Final = "not reached yet"

log = structlog.get_logger()


class Unwatched(msgspec.Struct, frozen=True):
    since: datetime
    why: str

    def line(self, zone: datetime, lang: Language) -> str:
        """What a person has to know: nothing stops this drill but they. `zone`: some instant in the zone to use."""
        since = f"{self.since.astimezone(zone.tzinfo):%m-%d %H:%M:%S}"
        if lang == "zh":
            return f"实战命令自 {since} 起无人监视，转入实战须人工暂停演练！（{self.why}）"
        return (
            f"real orders are NOT being watched since {since}: pause by hand if it becomes real! ({self.why})"
        )


class Watched:
    """The watch over one drill's place in several parts, each seen or not; at first none is."""

    def __init__(self, directory: Path, parts: int, now: Callable[[], datetime]) -> None:
        self._drill = directory.name
        self._path = directory / UNWATCHED_FILE
        self._faults = dict.fromkeys(range(parts), NOT_YET)
        self._now = now
        self._since = now()
        self._write(NOT_YET)

    def whole(self, part: int) -> None:
        if self._faults.pop(part, None) is None or self._faults:
            return
        self._path.unlink(missing_ok=True)
        log.info("real orders are watched", drill=self._drill)

    def fault(self, part: int, why: str) -> None:
        """Said once for as long as it stays the same."""
        if self._faults.get(part) == why:
            return
        if not self._faults:
            self._since = self._now()
        self._faults[part] = why
        log.warning("real orders are NOT being watched", drill=self._drill, why=why)
        self._write(why)

    def _write(self, why: str) -> None:
        try:
            replace_private(self._path, msgspec.json.encode(Unwatched(self._since, why)))
        except OSError as full:  # the watch itself goes on
            log.error("the drill's directory cannot be written", drill=self._drill, why=str(full))


def read_unwatched(directory: Path) -> Unwatched | None:
    path = directory / UNWATCHED_FILE
    return msgspec.json.decode(path.read_bytes(), type=Unwatched) if path.exists() else None
