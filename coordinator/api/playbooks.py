"""GET /api/v1/playbooks: the published versions, by digest, for whoever is to name one in an order."""

from __future__ import annotations

from aiohttp import web
from pydantic import BaseModel

from coordinator.api.identity import actor_of
from coordinator.api.keys import ENGINE


class PublishedPlaybook(BaseModel):
    id: str
    version: int
    digest: str
    hazard: str
    zh: str
    en: str


class PublishedPlaybooks(BaseModel):
    playbooks: list[PublishedPlaybook]


async def get_playbooks(request: web.Request) -> web.Response:
    actor_of(request)
    found = [
        PublishedPlaybook(
            id=one.id,
            version=one.version,
            digest=one.digest,
            hazard=one.hazard,
            zh=one.name.zh,
            en=one.name.en,
        )
        for one in request.app[ENGINE].playbooks()
    ]
    return web.json_response(PublishedPlaybooks(playbooks=found).model_dump())
