"""GET /api/v1/playbooks and /playbooks/DIGEST: the published versions, and one of them whole, as it was published."""

from __future__ import annotations

from aiohttp import web
from pydantic import BaseModel

from coordinator.api.identity import actor_of
from coordinator.api.keys import ENGINE
from coordinator.domain.refusal import Refused
from coordinator.playbook.schema import Document


class PublishedPlaybook(BaseModel):
    id: str
    version: int
    digest: str
    hazard: str
    zh: str
    en: str


class PublishedPlaybooks(BaseModel):
    playbooks: list[PublishedPlaybook]


class PlaybookVersion(BaseModel):
    """One version whole. It never changes: its digest is that of the document's stored bytes."""

    digest: str
    document: Document


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


async def get_playbook(request: web.Request) -> web.Response:
    """The stored bytes themselves, so that whoever reads it can hold it against the digest."""
    actor_of(request)
    digest = request.match_info["digest"]
    found = next((one for one in request.app[ENGINE].playbooks() if one.digest == digest), None)
    if found is None:
        raise Refused("unknown_playbook", playbook=digest[:80])
    body = b'{"digest":"%s","document":%s}' % (digest.encode(), found.json)
    response = web.Response(body=body, content_type="application/json")
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    response.enable_compression()
    return response
