"""Messages of the live protocol, as JSON text frames over `/ws`. AsyncAPI and OpenAPI are generated from here.

First message: `sign_in`, within ten seconds. What a client may not know is not in any of them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter

from coordinator.wire.board import Cursor

PROTOCOL: Final = 1
MAX_FRAME: Final = 64 * 1024
"""Bytes a client may send in one message."""

JsonObject = dict[str, JsonValue]
BoardName = Annotated[str, Field(max_length=200, examples=["area:420107", "orders:420107001"])]


class Message(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)


def _type_is_required(schema: dict[str, Any]) -> None:
    schema["required"] = ["type", *(name for name in schema.get("required", []) if name != "type")]


class FromClient(Message):
    """`type` says which message it is, so it always stands in it, though our own code need not write it."""

    model_config = ConfigDict(json_schema_extra=_type_is_required)


# --- from the client --------------------------------------------------------------------------------------


class SignIn(FromClient):
    """The token stands here and never in a URL."""

    type: Literal["sign_in"] = "sign_in"
    token: Annotated[str, Field(min_length=8, max_length=200)]
    protocol: int = PROTOCOL


class Subscribe(FromClient):
    """With `since`, what a client has already; then only the difference is sent."""

    type: Literal["subscribe"] = "subscribe"
    board: BoardName
    since: dict[str, Annotated[list[int], Field(min_length=2, max_length=2)]] | None = None
    """Part (a scope's area code) -> [epoch, position]."""


class Unsubscribe(FromClient):
    type: Literal["unsubscribe"] = "unsubscribe"
    board: BoardName


class CommandMessage(FromClient):
    """`key`: a UUID of version 7 made by the client once per intention; the same key gets the same answer."""

    type: Literal["command"] = "command"
    key: Annotated[str, Field(max_length=60)]
    name: Annotated[str, Field(max_length=60, examples=["SignSwitch"])]
    body: JsonObject


class Ping(FromClient):
    type: Literal["ping"] = "ping"


ClientMessage = Annotated[
    SignIn | Subscribe | Unsubscribe | CommandMessage | Ping, Field(discriminator="type")
]
CLIENT: Final[TypeAdapter[SignIn | Subscribe | Unsubscribe | CommandMessage | Ping]] = TypeAdapter(
    ClientMessage
)


# --- from the server --------------------------------------------------------------------------------------


class ErrorBody(Message):
    """A refusal is part of the interface: a stable code, words in both languages, whether to try again."""

    code: str
    zh: str
    en: str
    retry: bool
    """Whether sending the same again can succeed."""
    facts: dict[str, str] = {}
    """What the sentence is about: field, area, what would be right."""


class SignedIn(Message):
    type: Literal["signed_in"] = "signed_in"
    person: str
    role: str
    area: str
    office: str = ""
    world: str
    """`LIVE`, `DEMO` or a drill: shown on every screen."""
    server_time: datetime
    """UTC: corrects the clock that dates the client's keys."""
    world_time: datetime
    rate: float
    """World seconds per second."""
    boards: list[str]
    """Boards worth opening first."""


class Snapshot(Message):
    """One part of a board, whole."""

    type: Literal["snapshot"] = "snapshot"
    board: str
    part: str
    parts: list[str]
    """All parts of this board; each gets its own snapshot or delta."""
    cursor: Cursor
    at: datetime
    entries: dict[str, dict[str, Any]]


class Delta(Message):
    """What changed in one part between two positions."""

    type: Literal["delta"] = "delta"
    board: str
    part: str
    since: Cursor
    cursor: Cursor
    at: datetime
    set: dict[str, dict[str, Any]] = {}
    gone: list[str] = []


class Result(Message):
    """Answer to a command. `unknown`: send the same key again."""

    type: Literal["result"] = "result"
    key: str
    status: Literal["accepted", "refused", "unknown"]
    scope: str = ""
    position: int = 0
    """Of the last event; 0 where nothing was to be changed."""
    ids: list[str] = []
    """Ids that the command made, e.g. of the operation declared."""
    replayed: bool = False
    error: ErrorBody | None = None


class Status(Message):
    """Of the session: whether what is shown is alive."""

    type: Literal["status"] = "status"
    log: Literal["up", "down"]
    since: datetime
    """Since when; while the log is down boards stand still and commands are refused with a retryable code."""


class ErrorMessage(Message):
    """About a message that could not be carried out; `about` repeats its board or type."""

    type: Literal["error"] = "error"
    about: str = ""
    error: ErrorBody


class Pong(Message):
    type: Literal["pong"] = "pong"
    server_time: datetime
    world_time: datetime
    rate: float
    """World seconds per second by now: a drill is paused, or goes on at another speed."""


ServerMessage = Annotated[
    SignedIn | Snapshot | Delta | Result | Status | ErrorMessage | Pong, Field(discriminator="type")
]
SERVER: Final[TypeAdapter[SignedIn | Snapshot | Delta | Result | Status | ErrorMessage | Pong]] = TypeAdapter(
    ServerMessage
)
