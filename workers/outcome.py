"""What a worker has to do with coordinators, over HTTP like anyone: its outcome goes back as a command, and the phones
of those it tells are asked for when they are needed. The log and the vault are out of reach here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

import aiohttp
import structlog
from pydantic import BaseModel, ConfigDict, ValidationError
from uuid_utils import uuid7

from coordinator.domain.command import Command, type_of

PATIENCE: Final = 4.0
"""Seconds for one answer."""
ROUNDS: Final = 2
"""Times that all coordinators are asked. After that the job fails: its duties stay open and come up again."""
PAUSE: Final = 0.5

_log = structlog.get_logger(__name__)


class CoordinatorsAway(Exception):
    """None of them took the command. Whether one carried it out is not known; a repeat is harmless."""


class OutcomeRefused(Exception):
    """A coordinator will not take it, and never will: the code says why."""


class _Problem(BaseModel):
    """What of a problem+json matters here."""

    model_config = ConfigDict(extra="ignore")

    code: str
    retry: bool


class _Phones(BaseModel):
    model_config = ConfigDict(extra="ignore")

    phones: dict[str, str]


class Coordinators:
    """The coordinators of one world, in the order they are asked."""

    def __init__(
        self, urls: Sequence[str], token: str, *, patience: float = PATIENCE, pause: float = PAUSE
    ) -> None:
        self._urls = [url.rstrip("/") for url in urls]
        self._token = token
        self._timeout = aiohttp.ClientTimeout(total=patience)
        self._pause = pause

    async def tell(self, commands: Sequence[Command]) -> None:
        """All of them, in order. Raises `CoordinatorsAway`, `OutcomeRefused`."""
        async with aiohttp.ClientSession(timeout=self._timeout) as session:
            for command in commands:
                await self._tell(session, command)

    async def _tell(self, session: aiohttp.ClientSession, command: Command) -> None:
        # One key for all tries of this command: the second coordinator knows what the first has done.
        key = {"Idempotency-Key": str(uuid7())}
        body = {"name": type_of(command), "body": command.model_dump(mode="json")}
        await self._post(session, "/api/v1/commands", body, key)

    async def phones(self, people: Sequence[str]) -> Mapping[str, str]:
        """By id; who has none is missing. Raises `CoordinatorsAway`, `OutcomeRefused`."""
        async with aiohttp.ClientSession(timeout=self._timeout) as session:
            said = await self._post(session, "/api/v1/people/addresses", {"ids": list(people)}, {})
        return _Phones.model_validate_json(said).phones

    async def _post(
        self, session: aiohttp.ClientSession, path: str, body: object, more: Mapping[str, str]
    ) -> bytes:
        """To the first that takes it; gives what it answers."""
        headers = {"Authorization": f"Bearer {self._token}", **more}
        why = ""
        for attempt in range(ROUNDS):
            if attempt:
                await asyncio.sleep(self._pause)
            for url in self._urls:
                try:
                    async with session.post(f"{url}{path}", json=body, headers=headers) as answer:
                        said = await answer.read()
                        if answer.status == 200:
                            return said
                        why = f"status {answer.status}: {_refusal(answer.status, said)}"
                except (aiohttp.ClientError, TimeoutError) as lost:
                    why = str(lost) or type(lost).__name__
                _log.warning("a coordinator did not answer as hoped", url=url, path=path, why=why)
        raise CoordinatorsAway(why)


def _refusal(status: int, said: bytes) -> str:
    """The code, if the same may be tried again; else raises `OutcomeRefused`."""
    try:
        problem = _Problem.model_validate_json(said)
    except ValidationError:
        if status < 500:
            raise OutcomeRefused(f"status {status}") from None
        return "no reason given"
    if not problem.retry:
        raise OutcomeRefused(problem.code)
    return problem.code
