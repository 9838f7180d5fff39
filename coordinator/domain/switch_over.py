"""The switch of one place (a community, or a street with its own posts) for one operation, as the log carries it.

Three clocks for each: recorded 下达, signed 签收, ready 到位. A database write is not a switch: "switched" is READY.
How a place gets from where it stands to where its operation wants it is worked out in `unfold.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec
from msgspec.structs import replace

from coordinator.domain import call_out, confirmed_call, crew, facility, routine, situation, task
from coordinator.domain.area import AreaCode
from coordinator.domain.command import Command, Id, Reason
from coordinator.domain.concern import close_concern
from coordinator.domain.context import Context
from coordinator.domain.duty import How
from coordinator.domain.event import Event, Stamp
from coordinator.domain.facility import Use
from coordinator.domain.mode import Mode, ResponseLevel, Switch, highest, step
from coordinator.domain.operation import owe_receipt
from coordinator.domain.order import Order, acknowledge, forget_orders, keep_order
from coordinator.domain.post import Post
from coordinator.domain.refusal import Refused
from coordinator.domain.state import ScopeState
from coordinator.domain.task import NewTask
from coordinator.domain.text import Text

SIGN_MINUTES: Final = 15
"""No signature in this time starts a `ConfirmedCall`."""


class PlaceSwitch(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where one place stands in one operation. Key: `OPERATION@AREA`."""

    id: str
    area: AreaCode
    operation: str
    community: bool
    mode: Mode
    level: ResponseLevel | None
    revision: int
    recorded_at: datetime
    sign_by: datetime | None = None
    signed_at: datetime | None = None
    signed_by: str = ""
    ready_at: datetime | None = None
    ready_by: str = ""
    """Empty: the rule said so; else who declared it, with a reason."""


class NewPost(msgspec.Struct, frozen=True, omit_defaults=True):
    id: str
    area: AreaCode
    key: str
    name: Text
    heads: int
    shifts: int
    shift_minutes: int
    crew_min: int
    by: datetime
    must: bool
    skills: tuple[str, ...] = ()
    may_fill: tuple[str, ...] = ()


class NewConversion(msgspec.Struct, frozen=True, omit_defaults=True):
    facility: str
    use: Use


class NewTally(msgspec.Struct, frozen=True, omit_defaults=True):
    area: AreaCode
    key: str
    name: Text
    total: int


class PlaceSwitched(Event, frozen=True):
    """Everything one change of level comes to in one place, packed: one event per place."""

    operation: str
    revision: int
    switch: Switch
    mode: Mode
    community: bool
    level: ResponseLevel | None = None
    sign_by: datetime | None = None
    posts: tuple[NewPost, ...] = ()
    posts_left: tuple[str, ...] = ()
    called_off: tuple[str, ...] = ()
    tasks: tuple[NewTask, ...] = ()
    tasks_left: tuple[str, ...] = ()
    conversions: tuple[NewConversion, ...] = ()
    conversions_left: tuple[str, ...] = ()
    suspends: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()
    tallies: tuple[NewTally, ...] = ()
    tallies_left: tuple[str, ...] = ()
    reports: situation.ReportPlan | None = None


class SwitchSigned(Event, frozen=True):
    operation: str


class PlaceReady(Event, frozen=True):
    operation: str
    mode: Mode
    by: str = ""
    reason: str = ""


class PlaceRestored(Event, frozen=True):
    """The restore list is done and everyone is home safe: NORMAL."""

    operation: str


class SignSwitch(Command):
    """签收: the duty officer of the place has the order."""

    operation: Id


class DeclareReady(Command):
    """到位 by an authorised person's word, with a reason, though the rule would still wait."""

    operation: Id
    reason: Reason


def switch_id(operation: str, area: AreaCode) -> str:
    return f"{operation}@{area}"


def counts(switch: PlaceSwitch) -> Mapping[str, int]:
    """The clocks of one community in one operation: each order is signed for by itself. A street's
    own posts show in its posts."""
    if not switch.community or switch.mode is Mode.NORMAL:
        return {}
    signs = switch.sign_by is not None
    return {
        "to_sign": signs,
        "signed": signs and switch.signed_at is not None,
        "ready": signs and switch.ready_at is not None,
    }


def counts_together(switches: Sequence[PlaceSwitch]) -> Mapping[str, int]:
    """One community counts once, however many operations it is in: at the gravest mode and the highest level."""
    running = [one for one in switches if one.community and one.mode is not Mode.NORMAL]
    if not running:
        return {}
    found = {"communities": 1, f"mode.{highest(one.mode for one in running).value}": 1}
    levels = [one.level for one in running if one.level is not None]
    if levels:
        found[f"level.{max(levels).value}"] = 1
    return found


