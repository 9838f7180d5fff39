"""A gateway by signed HTTP: it gets ids and the phones of the roster. Only for real people may it stand elsewhere.

Signature: `X-Pingji-Signature: t=SECONDS,v1=HEX`, HEX being HMAC-SHA256 of `SECONDS.BODY` under the shared secret; a
receiver compares it and refuses what is older than a few minutes. Answers: 2xx is taken for all, unless its JSON body
has an `error` (or an `errcode` that is not 0), which is taken for none, or `failed`, a list of keys. 5xx, 429 and
silence are tried again; anything else will not get better and is not.
"""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

import aiohttp
import msgspec
import structlog
from msgspec.structs import replace

from coordinator.domain.world import is_drill
from workers.notify.channels.channel import ChannelForbidden
from workers.notify.message import Message

ATTEMPTS: Final = 3
BACKOFF: Final = 0.5
"""Seconds before the second attempt, twice that before the third."""
SIGNATURE: Final = "X-Pingji-Signature"
ANSWER_BYTES: Final = 64 * 1024

Phones = Callable[[Sequence[str]], Awaitable[Mapping[str, str]]]
"""Asks for the phones of people by id. A gateway may have an address of its own for whom the roster has none."""

_log = structlog.get_logger(__name__)


class _Answer(msgspec.Struct):
    error: object = None
    errcode: int = 0
    failed: tuple[str, ...] = ()


class _TryAgain(Exception):
    """The gateway is away or busy."""


class WebhookChannel:
    name = "webhook"
    reaches = True

    def __init__(
        self,
        world: str,
        url: str,
        secret: str,
        *,
        timeout: float,
        real_people: bool,
        seconds: Callable[[], float],
        phones: Phones,
        backoff: float = BACKOFF,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ChannelForbidden(self.name, world, "its address is no http(s) URL")
        if is_drill(world) and not real_people:
            raise ChannelForbidden(
                self.name, world, "its script does not say that real people are to be called"
            )
        if not real_people and not _on_this_machine(parts.hostname):
            raise ChannelForbidden(self.name, world, "its address is not of this machine")
        self._url = url
        self._secret = secret.encode()
        self._seconds = seconds
        self._phones = phones
        self._backoff = backoff
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._session: aiohttp.ClientSession | None = None

    async def send(self, message: Message) -> frozenset[str]:
        phones = await self._phones([one.person for one in message.to])
        addressed = tuple(replace(one, phone=phones.get(one.person, "")) for one in message.to)
        body = msgspec.json.encode(replace(message, to=addressed))
        for attempt in range(ATTEMPTS):
            if attempt:
                await asyncio.sleep(self._backoff * 2 ** (attempt - 1))
            try:
                status, said = await self._post(body)
            except _TryAgain as away:
                _log.warning("the gateway did not take a message", attempt=attempt + 1, why=str(away))
            else:
                return message.keys & _untold(message.keys, status, said)
        return message.keys

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _post(self, body: bytes) -> tuple[int, bytes]:
        at = str(int(self._seconds()))
        signed = hmac.digest(self._secret, f"{at}.".encode() + body, "sha256").hex()
        headers = {"Content-Type": "application/json", SIGNATURE: f"t={at},v1={signed}"}
        if self._session is None:  # a session belongs to the loop of its job
            self._session = aiohttp.ClientSession(timeout=self._timeout)
        try:
            # A redirect could lead out of the machine: it is an answer like any other that is not 2xx.
            async with self._session.post(
                self._url, data=body, headers=headers, allow_redirects=False
            ) as answer:
                status, said = answer.status, await _beginning(answer.content)
        except (aiohttp.ClientError, TimeoutError) as lost:
            raise _TryAgain(str(lost) or type(lost).__name__) from lost
        if status >= 500 or status == 429:
            raise _TryAgain(f"status {status}")
        return status, said


async def _beginning(content: aiohttp.StreamReader) -> bytes:
    try:
        return await content.readexactly(ANSWER_BYTES)
    except asyncio.IncompleteReadError as whole:
        return whole.partial


def _untold(keys: frozenset[str], status: int, said: bytes) -> frozenset[str]:
    """Whom the gateway did not tell, by what it says: some answer 200 and put the error into the body."""
    if not 200 <= status < 300:
        _log.error("the gateway refused a message", status=status, said=said[:200].decode(errors="replace"))
        return keys
    try:
        answer = msgspec.json.decode(said, type=_Answer)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return frozenset()  # `ok`, or nothing: no error is said
    if answer.error or answer.errcode:
        _log.error("the gateway reported an error", said=said[:200].decode(errors="replace"))
        return keys
    return frozenset(answer.failed)


def _on_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
