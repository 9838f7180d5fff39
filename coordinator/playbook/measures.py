"""A playbook's level, the lower ones added and replaced, resolved for one area: `domain.measures.Measures`.

What does not depend on the area is made once per playbook, level and scope: a province asks for 60,000 grids.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from itertools import takewhile
from typing import TypeVar

import msgspec

from coordinator.domain.area import AreaCode, AreaLevel
from coordinator.domain.measures import (
    Command,
    Condition,
    ConversionSpec,
    Evidence,
    Measures,
    PostSpec,
    Suspension,
    TallyAsked,
    TaskSpec,
)
from coordinator.domain.mode import ResponseLevel
from coordinator.playbook import schema
from coordinator.playbook.expression import Expression, parse
from coordinator.playbook.layers import Layers
from coordinator.playbook.loader import Playbook
from coordinator.playbook.vocabulary import ROUTINES

E = TypeVar("E", schema.Post, schema.Task, schema.Tally)
S = TypeVar("S", PostSpec, TaskSpec, TallyAsked)

Counted = tuple[S, Expression | None]
"""What stands there in every area of that level, and the expression that is still to be counted."""


def resolve(
    playbook: Playbook,
    level: ResponseLevel,
    area_code: AreaCode,
    area_level: AreaLevel,
    attributes: Mapping[str, int],
) -> Measures:
    """What this level asks of this area. `attributes` are the register's for that area.

    Raises `ExpressionError` only for attributes that are missing or beyond reason: a playbook that passed
    `lint` has a value everywhere else.
    """
    plan = _plan(playbook, level, area_level)
    posts = (_with_heads(post, heads, attributes) for post, heads in plan.posts)
    return Measures(
        playbook=playbook.digest,
        hazard=playbook.hazard,
        level=level,
        area=area_code,
        command=plan.command,
        posts=tuple(post for post in posts if post.heads),
        tasks=tuple(_with_total(task, total, attributes) for task, total in plan.tasks),
        conversions=plan.conversions,
        suspensions=plan.suspensions,
        tallies=tuple(_tally_with_total(tally, total, attributes) for tally, total in plan.tallies),
        stand_down=plan.stand_down,
        recovery=tuple(_with_total(task, total, attributes) for task, total in plan.recovery),
        channels=plan.channels,
    )


class _Plan(msgspec.Struct, frozen=True):
    """One level for all areas of one scope, headcounts and totals not yet counted."""

    command: Command
    posts: tuple[Counted[PostSpec], ...]
    tasks: tuple[Counted[TaskSpec], ...]
    conversions: tuple[ConversionSpec, ...]
    suspensions: tuple[Suspension, ...]
    tallies: tuple[Counted[TallyAsked], ...]
    stand_down: tuple[Condition, ...]
    recovery: tuple[Counted[TaskSpec], ...]
    channels: tuple[str, ...]


@lru_cache(maxsize=512)
def _plan(playbook: Playbook, level: ResponseLevel, scope: AreaLevel) -> _Plan:
    document = playbook.document
    levels = [document.levels[each] for each in up_to(level)]
    top = levels[-1]
    posts = in_force(each.people for each in levels)
    tasks = in_force(each.work.tasks for each in levels)
    tallies = in_force(each.information.tallies for each in levels)
    conversions = {each.kind: each for one in levels for each in one.facilities}
    suspended = dict.fromkeys(routine for one in levels for routine in one.work.suspends)
    return _Plan(
        command=_command(top.command, top.information.reports),
        posts=tuple(_post(post) for post in posts.standing.values() if post.scope == scope),
        tasks=tuple(_task(task, tasks.current) for task in tasks.standing.values() if task.scope == scope),
        conversions=tuple(_conversion(each) for each in conversions.values() if each.scope == scope),
        suspensions=tuple(Suspension(routine, ROUTINES[routine]) for routine in suspended),
        tallies=tuple(_tally(each) for each in tallies.standing.values() if scope == AreaLevel.GRID),
        stand_down=tuple(Condition(each.key, each.text.text, each.check or "") for each in top.stand_down),
        recovery=tuple(_task(task, str) for task in document.recovery if task.scope == scope),
        channels=top.information.channels,
    )


def up_to(level: ResponseLevel) -> list[ResponseLevel]:
    """IV first: levels add up."""
    return [*takewhile(lambda each: each is not level, ResponseLevel), level]


def in_force(levels: Iterable[Iterable[E]]) -> Layers[E]:
    """What stands when these levels are added up, the lowest first."""
    layers = Layers[E]()
    for level in levels:
        layers.add((entry.key, entry.replaces or "", entry) for entry in level)
    return layers


def _command(part: schema.CommandPart, reports: schema.Reports) -> Command:
    return Command(
        authority=AreaLevel(part.authority),
        first_report_minutes=reports.first,
        report_minutes=part.report_every,
        final_report_minutes=reports.final,
        report_to=AreaLevel(part.report_to),
        post=part.post.text,
    )


def _post(post: schema.Post) -> Counted[PostSpec]:
    spec = PostSpec(
        key=post.key,
        name=post.name.text,
        scope=AreaLevel(post.scope),
        heads=0,
        shifts=post.shifts,
        shift_minutes=post.shift,
        crew_min=post.crew_min,
        skills=post.skills,
        may_fill=tuple(kind.value for kind in post.may_fill),
        by_minutes=post.by,
        readiness_minutes=post.readiness,
        must=post.must,
        share=post.share or "",
    )
    return spec, parse(post.heads)


def _task(task: schema.Task, current: Callable[[str], str]) -> Counted[TaskSpec]:
    evidence = task.evidence
    spec = TaskSpec(
        key=task.key,
        name=task.name.text,
        scope=AreaLevel(task.scope),
        by_minutes=task.by,
        ack_minutes=task.ack,
        repeat_minutes=task.repeat,
        evidence=Evidence(
            kind=evidence.kind,
            share=evidence.share,
            facility=evidence.facility or "",
            post=evidence.post or "",
        ),
        depends=tuple(dict.fromkeys(map(current, task.depends))),
        must=task.must,
    )
    return spec, parse(evidence.total) if evidence.total is not None else None


def _tally(tally: schema.Tally) -> Counted[TallyAsked]:
    return TallyAsked(tally.key, tally.name.text, 0, tally.every), parse(tally.total)


def _conversion(conversion: schema.Conversion) -> ConversionSpec:
    return ConversionSpec(
        kind=conversion.kind,
        to=conversion.to.value,
        use=conversion.use.text,
        by_minutes=conversion.by,
        must=conversion.must,
    )


def _with_heads(post: PostSpec, heads: Expression | None, attributes: Mapping[str, int]) -> PostSpec:
    return msgspec.structs.replace(post, heads=heads.evaluate(attributes)) if heads else post


def _with_total(task: TaskSpec, total: Expression | None, attributes: Mapping[str, int]) -> TaskSpec:
    if total is None:
        return task
    evidence = msgspec.structs.replace(task.evidence, total=total.evaluate(attributes))
    return msgspec.structs.replace(task, evidence=evidence)


def _tally_with_total(
    tally: TallyAsked, total: Expression | None, attributes: Mapping[str, int]
) -> TallyAsked:
    return msgspec.structs.replace(tally, total=total.evaluate(attributes)) if total else tally
