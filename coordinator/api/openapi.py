"""GET /api/v1/openapi.json: the HTTP interface as OpenAPI 3.1, from the models that check and answer."""

from __future__ import annotations

from functools import cache
from typing import Final

import msgspec
from aiohttp import web
from pydantic import BaseModel

from coordinator import __version__
from coordinator.api.alerts import ATOM_XML, AlertsQuery
from coordinator.api.areas import AreaQuery
from coordinator.api.calendar import CalendarQuery
from coordinator.api.commands import IDEMPOTENCY_KEY
from coordinator.api.duty import DutyQuery
from coordinator.api.log import LogQuery
from coordinator.api.openapi_parts import get_xml, if_none_match, in_path, in_query
from coordinator.api.people import PeopleQuery, PhoneQuery
from coordinator.api.playbooks import DiffQuery
from coordinator.api.practised import PractisedQuery
from coordinator.api.reports import WRITERS, PartQuery, ReportQuery, ReportsQuery
from coordinator.api.schemas import JsonObject, component_schemas, ref
from coordinator.api.texts import PhotoQuery
from coordinator.cap.alert import CONTENT_TYPE as CAP_XML
from coordinator.domain import rules
from coordinator.engine.texts import PICTURES

PREFIX: Final = "/api/v1"


@cache
def openapi() -> JsonObject:
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "平急 pingji",
            "version": __version__,
            "summary": "Switches a city's communities between normal and emergency, and back.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "security": [{"token": []}],
        "tags": [
            {"name": "commands", "description": "Orders and reports, each carried out once."},
            {"name": "boards", "description": "What is so, and since when."},
            {"name": "texts", "description": "What persons wrote; no event and no board carries it."},
            {"name": "people", "description": "Names and phones, from the roster in the vault."},
            {"name": "past", "description": "What the log says afterwards."},
            {"name": "orders", "description": "Orders as CAP 1.2 alerts, for other people's systems."},
            {"name": "process", "description": "How this coordinator is."},
        ],
        "paths": _paths(),
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": component_schemas(),
            "responses": {
                "Problem": {
                    "description": "Refused or failed, by a stable code.",
                    "content": {"application/problem+json": {"schema": ref("Problem")}},
                }
            },
        },
    }


def _paths() -> JsonObject:
    return {
        f"{PREFIX}/commands": {"post": _post_command()},
        f"{PREFIX}/boards/{{key}}": {"get": _get_board()},
        f"{PREFIX}/areas": {"get": _get_areas()},
        f"{PREFIX}/areas/{{code}}/outlines": {"get": _get_outlines()},
        f"{PREFIX}/people": {"get": _get_people()},
        f"{PREFIX}/duty": {"get": _get_duty()},
        f"{PREFIX}/people/{{id}}/phone": {"get": _get_phone()},
        f"{PREFIX}/people/addresses": {"post": _post_addresses()},
        f"{PREFIX}/drills/practised": {"get": _get_practised()},
        f"{PREFIX}/drills/calendar": {"get": _get_dates()},
        f"{PREFIX}/drills/calendar/{{feed}}.ics": {"get": _get_calendar()},
        f"{PREFIX}/drills/{{drill}}/seats": {"post": _post_drill_seats()},
        f"{PREFIX}/log": {"get": _get_log()},
        f"{PREFIX}/reports": {"get": _get_reports()},
        f"{PREFIX}/reports/{{operation}}": {"get": _get_report()},
        f"{PREFIX}/reports/{{operation}}/arrivals": {"get": _get_arrivals()},
        f"{PREFIX}/cap": {"get": _get_alerts()},
        f"{PREFIX}/cap/{{identifier}}": {"get": _get_alert()},
        f"{PREFIX}/playbooks": {
            "get": _get(
                "getPlaybooks", "The published playbooks, by digest.", "boards", "PublishedPlaybooks"
            ),
            "post": _post_playbook(),
        },
        f"{PREFIX}/playbooks/{{digest}}": {"get": _get_playbook()},
        f"{PREFIX}/playbooks/{{digest}}/diff/{{other}}": {"get": _get_difference()},
        f"{PREFIX}/plans": {"post": _post_plan()},
        f"{PREFIX}/drill/step": {"post": _post_step()},
        f"{PREFIX}/vault": {"post": _post_text()},
        f"{PREFIX}/vault/photos": {"post": _post_photo()},
        f"{PREFIX}/vault/{{ref}}": {"get": _get_text()},
        f"{PREFIX}/sign-in-codes": {
            "post": _post("postSignInCode", "A code for another device of one's own.", "SignInCode")
        },
        f"{PREFIX}/sign-in-codes/redeem": {"post": _redeem()},
        f"{PREFIX}/sign-out-everywhere": {
            "post": _get("postSignOut", "Revoke all of one's own grants.", "process", "SignedOut")
        },
        f"{PREFIX}/me": {"get": _get("getMe", "Of whom the token speaks.", "boards", "Me")},
        f"{PREFIX}/openapi.json": {"get": _document("getOpenApi", "This document.")},
        f"{PREFIX}/asyncapi.json": {"get": _document("getAsyncApi", "The live protocol, as AsyncAPI 3.0.")},
        "/livez": {"get": _document("getLive", "The process answers.")},
        "/readyz": {"get": _ready()},
        "/version": {"get": {**_get("getVersion", "What runs here.", "process", "Version"), "security": []}},
    }


