"""How often something may happen: a rate with a burst. Handed the time, so that a storm is tested in no time."""

from __future__ import annotations


class Pace:
    """At most `burst` at once and `per_second` in the long run (GCRA: one number instead of a bucket)."""

    __slots__ = ("_every", "_full_at", "_slack")

    def __init__(self, per_second: float, burst: int) -> None:
        self._every = 1 / per_second
        self._slack = (burst - 1) * self._every + 1e-9  # sums of floats are a little off
        self._full_at = float("-inf")
        """When all that was spent will have been made up for."""

    def earliest(self, now: float) -> float:
        """The instant from which the next one is allowed: `now`, or later."""
        return max(now, self._full_at - self._slack)

    def spend(self, now: float) -> None:
        self._full_at = max(now, self._full_at) + self._every

    def take(self, now: float) -> bool:
        """Spend one if it is allowed now."""
        if self.earliest(now) > now:
            return False
        self.spend(now)
        return True
