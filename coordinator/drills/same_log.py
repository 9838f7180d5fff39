"""Whether two logs tell the same: a digest of what happened, with what machines put into an entry left aside. Pure.

Two runs of one script with one seed are the same night, though clocks, keys and tokens of the machine differ.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from coordinator.domain.grant import GrantIssued, GrantRevoked
from coordinator.domain.rules import Recorded

MADE: Final = re.compile(r"\b(op|order|hazard|grant|change|drill|task)-([0-9a-f]{12})\b")
"""Ids are made from the command's key, which bears the machine's time and chance: they are named by their order."""
ASIDE: Final = frozenset({"started", "token", "world"})
"""Of the machine's clock and chance, inside of events; and what this world is called, of several that play the same."""


def log_digest(log: Iterable[Recorded]) -> str:
    """Of every event with its place, its actor and the world's time."""
    hasher = hashlib.blake2b(digest_size=32)
    names: dict[str, str] = {}

    def name(found: re.Match[str]) -> str:
        known = names.get(found[0])
        if known is None:
            known = names[found[0]] = f"{found[1]}#{len(names)}"
        return known

    for one in sorted(log, key=lambda each: (each.scope, each.position)):
        if isinstance(one.event, GrantIssued | GrantRevoked):
            continue  # who may sign in is not part of the night
        stamp = one.stamp
        said = (one.scope, stamp.at, stamp.actor, stamp.role, stamp.place, _plain(one.event))
        hasher.update(MADE.sub(name, msgspec.json.encode(said).decode()).encode())
    return hasher.hexdigest()


def _plain(event: object) -> Any:
    return _aside(msgspec.to_builtins(event))


def _aside(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _aside(inner) for key, inner in sorted(value.items()) if key not in ASIDE}
    if isinstance(value, list | tuple):
        return [_aside(inner) for inner in value]
    return value
