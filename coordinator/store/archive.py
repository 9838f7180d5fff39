"""The log as a file of JSON lines: written, checked and brought back, byte for byte. Also checks a live log.

It reads and appends as anyone does and holds no rule. One line is one event:
`{"world", "scope", "position", "mac", "event"}`; `event` is the entry's body itself, copied and not encoded anew, for
the MAC covers its bytes. A body that is no single line of JSON stands as `body` in Base64 instead. Large things that
events name by digest come first, as `{"world", "blob", "data"}`.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

import msgspec

from coordinator.store.chain import Chain
from coordinator.store.keyfile import private_draft
from coordinator.store.log import EMPTY, ChainBroken, Entry, EventLog, Head

PAGE: Final = 200
"""Entries read at once: at 256 KB each they still come within the log's patience."""
BATCH_EVENTS: Final = 64
BATCH_BYTES: Final = 256 * 1024


class ArchiveUnreadable(Exception):
    """A line is not one of ours, or not of this world. `line` counts from 1."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"line {line}: {why}")
        self.line = line
        self.why = why


class Archived(NamedTuple):
    """An entry as it stands in a file."""

    scope: str
    entry: Entry


class Blob(NamedTuple):
    """A large thing as it stands in a file, already compared with its digest."""

    digest: str
    data: bytes


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    world: str
    scope: str = ""
    position: int = 0
    mac: str = ""
    event: msgspec.Raw = msgspec.Raw()
    body: str = ""
    blob: str = ""
    data: str = ""


_decode = msgspec.json.Decoder(_Line).decode


async def export(log: EventLog, world: str, path: Path, blobs: Iterable[str] = ()) -> dict[str, Head]:
    """Writes all scopes, checking the chain on the way; the file appears whole or not at all. Returns their heads."""
    heads: dict[str, Head] = {}
    with private_draft(path) as file:
        for digest in blobs:
            data = await log.get_blob(digest)
            if data is None:
                raise KeyError(digest)
            file.write(blob_line(world, Blob(digest, data)))
        for scope in await log.scopes():
            heads[scope] = await _walk(log, scope, world, file)
    return heads


async def verify_log(log: EventLog, scopes: Iterable[str] | None = None) -> dict[str, Head]:
    """Reads a live log from its first entry on. Raises `ChainBroken` for the first that does not fit."""
    return {scope: await _walk(log, scope) for scope in (await log.scopes() if scopes is None else scopes)}


def verify_file(
    path: Path, world: str, key: bytes | None, after: Mapping[str, Head] | None = None
) -> dict[str, Head]:
    """Heads of the scopes in a file, or `ChainBroken` for the first entry that does not fit, or `ArchiveUnreadable`.

    Without a key only contiguity is checked. A file cut off at its end is sound as far as it goes: compare the heads
    with those noted elsewhere. `after` says where a segment begins, if not at the first entry.
    """
    chain = Chain(key, world) if key is not None else None
    heads = dict(after or {})
    for item in read_file(path, world):
        if isinstance(item, Blob):
            continue
        scope, entry = item
        before = heads.get(scope, EMPTY)
        if entry.position != before.position + 1:
            raise ChainBroken(scope, before.position + 1, f"missing: the next entry is {entry.position}")
        if chain is not None:
            chain.verify(scope, before, [entry])
        heads[scope] = Head(entry.position, entry.mac)
    return heads


async def restore(path: Path, log: EventLog, world: str, key: bytes) -> dict[str, Head]:
    """Brings a file back into a log that has none of its scopes and the same key. The file is checked first.

    Raises `HeadMoved` for a scope that is there already, `ChainBroken` or `ArchiveUnreadable` for a bad file.
    """
    verify_file(path, world, key)
    heads: dict[str, Head] = {}
    for batch in _batches(read_file(path, world)):
        if isinstance(batch, Blob):
            await log.put_blob(batch.digest, batch.data)
            continue
        scope, last = batch[0].scope, batch[-1].entry
        bodies = [archived.entry.body for archived in batch]
        heads[scope] = await log.append(scope, heads.get(scope, EMPTY), bodies)
        if heads[scope].mac != last.mac:
            raise ChainBroken(scope, last.position, "this log makes its chain with another key")
    return heads


def read_file(path: Path, world: str) -> Iterator[Archived | Blob]:
    """Every line of a file, in order. Raises `ArchiveUnreadable`; checks no chain."""
    with path.open("rb") as file:
        for number, text in enumerate(file, start=1):
            try:
                line = _decode(text)
                if line.world != world:
                    raise ValueError(f"it belongs to world {line.world}, not {world}")
                yield _blob(line) if line.blob else _archived(line)
            except ValueError as wrong:  # msgspec's errors are ValueErrors too
                raise ArchiveUnreadable(number, str(wrong)) from wrong


def entry_line(world: str, scope: str, entry: Entry) -> bytes:
    """An entry as a line of a file."""
    facts = {"world": world, "scope": scope, "position": entry.position, "mac": entry.mac.hex()}
    start = msgspec.json.encode(facts)[:-1]
    if b"\n" not in entry.body:
        line = start + b',"event":' + entry.body + b"}\n"
        # The body goes in as it is, if that is what a reader gets out again.
        with suppress(msgspec.DecodeError, RecursionError):
            if bytes(_decode(line).event) == entry.body:
                return line
    return start + b',"body":' + msgspec.json.encode(base64.b64encode(entry.body).decode()) + b"}\n"


def blob_line(world: str, blob: Blob) -> bytes:
    """A large thing as a line of a file."""
    data = base64.b64encode(blob.data).decode()
    return msgspec.json.encode({"world": world, "blob": blob.digest, "data": data}) + b"\n"


def _archived(line: _Line) -> Archived:
    body = bytes(line.event) or base64.b64decode(line.body, validate=True)
    if not line.scope or not line.mac:
        raise ValueError("scope or MAC is missing")
    return Archived(line.scope, Entry(line.position, body, bytes.fromhex(line.mac)))


def _blob(line: _Line) -> Blob:
    data = base64.b64decode(line.data, validate=True)
    if hashlib.blake2b(data, digest_size=32).hexdigest() != line.blob:
        raise ValueError(f"the data do not fit the digest {line.blob}")
    return Blob(line.blob, data)


async def _walk(log: EventLog, scope: str, world: str = "", file: BinaryIO | None = None) -> Head:
    head = EMPTY
    while entries := await log.read(scope, head, PAGE):
        if file is not None:
            file.writelines(entry_line(world, scope, entry) for entry in entries)
        head = Head(entries[-1].position, entries[-1].mac)
    return head


def _batches(items: Iterable[Archived | Blob]) -> Iterator[list[Archived] | Blob]:
    """Runs of one scope that are small enough for one append."""
    batch: list[Archived] = []
    size = 0
    for item in items:
        if isinstance(item, Blob):
            yield item
            continue
        size += len(item.entry.body)
        if batch and (item.scope != batch[0].scope or len(batch) == BATCH_EVENTS or size > BATCH_BYTES):
            yield batch
            batch, size = [], len(item.entry.body)
        batch.append(item)
    if batch:
        yield batch
