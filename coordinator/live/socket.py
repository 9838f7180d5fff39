"""aiohttp around it all: the handshake, the reading loop, and the two clocks that drive hub and keeper.

It decides nothing: that a message is good is the session's to say, what is written is the link's.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Literal
from urllib.parse import urlsplit

import structlog
from aiohttp import WSMsgType, web

from coordinator.live.connection import Connection
from coordinator.live.frame import NORMAL
from coordinator.live.hub import Hub
from coordinator.live.keeper import Keeper
from coordinator.live.link import Link
from coordinator.live.port import Engine
from coordinator.live.session import Session
from coordinator.live.settings import LiveSettings
from coordinator.live.watched import NEVER
from coordinator.wire.close_codes import CloseCode
from coordinator.wire.messages import MAX_FRAME

log = structlog.get_logger()

_OWN_CODES = {1009: CloseCode.TOO_BIG}
"""What aiohttp closes with by itself, said in our words; any other break of RFC 6455 is a bad message."""


class Channel(web.WebSocketResponse[Literal[True]]):
    """aiohttp's half: handshake and reading. It pings, pongs and closes through the link, like everyone."""

    link: Link | None = None

    def __init__(self) -> None:
        super().__init__(autoping=False, autoclose=False, compress=False, max_msg_size=MAX_FRAME)

    async def close(self, *, code: int = 1000, message: bytes = b"", drain: bool = True) -> bool:
        """aiohttp calls this on a frame that breaks the protocol, at the end of the stream and of the handler."""
        if self.link is not None and code != NORMAL:
            self.link.close(_OWN_CODES.get(code, CloseCode.BAD_MESSAGE))
        return True


class Sockets:
    """All sockets of one coordinator. `run` is to be kept running while it serves."""

    def __init__(self, engine: Engine, settings: LiveSettings) -> None:
        self._engine = engine
        self._settings = settings
        self._loop = asyncio.get_running_loop()
        self._hub = Hub(engine, settings, self._loop.time)
        self.keeper = Keeper(engine, settings)
        self._turn: asyncio.TimerHandle | asyncio.Handle | None = None
        self._turn_at = NEVER
        self._closed = asyncio.Event()
        engine.on_change(self._changed)

    # --- the hub's clock --------------------------------------------------------------------------------

    def _changed(self, part: str) -> None:
        self._hub.changed(part)
        self.keeper.changed(part)
        self._wake()

    def _wake(self) -> None:
        """A turn as soon as the loop comes round: what happens until then is merged into it."""
        self._wake_at(self._loop.time())

    def _wake_at(self, when: float) -> None:
        if when >= self._turn_at or self.keeper.stopping:
            return
        if self._turn is not None:
            self._turn.cancel()
        self._turn_at = when
        now = self._loop.time()
        self._turn = (
            self._loop.call_soon(self._take_turn)
            if when <= now
            else self._loop.call_at(when, self._take_turn)
        )

    def _take_turn(self) -> None:
        self._turn, self._turn_at = None, NEVER
        self._wake_at(self._hub.turn(self._loop.time()))

    # --- the keeper's clock -----------------------------------------------------------------------------

    async def run(self) -> None:
        """Look after everyone until cancelled."""
        while True:
            try:
                self.keeper.tick(self._loop.time())
            except Exception:
                log.exception("looking after the sockets failed")
            await asyncio.sleep(self._settings.status_seconds)

    async def stop(self) -> None:
        """Tell everyone to come back elsewhere, and wait until they have gone or their time is over."""
        self.keeper.stop()
        if self._turn is not None:
            self._turn.cancel()
        if len(self.keeper):
            self._closed.clear()
            await self._closed.wait()

    # --- one socket -------------------------------------------------------------------------------------

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """GET /ws."""
        if self.keeper.full:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "10"})
        channel = Channel()
        with suppress(ConnectionResetError):
            await channel.prepare(request)
        transport = request.transport
        if transport is None:
            return channel  # it was gone before the handshake was over
        now = self._loop.time()
        link = channel.link = Link(transport, self._settings, now, self._loop.call_later)
        session = Session(self._engine, self._settings, now)
        connection = Connection(self._engine, session, link, self._hub, self._wake, self._loop.time)
        self.keeper.add(connection)
        if not self._origin_is_good(request):
            connection.stop(CloseCode.BAD_ORIGIN)
        try:
            await self._read(channel, connection, transport)
        finally:
            self.keeper.remove(connection)
            await connection.end()
            transport.close()
            if not len(self.keeper):
                self._closed.set()
        return channel

    async def _read(self, channel: Channel, connection: Connection, transport: asyncio.Transport) -> None:
        """Until the client closes or is gone. What it sends after we have closed is read and dropped."""
        while True:
            message = await channel.receive()
            match message.type:
                case WSMsgType.TEXT | WSMsgType.BINARY:
                    connection.receive(message.data)
                case WSMsgType.PING:
                    connection.ping(message.data)
                case WSMsgType.PONG:
                    connection.link.heard(self._loop.time())
                case WSMsgType.CLOSE:
                    connection.link.close(NORMAL)
                    return
                case WSMsgType.ERROR:
                    if not transport.is_closing():
                        # Closing with bytes unread would reset the connection and lose the close code.
                        await asyncio.sleep(self._settings.close_seconds)
                    return
                case _:
                    return

    def _origin_is_good(self, request: web.Request) -> bool:
        """Browsers name where a page comes from: our own host, or one that is allowed by name."""
        origin = request.headers.get("Origin")
        if origin is None or origin in self._settings.origins:
            return True
        return bool(request.host) and urlsplit(origin).netloc == request.host
