"""Commands that have no answer yet, in the order they were given, each with the key that makes repeating it safe.

Kept in memory, or in a file as well, so that a phone that goes flat forgets nothing. It sends nothing itself.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from pathlib import Path

from coordinator.wire.messages import ErrorBody, JsonObject, Result


class State(StrEnum):
    WAITING = "waiting"
    """For a connection, for its turn, or to be sent again."""
    SENT = "sent"
    EXPIRED = "expired"
    """Older than a day, refused and never carried out: to be issued anew, or dropped."""


@dataclass(slots=True)
class Outgoing:
    key: str
    name: str
    body: JsonObject
    state: State = State.WAITING
    sent_at: float = 0.0
    tries: int = 0
    said: ErrorBody | None = field(default=None, repr=False)
    """What the server last said against it, for now; empty again once it was sent again."""
    result: Result | None = field(default=None, repr=False)
    """The answer, once there is one."""


class Outbox:
    """In order of being given. `path`: kept there as well, and read from there at the beginning."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._all: dict[str, Outgoing] = {}
        if path is not None and path.exists():
            self._all = {one.key: one for one in _read(path)}

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Outgoing]:
        return iter(list(self._all.values()))

    def __contains__(self, key: object) -> bool:
        return key in self._all

    def get(self, key: str) -> Outgoing | None:
        return self._all.get(key)

    def add(self, key: str, name: str, body: JsonObject) -> Outgoing:
        """At the end. Raises `ValueError` for a key that waits here already with something else."""
        known = self._all.get(key)
        if known is not None:
            if (known.name, known.body) != (name, body):
                raise ValueError(f"the key {key} waits already, with another command")
            return known
        self._all[key] = Outgoing(key, name, body)
        self._save()
        return self._all[key]

    def drop(self, key: str) -> None:
        """It was answered, or nobody wants it any more."""
        if self._all.pop(key, None) is not None:
            self._save()

    def expire(self, key: str) -> None:
        self._all[key].state = State.EXPIRED
        self._save()

    def issue_anew(self, key: str, fresh: str) -> Outgoing:
        """An expired command again, under a fresh key, at the end."""
        old = self._all[key]
        if old.state is not State.EXPIRED:
            raise ValueError(f"{key} has not expired: it is still being sent")
        self.drop(key)
        return self.add(fresh, old.name, old.body)

    def front(self, number: int) -> list[Outgoing]:
        """The next that are to be sent or answered."""
        return list(islice((one for one in self._all.values() if one.state is not State.EXPIRED), number))

    def _save(self) -> None:
        if self._path is None:
            return
        lines = [
            json.dumps(
                {"key": one.key, "name": one.name, "body": one.body, "expired": one.state is State.EXPIRED},
                ensure_ascii=False,
            )
            for one in self._all.values()
        ]
        beside = self._path.with_name(self._path.name + ".new")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write("".join(line + "\n" for line in lines))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._path)


def _read(path: Path) -> Iterator[Outgoing]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            one = json.loads(line)
            state = State.EXPIRED if one["expired"] else State.WAITING
            yield Outgoing(str(one["key"]), str(one["name"]), dict(one["body"]), state)
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path}, line {number}: not an outbox ({error})") from None
