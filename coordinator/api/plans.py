"""POST /api/v1/plans: what an order would come to, before anybody gives it. Computes; orders and keeps nothing.

The working out is the planner's (`feasibility`, `demand`); this names the playbook, the places and who may ask.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Final

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from coordinator.api.identity import actor_of
from coordinator.api.keys import ENGINE, PLANNING
from coordinator.domain.access import WATCH, Actor, may
from coordinator.domain.area import AreaCode, AreaLevel
from coordinator.domain.command import Code
from coordinator.domain.measures import Measures
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.refusal import Refused
from coordinator.domain.register import AreaRegister, Registers
from coordinator.domain.text import Text
from coordinator.live.port import Engine
from coordinator.planner.demand import Demand, demand
from coordinator.planner.feasibility import feasibility, outermost
from coordinator.planner.outlook import Feasibility, Need
from coordinator.playbook.loader import Playbook
from coordinator.playbook.measures import resolve
from coordinator.playbook.vocabulary import FACILITIES, SKILLS
from coordinator.wire.board import BoardKey, BoardKind
from coordinator.wire.faults import faults

NAMED: Final = 300
"""Rows and unstaffed places that are named; all of them are in the sums."""

Levels = Mapping[AreaCode, ResponseLevel | None]


class PlanRequest(BaseModel):
    """Places with the level each is to have; with `operation`, also what it has of them already."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    playbook: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    targets: Annotated[dict[Code, ResponseLevel], Field(min_length=1, max_length=500)]
    operation: Annotated[str, Field(max_length=60)] = ""
    """A running operation: its present levels give `now`."""


class PlanWords(BaseModel):
    zh: str
    en: str


class PlanFigures(BaseModel):
    """Sums over all places concerned."""

    posts: int
    heads: int
    heads_24h: int
    tasks: int
    conversions: int
    suspended: int


class PlanRow(BaseModel):
    """A street with everything below it; `own`: only the street's own posts."""

    area: str
    name: str
    own: bool
    posts: int
    heads: int
    heads_24h: int
    short: int
    short_24h: int


class PlanSkill(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)

    names: list[PlanWords]
    """Any one of these; none: anyone."""
    heads_24h: int
    people: int
    short_24h: int


class PlanTask(BaseModel):
    key: str
    name: PlanWords
    scope: AreaLevel
    by_minutes: int
    must: bool
    places: int


class PlanConversion(BaseModel):
    kind: PlanWords
    to: str
    use: PlanWords
    by_minutes: int
    must: bool
    buildings: int
    places_without: int


class PlanSuspension(BaseModel):
    name: PlanWords
    routines: int


class PlanUnstaffed(BaseModel):
    """A place whose first shift cannot be filled; `above`: the name of the area it lies in."""

    area: str
    name: str
    above: str
    level: AreaLevel
    short: int
    must_short: int