def _json(schema: JsonObject) -> JsonObject:
    return {"application/json": {"schema": schema}}


def _get(operation: str, summary: str, tag: str, answer: str) -> JsonObject:
    return {
        "operationId": operation,
        "summary": summary,
        "tags": [tag],
        "responses": {
            "200": {"description": summary, "content": _json(ref(answer))},
            "default": {"$ref": "#/components/responses/Problem"},
        },
    }


def _document(operation: str, summary: str) -> JsonObject:
    return {
        "operationId": operation,
        "summary": summary,
        "tags": ["process"],
        "security": [],
        "responses": {"200": {"description": summary, "content": _json({"type": "object"})}},
    }


def _ready() -> JsonObject:
    described = _get("getReady", "Whether to send clients here.", "process", "Ready")
    described["security"] = []
    described["responses"]["503"] = {"description": "Not now.", "content": _json(ref("Ready"))}
    return described


def _post_command() -> JsonObject:
    requests = [ref(f"{name}Request") for name in rules.COMMANDS]
    mapping = {name: ref(f"{name}Request")["$ref"] for name in rules.COMMANDS}
    return {
        "operationId": "postCommand",
        "summary": "Carry out one command, once.",
        "description": "The same key gets the same answer. After a 503 send the same key again.",
        "tags": ["commands"],
        "parameters": [
            {
                "name": IDEMPOTENCY_KEY,
                "in": "header",
                "description": "A UUID of version 7, made once per intention; or `key` in the body.",
                "schema": {"type": "string", "maxLength": 60},
            }
        ],
        "requestBody": {
            "required": True,
            "content": _json(
                {"oneOf": requests, "discriminator": {"propertyName": "name", "mapping": mapping}}
            ),
        },
        "responses": {
            "200": {"description": "Accepted.", "content": _json(ref("Result"))},
            "default": {"$ref": "#/components/responses/Problem"},
        },
    }


def _get_playbook() -> JsonObject:
    described = _get("getPlaybook", "One published playbook, whole.", "boards", "PlaybookVersion")
    described["parameters"] = [in_path("digest", "As an operation is pinned to it.", 80)]
    return described


def _get_difference() -> JsonObject:
    summary = "What two versions, or two levels of them, differ in, as people read it."
    described = _get("getPlaybookDifference", summary, "boards", "PlaybookDifference")
    described["parameters"] = [
        in_path("digest", "The one before.", 80),
        in_path("other", "The one after; the same to compare two levels of it.", 80),
        *in_query(DiffQuery),
    ]
    return described


def _post_plan() -> JsonObject:
    described = _get("postPlan", "What an order would come to; nothing is ordered.", "boards", "Plan")
    described["requestBody"] = {"required": True, "content": _json(ref("PlanRequest"))}
    return described


def _post_step() -> JsonObject:
    summary = "In a drill in lock-step: on to when the players see or mean something."
    described = _get("postStep", summary, "boards", "Stepped")
    described["requestBody"] = {"required": True, "content": _json(ref("StepRequest"))}
    return described


