"""One client, whole: its session, its link and its place in the hub. Carries out what the session decides."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable

import structlog

from coordinator.domain.refusal import Refused
from coordinator.live.frame import text_frame
from coordinator.live.hub import Hub
from coordinator.live.link import Health, Link
from coordinator.live.port import Engine
from coordinator.live.session import Close, Effect, Execute, Say, Session, Unwatch, Watch
from coordinator.wire.board import BoardKey
from coordinator.wire.close_codes import CloseCode

log = structlog.get_logger()


class Connection:
    """`wake` asks for a turn of the hub."""

    def __init__(
        self,
        engine: Engine,
        session: Session,
        link: Link,
        hub: Hub,
        wake: Callable[[], None],
        clock: Callable[[], float],
    ) -> None:
        self.session = session
        self.link = link
        self._engine = engine
        self._hub = hub
        self._wake = wake
        self._clock = clock
        self._commands: deque[Execute] = deque()
        self._serving: asyncio.Task[None] | None = None

    # --- as the hub sees it -----------------------------------------------------------------------------

    def ready(self) -> bool:
        return self.link.ready()

    def write(self, frame: bytes) -> None:
        self.link.write(frame)

    def dropped(self, board: BoardKey, refused: Refused) -> None:
        self.carry_out(self.session.dropped(board, refused))

    # --- as the socket sees it --------------------------------------------------------------------------

    def receive(self, raw: str | bytes) -> None:
        now = self._clock()
        self.link.heard(now)
        self.carry_out(self.session.receive(raw, now))

    def ping(self, payload: bytes) -> None:
        """Answered where the last answer has been taken: RFC 6455 asks only for the latest one."""
        now = self._clock()
        self.link.heard(now)
        self.carry_out(self.session.count(now))
        if self.link.ready():
            self.link.pong(payload)

    def check(self, now: float, rights: bool) -> None:
        """Look after it: sign-in, rights where they may have changed, and whether somebody is still there."""
        self.carry_out(self.session.check(now))
        if rights:
            self.carry_out(self.session.check_rights())
        match self.link.check(now):
            case Health.SLOW:
                self.carry_out(self.session.stop(CloseCode.TOO_SLOW))
                self.link.abort()  # a close would wait behind all that it does not take
            case Health.SILENT:
                self.link.abort()

    def stop(self, code: CloseCode) -> None:
        self.carry_out(self.session.stop(code))

    def carry_out(self, effects: Iterable[Effect]) -> None:
        for effect in effects:
            match effect:
                case Say(message):
                    self.link.write(text_frame(message.model_dump_json().encode()))
                case Close(code):
                    self._commands.clear()
                    self._hub.leave(self)
                    self.link.close(code)
                case Watch(board, since):
                    try:
                        self._hub.watch(self, board, since, self._clock())
                    except Refused as refused:
                        self.dropped(board, refused)
                    self._wake()
                case Unwatch(board):
                    self._hub.unwatch(self, board)
                case Execute():
                    self._commands.append(effect)
                    if self._serving is None:
                        self._serving = asyncio.create_task(self._serve())

    async def _serve(self) -> None:
        """One command after the other, so that an outbox arrives in its order."""
        while self._commands:
            asked = self._commands.popleft()
            try:
                outcome = await self._engine.execute(asked.actor, asked.key, asked.name, asked.body)
            except Exception:
                log.exception("command failed", name=asked.name, key=asked.key)
                self.carry_out(self.session.failed(asked.key))
            else:
                self.carry_out(self.session.answered(asked.key, outcome))
        self._serving = None

    async def end(self) -> None:
        """The socket is gone. The engine goes on with a command that it has; its key tells what became of it."""
        self._hub.leave(self)
        self.link.ended()
        serving = self._serving
        if serving is not None:
            serving.cancel()
            await asyncio.wait([serving])