class Plan(BaseModel):
    """What it comes to. Posts that people hold elsewhere are not taken into account."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    at: datetime
    hazard: str
    level: ResponseLevel
    """The highest asked for."""
    streets: int
    communities: int
    grids: int
    communities_staffed: int
    """Of which the first shift can be filled."""
    grids_staffed: int
    attributes: dict[str, int]
    """Who lives and what stands in the places concerned, by the register."""
    supply: int
    """People who may be called in the districts concerned."""
    balance: int
    """Supply less heads in 24 h."""
    short: int
    short_24h: int
    total: PlanFigures
    now: PlanFigures
    """What the operation asks of the same places at present."""
    rows: list[PlanRow]
    skills: list[PlanSkill]
    tasks: list[PlanTask]
    conversions: list[PlanConversion]
    suspensions: list[PlanSuspension]
    unstaffed: list[PlanUnstaffed]
    """The worst first; `unstaffed_places` counts all."""
    unstaffed_places: int


async def post_plan(request: web.Request) -> web.Response:
    """One at a time and beside the event loop: a whole city takes seconds."""
    engine = request.app[ENGINE]
    actor = actor_of(request)
    try:
        asked = PlanRequest.model_validate_json(await request.read())
    except ValidationError as error:
        raise Refused("bad_message", hint=faults(error)[0].pointer) from None
    playbook = next((one for one in engine.playbooks() if one.digest == asked.playbook), None)
    if playbook is None:
        raise Refused("unknown_playbook", playbook=asked.playbook)
    for area in asked.targets:
        may(actor, WATCH, area, engine.registers.areas)
    running = _running(engine, actor, asked.operation) if asked.operation else {}
    at = engine.world_now()
    async with request.app[PLANNING]:
        plan = await asyncio.to_thread(_plan, engine.registers, playbook, asked.targets, running, at)
    return web.Response(body=plan.model_dump_json().encode(), content_type="application/json")


def _running(engine: Engine, actor: Actor, operation: str) -> Levels:
    """The levels the operation has now, from its own board."""
    board = BoardKey(BoardKind.OPERATION, operation)
    engine.may_watch(actor, board)
    for part in engine.parts(board):
        _, _, entries = engine.snapshot(board, part)
        found = entries.get(f"operations/{operation}")
        if found is not None:
            levels: Mapping[AreaCode, str | None] = found["targets"]
            return {area: ResponseLevel(level) if level else None for area, level in levels.items()}
    raise Refused("unknown_operation", operation=operation)


def _plan(
    registers: Registers,
    playbook: Playbook,
    targets: Mapping[AreaCode, ResponseLevel],
    running: Levels,
    at: datetime,
) -> Plan:
    areas = registers.areas
    highest = max(targets.values())

    def wanted(place: AreaCode) -> Measures:
        return _measures(playbook, _nearest(targets, place, areas) or highest, place, areas)

    def present(place: AreaCode) -> Measures | None:
        level = _nearest(running, place, areas)
        return _measures(playbook, level, place, areas) if level else None

    found = feasibility(registers, wanted, _common(areas, list(targets)), targets=targets)
    total = demand(registers, wanted, targets)
    now = demand(registers, present, targets) if running else Demand()
    attributes: dict[str, int] = {}
    for top in outermost(areas, targets):
        for name, number in areas.attributes(top).items():
            attributes[name] = attributes.get(name, 0) + number
    return _told(found, highest, playbook, registers, attributes, total, now, at)


def _measures(playbook: Playbook, level: ResponseLevel, place: AreaCode, areas: AreaRegister) -> Measures:
    return resolve(playbook, level, place, areas[place].level, areas.attributes(place))


def _nearest(levels: Levels, place: AreaCode, areas: AreaRegister) -> ResponseLevel | None:
    """As the rules have it: the nearest target at or above a place counts."""
    return next((levels[above] for above in areas.path(place) if above in levels), None)


def _common(areas: AreaRegister, places: list[AreaCode]) -> AreaCode:
    """The smallest area in which all of these lie."""
    return next(above for above in areas.path(places[0]) if all(areas.within(one, above) for one in places))


def _told(
    found: Feasibility,
    level: ResponseLevel,
    playbook: Playbook,
    registers: Registers,
    attributes: dict[str, int],
    total: Demand,
    now: Demand,
    at: datetime,
) -> Plan:
    own = playbook.document.words
    skills = {**SKILLS, **{key: words.text for key, words in own.skills.items()}}
    kinds = {**FACILITIES, **{key: words.text for key, words in own.facilities.items()}}
    worst = sorted(found.unstaffed, key=lambda one: (-one.must_short, -one.short, one.area))
    above = _above(registers.areas)
    return Plan(
        at=at,
        hazard=found.hazard,
        level=level,
        streets=found.places[AreaLevel.STREET],
        communities=found.places[AreaLevel.COMMUNITY],
        grids=found.places[AreaLevel.GRID],
        communities_staffed=found.staffed(AreaLevel.COMMUNITY),
        grids_staffed=found.staffed(AreaLevel.GRID),
        attributes=attributes,
        supply=found.supply,
        balance=found.balance,
        short=found.total.short,
        short_24h=found.total.short_24h,
        total=_figures(total),
        now=_figures(now),
        rows=[_row(one.area, one.name, one.own, one.need) for one in found.rows[:NAMED]],
        skills=[
            PlanSkill(
                names=[_words(skills.get(key, Text(key, key))) for key in one.skills],
                heads_24h=one.heads_24h,
                people=one.people,
                short_24h=one.short_24h,
            )
            for one in found.skills
        ],
        tasks=[
            PlanTask(
                key=one.key,
                name=_words(one.name),
                scope=one.scope,
                by_minutes=one.by_minutes,
                must=one.must,
                places=one.places,
            )
            for one in found.tasks
        ],
        conversions=[
            PlanConversion(
                kind=_words(kinds.get(one.kind, Text(one.kind, one.kind))),
                to=one.to,
                use=_words(one.use),
                by_minutes=one.by_minutes,
                must=one.must,
                buildings=one.buildings,
                places_without=one.places_without,
            )
            for one in found.conversions
        ],
        suspensions=[
            PlanSuspension(name=_words(one.name), routines=one.routines) for one in found.suspensions
        ],
        unstaffed=[
            PlanUnstaffed(
                area=one.area,
                name=one.name,
                above=above(one.area),
                level=one.level,
                short=one.short,
                must_short=one.must_short,
            )
            for one in worst[:NAMED]
        ],
        unstaffed_places=len(worst),
    )


def _above(areas: AreaRegister) -> Callable[[AreaCode], str]:
    def name(area: AreaCode) -> str:
        parent = areas.parent(area)
        return areas[parent].name if parent else ""

    return name


def _figures(sums: Demand) -> PlanFigures:
    return PlanFigures(
        posts=sums.posts,
        heads=sums.heads,
        heads_24h=sums.heads_24h,
        tasks=sums.tasks,
        conversions=sums.conversions,
        suspended=sums.suspended,
    )


def _row(area: AreaCode, name: str, own: bool, need: Need) -> PlanRow:
    return PlanRow(
        area=area,
        name=name,
        own=own,
        posts=need.posts,
        heads=need.heads,
        heads_24h=need.heads_24h,
        short=need.short,
        short_24h=need.short_24h,
    )


def _words(text: Text) -> PlanWords:
    return PlanWords(zh=text.zh, en=text.en)
