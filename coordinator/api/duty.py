"""GET /api/v1/duty: the duty roster of an area, who is on duty below it, and whom to call, with their names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coordinator.api.identity import actor_of
from coordinator.api.keys import ENGINE, RATES
from coordinator.api.people import PersonKnown
from coordinator.domain.duty_roster import DutyPost, Officer, Shift
from coordinator.domain.refusal import Refused
from coordinator.engine.duty_desk import AreaDuty, DutyView
from coordinator.store.log import LogUnavailable
from coordinator.wire.faults import faults


class DutyQuery(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    area: Annotated[str, Field(pattern=r"^([0-9]{2,20})?$")] = ""
    """Left out: one's own part."""


class ShiftShown(BaseModel):
    id: str
    person: str
    post: DutyPost
    begins: datetime
    ends: datetime


class OfficerShown(BaseModel):
    """Who took over last."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    person: str
    since: datetime
    until: datetime | None
    """When the shift ends; null for one that nobody had planned."""
    before: str
    open: dict[str, int]
    """What was open when the duty was handed over."""
    note: str
    """Reference into the vault."""


class AreaDutyShown(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)

    area: str
    name: str
    now: list[str]
    """Whom to call, in this order."""
    planned: bool
    """Whether that is by the roster; else it is the list the office was registered with."""
    officer: OfficerShown | None
    running: list[ShiftShown]
    next: list[ShiftShown]
    late: bool
    """The shift has begun and nobody has taken over."""


class ToCallShown(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)

    role: str
    """`duty_officer` of the area, or `team_leader` of a team that is there."""
    area: str
    name: str
    """Of the area, or of the team."""
    person: str


class Duty(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)

    at: datetime
    """World time of this answer."""
    here: AreaDutyShown
    shifts: list[ShiftShown]
    """Of this area, those that run or begin within eight days."""
    open: dict[str, int]
    """What would be handed over now: `unsigned`, `silent`, `concerns`, `open_tasks`, `overdue_tasks`, `lost`."""
    below: list[AreaDutyShown]
    call: list[ToCallShown]
    """Whom to call, the nearest first."""
    people: list[PersonKnown]
    """Names of everybody above whom this token may know."""


async def get_duty(request: web.Request) -> web.Response:
    engine, actor = request.app[ENGINE], actor_of(request)
    request.app[RATES].count(actor)
    try:
        query = DutyQuery.model_validate(dict(request.query))
    except ValidationError as error:
        raise Refused("bad_message", hint=faults(error)[0].pointer) from None
    try:
        view = await engine.duty.view(actor, query.area or actor.area)
    except LogUnavailable:
        raise Refused("log_unavailable") from None
    return web.Response(body=_shown(view).model_dump_json().encode(), content_type="application/json")


def _shown(view: DutyView) -> Duty:
    return Duty(
        at=view.at,
        here=_area(view.here),
        shifts=_shifts(view.shifts),
        open=dict(view.open),
        below=[_area(one) for one in view.below],
        call=[
            ToCallShown(role=one.role, area=one.area, name=one.name, person=one.person) for one in view.call
        ],
        people=[PersonKnown.model_validate(one._asdict()) for one in view.people],
    )


def _area(one: AreaDuty) -> AreaDutyShown:
    return AreaDutyShown(
        area=one.area,
        name=one.name,
        now=list(one.now),
        planned=one.planned,
        officer=_officer(one.officer) if one.officer else None,
        running=_shifts(one.running),
        next=_shifts(one.next),
        late=one.late,
    )


def _officer(one: Officer) -> OfficerShown:
    return OfficerShown(
        person=one.person, since=one.since, until=one.until, before=one.before, open=one.open, note=one.note
    )


def _shifts(shifts: Sequence[Shift]) -> list[ShiftShown]:
    return [
        ShiftShown(id=one.id, person=one.person, post=one.post, begins=one.begins, ends=one.ends)
        for one in shifts
    ]
