"""How the store talks to Redis: which pools there are, how long they wait, and what a silence is called.

redis-py's defaults retry a timed-out write and wait up to a minute for a frozen server; nothing here may
do either.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import redis.exceptions
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from coordinator.store.log import LogUnavailable
from coordinator.store.sentinel import SCHEME, primary_client

_CANNOT_WRITE: Final = ("OOM", "MISCONF", "READONLY", "LOADING", "MASTERDOWN", "CLUSTERDOWN", "NOREPLICAS")
"""Answers by which a server says that it wrote nothing and that another time may be better."""


def command_client(url: str, *, patience: float, connections: int) -> Redis:
    """For short commands: waits for a free connection instead of raising, never sends a command twice."""
    return _client(
        url, connections=connections, wait=patience, socket_timeout=patience, connect_timeout=patience
    )


def reader_client(url: str, *, patience: float) -> Redis:
    """One connection for blocking reads. A socket timeout would cut them: the reader bounds each itself."""
    return _client(url, connections=1, wait=None, socket_timeout=None, connect_timeout=patience)


def _client(
    url: str, *, connections: int, wait: float | None, socket_timeout: float | None, connect_timeout: float
) -> Redis:
    settings: dict[str, object] = {
        "socket_timeout": socket_timeout,
        "socket_connect_timeout": connect_timeout,
        "retry": Retry(NoBackoff(), 0),
        # RESP2: RESP3 brings pushed notices that nobody here listens to.
        "protocol": 2,
        "decode_responses": False,
    }
    if url.startswith(SCHEME):
        return primary_client(
            url, connections=connections, wait=wait, patience=connect_timeout, settings=settings
        )
    pool = BlockingConnectionPool.from_url(url, max_connections=connections, timeout=wait, **settings)
    return Redis.from_pool(pool)


@asynccontextmanager
async def answered_within(patience: float) -> AsyncIterator[None]:
    """Every way in which a server can fail to answer becomes `LogUnavailable`, after `patience` seconds.

    A command that is cut short leaves its connection closed, so that no late answer is taken for another's.
    """
    try:
        async with asyncio.timeout(patience):
            yield
    except (redis.exceptions.ConnectionError, redis.exceptions.TimeoutError, OSError) as lost:
        raise LogUnavailable(str(lost) or type(lost).__name__) from lost
    except redis.exceptions.ResponseError as refused:
        if isinstance(refused, redis.exceptions.ReadOnlyError | redis.exceptions.OutOfMemoryError):
            raise LogUnavailable(str(refused)) from refused
        if str(refused).startswith(_CANNOT_WRITE):
            raise LogUnavailable(str(refused)) from refused
        raise
