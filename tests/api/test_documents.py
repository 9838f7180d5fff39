"""The published documents are valid, complete, and say what is really sent."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from coordinator.api.asyncapi import asyncapi
from coordinator.api.openapi import openapi
from coordinator.api.pages import Pages
from coordinator.boards.board import snapshot
from coordinator.domain import rules
from coordinator.wire.board import BoardKey
from coordinator.wire.close_codes import CloseCode
from coordinator.wire.errors import ERRORS
from tests.api.ask import ask
from tests.builders import DISTRICT, FIRST, World
from tests.live.serving import Served

AREA = BoardKey.parse("area:420107")


def checker(document: dict[str, Any], schema: dict[str, Any]) -> Draft202012Validator:
    """Of one schema, with the document's components to refer to."""
    return Draft202012Validator(
        {"components": document["components"], **schema}, format_checker=Draft202012Validator.FORMAT_CHECKER
    )


def refs(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(refs(one) for one in value.values()))
    return set().union(*(refs(one) for one in value)) if isinstance(value, list) else set()


def resolve(document: dict[str, Any], ref: str) -> Any:
    found: Any = document
    for step in ref.removeprefix("#/").split("/"):
        found = found[step.replace("~1", "/").replace("~0", "~")]
    return found


async def test_the_openapi_document_is_valid_and_served(served: Served) -> None:
    answered = await ask(served, "GET", "/api/v1/openapi.json", token=None)
    assert answered.json == json.loads(json.dumps(openapi()))
    validate(answered.json)


