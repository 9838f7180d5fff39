"""Reading that outlasts the request that began it: whoever asks waits a little and else is told to come again.

It never answers from before the question: what was read for somebody who has gone is not yet what is asked for now.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine


class ReadingOn:
    """One reading at a time, for all who ask meanwhile."""

    def __init__(self, read: Callable[[], Coroutine[None, None, None]], name: str) -> None:
        """`read`: from where it is to the end as it is then. What it raises is for whoever waits at that moment."""
        self._read = read
        self._name = name
        self._task: asyncio.Task[None] | None = None

    async def until(self, there: Callable[[], bool], patience: float) -> bool:
        """Whether it came so far within these seconds; else it goes on. Raises what the reading does."""
        loop = asyncio.get_running_loop()
        end = loop.time() + patience
        begun = False
        while not there():
            if self._task is None or self._task.done():
                if begun:  # it read all there is: the log has lost what was there when it was asked for
                    return False
                begun = True
                self._task = asyncio.create_task(self._read(), name=self._name)
                self._task.add_done_callback(_heard_of)
            task = self._task
            done, _ = await asyncio.wait({task}, timeout=max(0.0, end - loop.time()))
            if not done:
                return False
            task.result()  # half of it is no answer
        return True


def _heard_of(task: asyncio.Task[None]) -> None:
    """A reading that failed while nobody waited is begun again by the next who asks: that is no error to report."""
    if not task.cancelled():
        task.exception()
