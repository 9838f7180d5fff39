"""Mode 平急状态, response level 响应级别 and the one table that says which mode follows which."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from coordinator.domain.refusal import Refused


class Mode(StrEnum):
    """Of one operation in one community; an area's mode is the highest of its operations'."""

    NORMAL = "normal"
    ACTIVATING = "activating"
    EMERGENCY = "emergency"
    STANDING_DOWN = "standing_down"


class Switch(StrEnum):
    """What can happen to the mode of one community in one operation."""

    START = "start"
    RAISE = "raise"
    LOWER = "lower"
    READY = "ready"
    END = "end"
    RECALL_CLEAN = "recall_clean"
    """Recalled before anything physical was begun 误发撤销."""
    RECALL = "recall"
    """Recalled after something physical was begun: it has to be undone like any other."""
    RESTORED = "restored"


TRANSITIONS: Final = {
    (Mode.NORMAL, Switch.START): Mode.ACTIVATING,
    (Mode.ACTIVATING, Switch.RAISE): Mode.ACTIVATING,
    (Mode.ACTIVATING, Switch.LOWER): Mode.ACTIVATING,
    (Mode.ACTIVATING, Switch.READY): Mode.EMERGENCY,
    (Mode.ACTIVATING, Switch.END): Mode.STANDING_DOWN,
    (Mode.ACTIVATING, Switch.RECALL_CLEAN): Mode.NORMAL,
    (Mode.ACTIVATING, Switch.RECALL): Mode.STANDING_DOWN,
    (Mode.EMERGENCY, Switch.RAISE): Mode.ACTIVATING,  # more posts to fill
    (Mode.EMERGENCY, Switch.LOWER): Mode.EMERGENCY,
    (Mode.EMERGENCY, Switch.END): Mode.STANDING_DOWN,
    (Mode.EMERGENCY, Switch.RECALL): Mode.STANDING_DOWN,
    (Mode.STANDING_DOWN, Switch.START): Mode.ACTIVATING,  # the second wave
    (Mode.STANDING_DOWN, Switch.RAISE): Mode.ACTIVATING,
    (Mode.STANDING_DOWN, Switch.RESTORED): Mode.NORMAL,
}

_RANK: Final = {Mode.NORMAL: 0, Mode.STANDING_DOWN: 1, Mode.ACTIVATING: 2, Mode.EMERGENCY: 3}


def step(mode: Mode, switch: Switch) -> Mode:
    """The mode that follows. Raises `Refused("no_such_transition")` for a pair the table does not have."""
    try:
        return TRANSITIONS[mode, switch]
    except KeyError:
        raise Refused("no_such_transition", mode=mode.value, switch=switch.value) from None


def highest(modes: Iterable[Mode]) -> Mode:
    """EMERGENCY > ACTIVATING > STANDING_DOWN > NORMAL; NORMAL where there is no operation."""
    return max(modes, key=_RANK.__getitem__, default=Mode.NORMAL)


def lowest(modes: Iterable[Mode]) -> Mode:
    """What a higher area shows: the least switched of what is below it."""
    return min(modes, key=_RANK.__getitem__, default=Mode.NORMAL)


class ResponseLevel(StrEnum):
    """IV < III < II < I (一级最高), additive. Written and sent as its numeral; it has no colour."""

    IV = "IV"
    III = "III"
    II = "II"
    I = "I"  # noqa: E741  the level's own name

    @property
    def rank(self) -> int:
        """1 for IV to 4 for I: what is compared."""
        return _LEVEL_RANK[self.value]

    def __lt__(self, other: str) -> bool:
        return self.rank < ResponseLevel(other).rank

    def __le__(self, other: str) -> bool:
        return self.rank <= ResponseLevel(other).rank

    def __gt__(self, other: str) -> bool:
        return self.rank > ResponseLevel(other).rank

    def __ge__(self, other: str) -> bool:
        return self.rank >= ResponseLevel(other).rank

    @property
    def needs_second_person(self) -> bool:
        """II and I are ordered by two persons."""
        return self >= ResponseLevel.II

    @property
    def zh(self) -> str:
        return {4: "一级", 3: "二级", 2: "三级", 1: "四级"}[self.rank]


_LEVEL_RANK: Final = {"IV": 1, "III": 2, "II": 3, "I": 4}


class RiskColour(StrEnum):
    """三色: of a community or grid, picks graded measures (ZJ12); independent of the level."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
