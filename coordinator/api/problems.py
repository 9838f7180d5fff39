"""Whatever goes wrong is answered as problem+json (RFC 9457) with a stable code, and never repeats what was sent.

A `trace_id` joins the answer with the log line; the reason for a 500 stands only there.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from typing import Annotated, Final

import msgspec
import structlog
from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from coordinator.domain.refusal import Refused
from coordinator.wire.errors import ERRORS, problem
from coordinator.wire.messages import MAX_FRAME

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

RETRY_AFTER: Final = "1"
"""Seconds: for what can succeed when it is sent again."""

log = structlog.get_logger()


class Fault(BaseModel):
    """One thing that is wrong with a body."""

    pointer: str
    """RFC 6901, into the command's body."""
    zh: str = ""
    en: str = ""


class Problem(BaseModel):
    """RFC 9457. `code` is stable and never reused; the sentences may be reworded."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    type: Annotated[str, Field(examples=["urn:pingji:error:area_is_normal"])]
    title: str
    title_en: str
    status: int
    code: str
    detail: str
    detail_en: str
    retry: bool
    """Whether sending the same again, with the same key, can succeed."""
    facts: dict[str, str]
    trace_id: str
    """To be told to the operator: the coordinator's log has it too."""
    errors: list[Fault]
    """What is wrong where, if it is about a body."""


def problem_response(refused: Refused, trace_id: str = "") -> web.Response:
    trace_id = trace_id or new_trace_id()
    found = problem(refused.code, refused.facts)
    found["trace_id"] = trace_id
    found.setdefault("errors", [])
    error = ERRORS[refused.code]
    headers = {}
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if error.retry:
        headers["Retry-After"] = RETRY_AFTER
    return web.Response(
        body=msgspec.json.encode(found),
        status=error.status,
        content_type="application/problem+json",
        headers=headers,
    )


def new_trace_id() -> str:
    return secrets.token_hex(8)


@web.middleware
async def problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Outermost of all: nothing leaves as plain text."""
    try:
        return await handler(request)
    except Refused as refused:
        return problem_response(refused)
    except web.HTTPException as raised:
        return _of_aiohttp(request, raised)
    except Exception:
        trace_id = new_trace_id()
        log.exception("request failed", trace_id=trace_id, method=request.method, route=_route(request))
        return problem_response(Refused("internal"), trace_id)


def _of_aiohttp(request: web.Request, raised: web.HTTPException) -> web.StreamResponse:
    match raised.status:
        case 404:
            response = problem_response(Refused("unknown_path"))
        case 405:
            response = problem_response(Refused("wrong_method", method=request.method[:20]))
            response.headers["Allow"] = raised.headers.get("Allow", "")
        case 413:
            response = problem_response(Refused("frame_too_big", limit=MAX_FRAME))
        case 503:
            response = problem_response(Refused("too_many"))
        case status if status >= 400:
            response = problem_response(Refused("bad_message", hint=f"HTTP {status}"))
        case _:
            raise raised
    return response


def _route(request: web.Request) -> str:
    """The route's pattern: what stood in its place may be anything."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else ""
