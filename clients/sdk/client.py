"""The asyncio client: a thin loop around `websockets` that carries out what `session.py` decides.

    async with Client("http://127.0.0.1:8420", token) as client:
        board = await client.watch("area:420107")
        await client.command("SignSwitch", {"area": "420107001001", "operation": "op-1"})

One background task, ended with the context. What it does on the wire, anyone can do from the documented protocol.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit
from weakref import WeakSet

from pydantic import ValidationError
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from clients.sdk import clock
from clients.sdk.changes import Changes
from clients.sdk.outbox import Outbox, Outgoing
from clients.sdk.problems import (
    BoardRefused,
    ClientClosed,
    ClientProblem,
    CommandRefused,
    ConnectionClosedForGood,
    Unanswered,
    Unreachable,
)
from clients.sdk.reconnect import Closed, Reconnect
from clients.sdk.session import (
    Answered,
    Changed,
    Effect,
    LogTold,
    NotUnderstood,
    Refused,
    Send,
    Session,
    Told,
    Welcomed,
)
from coordinator.wire.board import Board
from coordinator.wire.errors import error_body
from coordinator.wire.messages import Result, SignedIn, SignIn, Status

MAX_SNAPSHOT: Final = 64 * 1024 * 1024
OPEN_SECONDS: Final = 5.0
ALIVE_SECONDS: Final = 10.0
"""A connection is pinged this often, and given up when the answer takes as long."""
DEADLINE: Final = 30.0


class Client:
    """One person's or process's connection, over any number of sockets and coordinators.

    `url`: one or several coordinators, as http, https, ws or wss; where one is lost the next is tried, and boards go
    on from where they stand. `patience`: seconds until entering gives up with `Unreachable`; None: enter at once,
    offline if need be, and let the outbox wait. `in_flight`: commands sent before the first of them is answered; 1
    keeps them strictly in order whatever happens.
    """

    def __init__(
        self,
        url: str | Sequence[str],
        token: str,
        *,
        patience: float | None = 10.0,
        in_flight: int = 1,
        outbox: Outbox | None = None,
        first_wait: float = 0.25,
        longest_wait: float = 15.0,
    ) -> None:
        self.urls = [socket_url(one) for one in ([url] if isinstance(url, str) else url)]
        if not self.urls:
            raise ValueError("no url")
        try:
            SignIn(token=token)
        except ValidationError:  # says nothing of what was given: it may be half of a token
            raise ValueError("this is no token: it is too short or too long") from None
        self.clock = clock.Clock()
        self.me: SignedIn | None = None
        """Who we are, as the server last said; None before the first sign-in."""
        self.log: Status | None = None
        """What the server last said of its log; None: nothing, so it is up."""
        self.offline_since: datetime | None = self.clock.now()
        """None while signed in."""
        self._patience = patience
        self._session = Session(token, outbox if outbox is not None else Outbox(), in_flight)
        self._reconnect = Reconnect(len(self.urls), clock.spread, first_wait, longest_wait)
        self._task: asyncio.Task[None] | None = None
        self._unsent: list[Send] = []
        self._wake = asyncio.Event()
        self._moved = asyncio.Event()
        self._ended: Exception | None = None
        self._refused: dict[str, BoardRefused] = {}
        self._changes: dict[str, WeakSet[Changes]] = {}
        self._last_problem = "no answer"

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run())
        if self._patience is None:
            return self
        try:
            async with asyncio.timeout(self._patience):
                while self.me is None:
                    await self.moved()
        except TimeoutError:
            await self.close()
            raise Unreachable(self.urls, self._last_problem) from None
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
        if error is None and self._ended is not None and not isinstance(self._ended, ClientProblem):
            raise self._ended

    async def close(self) -> None:
        """End the connection and everything that waits. What the outbox still holds stays in it."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None
        self._end(ClientClosed("the client was closed"))

    # --- boards -------------------------------------------------------------------------------------------

    async def watch(self, name: str, within: float | None = None) -> Board:
        """The board, live and whole: it changes in place from now on. Raises `BoardRefused`, `TimeoutError`."""
        self._refused.pop(name, None)
        self._carry_out(self._session.watch(name))
        async with asyncio.timeout(within):
            while True:
                if name in self._refused:
                    raise self._refused.pop(name)
                watched = self._session.watched.get(name)
                if watched is None:
                    raise ClientClosed(f"{name} was let go of")
                if watched.whole:
                    return watched.board
                await self.moved()

    def unwatch(self, name: str) -> None:
        """Let go of a board: it stands still from now on."""
        self._carry_out(self._session.unwatch(name))
        for changes in self._changes.pop(name, ()):
            changes.end()
        self._tell()

    def changes(self, board: Board) -> Changes:
        """What changes from now on: `async for change in client.changes(board)`."""
        changes = Changes(board)
        self._changes.setdefault(board.key, WeakSet()).add(changes)
        if self._ended is not None:
            changes.end(self._ended)
        return changes

    async def until(self, predicate: Callable[[], bool]) -> None:
        """Wait for what the predicate says; it is asked again whenever a board or the connection has moved."""
        while not predicate():
            await self.moved()

    async def moved(self) -> None:
        """Wait for the next news of any kind. Raises what ended the connection for good."""
        if self._ended is not None:
            raise self._ended
        await self._moved.wait()
        if self._ended is not None:
            raise self._ended

    async def told_time(self) -> None:
        """Ask for the world's time and wait for the answer: its clock has just been stopped, or set to another rate."""
        told = self.clock.told
        self._carry_out(self._session.ask_time())
        await self.until(lambda: self.clock.told > told)

    # --- commands -----------------------------------------------------------------------------------------

    @property
    def outbox(self) -> Outbox:
        """What has no answer yet, oldest first."""
        return self._session.outbox

    def post(self, name: str, body: Mapping[str, object], key: str | None = None) -> Outgoing:
        """Put a command into the outbox and go on: it is repeated with its key until it has its `result`.

        Raises `ValueError` for what can never be sent.
        """
        entry = self._session.submit(key or self.clock.key(), name, dict(body))
        self._wake.set()
        return entry

    def issue_anew(self, key: str) -> Outgoing:
        """A command that expired in the outbox once more, under a fresh key."""
        entry = self.outbox.issue_anew(key, self.clock.key())
        self._wake.set()
        return entry

    async def command(
        self,
        name: str,
        body: Mapping[str, object],
        key: str | None = None,
        *,
        deadline: float | None = DEADLINE,
        refusals: bool = False,
    ) -> Result:
        """Send a command and wait for its answer, over lost connections and restarts, always with the same key.

        Raises `CommandRefused` (unless `refusals`: then the refusal is returned) and `Unanswered`. A refusal that
        says to try again is tried again until the deadline. Answered, late or cancelled, it leaves the outbox.
        """
        entry = self.post(name, body, key)
        try:
            async with asyncio.timeout(deadline):
                await self.until(lambda: entry.result is not None)
        except TimeoutError:
            if entry.said is None:
                raise Unanswered(entry.key, name) from None
            entry.result = Result(key=entry.key, status="refused", error=entry.said)
        finally:
            self.outbox.drop(entry.key)
            self._wake.set()
        result = entry.result
        assert result is not None  # what `until` waited for
        if result.error is not None and not refusals:
            raise CommandRefused(result.error, result)
        return result

    # --- the loop -----------------------------------------------------------------------------------------

    async def _run(self) -> None:
        """Connect, talk until it breaks, wait, connect again; until the server says not to, or we are closed."""
        turn = 0
        try:
            while True:
                started = clock.monotonic()
                closed = await self._once(self.urls[turn % len(self.urls)])
                lasted = clock.monotonic() - started
                self._session.lost()
                self._unsent.clear()
                self.offline_since = self.offline_since or self.clock.now()
                self._tell()
                await asyncio.sleep(self._reconnect.wait(closed, lasted))
                turn += 1
        except Exception as error:
            self._end(error)

    async def _once(self, url: str) -> Closed:
        """One connection, from its handshake to its end."""
        try:
            socket = await connect(
                url,
                proxy=None,
                open_timeout=OPEN_SECONDS,
                ping_interval=ALIVE_SECONDS,
                ping_timeout=ALIVE_SECONDS,
                close_timeout=1,
                max_size=MAX_SNAPSHOT,
            )
        except (OSError, TimeoutError, WebSocketException) as error:
            self._last_problem = f"{type(error).__name__}: {error}"
            return Closed(reason=self._last_problem)
        self._carry_out(self._session.opened())
        writing = asyncio.create_task(self._write(socket))
        try:
            await self._read(socket)
        except NotUnderstood as why:
            raise ConnectionClosedForGood(1002, error_body("bad_message", {"hint": str(why)})) from None
        finally:
            writing.cancel()
            await asyncio.wait([writing])
            await socket.close()
        if not writing.cancelled() and (broken := writing.exception()) is not None:
            raise broken
        self._last_problem = f"closed with {socket.close_code} {socket.close_reason}"
        return Closed(socket.close_code or 1006, socket.close_reason or "")

    async def _read(self, socket: ClientConnection) -> None:
        with suppress(ConnectionClosed):
            async for frame in socket:
                text = frame if isinstance(frame, str) else frame.decode()
                self._carry_out(self._session.received(text, clock.monotonic()))

    async def _write(self, socket: ClientConnection) -> None:
        """What is to be said, and what falls due. A connection that breaks is the reader's to notice."""
        try:
            while True:
                now = clock.monotonic()
                self._carry_out(self._session.due(now))
                while self._unsent:
                    await socket.send(self._unsent.pop(0).message.model_dump_json())
                self._wake.clear()
                wait = self._session.wake_at(now) - now if self._session.signed_in else None
                with suppress(TimeoutError):
                    async with asyncio.timeout(wait):
                        await self._wake.wait()
        except ConnectionClosed:
            return
        except Exception:
            await socket.close()  # or the reader would wait on
            raise

    def _carry_out(self, effects: list[Effect]) -> None:
        for effect in effects:
            match effect:
                case Send():
                    self._unsent.append(effect)
                case Welcomed(message):
                    self.me, self.log, self.offline_since = message, None, None
                    self.clock.correct(message.server_time, message.world_time, message.rate)
                case Told(message):
                    self.clock.correct(message.server_time, message.world_time, message.rate)
                case LogTold(message):
                    self.log = message
                case Answered():
                    pass  # stands in the command; whoever waits for it is woken below
                case Changed(board, changed, gone):
                    for changes in self._changes.get(board, ()):
                        changes.add(changed, gone)
                case Refused(board, error):
                    self._refused[board] = BoardRefused(board, error)
                    for changes in self._changes.pop(board, ()):
                        changes.end(self._refused[board])
        self._wake.set()
        if any(not isinstance(effect, Send) for effect in effects):
            self._tell()

    def _tell(self) -> None:
        """Wake everyone who waits for news."""
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    def _end(self, error: Exception) -> None:
        if self._ended is None:
            self._ended = error
            self.offline_since = self.offline_since or self.clock.now()
            for name in list(self._changes):
                for changes in self._changes.pop(name):
                    changes.end(error)
            self._tell()


def socket_url(url: str) -> str:
    """The live protocol's address at a coordinator's. Raises `ValueError`."""
    parts = urlsplit(url)
    scheme = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}.get(parts.scheme)
    if scheme is None or not parts.hostname:
        raise ValueError(f"{url} is not the address of a coordinator, like http://127.0.0.1:8420")
    path = parts.path.rstrip("/")
    return f"{scheme}://{parts.netloc}{path if path.endswith('/ws') else path + '/ws'}"
