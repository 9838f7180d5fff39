"""A coordinator's web application on a free port, around a fake engine."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import web

from coordinator.api.app import make_app
from coordinator.live.settings import LiveSettings
from coordinator.wire.board import Board
from coordinator.wire.messages import SERVER, Delta, Snapshot
from tests.live.fake_engine import FakeEngine

WITHIN = 10
"""Seconds after which a test that hangs fails."""


@dataclass
class Served:
    engine: FakeEngine
    http: aiohttp.ClientSession
    port: int
    runner: web.AppRunner

    @asynccontextmanager
    async def socket(
        self, token: str | None = "commander-token", **options: Any
    ) -> AsyncIterator[LiveClient]:
        async with self.http.ws_connect("/ws", **options) as socket:
            client = LiveClient(socket)
            if token is not None:
                await client.say(type="sign_in", token=token)
                await client.hear("signed_in")
            yield client


class LiveClient:
    """Says and hears messages; keeps boards."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.frames: list[str] = []
        self.boards: dict[str, Board] = {}

    async def say(self, **message: Any) -> None:
        await self.socket.send_str(json.dumps(message))

    async def hear(self, kind: str) -> dict[str, Any]:
        """The next message, which has to be of this kind."""
        async with asyncio.timeout(WITHIN):
            received = await self.socket.receive()
        assert received.type is aiohttp.WSMsgType.TEXT, received
        self.frames.append(received.data)
        message = SERVER.validate_json(received.data)
        assert message.type == kind, received.data
        if isinstance(message, Snapshot):
            board = self.boards.setdefault(message.board, Board(message.board))
            board.snapshot(message.part, message.cursor, message.entries, message.at)
        elif isinstance(message, Delta):
            self.boards[message.board].delta(
                message.part, message.since, message.cursor, message.set, message.gone, message.at
            )
        plain: dict[str, Any] = json.loads(received.data)
        return plain

    async def closed(self) -> int:
        """The close code, once whatever was still on its way has been read."""
        async with asyncio.timeout(WITHIN):
            while True:
                received = await self.socket.receive()
                if received.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED):
                    assert self.socket.close_code is not None
                    return self.socket.close_code


@asynccontextmanager
async def serving(settings: LiveSettings | None = None) -> AsyncIterator[Served]:
    engine = FakeEngine()
    runner = web.AppRunner(make_app(engine, settings or LiveSettings()), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:
            yield Served(engine, http, port, runner)
    finally:
        await runner.cleanup()


HANDSHAKE = (
    b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n"
)


async def raw_socket(served: Served) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A WebSocket after its handshake, in bare bytes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(HANDSHAKE)
    async with asyncio.timeout(WITHIN):
        head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 101")
    return reader, writer


async def hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()
