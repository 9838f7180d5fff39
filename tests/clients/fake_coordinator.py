"""A coordinator that speaks the wire protocol and does nothing else: boards are set by the test, commands recorded.

Answers to commands are taken from a script; without one, a command is accepted and remembered by its key.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from coordinator.wire.board import Cursor
from coordinator.wire.errors import error_body
from coordinator.wire.messages import (
    CLIENT,
    CommandMessage,
    Delta,
    ErrorMessage,
    Message,
    Ping,
    Pong,
    Result,
    SignedIn,
    SignIn,
    Snapshot,
    Status,
    Subscribe,
    Unsubscribe,
)

AT = datetime(2026, 7, 1, 0, 0, tzinfo=UTC)
TOKEN = "token-of-a-duty-officer"

Answer = Callable[[CommandMessage], Result | None]
"""What to say to one command; None: cut the connection instead."""


def accepted(message: CommandMessage) -> Result:
    return Result(key=message.key, status="accepted", scope="420107", position=7)


def unknown(message: CommandMessage) -> Result:
    return Result(key=message.key, status="unknown")


def refused(code: str, **facts: str) -> Answer:
    return lambda message: Result(key=message.key, status="refused", error=error_body(code, facts))


def cut(message: CommandMessage) -> None:
    return None


@dataclass
class FakeBoard:
    """One part of one board, with its history since position 0."""

    part: str
    position: int = 0
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass
class FakeCoordinator:
    me: dict[str, str] = field(
        default_factory=lambda: {"person": "p1", "role": "commander", "area": "420107"}
    )
    first: list[str] = field(default_factory=list)
    """Boards worth opening first; left out: that of its own area."""
    world: str = "DEMO"
    boards: dict[str, list[FakeBoard]] = field(default_factory=dict)
    answers: deque[Answer] = field(default_factory=deque)
    tokens: set[str] = field(default_factory=lambda: {TOKEN})
    close_sign_in: tuple[int, str] | None = None
    received: list[Message] = field(default_factory=list)
    done: dict[str, str] = field(default_factory=dict)
    """Commands carried out: key -> name."""
    http: dict[str, tuple[int, Any]] = field(default_factory=dict)
    """What is said to a GET: path -> (status, JSON)."""
    sockets: list[ServerConnection] = field(default_factory=list)
    url: str = ""
    server: Server | None = None

    @property
    def commands(self) -> list[CommandMessage]:
        return [one for one in self.received if isinstance(one, CommandMessage)]

    @property
    def subscriptions(self) -> list[Subscribe]:
        return [one for one in self.received if isinstance(one, Subscribe)]

    async def serve(self, socket: ServerConnection) -> None:
        self.sockets.append(socket)
        try:
            async for frame in socket:
                message = CLIENT.validate_json(frame)
                self.received.append(message)
                await self._answer(socket, message)
        except ConnectionClosed:
            pass
        finally:
            self.sockets.remove(socket)

    def answer_http(self, socket: ServerConnection, request: Request) -> Response | None:
        path = urlsplit(request.path)
        if path.path == "/ws":
            return None
        query = dict(parse_qsl(path.query))
        status, body = self.http.get(
            path.path + (f"?{query['under']}" if "under" in query else ""), (404, {})
        )
        return socket.respond(HTTPStatus(status), json.dumps(body))

    async def _answer(self, socket: ServerConnection, message: Message) -> None:
        match message:
            case SignIn():
                if self.close_sign_in is not None:
                    await socket.close(*self.close_sign_in)
                elif message.token not in self.tokens:
                    await socket.close(4500)
                else:
                    await say(
                        socket,
                        SignedIn(
                            **self.me,
                            world=self.world,
                            server_time=datetime.now(UTC),
                            world_time=AT,
                            rate=1,
                            boards=self.first or [f"area:{self.me['area']}"],
                        ),
                    )
            case Subscribe():
                await self._subscribed(socket, message)
            case CommandMessage():
                await self._command(socket, message)
            case Ping():
                await say(socket, Pong(server_time=datetime.now(UTC), world_time=AT, rate=1))
            case Unsubscribe():
                pass

    async def _subscribed(self, socket: ServerConnection, message: Subscribe) -> None:
        parts = self.boards.get(message.board)
        if parts is None:
            error = error_body("unknown_board", {"board": message.board})
            return await say(socket, ErrorMessage(about=message.board, error=error))
        for board in parts:
            since = (message.since or {}).get(board.part)
            if since is None:
                await say(socket, self.snapshot(message.board, board))
            else:
                await say(
                    socket,
                    Delta(
                        board=message.board,
                        part=board.part,
                        since=Cursor(*since),
                        cursor=Cursor(1, board.position),
                        at=AT,
                        set=board.entries,
                    ),
                )

    async def _command(self, socket: ServerConnection, message: CommandMessage) -> None:
        answer = self.answers.popleft() if self.answers else accepted
        result = answer(message)
        if result is None:
            self.done[message.key] = message.name  # it was carried out, and the answer is lost
            socket.transport.abort()
            return
        if result.status == "accepted":
            result = result.model_copy(update={"replayed": message.key in self.done})
            self.done[message.key] = message.name
        await say(socket, result)

    def snapshot(self, name: str, board: FakeBoard) -> Snapshot:
        return Snapshot(
            board=name,
            part=board.part,
            parts=[one.part for one in self.boards[name]],
            cursor=Cursor(1, board.position),
            at=AT,
            entries=board.entries,
        )

    async def change(
        self,
        name: str,
        changed: dict[str, dict[str, Any]],
        gone: tuple[str, ...] = (),
        *,
        silently: bool = False,
    ) -> None:
        """Move the first part of a board on by one. `silently`: nobody is told, as if a delta were lost."""
        board = self.boards[name][0]
        since = Cursor(1, board.position)
        board.position += 1
        board.entries = {key: one for key, one in board.entries.items() if key not in gone} | changed
        if silently:
            return
        delta = Delta(
            board=name,
            part=board.part,
            since=since,
            cursor=Cursor(1, board.position),
            at=AT,
            set=changed,
            gone=list(gone),
        )
        for socket in self.sockets:
            await say(socket, delta)

    async def tell(self, message: Message) -> None:
        for socket in self.sockets:
            await say(socket, message)

    async def status(self, log: str) -> None:
        await self.tell(Status(log=log, since=AT))  # type: ignore[arg-type]

    def cut_all(self) -> None:
        for socket in self.sockets:
            socket.transport.abort()


async def say(socket: ServerConnection, message: Message) -> None:
    await socket.send(message.model_dump_json())


@asynccontextmanager
async def running(fake: FakeCoordinator, port: int = 0) -> AsyncIterator[FakeCoordinator]:
    async with serve(fake.serve, "127.0.0.1", port, process_request=fake.answer_http) as server:
        fake.server = server
        port = server.sockets[0].getsockname()[1]
        fake.url = f"http://127.0.0.1:{port}"
        yield fake
