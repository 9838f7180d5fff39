"""GET /api/v1/playbooks, /playbooks/DIGEST and /playbooks/A/diff/B: the published versions, one whole, two compared."""

from __future__ import annotations

import json
from datetime import datetime

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from coordinator.api.identity import actor_of
from coordinator.api.keys import ENGINE
from coordinator.api.queries import query_of
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.refusal import Refused
from coordinator.playbook.diff import diff, diff_levels
from coordinator.playbook.fields import Words
from coordinator.playbook.loader import Playbook
from coordinator.playbook.schema import Document
from coordinator.playbook.vocabulary import CHANNELS, FACILITIES, ROUTINES, SKILLS
from coordinator.store.log import LogUnavailable


class PublishedPlaybook(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)

    id: str
    version: int
    digest: str
    hazard: str
    zh: str
    en: str
    published: datetime | None = None
    """When this world published it; null for what comes with the project, or is kept and not published yet."""


class PublishedPlaybooks(BaseModel):
    playbooks: list[PublishedPlaybook]


class PlaybookVersion(BaseModel):
    """One version whole. It never changes: its digest is that of the document's stored bytes."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    digest: str
    vocabulary: dict[str, Words]
    """What skills, facilities, routines and channels are called, by their keys."""
    document: Document


class DiffQuery(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    old_level: ResponseLevel | None = None
    """With `new_level`: what holds at one level and not at the other, all levels below added up."""
    new_level: ResponseLevel | None = None


class PlaybookChange(BaseModel):
    """One difference, in words."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    level: str
    """Empty for what belongs to no level, and where two levels are compared."""
    kind: str
    """`posts`, `conversions`, `tasks`, `tallies`, `stand_down`, `recovery`, `safety`, or `settings`."""
    key: str
    field: str
    """Empty where the whole entry was added or removed."""
    zh: str
    en: str


class PlaybookDifference(BaseModel):
    """From one version or level to another: everything that differs, level by level."""

    old: PublishedPlaybook
    new: PublishedPlaybook
    changes: list[PlaybookChange]


async def get_difference(request: web.Request) -> web.Response:
    actor_of(request)
    asked = query_of(request, DiffQuery)
    if (asked.old_level is None) != (asked.new_level is None):
        raise Refused("bad_message", hint="old_level, new_level")
    old, new = (_by_digest(request, request.match_info[name]) for name in ("digest", "other"))
    if asked.old_level is None or asked.new_level is None:
        changes = diff(old, new)
    else:
        changes = diff_levels(old, asked.old_level, new, asked.new_level)
    shown = [
        PlaybookChange(
            level=one.level, kind=one.kind, key=one.key, field=one.field, zh=one.text.zh, en=one.text.en
        )
        for one in changes
    ]
    found = PlaybookDifference(old=_published(old), new=_published(new), changes=shown)
    return web.json_response(found.model_dump())


def _by_digest(request: web.Request, digest: str) -> Playbook:
    found = next((one for one in request.app[ENGINE].playbooks() if one.digest == digest), None)
    if found is None:
        raise Refused("unknown_playbook", playbook=digest[:80])
    return found


async def get_playbooks(request: web.Request) -> web.Response:
    actor_of(request)
    engine = request.app[ENGINE]
    at = engine.ledger.published()
    found = [_published(one, at.get(one.digest)) for one in engine.playbooks()]
    return web.json_response(PublishedPlaybooks(playbooks=found).model_dump(mode="json"))


async def post_playbook(request: web.Request) -> web.Response:
    """Keep a version by its digest; `PublishPlaybook` then lets operations be ordered by it."""
    actor = actor_of(request)
    try:
        text = (await request.read()).decode()
        kept = await request.app[ENGINE].keep_playbook(actor, text)
    except UnicodeDecodeError:
        raise Refused("bad_message", hint="UTF-8") from None
    except LogUnavailable:
        raise Refused("log_unavailable") from None
    return web.json_response(_published(kept).model_dump(), status=201)


def _published(one: Playbook, at: datetime | None = None) -> PublishedPlaybook:
    return PublishedPlaybook(
        id=one.id,
        version=one.version,
        digest=one.digest,
        hazard=one.hazard,
        zh=one.name.zh,
        en=one.name.en,
        published=at,
    )


async def get_playbook(request: web.Request) -> web.Response:
    """The stored bytes themselves, so that whoever reads it can hold it against the digest."""
    actor_of(request)
    found = _by_digest(request, request.match_info["digest"])
    words = json.dumps(_vocabulary(found.document), ensure_ascii=False).encode()
    body = b'{"digest":"%s","vocabulary":%s,"document":%s}' % (found.digest.encode(), words, found.json)
    response = web.Response(body=body, content_type="application/json")
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    response.enable_compression()
    return response


def _vocabulary(document: Document) -> dict[str, dict[str, str]]:
    """The project's words, and over them the playbook's own."""
    own = {**document.words.skills, **document.words.facilities}
    common = {**SKILLS, **FACILITIES, **ROUTINES, **CHANNELS}
    return {
        **{key: {"zh": text.zh, "en": text.en} for key, text in common.items()},
        **{key: {"zh": words.zh, "en": words.en} for key, words in own.items()},
    }