async def test_every_route_is_documented_and_no_other(served: Served) -> None:
    routes = {
        (route.resource.canonical, route.method.lower())
        for route in served.runner.app.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    documented = {(path, method) for path, item in openapi()["paths"].items() for method in item}
    pages = {(route.path, "get") for route in Pages({}).routes()}  # for people, not for programs
    pages = {(path.replace(":.*", ""), method) for path, method in pages}
    assert routes - documented == {("/ws", "get"), *pages}  # the first is in the other document
    assert documented <= routes


@pytest.mark.parametrize("document", [openapi(), asyncapi()], ids=["openapi", "asyncapi"])
def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    assert len(refs(document)) > 50
    for ref in refs(document):
        resolve(document, ref)


@pytest.mark.parametrize("name", rules.COMMANDS)
def test_every_command_is_described_and_checked_as_described(name: str) -> None:
    schema = openapi()["components"]["schemas"][f"{name}Request"]
    assert schema["description"]
    check = checker(openapi(), schema)
    check.check_schema(openapi()["components"]["schemas"][name])
    assert not check.is_valid({"name": name, "body": {"area": "x"}})
    assert not check.is_valid({"name": "Other", "body": {}})


def test_a_good_command_fits_its_description() -> None:
    body = {"name": "SignSwitch", "body": {"area": "420107001001", "operation": "op:1"}}
    schema = openapi()["paths"]["/api/v1/commands"]["post"]["requestBody"]["content"]["application/json"]
    assert checker(openapi(), schema["schema"]).is_valid(body)
    rules.COMMANDS["SignSwitch"].model_validate(body["body"])


def test_every_error_code_is_listed_with_its_words() -> None:
    codes = openapi()["components"]["schemas"]["ErrorCode"]
    assert set(codes["enum"]) == set(codes["x-codes"]) == set(ERRORS)
    assert codes["x-codes"]["area_is_normal"]["status"] == 409


@pytest.mark.parametrize("path", ["/api/v1/me", "/api/v1/areas", "/api/v1/boards/area:420107", "/readyz"])
async def test_answers_fit_their_description(served: Served, path: str) -> None:
    served.engine.put("420107", AREA, "rows/1", {"n": 1})
    documented = path.replace("area:420107", "{key}")
    schema = openapi()["paths"][documented]["get"]["responses"]["200"]["content"]["application/json"][
        "schema"
    ]
    checker(openapi(), schema).validate((await ask(served, "GET", path)).json)


async def test_problems_fit_their_description(served: Served) -> None:
    problem = checker(openapi(), {"$ref": "#/components/schemas/Problem"})
    problem.validate((await ask(served, "GET", "/nowhere")).json)
    assert not problem.is_valid({**(await ask(served, "GET", "/nowhere")).json, "code": "made_up"})


# --- the live protocol ----------------------------------------------------------------------------------------

REFERENCE = {
    "type": "object",
    "required": ["$ref"],
    "additionalProperties": False,
    "properties": {"$ref": {}},
}
REFERENCES = {"type": "array", "minItems": 1, "items": REFERENCE}
ASYNCAPI = {
    "type": "object",
    "required": ["asyncapi", "info", "channels", "operations", "components"],
    "additionalProperties": False,
    "properties": {
        "asyncapi": {"const": "3.0.0"},
        "defaultContentType": {"const": "application/json"},
        "info": {"type": "object", "required": ["title", "version"]},
        "channels": {
            "additionalProperties": {
                "type": "object",
                "required": ["address", "messages"],
                "additionalProperties": False,
                "patternProperties": {"^x-": {}},
                "properties": {
                    "address": {"type": "string"},
                    "messages": {"type": "object", "additionalProperties": REFERENCE},
                    "bindings": {"type": "object", "properties": {"ws": {"type": "object"}}},
                },
            }
        },
        "operations": {
            "additionalProperties": {
                "type": "object",
                "required": ["action", "channel"],
                "additionalProperties": False,
                "properties": {
                    "action": {"enum": ["send", "receive"]},
                    "channel": REFERENCE,
                    "summary": {"type": "string"},
                    "messages": REFERENCES,
                    "reply": {
                        "type": "object",
                        "additionalProperties": False,
                        "properties": {"channel": REFERENCE, "messages": REFERENCES},
                    },
                },
            }
        },
        "components": {
            "type": "object",
            "required": ["messages", "schemas"],
            "properties": {
                "messages": {
                    "additionalProperties": {
                        "type": "object",
                        "required": ["name", "title", "summary", "payload"],
                        "additionalProperties": False,
                        "properties": {"name": {}, "title": {}, "summary": {}, "payload": REFERENCE},
                    }
                }
            },
        },
    },
}
"""The parts of AsyncAPI 3.0 that are used, as its specification has them."""


async def test_the_asyncapi_document_has_its_form_and_is_served(served: Served) -> None:
    answered = await ask(served, "GET", "/api/v1/asyncapi.json", token=None)
    Draft202012Validator(ASYNCAPI).validate(answered.json)
    for operation in answered.json["operations"].values():
        channel = resolve(answered.json, operation["channel"]["$ref"])
        for message in operation["messages"]:  # an operation may only name messages of its own channel
            assert message["$ref"].startswith(operation["channel"]["$ref"] + "/messages/")
            assert message["$ref"].rpartition("/")[2] in channel["messages"]
    assert set(answered.json["channels"]["live"]["x-close-codes"]) == {str(int(code)) for code in CloseCode}


async def test_real_frames_fit_the_published_messages(served: Served) -> None:
    served.engine.put("420107", AREA, "rows/1", {"n": 1})
    async with served.socket() as client:
        await client.say(type="subscribe", board="area:420107")
        await client.hear("snapshot")
        served.engine.put("420107", AREA, "rows/2", {"n": 2})
        await client.hear("delta")
        await client.say(type="command", key="k1", name="SignSwitch", body={})
        await client.hear("result")
        await client.say(type="subscribe", board="area:99")
        await client.hear("error")
        await client.say(type="ping")
        await client.hear("pong")
        served.engine.log_down_since = served.engine.now
        await client.hear("status")
        frames = [json.loads(frame) for frame in client.frames]
    document = asyncapi()
    told = {ref["$ref"].rpartition("/")[2] for ref in document["operations"]["fromServer"]["messages"]}
    assert {frame["type"] for frame in frames} == told, "every message that can be told was told"
    for frame in frames:
        message = resolve(document, document["channels"]["live"]["messages"][frame["type"]]["$ref"])
        check = checker(document, message["payload"])
        check.validate(frame)
        assert not check.is_valid({**frame, "surprise": 1})


@pytest.mark.parametrize(
    ("message", "good"),
    [
        ({"type": "sign_in", "token": "commander-token"}, True),
        ({"type": "sign_in", "token": "short"}, False),
        ({"type": "subscribe", "board": "area:1", "since": {"1": [1, 2]}}, True),
        ({"type": "subscribe", "board": "area:1", "since": {"1": [1]}}, False),
        ({"type": "command", "key": "k", "name": "SignSwitch", "body": {}}, True),
        ({"type": "ping", "more": 1}, False),
    ],
)
def test_what_a_client_may_say_is_described_as_it_is_checked(message: dict[str, Any], good: bool) -> None:
    document = asyncapi()
    described = resolve(document, document["channels"]["live"]["messages"][message["type"]]["$ref"])
    assert checker(document, described["payload"]).is_valid(message) is good


def test_what_stands_on_a_board_is_what_the_document_says() -> None:
    world = World()
    world.declare("II")
    world.everyone_comes()
    document = asyncapi()
    sections = document["components"]["schemas"]["board.Sections"]["properties"]
    seen = set()
    for board in (f"area:{FIRST}", f"area:{DISTRICT}", f"operation:{world.operation}", f"orders:{FIRST}"):
        _, entries = snapshot(BoardKey.parse(board), world.state)
        for key, entry in entries.items():
            section = key.partition("/")[0]
            seen.add(section)
            checker(document, sections[section]).validate(json.loads(json.dumps(entry)))
    assert seen >= {"row", "rows", "posts", "call_outs", "tasks", "switches", "operations", "orders"}
