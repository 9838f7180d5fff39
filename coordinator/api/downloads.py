"""Answers that are saved as a file: the name carries the world's mark, for a file goes further than its page."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from coordinator.wire.marks import mark

DISPOSITION: Final = "Content-Disposition"


def disposition(world: str, rest: str) -> str:
    """For a file named after its world: `【演练】DRILL-1-420107-log.csv`; an old browser gets it without the mark."""
    plain = "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in f"{world}-{rest}")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(mark(world) + plain)}"