def _post(operation: str, summary: str, answer: str) -> JsonObject:
    described = _get(operation, summary, "process", answer)
    described["responses"]["201"] = described["responses"].pop("200")
    return described


def _post_drill_seats() -> JsonObject:
    summary = "Links to one's own seats in a drill one was invited to."
    described = _post("postDrillSeats", summary, "DrillSeats")
    said = "The drill's world, as the invitation on the board names it."
    described["parameters"] = [in_path("drill", said, 60)]
    return described


def _redeem() -> JsonObject:
    described = _post(
        "redeemSignInCode", "A token for this device, by a code that is good once.", "DeviceToken"
    )
    described["security"] = []
    described["requestBody"] = {"required": True, "content": _json(ref("RedeemRequest"))}
    return described


def _post_playbook() -> JsonObject:
    summary = "Keep a playbook's YAML by its digest; the command PublishPlaybook then lets it be ordered by."
    described = _get("postPlaybook", summary, "commands", "PublishedPlaybook")
    described["requestBody"] = {
        "required": True,
        "content": {"application/yaml": {"schema": {"type": "string"}}},
    }
    described["responses"]["201"] = described["responses"].pop("200")
    return described


def _post_text() -> JsonObject:
    described = _get(
        "postText", "Keep a person's words; gives the reference a command may carry.", "texts", "Kept"
    )
    described["parameters"] = [_once()]
    described["requestBody"] = {"required": True, "content": _json(ref("TextRequest"))}
    described["responses"]["201"] = described["responses"].pop("200")
    return described


def _post_photo() -> JsonObject:
    described = _get("postPhoto", "Keep a photo; gives the reference a command may carry.", "texts", "Kept")
    described["parameters"] = [
        *(
            {"name": name, "in": "query", "required": True, "description": name, "schema": schema}
            for name, schema in PhotoQuery.model_json_schema()["properties"].items()
        ),
        _once(),
    ]
    described["requestBody"] = {"required": True, "content": _pictures()}
    described["responses"]["201"] = described["responses"].pop("200")
    return described


def _pictures() -> JsonObject:
    return {f"image/{kind}": {"schema": {"type": "string", "format": "binary"}} for kind in PICTURES}


def _once() -> JsonObject:
    return {
        "name": IDEMPOTENCY_KEY,
        "in": "header",
        "description": "Made once per upload and used for nothing else; the same again is kept once.",
        "schema": {"type": "string", "maxLength": 60},
    }


def _get_text() -> JsonObject:
    described = _get(
        "getText", "What is kept under a reference, for who may watch its place.", "texts", "Words"
    )
    described["responses"]["200"]["content"] |= _pictures()
    described["parameters"] = [in_path("ref", "As it stands on a board.", 120)]
    return described


def _get_board() -> JsonObject:
    described = _get("getBoard", "All parts of one board.", "boards", "WholeBoard")
    described["parameters"] = [
        in_path(
            "key", "`KIND:SUBJECT` as `area:420107`, with `@VIEW` behind where it is not the full one.", 200
        ),
        if_none_match(),
    ]
    described["responses"]["200"]["headers"] = {
        "ETag": {"description": "Made of the cursors.", "schema": {"type": "string"}}
    }
    described["responses"]["304"] = {"description": "No part has moved."}
    return described


def _get_areas() -> JsonObject:
    described = _get("getAreas", "Search in the areas of one's own part.", "boards", "AreaPage")
    described["parameters"] = in_query(AreaQuery)
    return described


def _get_outlines() -> JsonObject:
    summary = "What an area and those right below it look like on a map, as far as it is known."
    described = _get("getOutlines", summary, "boards", "AreaOutlines")
    described["parameters"] = [in_path("code", "Of the area.", 20)]
    described["responses"]["304"] = {"description": "As it was."}
    return described


def _get_log() -> JsonObject:
    described = _get("getLog", "The log of a scope as it may be read, page by page.", "past", "LogPage")
    described["description"] = "Names no person. With `format` a file of everything that fits, as it is read."
    described["parameters"] = in_query(LogQuery)
    files = {form: {"schema": {"type": "string"}} for form in ("application/jsonl", "text/csv")}
    described["responses"]["200"]["content"].update(files)
    return described


