"""What happened in a drill, as its log alone tells it: who did what when, and how long each thing took.

Hears events one by one, so that the director of a running drill and the score of a finished one see the same.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

from coordinator.domain.area import AreaCode
from coordinator.domain.call_out import PRESENT, CrewAnswered, CrewCalled, CrewMoved, Progress, call_out_id
from coordinator.domain.delivery import NoticesDelivered
from coordinator.domain.drill import Drill, DrillChanged, Phase
from coordinator.domain.facility import Facility, FacilityOrdered, FacilityReported, FacilityState, Use
from coordinator.domain.inject import InjectFired, InjectSkipped, ItemObserved
from coordinator.domain.register import Registers
from coordinator.domain.rules import Recorded
from coordinator.domain.switch_over import PlaceReady, PlaceSwitched, SwitchSigned
from coordinator.domain.task import NewTask, TaskAdded, TaskCompleted
from coordinator.domain.text import Text
from coordinator.drills.sightings import Sighting, sightings_of
from coordinator.drills.vocabulary import Action

NOWHERE: Final = ""


@dataclass(slots=True)
class Call:
    """One person called to one post."""

    area: AreaCode
    post: str
    team: str
    called: datetime
    reached: datetime | None = None
    answered: datetime | None = None
    mustered: datetime | None = None
    arrived: datetime | None = None
    over: Progress | None = None
    """Declined, cancelled or never there."""


@dataclass(slots=True)
class Filling:
    """One post from the moment it asked for so many heads."""

    area: AreaCode
    key: str
    heads: int
    must: bool
    opened: datetime
    present: set[str] = field(default_factory=set)
    filled: datetime | None = None


@dataclass(slots=True)
class Switching:
    """One place that had to sign, once for each time."""

    area: AreaCode
    recorded: datetime
    signed: datetime | None = None
    ready: datetime | None = None


@dataclass(slots=True)
class Working:
    area: AreaCode
    key: str
    name: Text
    opened: datetime
    due: datetime
    done: datetime | None = None


@dataclass(slots=True)
class Converting:
    area: AreaCode
    facility: str
    kind: str
    to: FacilityState
    opened: datetime
    by: datetime
    done: datetime | None = None


class Change(NamedTuple):
    """One turn of the drill itself."""

    at: datetime
    drill: Drill
    actor: str


class Seen(NamedTuple):
    """What an observer ticked."""

    value: int
    area: AreaCode
    at: datetime


class Facts:
    """`registers` say what kind of building a facility is, and which place lies where."""

    def __init__(self, registers: Registers) -> None:
        self.registers = registers
        self.changes: list[Change] = []
        self.fired: dict[str, datetime] = {}
        self.skipped: dict[str, str] = {}
        self.observed: dict[str, list[Seen]] = defaultdict(list)
        self.sightings: dict[Action, list[Sighting]] = defaultdict(list)
        self.calls: dict[str, Call] = {}
        self.fillings: list[Filling] = []
        self.switchings: list[Switching] = []
        self.tasks: dict[str, Working] = {}
        self.conversions: list[Converting] = []
        self.last: datetime | None = None
        self._post: dict[str, Filling] = {}
        self._switch: dict[tuple[str, AreaCode], Switching] = {}
        self._state: dict[str, FacilityState] = {}

    @property
    def began(self) -> datetime | None:
        return next((one.drill.began for one in self.changes if one.drill.began is not None), None)

    @property
    def ended(self) -> Change | None:
        """The end or the abort; None while it goes on."""
        return next(
            (one for one in self.changes if one.drill.phase in (Phase.ENDED, Phase.ABORTED)),
            None,
        )

    @property
    def until(self) -> datetime | None:
        """Up to when it can be judged."""
        return self.ended.at if self.ended else self.last

    def hear(self, recorded: Recorded) -> None:
        event, at = recorded.event, recorded.stamp.at
        self.last = max(at, self.last or at)
        for action, sighting in sightings_of(recorded, self.registers):
            self.sightings[action].append(sighting)
        match event:
            case DrillChanged():
                self._changed(event, recorded)
            case InjectFired():
                self.fired.setdefault(event.inject, at)
            case InjectSkipped():
                self.skipped.setdefault(event.inject, event.reason)
            case ItemObserved():
                self.observed[event.item].append(Seen(event.value, event.area, at))
            case PlaceSwitched():
                self._switched(event, at)
            case SwitchSigned():
                if (switch := self._switch.get((event.operation, event.area))) and not switch.signed:
                    switch.signed = at
            case PlaceReady():
                if (switch := self._switch.get((event.operation, event.area))) and not switch.ready:
                    switch.ready = at
            case CrewCalled():
                self._called(event, at)
            case NoticesDelivered():
                for key in event.reached:
                    if (call := self.calls.get(key)) and not call.reached:
                        call.reached = at
            case CrewAnswered():
                for key in (*event.coming, *event.declined):
                    if (call := self.calls.get(key)) and not call.answered:
                        call.answered = at
                        call.over = Progress.DECLINED if key in event.declined else None
            case CrewMoved():
                self._moved(event, at)
            case TaskAdded():
                self._opened(event.task, at)
            case TaskCompleted():
                if (task := self.tasks.get(event.task)) and not task.done:
                    task.done = at
            case FacilityOrdered():
                self._convert(event.facility, event.to, event.by, at)
            case FacilityReported():
                self._reported(event, at)

    # --- one kind after the other ---------------------------------------------------------------------------

    def _changed(self, event: DrillChanged, recorded: Recorded) -> None:
        """Only the root's word: the other scopes repeat it."""
        if not self.registers.areas.parent(recorded.scope):
            self.changes.append(Change(recorded.stamp.at, event.drill, recorded.stamp.actor))

    def _switched(self, event: PlaceSwitched, at: datetime) -> None:
        if event.sign_by is not None:
            switch = Switching(event.area, at)
            self.switchings.append(switch)
            self._switch[event.operation, event.area] = switch
        for post in event.posts:
            known = self._post.get(post.id)
            filling = Filling(post.area, post.key, post.heads, post.must, at)
            if known is not None:  # it asks for another number now; who stands there stays
                filling.present = known.present
                if len(known.present) >= post.heads:
                    filling.filled = at
            self._post[post.id] = filling
            self.fillings.append(filling)
        for task in event.tasks:
            self._opened(task, at)
        for conversion in event.conversions:
            self._convert(conversion.facility, conversion.use.to, conversion.use.by, at)

    def _opened(self, task: NewTask, at: datetime) -> None:
        self.tasks.setdefault(task.id, Working(task.area, task.key, task.name, at, task.due))

    def _called(self, event: CrewCalled, at: datetime) -> None:
        for post, people in event.picks.items():
            area = self._post[post].area if post in self._post else event.area
            for responder in people:
                call = Call(area, post, event.teams.get(post, ""), at)
                self.calls.setdefault(call_out_id(responder, post), call)

    def _moved(self, event: CrewMoved, at: datetime) -> None:
        for key in event.call_outs:
            call = self.calls.get(key)
            if call is None:
                continue
            if event.to is Progress.CHECKED_IN and not call.mustered:
                call.mustered = at
            if event.to is Progress.ON_POST and not call.arrived:
                call.arrived = at
            if event.to in (Progress.CANCELLED, Progress.NO_SHOW):
                call.over = event.to
            self._stand(call.post, key, event.to in PRESENT, at)

    def _stand(self, post: str, key: str, present: bool, at: datetime) -> None:
        filling = self._post.get(post)
        if filling is None:
            return
        if present:
            filling.present.add(key)
        else:
            filling.present.discard(key)
        if len(filling.present) >= filling.heads and filling.filled is None:
            filling.filled = at

    def _convert(self, facility: str, to: FacilityState, by: datetime, at: datetime) -> None:
        place = self.registers.organisation.places.get(facility)
        if place is None:
            return
        one = Converting(place.area, facility, place.kind, to, at, by)
        if meets(self._state.get(facility, FacilityState.NORMAL), to, at):
            one.done = at
        self.conversions.append(one)

    def _reported(self, event: FacilityReported, at: datetime) -> None:
        self._state[event.facility] = event.to
        for one in self.conversions:
            if one.facility == event.facility and one.done is None and meets(event.to, one.to, at):
                one.done = at


def meets(state: FacilityState, to: FacilityState, at: datetime) -> bool:
    """Whether a building that stands so is what was wanted."""
    building = Facility(id="", area="", kind="", name="", capacity=0, state=state)
    return building.meets(Use(to=to, use=Text("", ""), by=at, must=False))
