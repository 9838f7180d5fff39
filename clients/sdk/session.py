"""A client's session without its socket: messages in, effects out. It outlives connections and keeps what they share.

It keeps boards, resumes them by cursor, and repeats commands with the same key until they are answered. It never
looks at a clock, waits, or writes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple

from pydantic import ValidationError

from clients.sdk.outbox import Outbox, Outgoing, State
from coordinator.wire.board import Board, Entries, OutOfStep
from coordinator.wire.messages import (
    MAX_FRAME,
    SERVER,
    CommandMessage,
    Delta,
    ErrorBody,
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

PING_SECONDS: Final = 20.0
"""How often the world's time is asked for: a drill's clock may be paused or moved."""
ANSWER_SECONDS: Final = 15.0
"""A command that has no answer for so long on a living connection is sent again."""
AGAIN_SECONDS: Final = 1.0
"""After an `unknown`, or a refusal that says to try again; doubled up to `AGAIN_LONGEST`."""
AGAIN_LONGEST: Final = 8.0
PER_SECOND: Final = 15.0
"""Commands a client sends in the long run, and `BURST` at once: below what the server lets through."""
BURST: Final = 100


class NotUnderstood(Exception):
    """The server speaks of things that this client does not know."""


class Send(NamedTuple):
    message: Message


class Welcomed(NamedTuple):
    message: SignedIn


class Told(NamedTuple):
    """The server's and the world's time."""

    message: Pong


class Changed(NamedTuple):
    """Entries of a board that changed or are gone; none of either: it is as it was, and known to be fresh."""

    board: str
    changed: frozenset[str]
    gone: frozenset[str]


class Refused(NamedTuple):
    """A board is not, or no longer, to be seen."""

    board: str
    error: ErrorBody


class Answered(NamedTuple):
    command: Outgoing
    """With its `result`."""


class LogTold(NamedTuple):
    message: Status


Effect = Send | Welcomed | Told | Changed | Refused | Answered | LogTold


@dataclass(slots=True)
class Watched:
    """A board with what is known of how whole it is."""

    board: Board
    parts: frozenset[str] | None = None
    """All parts it has, as the last snapshot said."""
    resync: bool = False
    """It fell out of step and was asked for anew: deltas are let pass until the snapshots are here."""
    awaited: set[str] = field(default_factory=set)
    again_at: float | None = None
    """When to subscribe again, after the server said that it cannot just now."""

    @property
    def whole(self) -> bool:
        return self.parts is not None and self.parts <= self.board.parts.keys()


class Session:
    """One client's, from its first connection to its last."""

    def __init__(self, token: str, outbox: Outbox, in_flight: int = 1) -> None:
        self.outbox = outbox
        self.watched: dict[str, Watched] = {}
        self.signed_in = False
        self._token = token
        self._in_flight = in_flight
        self._hold_until = 0.0
        self._ping_at = 0.0
        self._allowance = float(BURST)
        self._allowed_at = 0.0

    # --- the connection -----------------------------------------------------------------------------------

    def opened(self) -> list[Effect]:
        return [Send(SignIn(token=self._token))]

    def lost(self) -> None:
        """What was sent and not answered is sent again, with the same keys, on the next connection."""
        self.signed_in = False
        self._hold_until = 0.0
        for one in self.outbox:
            if one.state is State.SENT:
                one.state = State.WAITING
        for watched in self.watched.values():
            watched.again_at, watched.awaited = None, set()

    def received(self, text: str, now: float) -> list[Effect]:
        """Raises `NotUnderstood`."""
        try:
            message = SERVER.validate_json(text)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            raise NotUnderstood(f"{first['loc']}: {first['msg']}") from None
        match message:
            case SignedIn():
                return self._welcomed(message, now)
            case Snapshot():
                return self._snapshot(message)
            case Delta():
                return self._delta(message)
            case Result():
                return self._result(message, now)
            case ErrorMessage():
                return self._error(message, now)
            case Status():
                return [LogTold(message)]
            case Pong():
                return [Told(message)]

    def due(self, now: float) -> list[Effect]:
        """What the passing of time has made due."""
        if not self.signed_in:
            return []
        effects: list[Effect] = []
        if now >= self._ping_at:
            self._ping_at = now + PING_SECONDS
            effects.append(Send(Ping()))
        for watched in self.watched.values():
            if watched.again_at is not None and now >= watched.again_at:
                watched.again_at = None
                effects.append(_subscribe(watched))
        for one in self.outbox.front(self._in_flight):
            if one.state is State.SENT and now >= one.sent_at + ANSWER_SECONDS:
                one.state = State.WAITING
        return effects + self._send_commands(now)

    def ask_time(self) -> list[Effect]:
        """The answer is a `Told`; where nobody is connected it comes with the next sign-in."""
        return [Send(Ping())] if self.signed_in else []

    def wake_at(self, now: float) -> float:
        """When something will be due."""
        times = [self._ping_at]
        times += [watched.again_at for watched in self.watched.values() if watched.again_at is not None]
        for one in self.outbox.front(self._in_flight):
            if one.state is State.SENT:
                times.append(one.sent_at + ANSWER_SECONDS)
            else:
                ready = now + max(0.0, 1.0 - self._allowance) / PER_SECOND
                times.append(max(self._hold_until, ready))
        return min(times)

    def _welcomed(self, message: SignedIn, now: float) -> list[Effect]:
        self.signed_in = True
        self._ping_at = now + PING_SECONDS
        self._allowance, self._allowed_at = float(BURST), now
        effects: list[Effect] = [Welcomed(message)]
        effects += [_subscribe(watched) for watched in self.watched.values()]
        return effects + self._send_commands(now)

    # --- boards -------------------------------------------------------------------------------------------

    def watch(self, name: str) -> list[Effect]:
        if name in self.watched:
            return []
        self.watched[name] = Watched(Board(name))
        return [_subscribe(self.watched[name])] if self.signed_in else []

    def unwatch(self, name: str) -> list[Effect]:
        if self.watched.pop(name, None) is None or not self.signed_in:
            return []
        return [Send(Unsubscribe(board=name))]

    def _snapshot(self, message: Snapshot) -> list[Effect]:
        watched = self.watched.get(message.board)
        if watched is None:
            return []  # let go of while this was on its way
        if watched.resync and not watched.awaited:
            watched.awaited = set(message.parts)
        watched.awaited.discard(message.part)
        watched.resync = watched.resync and bool(watched.awaited)
        watched.parts = frozenset(message.parts)
        board = watched.board
        before: Entries = board.entries
        for part in board.parts.keys() - watched.parts:
            del board.parts[part]
        board.snapshot(message.part, message.cursor, message.entries, message.at)
        after = board.entries
        changed = frozenset(key for key, entry in after.items() if before.get(key) != entry)
        return [Changed(message.board, changed, frozenset(before.keys() - after.keys()))]

    def _delta(self, message: Delta) -> list[Effect]:
        watched = self.watched.get(message.board)
        if watched is None:
            return []
        try:
            watched.board.delta(
                message.part, message.since, message.cursor, message.set, message.gone, message.at
            )
        except OutOfStep:
            if watched.resync:
                return []
            watched.resync, watched.awaited = True, set()
            return [_subscribe(watched)]
        return [Changed(message.board, frozenset(message.set), frozenset(message.gone))]

    def _error(self, message: ErrorMessage, now: float) -> list[Effect]:
        watched = self.watched.get(message.about)
        if watched is None:
            return []
        if message.error.retry:
            watched.again_at = now + AGAIN_SECONDS
            return []
        del self.watched[message.about]
        return [Refused(message.about, message.error)]

    # --- commands -----------------------------------------------------------------------------------------

    def submit(self, key: str, name: str, body: dict[str, object]) -> Outgoing:
        """At the end of the outbox; `due` sends it.

        Raises `ValueError` for what is no JSON or too large, and for a key that waits with another command.
        """
        message = CommandMessage.model_validate({"key": key, "name": name, "body": body})
        if len(message.model_dump_json().encode()) > MAX_FRAME:
            raise ValueError(f"{name} is larger than {MAX_FRAME} bytes")
        return self.outbox.add(message.key, message.name, message.body)

    def _send_commands(self, now: float) -> list[Effect]:
        """The front of the outbox, as far as nothing holds it back: strictly in order where one is in flight."""
        if not self.signed_in or now < self._hold_until:
            return []
        self._allowance = min(float(BURST), self._allowance + (now - self._allowed_at) * PER_SECOND)
        self._allowed_at = now
        effects: list[Effect] = []
        for one in self.outbox.front(self._in_flight):
            if one.state is not State.WAITING:
                continue
            if self._allowance < 1:
                break
            self._allowance -= 1
            one.state, one.sent_at, one.said = State.SENT, now, None
            one.tries += 1
            effects.append(Send(CommandMessage(key=one.key, name=one.name, body=one.body)))
        return effects

    def _result(self, result: Result, now: float) -> list[Effect]:
        one = self.outbox.get(result.key)
        if one is None:
            return []  # given up, or answered twice
        error = result.error
        if result.status == "unknown" or (error is not None and error.retry):
            self._hold(one, error, now)
            return []
        one.result = result
        if error is not None and error.code == "key_expired":
            self.outbox.expire(one.key)
        else:
            self.outbox.drop(one.key)
        return [Answered(one), *self._send_commands(now)]

    def _hold(self, one: Outgoing, said: ErrorBody | None, now: float) -> None:
        """Not now: the same key again after a while, and nothing overtakes it."""
        one.state, one.said = State.WAITING, said
        wait = min(AGAIN_LONGEST, AGAIN_SECONDS * 2.0 ** min(one.tries - 1, 8))
        self._hold_until = max(self._hold_until, now + wait)


def _subscribe(watched: Watched) -> Send:
    """From where the board stands; from the start where it has fallen out of step."""
    cursor = watched.board.cursor
    since = {part: list(at) for part, at in cursor.items()} if cursor and not watched.resync else None
    return Send(Subscribe(board=watched.board.key, since=since))
