"""Unfolding: bring every place of an operation from where it stands to where the operation wants it.

Levels add up: a raise adds and never repeats work that is done; a lowering lets go of what only the higher level
asked; an end opens the restore list. One packed event per place, a batch of places per command.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import datetime, timedelta
from typing import Final

from coordinator.domain import call_out
from coordinator.domain.area import AreaCode, AreaLevel
from coordinator.domain.command import Command, Id
from coordinator.domain.context import Context
from coordinator.domain.event import Event, Stamp
from coordinator.domain.facility import FacilityState, Use
from coordinator.domain.measures import Measures, PostSpec, TaskSpec
from coordinator.domain.mode import Mode, ResponseLevel, Switch, step
from coordinator.domain.operation import Operation
from coordinator.domain.post import Post, post_id
from coordinator.domain.register import AreaRegister
from coordinator.domain.scope import scope_of
from coordinator.domain.situation import ReportPlan
from coordinator.domain.state import ScopeState
from coordinator.domain.switch_over import (
    SIGN_MINUTES,
    NewConversion,
    NewPost,
    NewTally,
    PlaceSwitch,
    PlaceSwitched,
    grids_of,
    switch_id,
)
from coordinator.domain.task import OPEN, NewTask, Task, TaskState, new_task

PLACES_AT_ONCE: Final = 40
"""Places per command: a batch stays below 64 events."""


class Unfold(Command):
    """Work on the duty `unfold`: sent by the holder until nothing is left of it."""

    operation: Id


class OperationUnfolded(Event, frozen=True):
    """Every place stands where this revision wants it."""

    operation: str
    revision: int


def places(operation: Operation, scope: AreaCode, areas: AreaRegister) -> list[AreaCode]:
    """Communities and streets of this scope at or below a target, by code; each once."""
    found: set[AreaCode] = set()
    for target in operation.targets:
        for level in (AreaLevel.COMMUNITY, AreaLevel.STREET):
            found.update(areas.below(target, level))
    return sorted(place for place in found if scope_of(areas, place) == scope)


def decide_unfold(state: ScopeState, order: Unfold, ctx: Context) -> list[Event]:
    operation = state.operations.get(order.operation)
    if operation is None or f"unfold:{order.operation}" not in state.duties:
        return []
    if ctx.now < operation.effective_at and not operation.over:
        return []
    events: list[Event] = []
    for place in places(operation, state.scope, ctx.registers.areas):
        switch = state.switches.get(switch_id(operation.id, place))
        wanted = operation.level(place, ctx.registers.areas)
        if (switch.level if switch else None) == wanted:
            continue
        if len(events) == PLACES_AT_ONCE:
            return events
        events.append(_switch_place(state, operation, place, switch, wanted, ctx))
    events.append(OperationUnfolded(area=operation.area, operation=operation.id, revision=operation.revision))
    return events


def apply_unfolded(state: ScopeState, event: OperationUnfolded, stamp: Stamp) -> None:
    if state.operations[event.operation].revision == event.revision:
        state.close_duty(f"unfold:{event.operation}")


def _switch_place(
    state: ScopeState,
    operation: Operation,
    place: AreaCode,
    switch: PlaceSwitch | None,
    wanted: ResponseLevel | None,
    ctx: Context,
) -> PlaceSwitched:
    mode = switch.mode if switch else Mode.NORMAL
    how = _how(state, operation, place, switch, wanted)
    after = step(mode, how)
    areas = (place, *grids_of(state, place))
    level = wanted or (switch.level if switch else None)
    assert level is not None  # a place without a level is not wanted anywhere
    measures = {area: ctx.measures(operation.playbook, level, area) for area in areas}
    up = how in (Switch.START, Switch.RAISE)
    t0 = max(operation.effective_at, ctx.now) if up else ctx.now
    asked = measures if wanted is not None else {}
    posts, posts_left = _posts(state, operation.id, areas, asked, t0)
    tasks, tasks_left = _tasks(state, operation, areas, asked, t0, ctx)
    if after is Mode.STANDING_DOWN:
        tasks += tuple(
            new_task(spec, operation.id, area, operation.revision, ctx.now, (), recovery=True)
            for area, one in measures.items()
            for spec in one.recovery
        )
    conversions, conversions_left = _conversions(state, operation.id, areas, asked, t0, ctx)
    suspends, resumes = _suspensions(state, operation.id, areas, asked, keep=after is Mode.STANDING_DOWN)
    own = measures[place]
    return PlaceSwitched(
        area=place,
        operation=operation.id,
        revision=operation.revision,
        switch=how,
        mode=after,
        community=ctx.registers.areas[place].level is AreaLevel.COMMUNITY,
        level=wanted,
        sign_by=ctx.now + timedelta(minutes=SIGN_MINUTES) if up else None,
        posts=posts,
        posts_left=posts_left,
        called_off=tuple(_called_off(state, areas, set(posts_left))),
        tasks=tasks,
        tasks_left=tasks_left,
        conversions=conversions,
        conversions_left=conversions_left,
        suspends=suspends,
        resumes=resumes,
        tallies=tuple(
            NewTally(area=area, key=tally.key, name=tally.name, total=tally.total)
            for area, one in asked.items()
            for tally in one.tallies
        ),
        tallies_left=tuple(_tallies_left(state, operation.id, areas, {} if how is Switch.START else asked))
        if wanted
        else (),
        reports=_reports(own, wanted, ctx) if after is not Mode.NORMAL else None,
    )


def _reports(own: Measures, wanted: ResponseLevel | None, ctx: Context) -> ReportPlan | None:
    """Communities report where the street is reported to, streets where anyone above is."""
    community = ctx.registers.areas[own.area].level is AreaLevel.COMMUNITY
    if community is not (own.command.report_to is AreaLevel.STREET):
        return None
    command = own.command
    if wanted is None:
        return ReportPlan(first=command.final_report_minutes, every=command.final_report_minutes, final=True)
    return ReportPlan(first=command.first_report_minutes, every=command.report_minutes)


def _how(
    state: ScopeState,
    operation: Operation,
    place: AreaCode,
    switch: PlaceSwitch | None,
    wanted: ResponseLevel | None,
) -> Switch:
    if wanted is None:
        if not operation.recalled:
            return Switch.END
        physical = switch is not None and begun(state, operation.id, place)
        clean = switch is not None and switch.mode is Mode.ACTIVATING and not physical
        return Switch.RECALL_CLEAN if clean else Switch.RECALL
    if switch is None or switch.level is None:
        return Switch.START
    return Switch.RAISE if wanted > switch.level else Switch.LOWER


def begun(state: ScopeState, operation: str, place: AreaCode) -> bool:
    """Whether anything physical was begun: somebody set out, work was started, a building was changed."""
    for area in (place, *grids_of(state, place)):
        if any(
            call.operation == operation and call.progress in call_out.OUT
            for call in state.call_outs.in_area(area)
        ):
            return True
        if any(
            task.operation == operation
            and task.state in (TaskState.UNDER_WAY, TaskState.DONE)
            and not task.left
            for task in state.tasks.in_area(area)
        ):
            return True
        if any(
            operation in one.uses and one.state is not FacilityState.NORMAL
            for one in state.facilities.in_area(area)
        ):
            return True
    return False


def _posts(
    state: ScopeState,
    operation: str,
    areas: Iterable[AreaCode],
    asked: dict[AreaCode, Measures],
    t0: datetime,
) -> tuple[tuple[NewPost, ...], tuple[str, ...]]:
    """Posts that are new or change their headcount, and those the level no longer has."""
    opened: list[NewPost] = []
    kept: set[str] = set()
    for area, measures in asked.items():
        for spec in measures.posts:
            key = post_id(operation, area, spec.key, spec.share)
            kept.add(key)
            old = state.posts.get(key)
            if old is None or not _as_asked(old, spec, operation):
                opened.append(_new_post(key, area, spec, t0))
    left = [
        post.id
        for area in areas
        for post in state.posts.in_area(area)
        if operation in post.wanted and post.id not in kept
    ]
    return tuple(opened), tuple(left)


def _as_asked(post: Post, spec: PostSpec, operation: str) -> bool:
    """Whether nothing changes for this post; what another operation insists on stays so (`must`)."""
    shared = len(post.wanted.keys() - {operation}) > 0
    return (
        post.wanted.get(operation) == spec.heads
        and (post.must == spec.must or (shared and post.must))
        and (post.key, post.shifts, post.shift_minutes, post.crew_min, post.skills, post.may_fill)
        == (spec.key, spec.shifts, spec.shift_minutes, spec.crew_min, spec.skills, spec.may_fill)
    )


def _new_post(key: str, area: AreaCode, spec: PostSpec, t0: datetime) -> NewPost:
    return NewPost(
        id=key,
        area=area,
        key=spec.key,
        name=spec.name,
        heads=spec.heads,
        shifts=spec.shifts,
        shift_minutes=spec.shift_minutes,
        crew_min=spec.crew_min,
        by=t0 + timedelta(minutes=spec.by_minutes),
        must=spec.must,
        skills=spec.skills,
        may_fill=spec.may_fill,
    )


def _called_off(state: ScopeState, areas: Iterable[AreaCode], left: set[str]) -> list[str]:
    """Call-outs to posts that nobody wants any more, of people who have not set out; who has, is seen safe."""
    gone = {key for key in left if len(state.posts[key].wanted) == 1}
    return [
        call.id
        for area in areas
        for call in state.call_outs.in_area(area)
        if call.post in gone and call.progress in call_out.WAITING | {call_out.Progress.COMING}
    ]


def _tasks(
    state: ScopeState,
    operation: Operation,
    areas: Iterable[AreaCode],
    asked: dict[AreaCode, Measures],
    t0: datetime,
    ctx: Context,
) -> tuple[tuple[NewTask, ...], tuple[str, ...]]:
    """New tasks (done ones of a lower level are not repeated), and those that leave with their level."""
    standing = [
        task
        for area in areas
        for task in state.tasks.in_area(area)
        if task.operation == operation.id and not task.left and task.state is not TaskState.CANCELLED
    ]
    current: dict[tuple[AreaCode, str], Task] = {
        (task.area, task.key): task for task in standing if not task.recovery and not task.beyond
    }
    wanted = {(area, spec.key): spec for area, measures in asked.items() for spec in measures.tasks}
    left = tuple(task.id for task in standing if _leaves(task, wanted, ended=not asked))
    ids = {key: task.id for key, task in current.items()}
    ids |= {
        (area, key): f"{operation.id}:{key}@{area}#{operation.revision}"
        for area, key in wanted
        if (area, key) not in current
    }
    opened = tuple(
        new_task(spec, operation.id, area, operation.revision, t0, _depends(area, spec, ids, ctx))
        for (area, key), spec in wanted.items()
        if (area, key) not in current
    )
    return opened, left


def _leaves(task: Task, wanted: Container[tuple[AreaCode, str]], *, ended: bool) -> bool:
    """What a desk has added stays until the end; the restore list goes when the place is switched on again."""
    if task.recovery:
        return not ended
    if task.beyond:
        return ended
    return (task.area, task.key) not in wanted


def _depends(
    area: AreaCode, spec: TaskSpec, ids: dict[tuple[AreaCode, str], str], ctx: Context
) -> tuple[str, ...]:
    """A dependency is looked for in the area itself, then above it."""
    found = []
    for key in spec.depends:
        for place in ctx.registers.areas.path(area):
            if (place, key) in ids:
                found.append(ids[place, key])
                break
    return tuple(found)


def _conversions(
    state: ScopeState,
    operation: str,
    areas: Iterable[AreaCode],
    asked: dict[AreaCode, Measures],
    t0: datetime,
    ctx: Context,
) -> tuple[tuple[NewConversion, ...], tuple[str, ...]]:
    wanted: dict[str, Use] = {}
    for area, measures in asked.items():
        for spec in measures.conversions:
            for place in ctx.registers.organisation.places_in(area):
                if place.kind == spec.kind:
                    by = t0 + timedelta(minutes=spec.by_minutes)
                    wanted[place.id] = Use(to=FacilityState(spec.to), use=spec.use, by=by, must=spec.must)
    held = {
        one.id: one.uses[operation]
        for area in areas
        for one in state.facilities.in_area(area)
        if operation in one.uses
    }
    opened = tuple(
        NewConversion(facility=key, use=use)
        for key, use in wanted.items()
        if key not in held or not held[key].same(use)
    )
    left = tuple(key for key, use in held.items() if key not in wanted and not (use.beyond and asked))
    return opened, left


def _suspensions(
    state: ScopeState,
    operation: str,
    areas: Iterable[AreaCode],
    asked: dict[AreaCode, Measures],
    *,
    keep: bool,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Work a level suspends stays suspended until the place is NORMAL again, or the level no longer asks it."""
    keys = {one.routine for measures in asked.values() for one in measures.suspensions}
    suspends: list[str] = []
    resumes: list[str] = []
    for area in areas:
        for work in state.routines.in_area(area):
            if work.key in keys and operation not in work.holders:
                suspends.append(work.id)
            elif work.key not in keys and operation in work.holders and not keep:
                resumes.append(work.id)
    return tuple(suspends), tuple(resumes)


def _tallies_left(
    state: ScopeState, operation: str, areas: Iterable[AreaCode], asked: dict[AreaCode, Measures]
) -> list[str]:
    """Counts that are no longer asked: a level entered again starts afresh; after an end they stay until NORMAL."""
    wanted = {(area, tally.key) for area, measures in asked.items() for tally in measures.tallies}
    return [
        tally.id
        for area in areas
        for tally in state.tallies.in_area(area)
        if tally.operation == operation and (area, tally.key) not in wanted
    ]


def open_restore_list(state: ScopeState, operation: str, place: AreaCode) -> list[str]:
    """What keeps a place from NORMAL: tasks of the restore list, buildings, people not home safe."""
    found: list[str] = []
    for area in (place, *grids_of(state, place)):
        found += [
            task.id
            for task in state.tasks.in_area(area)
            if task.operation == operation and task.recovery and task.must and task.state in OPEN
        ]
        found += [
            one.id
            for one in state.facilities.in_area(area)
            if not one.uses and one.state is not FacilityState.NORMAL
        ]
        found += [
            call.id
            for call in state.call_outs.in_area(area)
            if call.operation == operation and call.progress not in call_out.OVER
        ]
    return found
