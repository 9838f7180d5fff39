"""Tasks: acknowledged, begun, part of them reported, closed with the evidence that is asked; one after the other
where one waits for another.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import ClassVar, Final

from clients.simulator.behaviour.desk import Desk, Habit, Intent, Order
from coordinator.domain.command import Command
from coordinator.domain.facility import Facility, FacilityState
from coordinator.domain.measures import EvidenceKind
from coordinator.domain.post import Post
from coordinator.domain.task import OPEN, AcknowledgeTask, CompleteTask, StartTask, Task, TaskState

COUNTED: Final = frozenset({EvidenceKind.COUNT, EvidenceKind.RECEIPT_RATE})
SHOWN_BY_STATE: Final = frozenset({EvidenceKind.FACILITY_STATE, EvidenceKind.CHECK_IN})
LONGEST: Final = 120.0
"""Minutes that a task takes at most, however much later it is due."""
SAYS_SO: Final = 0.25
"""Share of tasks that are acknowledged though nobody asked for it."""
LOOK_AGAIN: Final = timedelta(minutes=6)


class Work(Habit):
    sections: ClassVar = frozenset({"tasks"})

    def notice(self, desk: Desk, section: str, key: str, now: datetime) -> Iterator[Intent]:
        task = desk.record("tasks", key, Task)
        if task is None or task.area != desk.area or task.left or task.state not in OPEN:
            return
        turn = str(task.round)
        window = min(LONGEST, max(4.0, (task.due - now) / timedelta(minutes=1)))
        chance = desk.chance
        if task.state is TaskState.OPEN and (task.ack_by or chance.happens(SAYS_SO, "says so", key)):
            soon = min(4.0, window / 4) if task.ack_by else 25.0
            yield Intent(now + chance.minutes(0.5, soon, "takes", key), "acknowledge", key, turn)
        if task.evidence.kind in COUNTED:
            yield Intent(now + chance.minutes(0.2, 0.35, "begins", key) * window, "begin", key, turn)
        yield Intent(now + chance.minutes(0.4, 0.75, "closes", key) * window, "close", key, turn)

    def act(self, desk: Desk, what: str, intents: list[Intent], now: datetime) -> Iterator[Order]:
        for intent in intents:
            task = desk.record("tasks", intent.subject, Task)
            if task is None or task.left or task.state not in OPEN:
                continue
            command = None if held_back(desk, task) else self._command(desk, what, task)
            if command is not None:
                yield Order(command, self, [intent])
            elif what == "close":
                desk.again(self, [intent], now + LOOK_AGAIN)

    def _command(self, desk: Desk, what: str, task: Task) -> Command | None:
        match what:
            case "acknowledge" if task.state is TaskState.OPEN:
                return AcknowledgeTask(area=desk.area, task=task.id)
            case "begin" if not task.done:
                part = desk.chance.between(0.3, 0.7, "part", task.id)
                return StartTask(area=desk.area, task=task.id, done=int(task.evidence.total * part))
            case "close" if can_close(desk, task):
                done = task.evidence.total if task.evidence.kind in COUNTED else 0
                shown = [] if task.evidence.kind in COUNTED | SHOWN_BY_STATE else [reference(task)]
                return CompleteTask(area=desk.area, task=task.id, done=done, evidence=shown)
        return None


def held_back(desk: Desk, task: Task) -> bool:
    return task.key in desk.held_back or task.id in desk.held_back


def can_close(desk: Desk, task: Task) -> bool:
    """As far as this desk can see; what lies on another's board the server will say."""
    for key in task.depends:
        before = desk.record("tasks", key, Task)
        if before is not None and not before.left and before.state in OPEN:
            return False
    asked = task.evidence
    match asked.kind:
        case EvidenceKind.FACILITY_STATE:
            held = [
                one
                for one in desk.records("facilities", Facility)
                if task.operation in one.uses
                and asked.facility in ("", one.kind)
                and one.state is not FacilityState.UNUSABLE
            ]
            return bool(held) and all(one.meets(one.uses[task.operation]) for one in held)
        case EvidenceKind.CHECK_IN:
            return any(post.standing for post in desk.records("posts", Post) if asked.post in ("", post.key))
        case _:
            return True


def reference(task: Task) -> str:
    """Where the photo or form would lie: simulated teams have none, and their references say so."""
    return f"sim:{task.evidence.kind.value}:{task.key}:{task.area}:{task.round}"
