"""Tasks 任务: acknowledged, worked on, closed with evidence. Evidence, not clicks: a count that is short, a photo
that is not there, a facility that is not open keep a task from being closed (rule 7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec
from msgspec.structs import replace
from pydantic import Field, model_validator

from coordinator.domain.area import AreaCode
from coordinator.domain.command import Command, Id, Minutes, Reason, Ref
from coordinator.domain.concern import Severity, close_concern, open_concern
from coordinator.domain.context import Context
from coordinator.domain.duty import How
from coordinator.domain.event import Event, Stamp
from coordinator.domain.evidence import check_evidence
from coordinator.domain.measures import COUNTED, Evidence, EvidenceKind, TaskSpec
from coordinator.domain.refusal import Refused
from coordinator.domain.state import ScopeState
from coordinator.domain.text import Text

ESCALATE_MINUTES: Final = 30
"""An overdue task goes one level further up each time this passes."""


class TaskState(StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    UNDER_WAY = "under_way"
    DONE = "done"
    CANCELLED = "cancelled"


OPEN: Final = frozenset({TaskState.OPEN, TaskState.ACKNOWLEDGED, TaskState.UNDER_WAY})


class Task(msgspec.Struct, frozen=True, omit_defaults=True):
    """One task. `left`: its level was left, so that a level entered again starts afresh."""

    id: str
    area: AreaCode
    operation: str
    key: str
    name: Text
    due: datetime
    evidence: Evidence
    state: TaskState = TaskState.OPEN
    ack_by: datetime | None = None
    depends: tuple[str, ...] = ()
    """Ids of tasks that must be done before."""
    must: bool = False
    recovery: bool = False
    """On the restore list."""
    repeat_minutes: int = 0
    round: int = 1
    done: int = 0
    """Of `evidence.total`."""
    overdue: bool = False
    escalated_to: AreaCode = ""
    lead: str = ""
    left: bool = False
    beyond: bool = False
    """Added by a desk, beyond the playbook: no change of level takes it away before the end."""
    closed_at: datetime | None = None
    proof: tuple[str, ...] = ()
    """What was handed in when it was last said to be done: references, for the desk to look at."""
    returned: str = ""
    """Why a desk sent it back, as a code."""
    returned_note: str = ""
    """The same in words: a reference into the vault."""


class NewTask(msgspec.Struct, frozen=True, omit_defaults=True):
    """A task as an event carries it; `id` is `OPERATION:KEY@AREA#REVISION`."""

    id: str
    area: AreaCode
    key: str
    name: Text
    due: datetime
    evidence: Evidence
    ack_by: datetime | None = None
    depends: tuple[str, ...] = ()
    must: bool = False
    recovery: bool = False
    repeat_minutes: int = 0
    beyond: bool = False


class TaskAdded(Event, frozen=True):
    operation: str
    task: NewTask


class TaskAcknowledged(Event, frozen=True):
    task: str


class TaskStarted(Event, frozen=True):
    task: str
    done: int = 0


class TaskCompleted(Event, frozen=True):
    """Done, with its evidence. `again`: the next round of a repeated task."""

    task: str
    done: int = 0
    evidence: tuple[str, ...] = ()
    again: datetime | None = None


class TaskCancelled(Event, frozen=True):
    task: str
    reason: str


class TasksUnacknowledged(Event, frozen=True):
    tasks: tuple[str, ...]


class TasksFellOverdue(Event, frozen=True):
    """Not closed in time: one level up (NJ14). `to`: task -> area whose desk has it now."""

    to: dict[str, AreaCode]


class AddTask(Command):
    """A task from an order or a whistle, beyond the playbook."""

    operation: Id
    key: Reason
    name_zh: str = Field(min_length=1, max_length=60)
    name_en: str = Field(min_length=1, max_length=80)
    by_minutes: Minutes
    ack_minutes: Minutes = 0
    evidence: EvidenceKind = EvidenceKind.CHECKLIST
    total: int = Field(default=0, ge=0, le=1_000_000)
    """What a count is of."""

    @model_validator(mode="after")
    def _counted(self) -> AddTask:
        if self.evidence in COUNTED and not self.total:
            raise ValueError("a count of nothing would be closed by nothing")
        return self


class AcknowledgeTask(Command):
    task: Id


class StartTask(Command):
    """Under way; `done` of the total so far."""

    task: Id
    done: int = Field(default=0, ge=0, le=10_000_000)


class CompleteTask(Command):
    """Done, and how it can be seen."""

    task: Id
    done: int = Field(default=0, ge=0, le=10_000_000)
    evidence: list[Ref] = Field(default_factory=list, max_length=50)
    """References: photos and forms in the vault, checked items, units that reported in."""


class CancelTask(Command):
    task: Id
    reason: Reason


def counts(task: Task) -> Mapping[str, int]:
    if task.left or task.state is TaskState.CANCELLED:
        return {}
    is_open = task.state in OPEN
    return {
        "tasks": 1,
        "open": is_open,
        "overdue": is_open and task.overdue,
        "done": task.state is TaskState.DONE,
        "restore_open": is_open and task.recovery and task.must,
    }


def new_task(
    spec: TaskSpec,
    operation: str,
    area: AreaCode,
    revision: int,
    t0: datetime,
    depends: tuple[str, ...],
    recovery: bool = False,
) -> NewTask:
    return NewTask(
        id=f"{operation}:{spec.key}@{area}#{revision}",
        area=area,
        key=spec.key,
        name=spec.name,
        due=t0 + timedelta(minutes=spec.by_minutes),
        ack_by=t0 + timedelta(minutes=spec.ack_minutes) if spec.ack_minutes else None,
        evidence=spec.evidence,
        depends=depends,
        must=spec.must,
        recovery=recovery,
        repeat_minutes=spec.repeat_minutes,
    )


def _task(state: ScopeState, key: str, area: AreaCode, ctx: Context) -> Task:
    task = state.tasks.get(key)
    if task is None or not ctx.registers.areas.within(task.area, area):
        raise Refused("unknown_task", task=key)
    return task


def _open(task: Task) -> Task:
    if task.state not in OPEN:
        raise Refused("task_closed", task=task.id, state=task.state.value)
    return task


def decide_add(state: ScopeState, order: AddTask, ctx: Context) -> list[Event]:
    operation = state.operations.get(order.operation)
    if operation is None or operation.closed:
        raise Refused("unknown_operation", operation=order.operation)
    if not state.is_switched(operation.id, order.area):
        raise Refused("not_switched", area=order.area, operation=operation.id)
    task = NewTask(
        id=f"{operation.id}:{order.key}@{order.area}#{ctx.new_id('task')}",
        area=order.area,
        key=order.key,
        name=Text(zh=order.name_zh, en=order.name_en),
        due=ctx.now + timedelta(minutes=order.by_minutes),
        ack_by=ctx.now + timedelta(minutes=order.ack_minutes) if order.ack_minutes else None,
        evidence=Evidence(kind=order.evidence, total=order.total),
        beyond=True,
    )
    return [TaskAdded(area=order.area, operation=operation.id, task=task)]


def decide_acknowledge(state: ScopeState, order: AcknowledgeTask, ctx: Context) -> list[Event]:
    task = _task(state, order.task, order.area, ctx)
    if task.state is not TaskState.OPEN:
        return []
    return [TaskAcknowledged(area=task.area, task=task.id)]


def decide_start(state: ScopeState, order: StartTask, ctx: Context) -> list[Event]:
    task = _open(_task(state, order.task, order.area, ctx))
    if task.state is TaskState.UNDER_WAY and order.done == task.done:
        return []
    return [TaskStarted(area=task.area, task=task.id, done=order.done)]


def decide_complete(state: ScopeState, order: CompleteTask, ctx: Context) -> list[Event]:
    task = _task(state, order.task, order.area, ctx)
    if task.state is TaskState.DONE:
        return []
    _open(task)
    for key in task.depends:
        before = state.tasks.get(key)
        waits = before is not None and not before.left and before.state in OPEN and before.round == 1
        if before is not None and waits:
            raise Refused("depends_on", task=task.id, depends=before.id)
    check_evidence(state, task, order.done, order.evidence)
    again = None
    if task.repeat_minutes:
        again = max(task.due, ctx.now) + timedelta(minutes=task.repeat_minutes)
    return [
        TaskCompleted(
            area=task.area, task=task.id, done=order.done, evidence=tuple(order.evidence), again=again
        )
    ]


def decide_cancel(state: ScopeState, order: CancelTask, ctx: Context) -> list[Event]:
    task = _task(state, order.task, order.area, ctx)
    if task.state is TaskState.CANCELLED:
        return []
    if task.recovery and task.must:
        raise Refused("must_be_done", task=task.id)
    return [TaskCancelled(area=_open(task).area, task=task.id, reason=order.reason)]


def unacknowledged(state: ScopeState, subjects: list[str]) -> list[Event]:
    """Deadline `task_ack`."""
    late: dict[AreaCode, list[str]] = {}
    for key in subjects:
        task = state.tasks.get(key)
        if task is not None and task.state is TaskState.OPEN:
            late.setdefault(task.area, []).append(key)
    return [TasksUnacknowledged(area=area, tasks=tuple(keys)) for area, keys in late.items()]


def fell_overdue(state: ScopeState, subjects: list[str]) -> list[Event]:
    """Deadline `task_due`: to the area above, and each time it falls due again one level further, up to the scope."""
    areas = state.registers.areas
    late: dict[AreaCode, dict[str, AreaCode]] = {}
    for key in subjects:
        task = state.tasks.get(key)
        if task is None or task.state not in OPEN:
            continue
        at = task.escalated_to or task.area
        above = at if at == state.scope else areas.parent(at) or at
        late.setdefault(task.area, {})[key] = above
    return [TasksFellOverdue(area=area, to=to) for area, to in late.items()]


def open_task(state: ScopeState, operation: str, new: NewTask) -> None:
    """Put it on the boards and hold its deadlines."""
    task = Task(
        id=new.id,
        area=new.area,
        operation=operation,
        key=new.key,
        name=new.name,
        due=new.due,
        ack_by=new.ack_by,
        evidence=new.evidence,
        depends=new.depends,
        must=new.must,
        recovery=new.recovery,
        repeat_minutes=new.repeat_minutes,
        beyond=new.beyond,
    )
    state.put(state.tasks, task.id, task)
    hold_deadlines(state, task)


def hold_deadlines(state: ScopeState, task: Task) -> None:
    state.open_duty(How.DEADLINE, "task_due", task.id, task.area, task.due)
    if task.ack_by is not None:
        state.open_duty(How.DEADLINE, "task_ack", task.id, task.area, task.ack_by)


def let_go(state: ScopeState, task: Task) -> None:
    """Nothing is owed for it any more."""
    state.close_duty(f"task_due:{task.id}")
    state.close_duty(f"task_ack:{task.id}")
    for kind in ("task_overdue", "task_unacknowledged", "task_escalated"):
        close_concern(state, kind, task.id)


def apply_added(state: ScopeState, event: TaskAdded, stamp: Stamp) -> None:
    open_task(state, event.operation, event.task)


def apply_acknowledged(state: ScopeState, event: TaskAcknowledged, stamp: Stamp) -> None:
    task = state.tasks[event.task]
    state.close_duty(f"task_ack:{task.id}")
    close_concern(state, "task_unacknowledged", task.id)
    state.put(
        state.tasks, task.id, replace(task, state=TaskState.ACKNOWLEDGED, lead=task.lead or stamp.actor)
    )


def apply_started(state: ScopeState, event: TaskStarted, stamp: Stamp) -> None:
    task = state.tasks[event.task]
    state.close_duty(f"task_ack:{task.id}")
    close_concern(state, "task_unacknowledged", task.id)
    under_way = replace(task, state=TaskState.UNDER_WAY, done=event.done, lead=task.lead or stamp.actor)
    state.put(state.tasks, task.id, under_way)


def apply_completed(state: ScopeState, event: TaskCompleted, stamp: Stamp) -> None:
    task = state.tasks[event.task]
    let_go(state, task)
    if event.again is None:
        closed = replace(
            task,
            state=TaskState.DONE,
            done=event.done or task.done,
            closed_at=stamp.at,
            proof=event.evidence,
            returned="",
            returned_note="",
        )
        state.put(state.tasks, task.id, closed)
        return
    again = replace(
        task,
        state=TaskState.OPEN,
        due=event.again,
        ack_by=None,
        round=task.round + 1,
        done=0,
        overdue=False,
        escalated_to="",
        proof=event.evidence,
    )
    state.put(state.tasks, task.id, again)
    hold_deadlines(state, again)


def apply_cancelled(state: ScopeState, event: TaskCancelled, stamp: Stamp) -> None:
    task = state.tasks[event.task]
    let_go(state, task)
    state.put(state.tasks, task.id, replace(task, state=TaskState.CANCELLED, closed_at=stamp.at))


def apply_unacknowledged(state: ScopeState, event: TasksUnacknowledged, stamp: Stamp) -> None:
    for key in event.tasks:
        task = state.tasks[key]
        state.close_duty(f"task_ack:{key}")
        parent = state.registers.areas.parent(task.area) or task.area
        open_concern(
            state,
            "task_unacknowledged",
            key,
            task.area,
            stamp,
            Severity.NOTICE,
            parent,
            task=task.name.zh,
            task_en=task.name.en,
        )


def apply_overdue(state: ScopeState, event: TasksFellOverdue, stamp: Stamp) -> None:
    for key, to in event.to.items():
        task = state.tasks[key]
        state.close_duty(f"task_due:{key}")
        state.put(state.tasks, key, replace(task, overdue=True, escalated_to=to))
        open_concern(
            state,
            "task_overdue",
            key,
            task.area,
            stamp,
            Severity.URGENT if task.must else Severity.NOTICE,
            to,
            task=task.name.zh,
            task_en=task.name.en,
        )
        if to != task.escalated_to:
            again = stamp.at + timedelta(minutes=ESCALATE_MINUTES)
            state.open_duty(How.DEADLINE, "task_due", key, task.area, again)
