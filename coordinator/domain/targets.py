"""Targets: a level for each target area, what becomes of them when some areas are raised, lowered or ended, and which
of them concern one part of the tree."""

from __future__ import annotations

from collections.abc import Mapping

from coordinator.domain.area import AreaCode
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.register import AreaRegister

Targets = Mapping[AreaCode, ResponseLevel | None]
"""A level for each target area; the nearest target above counts; None: ended there."""


def retarget(
    targets: Targets, change: Targets, areas: AreaRegister, *, raising: bool
) -> dict[AreaCode, ResponseLevel | None]:
    """New targets after a change of some areas.

    What stands below a changed area goes with it; but a raise leaves what is higher already, and a lowering what
    is lower or has ended: neither may do the opposite of its name anywhere.
    """
    result = dict(targets)
    for area, level in change.items():
        for other, theirs in targets.items():
            below = other != area and areas.within(other, area)
            if below and other not in change and not _beyond(theirs, level, raising):
                result.pop(other, None)
        result[area] = level
    return result


def targets_of(part: AreaCode, targets: Targets, areas: AreaRegister) -> dict[AreaCode, ResponseLevel | None]:
    """Those that concern a part of the tree: in it, or above it. What was ordered for others is not among them."""
    return {
        target: level
        for target, level in targets.items()
        if areas.within(target, part) or areas.within(part, target)
    }


def _beyond(theirs: ResponseLevel | None, level: ResponseLevel | None, raising: bool) -> bool:
    """Whether an area is already where a change goes, or further."""
    if level is None:
        return False
    if theirs is None:
        return not raising
    return theirs > level if raising else theirs < level
