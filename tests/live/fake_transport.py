"""A transport whose other end takes what the test says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast


class FakeTransport:
    def __init__(self) -> None:
        self.sent = bytearray()
        self.waiting = 0
        self.reading = True
        self.aborted = False
        self.closing = False

    def write(self, data: bytes) -> None:
        assert not self.closing
        self.sent += data
        if not self.reading:
            self.waiting += len(data)

    def take(self, count: int) -> None:
        self.waiting = max(0, self.waiting - count)

    def get_write_buffer_size(self) -> int:
        return self.waiting

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return default

    def is_closing(self) -> bool:
        return self.closing

    def abort(self) -> None:
        self.aborted = self.closing = True

    def as_transport(self) -> asyncio.Transport:
        return cast("asyncio.Transport", self)


class Later:
    """`loop.call_later`, in the test's hand."""

    def __init__(self) -> None:
        self.due: list[tuple[float, Callable[[], None]]] = []

    def __call__(self, delay: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
        call = (delay, callback)
        self.due.append(call)
        return cast("asyncio.TimerHandle", _Handle(self, call))


class _Handle:
    def __init__(self, later: Later, call: tuple[float, Callable[[], None]]) -> None:
        self._later = later
        self._call = call

    def cancel(self) -> None:
        if self._call in self._later.due:
            self._later.due.remove(self._call)
