"""Posts 岗位: what has to be manned where, and how many stand there. Opened and closed by the switch of a place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec
from msgspec.structs import replace

from coordinator.domain.area import AreaCode
from coordinator.domain.text import Text


class Post(msgspec.Struct, frozen=True, omit_defaults=True):
    """One post. `wanted` says how many each operation asks for; two that share it get the larger, not the sum."""

    id: str
    area: AreaCode
    key: str
    name: Text
    wanted: dict[str, int]
    shifts: int
    shift_minutes: int
    crew_min: int
    skills: tuple[str, ...]
    may_fill: tuple[str, ...]
    by: datetime
    must: bool
    called: int = 0
    """Called out and not yet answered."""
    coming: int = 0
    present: int = 0
    overdue: int = 0
    """Of those present: their shift is over, and they stand until their relief has come."""

    @property
    def heads(self) -> int:
        """How many are needed in the running shift."""
        return max(self.wanted.values(), default=0)

    @property
    def standing(self) -> int:
        """Who counts: fewer than the crew minimum count as none (one alone in water)."""
        return self.present if self.present >= min(self.crew_min, self.heads) else 0

    @property
    def filled(self) -> bool:
        return self.standing >= self.heads

    @property
    def fresh(self) -> int:
        """Present, and within their shift."""
        return self.present - self.overdue

    @property
    def missing(self) -> int:
        """Heads for whom nobody has been called; who stands beyond their shift has to be relieved."""
        return max(0, self.heads - self.called - self.coming - self.fresh)

    @property
    def operation(self) -> str:
        """The operation it was opened for first."""
        return next(iter(self.wanted), "")

    def without(self, operation: str) -> Post:
        return replace(self, wanted={op: heads for op, heads in self.wanted.items() if op != operation})


def post_id(operation: str, area: AreaCode, key: str, share: str) -> str:
    """A shared post has one id for all operations; any other belongs to its operation."""
    return f"share:{share}@{area}" if share else f"{operation}:{key}@{area}"


def counts(post: Post) -> Mapping[str, int]:
    """What a post adds to the rows above it."""
    short = max(0, post.heads - post.standing)
    return {
        "posts": 1,
        "needed": post.heads,
        "filled": min(post.standing, post.heads),
        "short": short,
        "must_short": short if post.must else 0,
    }
