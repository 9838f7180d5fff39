"""How a world that is not real is marked on everything that comes out of it (rule 3), in both languages alike."""

from __future__ import annotations

from typing import Final

from coordinator.domain.world import DEMO, DRILL_MARK, LIVE

MARK_DEMO: Final = "【演示】"
MARK_DRILL: Final = DRILL_MARK


def mark(world: str) -> str:
    """Stands before every title: nothing for the real one. Whatever is neither real nor the demo is a drill."""
    return {LIVE: "", DEMO: MARK_DEMO}.get(world, MARK_DRILL)
