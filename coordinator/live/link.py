"""The writing side of one socket: every byte that leaves through it leaves here, in whole frames, without waiting.

aiohttp's writer is not used beside it, so nothing can come between two halves of a frame or wait for a slow client.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from enum import Enum, auto

from coordinator.live import closing
from coordinator.live.frame import PING, close_frame, pong_frame
from coordinator.live.settings import LiveSettings
from coordinator.wire.close_codes import CloseCode

_LINGER_0 = struct.pack("ii", 1, 0)


class Health(Enum):
    """What a look at a socket says."""

    WELL = auto()
    SILENT = auto()
    """Nothing was heard from it though it was pinged: it is gone."""
    SLOW = auto()
    """It takes nothing of what waits for it."""


class Link:
    """`later` schedules the end of a client that does not answer the close: `loop.call_later`."""

    def __init__(
        self,
        transport: asyncio.Transport,
        settings: LiveSettings,
        now: float,
        later: Callable[[float, Callable[[], None]], asyncio.TimerHandle],
    ) -> None:
        self.code = 0
        """What it was closed with."""
        self._transport = transport
        self._settings = settings
        self._later = later
        self._written = 0
        self._taken = 0
        self._moved = now
        self._heard = now
        self._pinged = now
        self._end: asyncio.TimerHandle | None = None
        own = transport.get_extra_info("socket")
        if own is not None:
            own.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, settings.send_buffer)

    # --- writing ----------------------------------------------------------------------------------------

    def ready(self) -> bool:
        """Everything written so far is with the kernel."""
        return self._transport.get_write_buffer_size() == 0 and not self.code

    def write(self, frame: bytes) -> None:
        if not self.code and not self._transport.is_closing():
            self._written += len(frame)
            self._transport.write(frame)

    def pong(self, payload: bytes) -> None:
        self.write(pong_frame(payload))

    def close(self, code: CloseCode | int) -> None:
        """Say so, and give the client a moment to answer. Nothing is written after it."""
        if self.code:
            return
        self.write(close_frame(code, closing.reason(code) if isinstance(code, CloseCode) else ""))
        self.code = int(code)
        self._end = self._later(self._settings.close_seconds, self.abort)

    def abort(self) -> None:
        """At once, giving back what the kernel holds: with the default linger it would hold it for minutes."""
        own = self._transport.get_extra_info("socket")
        if own is not None and not self._transport.is_closing():
            own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_0)
        self._transport.abort()

    def ended(self) -> None:
        """The handler is done with it."""
        if self._end is not None:
            self._end.cancel()

    # --- health -----------------------------------------------------------------------------------------

    def heard(self, now: float) -> None:
        self._heard = now

    def check(self, now: float) -> Health:
        """Ping it where it is time to. Called every few seconds."""
        waiting = self._transport.get_write_buffer_size()
        taken = self._written - waiting
        if not waiting or taken != self._taken:
            self._taken, self._moved = taken, now
        if now - self._moved >= self._settings.slow_seconds:
            return Health.SLOW
        if now - self._heard >= self._settings.silent_seconds:
            return Health.SILENT
        if now - max(self._heard, self._pinged) >= self._settings.ping_seconds:
            self._pinged = now
            self.write(PING)
        return Health.WELL
