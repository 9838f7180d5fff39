"""A JSON document of the real world, asked for with a token."""

from __future__ import annotations

import aiohttp

from tests.drills.living import Live


async def read(live: Live, path: str, token: str, **query: str) -> tuple[int, dict[str, object]]:
    """The status, and the answer or the problem."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with (
        aiohttp.ClientSession(live.url, headers=headers) as session,
        session.get(f"/api/v1/{path}", params=query) as answer,
    ):
        return answer.status, await answer.json(content_type=None)
