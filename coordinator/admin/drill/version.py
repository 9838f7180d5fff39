"""Which version of a playbook a drill practises: what the real world has published last, since that is what would be
run. Asked of the real world as any device may; it reads and changes nothing, and keeps nothing of it.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import aiohttp
import msgspec
import structlog

from coordinator.admin.drill.live_watch import DeviceToken, Live
from coordinator.admin.run.grants import CommandFailed, answered
from coordinator.playbook.loader import Playbook, canonical, from_json
from coordinator.playbook.schema import Document

SECONDS: Final = 10.0

log = structlog.get_logger()


class NotKnown(Exception):
    """The real world cannot be asked what it has published; says in both languages what to do."""


def live_of(data: Path) -> Live:
    """The real world of this directory, by where its coordinators were last."""
    ports = sorted(data.glob("coordinator-*.port"))
    return Live(data, [f"http://127.0.0.1:{port}" for path in ports if (port := path.read_text())])


def published_in(live: Live, name: str) -> Playbook | None:
    """The last one published under that id; None: none, and what comes with the project holds. Raises `NotKnown`."""
    try:
        return asyncio.run(_published(live, name))
    except (aiohttp.ClientError, CommandFailed, LookupError, OSError, ValueError) as away:
        raise NotKnown(
            f"问不到实战里发布的预案 {name}（{str(away) or repr(away)}），按自带的版本演练；可用 --playbook 指定文件。"
            f"\nWhat was published of {name} cannot be asked ({str(away) or repr(away)}): the version that comes with "
            "the project is practised, unless --playbook names a file."
        ) from away


async def _published(live: Live, name: str) -> Playbook | None:
    """Once more with a token issued anew, where the one that was kept is not known any more."""
    token, url = DeviceToken(live), live.urls[0]
    kept = await token.read(url)
    try:
        return await _asked(url, kept, name)
    except CommandFailed as refused:
        if refused.code not in ("bad_token", "revoked_token"):
            raise
    token.refused(kept)
    return await _asked(url, await token.read(url), name)


async def _asked(url: str, token: str, name: str) -> Playbook | None:
    headers = {"Authorization": f"Bearer {token}"}
    timeout = aiohttp.ClientTimeout(SECONDS)
    async with aiohttp.ClientSession(url, headers=headers, timeout=timeout) as session:
        listed: Any = (await _get(session, "/api/v1/playbooks"))["playbooks"]
        ours = [one for one in listed if one["id"] == name and one["published"]]
        if not ours:
            return None
        digest = max(ours, key=lambda one: (datetime.fromisoformat(one["published"]), one["version"]))[
            "digest"
        ]
        whole = await _get(session, f"/api/v1/playbooks/{digest}")
    found = from_json(canonical(Document.model_validate_json(msgspec.json.encode(whole["document"]))))
    if found.digest != digest:
        raise CommandFailed("not_the_playbook", f"{digest[:16]}: what was sent is {found.digest[:16]}")
    return found


async def _get(session: aiohttp.ClientSession, path: str) -> Any:
    async with session.get(path) as answer:
        return await answered(answer)
