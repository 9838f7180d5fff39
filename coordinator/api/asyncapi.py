"""GET /api/v1/asyncapi.json: the live protocol as AsyncAPI 3.0, from the models of its messages."""

from __future__ import annotations

from functools import cache
from typing import Final

import msgspec
from aiohttp import web
from pydantic import BaseModel

from coordinator import __version__
from coordinator.api.entries import entry_schemas
from coordinator.api.schemas import FROM_CLIENT, FROM_SERVER, JsonObject, component_schemas, ref
from coordinator.live.closing import WAITS
from coordinator.wire.close_codes import CloseCode
from coordinator.wire.errors import CLOSED_WITH
from coordinator.wire.messages import MAX_FRAME, CommandMessage, Result, SignedIn, SignIn, Snapshot, Subscribe

CHANNEL: Final = {"$ref": "#/channels/live"}


@cache
def asyncapi() -> JsonObject:
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "平急 pingji: live protocol",
            "version": __version__,
            "description": "JSON text frames over a WebSocket. The first message is `sign_in`, within ten seconds; "
            "then `subscribe` is answered by a `snapshot` or a `delta` of every part of the board, and by deltas "
            "as they come. A part is resumed by its cursor. An entry's key is `SECTION/KEY`; what it holds is the "
            "property SECTION of `#/components/schemas/board.Sections`. A delta is applied if its `since` is not ahead "
            "of the part's cursor and of its epoch: its entries replace, `gone` are taken away, the cursor is set; "
            "it is passed over if its cursor is not ahead; otherwise subscribe again with what you have.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {
            "live": {
                "address": "/ws",
                "messages": {
                    _name(model): {"$ref": _message(model)} for model in (*FROM_CLIENT, *FROM_SERVER)
                },
                "bindings": {"ws": {"method": "GET", "bindingVersion": "0.1.0"}},
                "x-max-frame-bytes": MAX_FRAME,
                "x-close-codes": _close_codes(),
            }
        },
        "operations": {
            "fromClient": _operation("receive", "What a client sends.", FROM_CLIENT),
            "fromServer": _operation("send", "What a client is told.", FROM_SERVER),
            "signIn": _exchange("Say who you are.", SignIn, SignedIn),
            "subscribe": _exchange("Watch a board.", Subscribe, Snapshot),
            "command": _exchange("Carry out one command, once.", CommandMessage, Result),
        },
        "components": {
            "messages": {
                model.__name__: {
                    "name": _name(model),
                    "title": model.__name__,
                    "summary": (model.__doc__ or model.__name__).strip().splitlines()[0],
                    "payload": ref(model.__name__),
                }
                for model in (*FROM_CLIENT, *FROM_SERVER)
            },
            "schemas": {**component_schemas(), **entry_schemas("board.")},
        },
    }


def _name(model: type[BaseModel]) -> str:
    """The message's `type` on the wire."""
    return str(model.model_fields["type"].default)


def _message(model: type[BaseModel]) -> str:
    return f"#/components/messages/{model.__name__}"


def _in_channel(model: type[BaseModel]) -> JsonObject:
    return {"$ref": f"#/channels/live/messages/{_name(model)}"}


def _operation(action: str, summary: str, models: tuple[type[BaseModel], ...]) -> JsonObject:
    return {
        "action": action,
        "channel": CHANNEL,
        "summary": summary,
        "messages": [_in_channel(model) for model in models],
    }


def _exchange(summary: str, asked: type[BaseModel], answer: type[BaseModel]) -> JsonObject:
    described = _operation("receive", summary, (asked,))
    described["reply"] = {"channel": CHANNEL, "messages": [_in_channel(answer)]}
    return described


def _close_codes() -> JsonObject:
    return {
        str(int(code)): {
            "name": code.name,
            "come_back": code.come_back,
            "error": CLOSED_WITH.get(code),
            "wait_seconds": list(WAITS[code]) if code in WAITS else None,
        }
        for code in CloseCode
    }


async def get_asyncapi(request: web.Request) -> web.Response:
    return web.Response(body=_encoded(), content_type="application/json")


@cache
def _encoded() -> bytes:
    return msgspec.json.encode(asyncapi())
