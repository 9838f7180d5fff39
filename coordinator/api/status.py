"""Who am I, and how is this process: /api/v1/me, /livez, /readyz, /version."""

from __future__ import annotations

from datetime import datetime

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from coordinator import __version__
from coordinator.api.identity import actor_of
from coordinator.api.keys import ENGINE
from coordinator.domain.event import LANGUAGE
from coordinator.live.first_boards import first_boards
from coordinator.wire.messages import PROTOCOL


class Me(BaseModel):
    """Of whom the token speaks. The same as `signed_in` says over the socket."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    person: str
    role: str
    area: str
    office: str
    world: str
    """`LIVE`, `DEMO` or a drill: shown on every screen."""
    server_time: datetime
    world_time: datetime
    rate: float
    boards: list[str]
    """Boards worth opening first."""


class Ready(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)

    ready: bool
    log: str
    """`up` or `down`."""
    caught_up: bool
    stopped: dict[str, int] = {}
    """Scopes whose log fails its check -> at which entry. They wait for their operator; the others go on."""


class Version(BaseModel):
    version: str
    protocol: int
    language: int
    world: str


async def get_me(request: web.Request) -> web.Response:
    engine = request.app[ENGINE]
    actor = actor_of(request)
    return _answer(
        Me(
            person=actor.person,
            role=actor.role.value,
            area=actor.area,
            office=actor.office,
            world=engine.world,
            server_time=engine.server_now(),
            world_time=engine.world_now(),
            rate=engine.rate,
            boards=first_boards(engine, actor),
        )
    )


async def get_livez(request: web.Request) -> web.Response:
    """The process answers: its loop turns."""
    return web.json_response({"live": True})


async def get_readyz(request: web.Request) -> web.Response:
    """Whether to send clients here: the log answers and every replica follows it."""
    engine = request.app[ENGINE]
    down = engine.log_down_since is not None
    ready = not down and engine.caught_up
    found = Ready(
        ready=ready, log="down" if down else "up", caught_up=engine.caught_up, stopped=dict(engine.stopped)
    )
    return _answer(found, status=200 if ready else 503)


async def get_version(request: web.Request) -> web.Response:
    world = request.app[ENGINE].world
    return _answer(Version(version=__version__, protocol=PROTOCOL, language=LANGUAGE, world=world))


def _answer(found: BaseModel, status: int = 200) -> web.Response:
    return web.Response(body=found.model_dump_json().encode(), content_type="application/json", status=status)