def _get_calendar() -> JsonObject:
    summary = "The drills of a part of the tree, for calendars. Raids are not in it."
    described = _document("getCalendar", summary)
    described["responses"] = {
        "200": {"description": summary, "content": {"text/calendar": {"schema": {"type": "string"}}}},
        "default": {"$ref": "#/components/responses/Problem"},
    }
    described["parameters"] = [
        in_path("feed", "The feed's own secret, which opens nothing else. A token is refused.", 120)
    ]
    return described


def _get_dates() -> JsonObject:
    described = _get(
        "getDrillDates", "When which drill is held next. Raids are not in it.", "boards", "DrillCalendar"
    )
    described["parameters"] = in_query(CalendarQuery)
    return described


def _get_practised() -> JsonObject:
    summary = "The drills on record, and who has not practised what for how long."
    described = _get("getPractised", summary, "boards", "Practised")
    described["parameters"] = in_query(PractisedQuery)
    return described


def _get_people() -> JsonObject:
    summary = "Who people are: names and masked phones of those whom one may know."
    described = _get("getPeople", summary, "people", "PeoplePage")
    described["parameters"] = in_query(PeopleQuery)
    described["responses"]["304"] = {"description": "As it was."}
    return described


def _get_duty() -> JsonObject:
    summary = "Who is on duty in an area and below it, when, and whom to call, with their names."
    described = _get("getDuty", summary, "people", "Duty")
    described["parameters"] = in_query(DutyQuery)
    return described


def _get_phone() -> JsonObject:
    summary = "The whole number of one person; that it was given goes on record before it is."
    described = _get("getPhone", summary, "people", "Phone")
    described["parameters"] = [
        in_path("id", "As boards have it.", 160),
        *in_query(PhoneQuery),
    ]
    return described


def _post_addresses() -> JsonObject:
    described = _get("postAddresses", "Phones of those whom a worker is to tell.", "people", "Addresses")
    described["requestBody"] = {"required": True, "content": _json(ref("AddressRequest"))}
    return described


def _get_reports() -> JsonObject:
    summary = "The operations of one's part that may be looked back on, the newest first."
    described = _get("getReports", summary, "past", "Reviewables")
    described["parameters"] = in_query(ReportsQuery)
    return described


def _get_report() -> JsonObject:
    summary = "The report of one operation, from the log alone; while it goes on, as far as it has come."
    described = _heard("getReport", summary, "OperationReport", ReportQuery)
    papers = {content: {"schema": {"type": "string"}} for _, content, _ in WRITERS.values()}
    described["responses"]["200"]["content"].update(papers)
    return described


def _get_arrivals() -> JsonObject:
    return _heard("getArrivals", "How many had arrived by when, against target.", "Arrivals", PartQuery)


def _heard(name: str, summary: str, schema: str, query: type[BaseModel]) -> JsonObject:
    """Of one operation, from its record."""
    described = _get(name, summary, "past", schema)
    described["parameters"] = [in_path("operation", "Its id.", 120), *in_query(query)]
    described["responses"]["202"] = {
        "description": "The record is long and still being read: ask again.",
        "content": _json(ref("ReviewGoesOn")),
    }
    return described


def _get_alerts() -> JsonObject:
    described = get_xml("getAlerts", "An Atom feed of orders as CAP alerts, the newest first.", ATOM_XML)
    described["description"] = "Those that stand, and those of the last seven days; links name no host."
    described["parameters"] = [*in_query(AlertsQuery), if_none_match()]
    return described


def _get_alert() -> JsonObject:
    described = get_xml("getAlert", "One order as a CAP 1.2 alert. It never changes.", CAP_XML)
    described["parameters"] = [
        in_path("identifier", "WORLD.SCOPE.EPOCH.POSITION, .AREA behind it for a part.", 120),
        if_none_match(),
    ]
    return described


async def get_openapi(request: web.Request) -> web.Response:
    return web.Response(body=_encoded(), content_type="application/json")


@cache
def _encoded() -> bytes:
    return msgspec.json.encode(openapi())
