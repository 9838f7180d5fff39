"""The event log on Redis or Valkey: a stream per scope, written by one server-side Function.

Makes and checks the chain's MACs; knows no event, decides nothing and tries no write a second time.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from typing import Final, cast

import structlog
from redis.asyncio import Redis
from redis.exceptions import NoPermissionError, ResponseError

from coordinator.store.chain import Chain
from coordinator.store.checks import check_log_server
from coordinator.store.connections import answered_within, command_client, reader_client
from coordinator.store.log import EMPTY, ChainBroken, Entry, Head, HeadMoved, LogUnavailable
from coordinator.store.names import check_batch, check_digest, check_scope, check_world

BULK_PATIENCE: Final = 30.0
"""Seconds for a register of tens of megabytes, which must not count as a lost server."""

READ_COUNT: Final = 1000
READ_COUNT_LEAST: Final = 16
"""Entries of one read, shared out over the scopes: Redis counts per stream, and an answer must fit its time."""
BACKOFF: Final = (0.05, 1.0)
"""First and longest mean wait of a reader that lost its server, in seconds."""

_STREAM_ID: Final = re.compile(rb"(\d+)-0")

_LUA: Final = files("coordinator.store").joinpath("append.lua").read_text(encoding="utf-8")
APPEND: Final = "pingji_append_" + hashlib.sha256(_LUA.encode()).hexdigest()[:16]
"""Name of the library and of its first function: another source has another name."""
SET_ASIDE: Final = APPEND.replace("append", "set_aside")

_StreamItem = tuple[bytes, dict[bytes, bytes]]
_log = structlog.get_logger(__name__)


class RedisLog:
    """An `EventLog` of one world. Make it with `await RedisLog.open(...)`.

    `patience`: seconds until a silent server is called unavailable. `replicas`: how many must have an append on their
    disks, too, before it is acknowledged; with fewer it raises `LogUnavailable`, though the primary has it.
    """

    def __init__(
        self,
        url: str,
        world: str,
        key: bytes,
        *,
        patience: float = 2.0,
        connections: int = 16,
        replicas: int = 0,
    ) -> None:
        self.world = check_world(world)
        self._url = url
        self._chain = Chain(key, world)
        self._patience = patience
        self._replicas = replicas
        self._commands = command_client(url, patience=patience, connections=connections)
        self._bulk = command_client(url, patience=BULK_PATIENCE, connections=2)

    @classmethod
    async def open(
        cls,
        url: str,
        world: str,
        key: bytes,
        *,
        managed: bool = False,
        patience: float = 2.0,
        connections: int = 16,
        replicas: int = 0,
    ) -> RedisLog:
        """Checks that the server is durable and loads the Function. Raises `StoreError`, `LogUnavailable`."""
        log = cls(url, world, key, patience=patience, connections=connections, replicas=replicas)
        try:
            async with answered_within(patience):
                await check_log_server(log._commands, managed=managed)
                await log._load_function()
        except BaseException:
            await log.close()
            raise
        return log

    async def append(self, scope: str, after: Head, bodies: Sequence[bytes]) -> Head:
        check_batch(bodies)
        if not bodies:
            return after
        stream = self._stream(scope)
        arguments: list[bytes | str | int] = [after.position, after.mac.hex()]
        for entry in self._chain.extend(scope, after, bodies):
            arguments += (entry.body, entry.mac.hex())
        async with answered_within(self._patience):
            if after == EMPTY:
                # Before the stream is there, so that none is ever missing from the list.
                await self._commands.sadd(self._key("scopes"), scope)
            try:
                written, position, mac = await self._call(stream, arguments)
            except ResponseError as refused:
                if "PINGJI_TAIL" in str(refused):
                    raise ChainBroken(scope, after.position + 1, str(refused)) from refused
                raise
        head = Head(position, bytes.fromhex(mac.decode()))
        if not written:
            raise HeadMoved(scope, head)
        return head

    async def head(self, scope: str) -> Head:
        async with answered_within(self._patience):
            last = _items(await self._commands.xrevrange(self._stream(scope), count=1))
        if not last:
            return EMPTY
        entry = _entry(scope, last[0])
        return Head(entry.position, entry.mac)

    async def head_at(self, scope: str, position: int) -> Head | None:
        if position == 0:
            return EMPTY
        id = f"{position}-0"
        async with answered_within(self._patience):
            found = _items(await self._commands.xrange(self._stream(scope), min=id, max=id))
        return Head(position, _entry(scope, found[0]).mac) if found else None

    async def read(self, scope: str, after: Head, limit: int = 1000) -> list[Entry]:
        first = f"{after.position + 1}-0"
        async with answered_within(self._patience):
            found = _items(await self._commands.xrange(self._stream(scope), min=first, count=limit))
        entries = [_entry(scope, item) for item in found]
        self._chain.verify(scope, after, entries)
        return entries

    async def set_aside(self, scope: str, after: Head, tail: Head) -> None:
        """What is put aside stands in streams `…:aside:1`, `…:aside:2`, in order of time; nothing deletes them."""
        stream = self._stream(scope)
        arguments = [after.position, after.mac.hex(), tail.position, tail.mac.hex()]
        async with answered_within(BULK_PATIENCE):
            number = 1
            while await self._bulk.exists(f"{stream}:aside:{number}"):
                number += 1
            done, position, mac = await self._bulk.fcall(
                SET_ASIDE, 2, stream, f"{stream}:aside:{number}", *arguments
            )
        if not done:
            raise HeadMoved(scope, Head(position, bytes.fromhex(mac.decode())))

    async def follow(self, heads: Mapping[str, Head]) -> AsyncIterator[tuple[str, list[Entry]]]:
        """Entries of these scopes as they come. Survives a lost server; sees one that lost entries.

        Raises `ChainBroken` for the first scope that breaks, after what still fitted: follow the others anew.
        """
        if not heads:
            await asyncio.Event().wait()
        standing = dict(heads)
        scopes = {self._stream(scope).encode(): scope for scope in standing}
        silent_for = 0
        while True:
            reader = reader_client(self._url, patience=self._patience)
            try:
                await self._check_standing(reader, standing)
                silent_for = 0
                while True:
                    for stream, items in await self._next(reader, standing):
                        scope = scopes[stream]
                        entries, broken = self._fitting(scope, standing[scope], items)
                        if entries:
                            standing[scope] = Head(entries[-1].position, entries[-1].mac)
                            yield scope, entries
                        if broken:
                            raise broken
            except LogUnavailable as lost:
                if not silent_for:
                    _log.info("log_reader_lost_server", world=self.world, why=str(lost))
                silent_for += 1
            finally:
                await reader.aclose()
            first, longest = BACKOFF
            await asyncio.sleep(random.uniform(0.5, 1.5) * min(longest, first * 2 ** min(silent_for, 10)))

    async def scopes(self) -> list[str]:
        async with answered_within(self._patience):
            members = cast("set[bytes]", await self._commands.smembers(self._key("scopes")))
            names = sorted(name.decode() for name in members)
            pipeline = self._commands.pipeline(transaction=False)
            for name in names:
                pipeline.exists(self._stream(name))
            there = await pipeline.execute()
        return [name for name, exists in zip(names, there, strict=True) if exists]

    async def time(self) -> datetime:
        async with answered_within(self._patience):
            seconds, microseconds = await self._commands.time()
        return datetime.fromtimestamp(seconds, UTC).replace(microsecond=microseconds)

    async def put_blob(self, digest: str, data: bytes) -> None:
        async with answered_within(BULK_PATIENCE):
            await self._bulk.set(self._blob(digest), data, nx=True)

    async def get_blob(self, digest: str) -> bytes | None:
        async with answered_within(BULK_PATIENCE):
            return cast("bytes | None", await self._bulk.get(self._blob(digest)))

    async def close(self) -> None:
        for client in (self._commands, self._bulk):
            await client.aclose()

    async def _call(self, stream: str, arguments: Sequence[bytes | str | int]) -> tuple[int, int, bytes]:
        try:
            return await self._call_once(stream, arguments)
        except ResponseError as refused:
            # A primary promoted since the start may not have it. Nothing was written, so call again.
            if "Function not found" not in str(refused):
                raise
            await self._load_function()
            return await self._call_once(stream, arguments)

    async def _call_once(self, stream: str, arguments: Sequence[bytes | str | int]) -> tuple[int, int, bytes]:
        pipeline = self._commands.pipeline(transaction=False)
        pipeline.fcall(APPEND, 1, stream, *arguments)
        if self._replicas:
            # On the same connection: it waits for that connection's last write.
            pipeline.execute_command("WAITAOF", 1, self._replicas, int(self._patience * 500))
        answer, *confirmed = await pipeline.execute(raise_on_error=False)
        if isinstance(
            answer, ResponseError
        ):  # as the server said it; a raised one would begin with our command
            raise answer
        written, position, mac = answer
        if written and confirmed and confirmed[0][1] < self._replicas:
            raise LogUnavailable(
                f"{confirmed[0][1]} of {self._replicas} replicas confirmed position {position}"
            )
        return written, position, mac

    async def _load_function(self) -> None:
        try:
            await self._commands.function_load(
                _LUA.replace("DIGEST", APPEND.rpartition("_")[2]), replace=True
            )
        except NoPermissionError:
            # Where each kind of process has an ACL user, an administrator loads it; else append will say so.
            _log.warning(
                "log_function_not_loaded", function=APPEND, reason="this user may not load functions"
            )

    async def _check_standing(self, reader: Redis, standing: Mapping[str, Head]) -> None:
        """A server that comes back may be a lagging replica: where we stand must still be what it was."""
        known = {scope: head for scope, head in standing.items() if head != EMPTY}
        async with answered_within(self._patience):
            pipeline = reader.pipeline(transaction=False)
            for scope, head in known.items():
                pipeline.xrange(self._stream(scope), min=f"{head.position}-0", max=f"{head.position}-0")
            found = await pipeline.execute()
        for (scope, head), items in zip(known.items(), found, strict=True):
            if not items:
                raise ChainBroken(scope, head.position, "the server does not have this entry any more")
            if _entry(scope, items[0]).mac != head.mac:
                raise ChainBroken(scope, head.position, "the server has another entry here")

    async def _next(
        self, reader: Redis, standing: Mapping[str, Head]
    ) -> list[tuple[bytes, list[_StreamItem]]]:
        streams: dict[bytes | str | memoryview, int | bytes | str | memoryview] = {
            self._stream(scope): f"{head.position}-0" for scope, head in standing.items()
        }
        count = max(READ_COUNT_LEAST, READ_COUNT // len(streams))
        # A living server answers within a quarter of our patience, if with nothing: silence is noticed.
        block = max(1, int(self._patience * 250))
        async with answered_within(self._patience):
            found = await reader.xread(streams, count=count, block=block)
        return cast("list[tuple[bytes, list[_StreamItem]]]", found or [])

    def _fitting(
        self, scope: str, after: Head, items: Sequence[_StreamItem]
    ) -> tuple[list[Entry], ChainBroken | None]:
        entries: list[Entry] = []
        malformed: ChainBroken | None = None
        for item in items:
            try:
                entries.append(_entry(scope, item))
            except ChainBroken as found:
                malformed = found
                break
        fitting, broken = self._chain.fitting(scope, after, entries)
        return fitting, broken or malformed

    def _stream(self, scope: str) -> str:
        return f"pingji:{{{self.world}/{check_scope(scope)}}}:log"

    def _blob(self, digest: str) -> str:
        return self._key(f"blob:{check_digest(digest)}")

    def _key(self, name: str) -> str:
        return f"pingji:{{{self.world}}}:{name}"


def _items(answer: object) -> list[_StreamItem]:
    return cast("list[_StreamItem]", answer or [])


def _entry(scope: str, item: _StreamItem) -> Entry:
    identity, fields = item
    named = _STREAM_ID.fullmatch(identity)
    if named is None:
        position = int(identity.split(b"-")[0])
        raise ChainBroken(scope, position, f"an entry named {identity.decode()} was not written by us")
    position = int(named[1])
    try:
        return Entry(position, fields[b"e"], bytes.fromhex(fields[b"m"].decode()))
    except (KeyError, ValueError):
        raise ChainBroken(scope, position, "body or MAC is missing or malformed") from None
