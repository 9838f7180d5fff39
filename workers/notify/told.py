"""What the workers remember of who was told what, on the queue's server, so that a repeated job tells nobody twice.

It forgets after a day. Lost altogether, people are told twice and not never: the log does not depend on it.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final, NamedTuple, cast

from redis.asyncio import Redis

from coordinator.store.names import check_world

REMEMBERED: Final = 24 * 3600
ALIVE: Final = 10
"""Seconds after its last sign of life in which a run counts as alive; what it began is then for others."""
SIGN_EVERY: Final = 2.0

_DONE: Final = b"done"
_CLAIM: Final = """
-- KEYS: messages. ARGV: this run's key, seconds to remember.
-- For each: 0 it is ours now, 1 another living run has it, 2 it was sent.
local answers = {}
for i, key in ipairs(KEYS) do
    local state = redis.call('GET', key)
    if state == 'done' then
        answers[i] = 2
    elseif state and state ~= ARGV[1] and redis.call('EXISTS', state) == 1 then
        answers[i] = 1
    else
        redis.call('SET', key, ARGV[1], 'EX', ARGV[2])
        answers[i] = 0
    end
end
return answers
"""


class Claims(NamedTuple):
    ours: frozenset[str]
    """To be sent by this run, and by no other as long as it lives."""
    others: frozenset[str]
    """Being sent by another run: not known yet."""
    done: frozenset[str]


class Told:
    """The memory as one run of a job has it; only within `run`."""

    def __init__(self, client: Redis, world: str) -> None:
        self._client = client
        self._prefix = f"pingji:{{{check_world(world)}}}:told:"
        self._run = f"{self._prefix}run:{secrets.token_hex(8)}"
        self._claim = client.register_script(_CLAIM)

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        """A run shows that it lives. What it leaves pending, others take up as soon as it does not."""
        await self._sign()
        signing = asyncio.create_task(self._keep_signing())
        try:
            yield
        finally:
            signing.cancel()
            with suppress(asyncio.CancelledError):
                await signing
            await self._client.delete(self._run)

    async def claim(self, keys: Sequence[str]) -> Claims:
        if not keys:
            return Claims(frozenset(), frozenset(), frozenset())
        answers = cast("list[int]", await self._claim(self._names(keys), [self._run, REMEMBERED]))
        of = {0: set[str](), 1: set[str](), 2: set[str]()}
        for key, answer in zip(keys, answers, strict=True):
            of[answer].add(key)
        return Claims(*map(frozenset, of.values()))

    async def sent(self, keys: Iterable[str]) -> None:
        async with self._client.pipeline(transaction=False) as pipe:
            for name in self._names(keys):
                pipe.set(name, _DONE, ex=REMEMBERED)
            await pipe.execute()

    async def not_sent(self, keys: Iterable[str]) -> None:
        """Could not be told: a later job may try again."""
        names = self._names(keys)
        if names:
            await self._client.delete(*names)

    async def _sign(self) -> None:
        await self._client.set(self._run, b"alive", ex=ALIVE)

    async def _keep_signing(self) -> None:
        while True:
            await asyncio.sleep(SIGN_EVERY)
            await self._sign()

    def _names(self, keys: Iterable[str]) -> list[str]:
        return [self._prefix + key for key in keys]
