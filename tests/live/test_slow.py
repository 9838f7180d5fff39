"""Those who do not read: nobody else waits for them, and what they cost is given back."""

from __future__ import annotations

import asyncio
import select
import socket
from contextlib import ExitStack

from coordinator.live.settings import LiveSettings
from coordinator.wire.board import BoardKey
from tests.live.serving import HANDSHAKE, WITHIN, Served, serving

AREA = BoardKey.parse("area:420107")
PART = "420107"


async def test_two_hundred_clients_that_never_read_hold_nobody_up() -> None:
    settings = LiveSettings(slow_seconds=3, check_seconds=0.1, status_seconds=0.05, frames_per_second=1000)
    async with serving(settings) as served:
        with ExitStack() as stack:
            lazy = [stack.enter_context(await lazy_socket(served)) for _ in range(200)]
            async with served.socket(max_msg_size=0) as client:
                await client.say(type="subscribe", board="area:420107")
                await client.hear("snapshot")
                for number in range(40):
                    served.engine.put(PART, AREA, f"rows/{number % 4}", {"text": "x" * 20_000, "n": number})
                    async with asyncio.timeout(2):
                        await client.hear("delta")
                board = client.boards["area:420107"]
                assert {entry["n"] for entry in board.entries.values()} == {36, 37, 38, 39}
                # Written to while they read nothing, they are cut off, which gives back what is held for them.
                await asyncio.to_thread(wait_for_resets, lazy)


async def lazy_socket(served: Served) -> socket.socket:
    """One that signs in, subscribes and never reads a byte."""
    loop = asyncio.get_running_loop()
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    one.setblocking(False)
    await loop.sock_connect(one, ("127.0.0.1", served.port))
    await loop.sock_sendall(one, HANDSHAKE)
    for text in (
        b'{"type": "sign_in", "token": "grid-token"}',
        b'{"type": "subscribe", "board": "area:420107"}',
    ):
        await loop.sock_sendall(one, bytes((0x81, 0x80 | len(text))) + b"\0\0\0\0" + text)
    return one


def wait_for_resets(lazy: list[socket.socket]) -> None:
    """Until the other end has cut off all of them, without reading a byte: reading would save them."""
    for one in lazy:
        poller = select.poll()
        poller.register(one, 0)
        found = poller.poll(WITHIN * 1000)
        assert found and found[0][1] & select.POLLERR, "it is still held"
