"""JSON Schemas of everything that is published, from the pydantic models themselves: one set for both documents."""

from __future__ import annotations

import inspect
from typing import Any, Final

import msgspec
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from coordinator.api.areas import AreaPage
from coordinator.api.boards import WholeBoard
from coordinator.api.calendar import DrillCalendar
from coordinator.api.commands import CommandRequest
from coordinator.api.drill_seats import DrillSeats
from coordinator.api.duty import Duty
from coordinator.api.log import LogPage
from coordinator.api.outlines import AreaOutlines
from coordinator.api.people import Addresses, AddressRequest, PeoplePage, Phone
from coordinator.api.plans import Plan, PlanRequest
from coordinator.api.playbooks import (
    PlaybookDifference,
    PlaybookVersion,
    PublishedPlaybook,
    PublishedPlaybooks,
)
from coordinator.api.practised import Practised
from coordinator.api.problems import Problem
from coordinator.api.reports import Arrivals, Reviewables, ReviewGoesOn
from coordinator.api.sign_in_codes import DeviceToken, RedeemRequest, SignInCode
from coordinator.api.sign_out import SignedOut
from coordinator.api.status import Me, Ready, Version
from coordinator.api.steps import StepRequest
from coordinator.api.texts import Kept, TextRequest, Words
from coordinator.domain import rules
from coordinator.drills.steps import Stepped
from coordinator.review.report import OperationReport
from coordinator.wire import messages
from coordinator.wire.errors import ERRORS

JsonObject = dict[str, Any]

FROM_CLIENT: Final = (
    messages.SignIn,
    messages.Subscribe,
    messages.Unsubscribe,
    messages.CommandMessage,
    messages.Ping,
)
FROM_SERVER: Final = (
    messages.SignedIn,
    messages.Snapshot,
    messages.Delta,
    messages.Result,
    messages.Status,
    messages.ErrorMessage,
    messages.Pong,
)
ANSWERS: Final = (
    AreaPage,
    Practised,
    DrillCalendar,
    WholeBoard,
    SignedOut,
    DrillSeats,
    Problem,
    Me,
    Ready,
    Version,
    Kept,
    Words,
    SignInCode,
    DeviceToken,
    PublishedPlaybooks,
    PublishedPlaybook,
    PlaybookDifference,
    Plan,
    PeoplePage,
    Duty,
    Phone,
    Addresses,
)

RECORDS: Final = (AreaOutlines, Stepped, LogPage, Reviewables, ReviewGoesOn, OperationReport, Arrivals)

REF: Final = "#/components/schemas/"
PLAYBOOK: Final = "Playbook"


def ref(name: str) -> JsonObject:
    return {"$ref": REF + name}


def component_schemas() -> JsonObject:
    """What clients send is described as it is checked, what they get as it is written: with all its fields."""
    incoming: list[type[BaseModel]] = [*rules.COMMANDS.values(), *FROM_CLIENT, CommandRequest]
    incoming += [StepRequest, TextRequest, PlanRequest, RedeemRequest, AddressRequest]
    outgoing: list[type[BaseModel]] = [*FROM_SERVER, *ANSWERS]
    _, found = models_json_schema(
        [*((model, "validation") for model in incoming), *((model, "serialization") for model in outgoing)],
        ref_template=REF + "{model}",
    )
    schemas: JsonObject = found["$defs"]
    schemas.update(_playbook_schemas())
    schemas.update(_record_schemas())
    for model in outgoing:
        described = schemas[model.__name__]
        described["required"] = list(described.get("properties", {}))
    for name, command in rules.COMMANDS.items():
        schemas[name].setdefault("description", _rule_of(name))
        schemas[f"{name}Request"] = {
            "type": "object",
            "title": f"{name}Request",
            "description": inspect.getdoc(command) or _rule_of(name),
            "properties": {
                "name": {"const": name, "type": "string"},
                "body": ref(name),
                "key": schemas["CommandRequest"]["properties"]["key"],
            },
            "required": ["name", "body"],
            "additionalProperties": False,
        }
    schemas["ErrorCode"] = {
        "type": "string",
        "enum": sorted(ERRORS),
        "description": "Stable, never reused; whether the same can succeed when sent again, and the words.",
        "x-codes": {
            code: {"status": error.status, "retry": error.retry, "zh": error.zh, "en": error.en}
            for code, error in sorted(ERRORS.items())
        },
    }
    for model_name in ("ErrorBody", "Problem"):
        schemas[model_name]["properties"]["code"] = ref("ErrorCode")
    return dict(sorted(schemas.items()))


def _playbook_schemas() -> JsonObject:
    """A playbook's parts have its name in front: other models are called `Words` or `Post` as well."""
    _, found = models_json_schema(
        [(PlaybookVersion, "serialization")], ref_template=REF + PLAYBOOK + "{model}"
    )
    schemas: JsonObject = {f"{PLAYBOOK}{name}": schema for name, schema in found["$defs"].items()}
    schemas["PlaybookVersion"] = schemas.pop(f"{PLAYBOOK}PlaybookVersion")
    return schemas


def _record_schemas() -> JsonObject:
    """What is sent as records, with no model of its own."""
    _, found = msgspec.json.schema_components(RECORDS, ref_template=REF + "{name}")
    return dict(found)


def _rule_of(name: str) -> str:
    """A command without words of its own is described by the rule that decides it."""
    return inspect.getdoc(rules.DECIDE[rules.COMMANDS[name]]) or name
