"""A job that runs listed functions only. Writing to Redis must not be running code.

RQ imports and calls any dotted path that stands in a job: as its function, as one of its callbacks. It also posts to
any address that stands there as a webhook. Nothing of that is left here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import structlog
from rq.job import Job

from coordinator.jobs.payload import NOTIFY
from workers.notify.job import notify

FUNCTIONS: Final[Mapping[str, Callable[[object], None]]] = {NOTIFY: notify}
"""By kind: the queue's name and its jobs' function are one word."""

_log = structlog.get_logger(__name__)


class NotListed(Exception):
    """A job names something that no coordinator has put there."""


class ListedJob(Job):
    """What a worker of ours takes from a queue."""

    @property
    def func(self) -> Callable[[object], None]:
        name = self.func_name
        if name is None or name not in FUNCTIONS or self.instance is not None:
            _log.error("a job was refused: its function is not listed", job=self.id, function=name)
            raise NotListed(name)
        return FUNCTIONS[name]

    @property
    def success_callback(self) -> None:
        return None

    @property
    def failure_callback(self) -> None:
        return None

    @property
    def stopped_callback(self) -> None:
        return None

    def send_webhooks(self, *_: Any, **__: Any) -> None:
        """Not from here."""
