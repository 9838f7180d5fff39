"""Issuing tokens over the HTTP interface: the way any client would, with the operator's own token."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import aiohttp

from coordinator.domain.access import Role
from coordinator.domain.area import AreaCode
from coordinator.engine.keys import fresh_key, new_token
from coordinator.wire.tokens import hash_token
from coordinator.wire.words import Language


class Wanted(NamedTuple):
    """Who is to act as what where."""

    person: str
    role: Role
    area: AreaCode
    office: str = ""


class CommandFailed(Exception):
    """The coordinator refused; `code` is stable, the text in both languages."""

    def __init__(self, code: str, zh: str, en: str = "") -> None:
        super().__init__(f"{zh}\n{en}" if en else zh)
        self.code = code
        self._zh, self._en = zh, en or zh

    def said(self, lang: Language) -> str:
        return self._zh if lang == "zh" else self._en


async def issue(url: str, operator: str, wanted: Sequence[Wanted]) -> list[str]:
    """One new token for each, in order. Raises `CommandFailed`, `aiohttp.ClientError`."""
    tokens = []
    async with aiohttp.ClientSession(url, headers={"Authorization": f"Bearer {operator}"}) as session:
        for who in wanted:
            token = new_token()
            body = {
                "area": who.area,
                "person": who.person,
                "role": who.role.value,
                "office": who.office,
                "token": hash_token(token),
            }
            await send(session, "IssueGrant", body)
            tokens.append(token)
    return tokens


async def sign_in_path(url: str, token: str) -> str:
    """A path of the phone's page with a code in it that is good once. Raises `CommandFailed`, `aiohttp.ClientError`."""
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        aiohttp.ClientSession(url, headers=headers) as session,
        session.post("/api/v1/sign-in-codes") as answer,
    ):
        return str((await answered(answer))["path"])


async def send(session: aiohttp.ClientSession, name: str, body: Mapping[str, object]) -> dict[str, object]:
    """One command by POST; a fresh key for each. Raises `CommandFailed`."""
    headers = {"Idempotency-Key": fresh_key(datetime.now(UTC))}
    async with session.post("/api/v1/commands", json={"name": name, "body": body}, headers=headers) as answer:
        return await answered(answer)


async def answered(answer: aiohttp.ClientResponse) -> dict[str, object]:
    """What it says, as JSON. Raises `CommandFailed`."""
    result: dict[str, object] = await answer.json(content_type=None)
    if answer.status >= 400:
        zh, en = str(result.get("detail", result)), str(result.get("detail_en", ""))
        raise CommandFailed(str(result.get("code", answer.status)), zh, en)
    return result
