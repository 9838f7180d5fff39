"""One client's session without its socket: messages in, effects out. Sign-in first, everything bounded.

It asks the engine what may be seen and done; it never writes, waits or looks at a clock.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import msgspec
from pydantic import ValidationError

from coordinator.domain.access import Actor
from coordinator.domain.refusal import Refused
from coordinator.live.first_boards import first_boards
from coordinator.live.pace import Pace
from coordinator.live.port import Engine, Outcome
from coordinator.live.settings import LiveSettings
from coordinator.wire.board import BoardKey, Cursor
from coordinator.wire.close_codes import CloseCode
from coordinator.wire.errors import error_body
from coordinator.wire.faults import faults
from coordinator.wire.messages import (
    CLIENT,
    MAX_FRAME,
    PROTOCOL,
    CommandMessage,
    ErrorMessage,
    Message,
    Ping,
    Pong,
    Result,
    SignedIn,
    SignIn,
    Status,
    Subscribe,
    Unsubscribe,
)


class Say(NamedTuple):
    message: Message


class Close(NamedTuple):
    code: CloseCode


class Execute(NamedTuple):
    """Commands of one session are carried out one after the other, in the order they came."""

    actor: Actor
    key: str
    name: str
    body: dict[str, Any]


class Watch(NamedTuple):
    """Begin, or begin anew where the board is watched already."""

    board: BoardKey
    since: dict[str, Cursor]
    """Empty: from the start."""


class Unwatch(NamedTuple):
    board: BoardKey


Effect = Say | Close | Execute | Watch | Unwatch

_ANY: Final = msgspec.json.Decoder()


class Session:
    """From the first frame to the close. After a `Close` it says nothing any more."""

    def __init__(self, engine: Engine, settings: LiveSettings, now: float) -> None:
        self.actor: Actor | None = None
        self.boards: set[BoardKey] = set()
        self.closed = False
        self._engine = engine
        self._settings = settings
        self._deadline = now + settings.sign_in_seconds
        self._pace = Pace(settings.messages_per_second, settings.message_burst)
        self._commands = 0

    # --- from the client --------------------------------------------------------------------------------

    def receive(self, raw: str | bytes, now: float) -> list[Effect]:
        """What follows from one message. `bytes` are those of a binary frame, which nobody sends."""
        too_many = self.count(now)
        if self.closed:
            return too_many
        if isinstance(raw, bytes):
            return self._close(CloseCode.BAD_MESSAGE)
        try:
            data = raw.encode()
        except UnicodeEncodeError:  # a lone surrogate
            return self._close(CloseCode.BAD_MESSAGE)
        if len(data) > MAX_FRAME:
            return self._close(CloseCode.TOO_BIG)
        try:
            message = CLIENT.validate_json(data)
        except ValidationError as error:
            return self._not_understood(data, error)
        if self.actor is None:
            return (
                self._sign_in(message) if isinstance(message, SignIn) else self._close(CloseCode.NO_SIGN_IN)
            )
        match message:
            case SignIn():
                return [self._error("sign_in", Refused("bad_message", hint="sign_in"))]
            case Subscribe():
                return self._subscribe(self.actor, message)
            case Unsubscribe():
                return self._unsubscribe(message)
            case CommandMessage():
                return self._command(self.actor, message)
            case Ping():
                engine = self._engine
                return [
                    Say(
                        Pong(
                            server_time=engine.server_now(),
                            world_time=engine.world_now(),
                            rate=engine.rate,
                        )
                    )
                ]

    def count(self, now: float) -> list[Effect]:
        """Whatever a client sends counts, a ping as well."""
        return [] if self.closed or self._pace.take(now) else self._close(CloseCode.TOO_MANY)

    def _not_understood(self, data: bytes, error: ValidationError) -> list[Effect]:
        """JSON with a type, but not of a form we know: said and survived. Anything else, or no sign-in: closed."""
        try:
            plain = _ANY.decode(data)
        except (msgspec.DecodeError, RecursionError):
            return self._close(CloseCode.BAD_MESSAGE)
        kind = plain.get("type") if isinstance(plain, dict) else None
        if not isinstance(kind, str) or self.actor is None:
            return self._close(CloseCode.BAD_MESSAGE)
        where = faults(error)[0].pointer
        if kind == "command" and isinstance(plain.get("key"), str):
            return [Say(_refused(plain["key"][:60], Refused("bad_message", hint=where)))]
        return [self._error(kind[:60], Refused("bad_message", hint=where))]

    def _sign_in(self, message: SignIn) -> list[Effect]:
        if message.protocol != PROTOCOL:
            return self._close(CloseCode.PROTOCOL)
        engine = self._engine
        try:
            actor = engine.authenticate(message.token)
        except Refused as refused:
            revoked = refused.code == "revoked_token"
            return self._close(CloseCode.REVOKED if revoked else CloseCode.BAD_TOKEN)
        self.actor = actor
        welcome = SignedIn(
            person=actor.person,
            role=actor.role.value,
            area=actor.area,
            office=actor.office,
            world=engine.world,
            server_time=engine.server_now(),
            world_time=engine.world_now(),
            rate=engine.rate,
            boards=first_boards(engine, actor),
        )
        return [Say(welcome), *(self.log_changed() if engine.log_down_since else [])]

    def _subscribe(self, actor: Actor, message: Subscribe) -> list[Effect]:
        try:
            board = BoardKey.parse(message.board)
        except ValueError:
            return [self._error(message.board, Refused("unknown_board", board=message.board))]
        if board not in self.boards and len(self.boards) >= self._settings.max_boards:
            return [self._error(message.board, Refused("too_many"))]
        try:
            self._engine.may_watch(actor, board)
            self._engine.parts(board)
        except Refused as refused:
            return [self._error(message.board, refused)]
        self.boards.add(board)
        since = {part: Cursor(*at) for part, at in (message.since or {}).items()}
        return [Watch(board, since)]

    def _unsubscribe(self, message: Unsubscribe) -> list[Effect]:
        try:
            board = BoardKey.parse(message.board)
        except ValueError:
            return [self._error(message.board, Refused("unknown_board", board=message.board))]
        if board not in self.boards:
            return []
        self.boards.remove(board)
        return [Unwatch(board)]

    def _command(self, actor: Actor, message: CommandMessage) -> list[Effect]:
        if self._commands >= self._settings.max_commands:
            return [Say(_refused(message.key, Refused("too_many")))]
        self._commands += 1
        return [Execute(actor, message.key, message.name, message.body)]

    # --- from inside ------------------------------------------------------------------------------------

    def answered(self, key: str, outcome: Outcome) -> list[Effect]:
        """A command has its outcome."""
        self._commands -= 1
        return [] if self.closed else [Say(result(key, outcome))]

    def failed(self, key: str) -> list[Effect]:
        """The engine broke over a command: what became of it is not known."""
        self._commands -= 1
        error = error_body("internal")
        return [] if self.closed else [Say(Result(key=key, status="unknown", error=error))]

    def dropped(self, board: BoardKey, refused: Refused) -> list[Effect]:
        """A board can no longer be served."""
        self.boards.discard(board)
        return [] if self.closed else [self._error(str(board), refused)]

    def check(self, now: float) -> list[Effect]:
        """Look at the clock: a phone that never signs in."""
        if self.closed or self.actor is not None or now < self._deadline:
            return []
        return self._close(CloseCode.NO_SIGN_IN)

    def check_rights(self) -> list[Effect]:
        """Ask again whether it may be here, and for every board: a grant or an area may have changed."""
        if self.actor is None or self.closed:
            return []
        if self.actor.grant and self._engine.revoked(self.actor.grant):
            return self._close(CloseCode.REVOKED)
        effects: list[Effect] = []
        for board in sorted(self.boards):
            try:
                self._engine.may_watch(self.actor, board)
            except Refused as refused:
                self.boards.discard(board)
                effects += [Unwatch(board), self._error(str(board), refused)]
        return effects

    def log_changed(self) -> list[Effect]:
        """The log went away or came back."""
        if self.actor is None or self.closed:
            return []
        engine = self._engine
        down = engine.log_down_since
        return [Say(Status(log="down" if down else "up", since=down or engine.server_now()))]

    def stop(self, code: CloseCode) -> list[Effect]:
        return [] if self.closed else self._close(code)

    def _close(self, code: CloseCode) -> list[Effect]:
        self.closed = True
        return [Close(code)]

    @staticmethod
    def _error(about: str, refused: Refused) -> Say:
        return Say(ErrorMessage(about=about, error=error_body(refused.code, refused.facts)))


def result(key: str, outcome: Outcome) -> Result:
    """A command's outcome as it is sent, over either way."""
    # An unknown outcome says so, whatever kept it from being known.
    refusal = Refused("outcome_unknown") if outcome.status == "unknown" else outcome.refusal
    return Result.model_validate(
        {
            "key": key,
            "status": outcome.status,
            "scope": outcome.scope,
            "position": outcome.position,
            "ids": list(outcome.ids),
            "replayed": outcome.replayed,
            "error": error_body(refusal.code, refusal.facts) if refusal else None,
        }
    )


def _refused(key: str, refused: Refused) -> Result:
    return Result(key=key, status="refused", error=error_body(refused.code, refused.facts))