def find(state: ScopeState, operation: str, area: AreaCode) -> PlaceSwitch:
    switch = state.switches.get(switch_id(operation, area))
    if switch is None or switch.mode is Mode.NORMAL:
        raise Refused("not_switched", area=area, operation=operation)
    return switch


def decide_sign(state: ScopeState, order: SignSwitch, ctx: Context) -> list[Event]:
    switch = find(state, order.operation, order.area)
    if switch.signed_at is not None:
        return []
    return [SwitchSigned(area=order.area, operation=order.operation)]


def decide_declare_ready(state: ScopeState, order: DeclareReady, ctx: Context) -> list[Event]:
    switch = find(state, order.operation, order.area)
    if switch.mode is Mode.EMERGENCY:
        return []
    return [
        PlaceReady(
            area=order.area,
            operation=order.operation,
            mode=step(switch.mode, Switch.READY),
            by=ctx.actor.person,
            reason=order.reason,
        )
    ]


def sign_lapsed(state: ScopeState, key: str, now: datetime) -> list[Event]:
    """Deadline `sign_due`: start a confirmed call."""
    switch = state.switches.get(key)
    if switch is None or switch.signed_at is not None or switch.mode is Mode.NORMAL:
        return []
    return confirmed_call.start(state, key, switch.area, now)


# --- apply ------------------------------------------------------------------------------------------------


def apply_switched(state: ScopeState, event: PlaceSwitched, stamp: Stamp) -> None:
    key = switch_id(event.operation, event.area)
    old = state.switches.get(key)
    fresh = event.sign_by is not None or old is None
    state.put(
        state.switches,
        key,
        PlaceSwitch(
            id=key,
            area=event.area,
            operation=event.operation,
            community=event.community,
            mode=event.mode,
            level=event.level,
            revision=event.revision,
            recorded_at=stamp.at if fresh or old is None else old.recorded_at,
            sign_by=event.sign_by or (old.sign_by if old else None),
            signed_at=None if fresh or old is None else old.signed_at,
            signed_by="" if fresh or old is None else old.signed_by,
            ready_at=None if fresh or old is None else old.ready_at,
            ready_by="" if fresh or old is None else old.ready_by,
        ),
    )
    if event.sign_by is not None:
        confirmed_call.answer(state, f"call-{key}", "superseded", stamp)
        if f"call-{key}" in state.calls:
            state.drop(state.calls, f"call-{key}")
        state.open_duty(How.DEADLINE, "sign_due", key, event.area, event.sign_by)
        state.open_duty(
            How.JOB, "notify", f"{key}#{event.revision}", event.area, stamp.at, what="order", channels="app"
        )
    keep_order(
        state,
        Order(
            id=f"{key}#{event.revision}",
            area=event.area,
            operation=event.operation,
            kind=event.switch.value,
            level=event.level,
            issued_at=stamp.at,
            issuer=stamp.actor,
        ),
    )
    _switch_posts(state, event, stamp)
    for gone in event.tasks_left:
        old_task = state.tasks[gone]
        task.let_go(state, old_task)
        ended = task.TaskState.DONE if old_task.state is task.TaskState.DONE else task.TaskState.CANCELLED
        state.put(state.tasks, gone, replace(old_task, state=ended, left=True))
    for new in event.tasks:
        task.open_task(state, event.operation, new)
    for gone in event.conversions_left:
        facility.release(state, gone, event.operation, stamp)
    for conversion in event.conversions:
        facility.want(state, conversion.facility, event.operation, conversion.use, stamp)
    for routine_id in event.suspends:
        routine.suspend(state, routine_id, event.operation, stamp.at)
    for routine_id in event.resumes:
        routine.release(state, routine_id, event.operation, stamp.at)
    for gone in event.tallies_left:
        state.drop(state.tallies, gone)
    for tally in event.tallies:
        situation.ask(state, event.operation, tally.area, tally.key, tally.name, tally.total)
    situation.plan_reports(state, event.operation, event.area, event.reports, stamp)
    if event.mode is Mode.NORMAL:
        _forget(state, event.operation, event.area, stamp)
    owe_receipt(state, event.operation, stamp)


