"""Clients of whichever server a set of Sentinels calls the primary, named by `redis+sentinel://` URLs.

Only finds the primary and follows it when it moves; what a silence means is said in `store/connections.py`.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.sentinel import Sentinel, SentinelConnectionPool

SCHEME: Final = "redis+sentinel://"
DEFAULT_PORT: Final = 26379


class _PrimaryPool(SentinelConnectionPool, BlockingConnectionPool):
    """Waits for a free connection as ours do, asks the Sentinels for each new one, and closes those clients too."""

    async def aclose(self) -> None:
        await super().aclose()
        for client in self.sentinel_manager.sentinels:
            await client.aclose()


def primary_client(
    url: str, *, connections: int, wait: float | None, patience: float, settings: dict[str, object]
) -> Redis:
    """`redis+sentinel://[user[:password]@]host[:port][,host[:port]…]/service[?db=n]`; the same user for all."""
    parts = urlsplit(url)
    credentials, _, hosts = parts.netloc.rpartition("@")
    user, _, password = credentials.partition(":")
    service = parts.path.strip("/")
    if not hosts or not service:
        raise ValueError(f"a Sentinel URL reads {SCHEME}host:port,host:port/service")
    login = {"username": unquote(user) or None, "password": unquote(password) or None}
    sentinels = [_address(host) for host in hosts.split(",")]
    asking = {**settings, **login, "socket_timeout": patience}
    finder = Sentinel(sentinels, sentinel_kwargs=asking)  # type: ignore[no-untyped-call]
    database = int(parse_qs(parts.query).get("db", ["0"])[0])
    pool = _PrimaryPool(  # type: ignore[no-untyped-call]
        service, finder, max_connections=connections, timeout=wait, db=database, **settings, **login
    )
    return Redis.from_pool(pool)


def _address(host: str) -> tuple[str, int]:
    name, _, port = host.rpartition(":") if ":" in host else (host, "", str(DEFAULT_PORT))
    return name, int(port)
