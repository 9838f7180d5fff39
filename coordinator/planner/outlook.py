"""The answer to "what would this switch-over come to?", as records: for a terminal, for `--json`, for a screen.

Filled in by `feasibility.py`; counts nothing itself.
"""

from __future__ import annotations

import msgspec

from coordinator.domain.area import AreaCode, AreaLevel
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.text import Text


class Need(msgspec.Struct):
    """Heads asked for, and those nobody can be found for: in the first shift, and over all shifts of 24 h."""

    posts: int = 0
    heads: int = 0
    heads_24h: int = 0
    short: int = 0
    short_24h: int = 0

    def add(self, other: Need) -> None:
        self.posts += other.posts
        self.heads += other.heads
        self.heads_24h += other.heads_24h
        self.short += other.short
        self.short_24h += other.short_24h


class Row(msgspec.Struct):
    """One area with all posts at and below it; `own`: only the posts that belong to the street itself."""

    area: AreaCode
    name: str
    need: Need
    own: bool = False


class ShiftNeed(msgspec.Struct):
    """One shift of the day: the later ones are filled with whom the earlier ones left."""

    shift: int
    heads: int = 0
    called: int = 0
    """More than `heads`: not everybody who is called comes."""
    short: int = 0


class SkillNeed(msgspec.Struct):
    """Posts for which any one of `skills` qualifies (none: anyone), over 24 h."""

    skills: tuple[str, ...]
    heads_24h: int = 0
    people: int = 0
    """Who qualify, wherever else they may be wanted."""
    short_24h: int = 0

    @property
    def balance(self) -> int:
        return self.people - self.heads_24h


class TaskNeed(msgspec.Struct, frozen=True):
    key: str
    name: Text
    scope: AreaLevel
    by_minutes: int
    must: bool
    places: int


class ConversionNeed(msgspec.Struct, frozen=True):
    kind: str
    to: str
    use: Text
    by_minutes: int
    must: bool
    buildings: int
    places_without: int
    """Areas asked for one in which no such building is registered."""


class SuspensionNeed(msgspec.Struct, frozen=True):
    routine: str
    name: Text
    routines: int


class Unstaffed(msgspec.Struct):
    """An area whose first shift cannot be filled."""

    area: AreaCode
    name: str
    level: AreaLevel
    short: int = 0
    must_short: int = 0
    """Heads of posts that READY waits for: it cannot come to 到位 by itself."""
    posts: dict[str, int] = {}
    """Post key -> heads that stay open."""


class Feasibility(msgspec.Struct):
    """The whole answer; what a terminal shows is read from it."""

    playbook: str
    hazard: str
    level: ResponseLevel
    area: AreaCode
    name: str
    places: dict[AreaLevel, int]
    """How many streets, communities and grids are concerned."""
    supply: int
    """People who may be called: adult, not exempt, at home in the districts concerned."""
    drawn_from: tuple[AreaCode, ...]
    total: Need
    by_scope: dict[AreaLevel, Need]
    rows: tuple[Row, ...]
    shifts: tuple[ShiftNeed, ...]
    skills: tuple[SkillNeed, ...]
    tasks: tuple[TaskNeed, ...]
    conversions: tuple[ConversionNeed, ...]
    suspensions: tuple[SuspensionNeed, ...]
    unstaffed: tuple[Unstaffed, ...]
    balance: int = 0
    """Supply minus heads in 24 h, everyone taken for one shift a day."""
    world: str = ""
    """Whose registers these are, and whether their people are generated: said by whoever opened them."""
    sampled: bool = False

    def staffed(self, level: AreaLevel) -> int:
        """Areas of that level whose own posts are filled in the first shift."""
        return self.places[level] - sum(1 for one in self.unstaffed if one.level is level)