def _switch_posts(state: ScopeState, event: PlaceSwitched, stamp: Stamp) -> None:
    for key in event.called_off:
        crew.advance(state, key, call_out.Progress.CANCELLED, stamp, code="post_closed")
    for key in event.posts_left:
        close_concern(state, "gap", key)
        post = state.posts[key].without(event.operation)
        state.put(state.posts, key, post)
        if post.wanted:
            _hand_over(state, post, event.operation)
    for new in event.posts:
        close_concern(state, "gap", new.id)  # it is filled anew, and what is short then is said then
        old = state.posts.get(new.id)
        wanted = {**(old.wanted if old else {}), event.operation: new.heads}
        state.put(
            state.posts,
            new.id,
            Post(
                id=new.id,
                area=new.area,
                key=new.key,
                name=new.name,
                wanted=wanted,
                shifts=new.shifts,
                shift_minutes=new.shift_minutes,
                crew_min=new.crew_min,
                skills=new.skills,
                may_fill=new.may_fill,
                by=new.by,
                must=new.must or (old is not None and old.must and len(wanted) > 1),
                called=old.called if old else 0,
                coming=old.coming if old else 0,
                present=old.present if old else 0,
                overdue=old.overdue if old else 0,
            ),
        )
    if event.posts:
        state.open_duty(How.FILL, "fill", f"{event.area}/{event.operation}", event.area, stamp.at)


def _hand_over(state: ScopeState, post: Post, operation: str) -> None:
    """Who was called to a shared post stands there for the operation that still has it."""
    for call in state.call_outs.in_area(post.area):
        if call.post == post.id and call.operation == operation:
            state.put(state.call_outs, call.id, replace(call, operation=post.operation))


def apply_signed(state: ScopeState, event: SwitchSigned, stamp: Stamp) -> None:
    key = switch_id(event.operation, event.area)
    switch = replace(state.switches[key], signed_at=stamp.at, signed_by=stamp.actor)
    state.put(state.switches, key, switch)
    owe_receipt(state, event.operation, stamp)
    state.close_duty(f"sign_due:{key}")
    confirmed_call.answer(state, f"call-{key}", "signed", stamp)
    for order in state.orders.in_area(event.area):  # who signs for a level has read what came before it
        if order.id.startswith(f"{key}#") and order.acknowledged_at is None:
            acknowledge(state, order, stamp)


def apply_ready(state: ScopeState, event: PlaceReady, stamp: Stamp) -> None:
    key = switch_id(event.operation, event.area)
    switch = state.switches[key]
    state.put(state.switches, key, replace(switch, mode=event.mode, ready_at=stamp.at, ready_by=event.by))
    owe_receipt(state, event.operation, stamp)


def apply_restored(state: ScopeState, event: PlaceRestored, stamp: Stamp) -> None:
    key = switch_id(event.operation, event.area)
    for area in (event.area, *grids_of(state, event.area)):
        for work in state.routines.in_area(area):
            routine.release(state, work.id, event.operation, stamp.at)
    state.put(state.switches, key, replace(state.switches[key], mode=Mode.NORMAL, level=None))
    _forget(state, event.operation, event.area, stamp)
    owe_receipt(state, event.operation, stamp)


def _forget(state: ScopeState, operation: str, place: AreaCode, stamp: Stamp) -> None:
    """The operation is over here: its posts, people, tasks and counts leave the state; the log keeps them."""
    for area in (place, *grids_of(state, place)):
        for call in state.call_outs.in_area(area):
            if call.operation == operation:
                crew.let_go(state, call, stamp)
                for kind in ("arrival_due", "relief_due"):
                    state.close_duty(f"{kind}:{call.id}")
                state.drop(state.call_outs, call.id)
        still = {call.post for call in state.call_outs.in_area(area)}
        for post in state.posts.in_area(area):
            if not post.wanted and post.id not in still:
                _close_post(state, post)
        for one in state.tasks.in_area(area):
            if one.operation == operation:
                task.let_go(state, one)
                state.drop(state.tasks, one.id)
        for tally in state.tallies.in_area(area):
            if tally.operation == operation:
                state.drop(state.tallies, tally.id)
    key = switch_id(operation, place)
    state.close_duty(f"sign_due:{key}")
    state.close_duty(f"fill:{place}/{operation}")
    if f"call-{key}" in state.calls:
        state.close_duty(f"call_step:call-{key}")
        close_concern(state, "silent", f"call-{key}")
        state.drop(state.calls, f"call-{key}")
    for area in (place, *grids_of(state, place)):
        forget_orders(state, state.orders.in_area(area), operation)


def _close_post(state: ScopeState, post: Post) -> None:
    """Nobody wants it and nobody stands there; the team that was called to it has been let go."""
    for above in state.registers.areas.path(post.area):
        for team in state.teams.in_area(above):
            if team.post == post.id:
                state.drop(state.teams, team.id)
    state.drop(state.posts, post.id)


def grids_of(state: ScopeState, place: AreaCode) -> list[AreaCode]:
    """The areas that switch with a place: a community's grids; none for a street, whose children switch themselves."""
    return [
        child
        for child in state.registers.areas.children(place)
        if state.registers.areas[child].level not in ("street", "community")
    ]
