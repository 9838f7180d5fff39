"""Keys of commands: looked up before anything is decided, so that the same key gets the same answer (law 4)."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from coordinator.domain.area import AreaCode
from coordinator.domain.refusal import Refused

KEY_LIFE: Final = timedelta(hours=24)
"""Of real time. An older key is refused, never executed: an outbox issues the command anew."""
KEY_AHEAD: Final = timedelta(minutes=10)
"""How far a client's clock may run ahead."""


class KnownKey(msgspec.Struct, frozen=True):
    """The answer that was given: the positions of the command's events."""

    area: AreaCode
    hash: str
    first: int
    last: int
    recorded: datetime
    ids: tuple[str, ...] = ()
    """What the command made: part of its answer."""
    refused: str = ""
    """The code, where the answer was a refusal on record."""
    facts: dict[str, str] = {}


def key_time(key: str) -> datetime:
    """The time in a key, which is a UUID of version 7. Raises `Refused("bad_key")`."""
    digits = key.replace("-", "")
    if len(key) != 36 or len(digits) != 32 or digits[12] != "7":
        raise Refused("bad_key", key=key[:40])
    try:
        return datetime.fromtimestamp(int(digits[:12], 16) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        raise Refused("bad_key", key=key[:40]) from None


def check_key_time(key: str, now: datetime) -> None:
    """Raises `Refused`: `bad_key`, `key_expired` (older than 24 h), `key_ahead` (the device's clock is wrong)."""
    made = key_time(key)
    if made < now - KEY_LIFE:
        raise Refused("key_expired", made=made.isoformat())
    if made > now + KEY_AHEAD:
        raise Refused("key_ahead", made=made.isoformat(), now=now.isoformat())


def body_hash(command_type: str, body: bytes) -> str:
    return hashlib.blake2b(command_type.encode() + b"\0" + body, digest_size=12).hexdigest()
