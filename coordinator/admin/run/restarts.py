"""When a process that ended is started again: at once at first, then after longer and longer pauses.

Holds no process and looks at no clock; what failed while it started, again and again, is given up.
"""

from __future__ import annotations

from typing import Final

AT_ONCE: Final = 3
"""So many failures in a row are mended as fast as we can: a restart is what mends most."""
FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 5.0
"""Seconds. What it waits for, as a coordinator for the log's server, may be back at any moment."""
STEADY_SECONDS: Final = 60.0
"""Who lived so long was well: the next end counts as the first."""
STARTING_SECONDS: Final = 5.0
CRASHES: Final = 12
"""So many ends in a row while starting are a fault that starting again does not mend."""


class Restarts:
    """Of one process. Times are seconds of a clock that only goes forward."""

    def __init__(self) -> None:
        self.began = 0.0
        self.due: float | None = None
        """When to start it again, once it has ended."""
        self._failures = 0
        self._crashes = 0

    @property
    def hopeless(self) -> bool:
        return self._crashes > CRASHES

    def begin(self, now: float) -> None:
        """It is being started."""
        self.began, self.due = now, None

    def end(self, now: float, *, killed: bool) -> float:
        """It has ended; seconds to wait. Who was killed from outside did not fail; who gives up by itself does."""
        pause = 0.0 if killed else self._pause_after(now - self.began)
        self.due = now + pause
        return pause

    def _pause_after(self, lived: float) -> float:
        self._failures = 1 if lived >= STEADY_SECONDS else self._failures + 1
        self._crashes = self._crashes + 1 if lived < STARTING_SECONDS else 0
        doubled = self._failures - AT_ONCE - 1
        # Bounded before it is raised: a power of two overflows after a day of failures.
        return 0.0 if doubled < 0 else min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(doubled, 10))
