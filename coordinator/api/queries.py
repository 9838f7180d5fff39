"""A request's query, checked by its model; what is wrong is refused by its place, and never repeated."""

from __future__ import annotations

from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from coordinator.domain.refusal import Refused
from coordinator.wire.faults import faults

Q = TypeVar("Q", bound=BaseModel)


def query_of(request: web.Request, model: type[Q]) -> Q:
    """Raises `Refused("bad_message")`."""
    try:
        return model.model_validate(dict(request.query))
    except ValidationError as error:
        raise Refused("bad_message", hint=faults(error)[0].pointer) from None
