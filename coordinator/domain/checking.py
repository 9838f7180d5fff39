"""A desk looks after tasks: it sends back what the evidence does not show 退回, and passes up what is too much 上报.

Both are a person's decision; what falls overdue by itself stands in `task.py`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from coordinator.domain.area import AreaCode
from coordinator.domain.command import Code, Command, Id, Minutes, Reason, Ref
from coordinator.domain.concern import Severity, open_concern
from coordinator.domain.context import Context
from coordinator.domain.event import Event, Stamp
from coordinator.domain.refusal import Refused
from coordinator.domain.state import ScopeState
from coordinator.domain.task import OPEN, Task, TaskState, hold_deadlines


class ReturnTask(Command):
    """退回: it is said to be done, and the evidence does not show it. Open again, with a time to do it by."""

    task: Id
    reason: Reason
    by_minutes: Minutes = 60
    note: Ref = ""
    """What is to be better, in words: in the vault, for whoever does it again."""


class EscalateTask(Command):
    """上报: to the desk one level up, or at once to one further up (直通车)."""

    task: Id
    to: Code | None = None


class TaskReturned(Event, frozen=True):
    task: str
    reason: str
    due: datetime
    note: str = ""


class TaskEscalated(Event, frozen=True):
    task: str
    to: AreaCode


def _task(state: ScopeState, key: str, area: AreaCode, ctx: Context) -> Task:
    task = state.tasks.get(key)
    if task is None or task.left or not ctx.registers.areas.within(task.area, area):
        raise Refused("unknown_task", task=key)
    return task


def decide_return(state: ScopeState, order: ReturnTask, ctx: Context) -> list[Event]:
    task = _task(state, order.task, order.area, ctx)
    if task.state is not TaskState.DONE:
        raise Refused("task_not_done", task=task.id, state=task.state.value)
    due = ctx.now + timedelta(minutes=order.by_minutes)
    return [TaskReturned(area=task.area, task=task.id, reason=order.reason, due=due, note=order.note)]


def decide_escalate(state: ScopeState, order: EscalateTask, ctx: Context) -> list[Event]:
    task = _task(state, order.task, order.area, ctx)
    if task.state not in OPEN:
        raise Refused("task_closed", task=task.id, state=task.state.value)
    areas = ctx.registers.areas
    at = task.escalated_to or task.area
    above = [place for place in areas.path(at)[1:] if areas.within(place, state.scope)]
    if order.to and order.to == at:
        return []
    if not above or (order.to and order.to not in above):
        raise Refused("not_above", task=task.id, area=at)
    return [TaskEscalated(area=task.area, task=task.id, to=order.to or above[0])]


def apply_returned(state: ScopeState, event: TaskReturned, stamp: Stamp) -> None:
    """It goes to whom it was before; what was counted stays counted."""
    again = replace(
        state.tasks[event.task],
        state=TaskState.ACKNOWLEDGED,
        due=event.due,
        returned=event.reason,
        returned_note=event.note,
        overdue=False,
        escalated_to="",
        closed_at=None,
    )
    state.put(state.tasks, again.id, again)
    hold_deadlines(state, replace(again, ack_by=None))


def apply_escalated(state: ScopeState, event: TaskEscalated, stamp: Stamp) -> None:
    task = state.tasks[event.task]
    state.put(state.tasks, task.id, replace(task, escalated_to=event.to))
    open_concern(
        state,
        "task_escalated",
        task.id,
        task.area,
        stamp,
        Severity.URGENT,
        event.to,
        task=task.name.zh,
        task_en=task.name.en,
    )
