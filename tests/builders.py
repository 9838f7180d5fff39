"""A district without a server: rules, planner and boards on a clock that the test moves.

It reads like the story (declare, sign, call out, advance, expect) and does what the engine's holder does with what is
owed. It does no I/O and holds no rule; what it appends goes through JSON and back, as in the log.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final, TypeVar

from coordinator.admin.areas.from_csv import bundled_areas
from coordinator.admin.sample.world import sample, subtree
from coordinator.domain import measures, rules
from coordinator.domain.access import PROCESS, Actor, Role
from coordinator.domain.area import AreaCode, AreaLevel
from coordinator.domain.call_out import (
    Answer,
    Answered,
    CallOut,
    CallOutCrew,
    CheckIn,
    Progress,
    Relieve,
    ReportHome,
)
from coordinator.domain.change import (
    ApproveChange,
    DeclareOperation,
    EndOperation,
    LowerLevel,
    RaiseLevel,
)
from coordinator.domain.command import Command
from coordinator.domain.context import Context
from coordinator.domain.delivery import RecordDelivery
from coordinator.domain.duty import Duty, How
from coordinator.domain.event import Event
from coordinator.domain.facility import Facility, FacilityState, ReportFacility
from coordinator.domain.falling_due import FallDue
from coordinator.domain.measures import Evidence, EvidenceKind, Measures, PostSpec, TaskSpec
from coordinator.domain.mode import Mode, ResponseLevel
from coordinator.domain.operation import OperationDeclared, PendingChange
from coordinator.domain.post import Post
from coordinator.domain.refusal import Refused
from coordinator.domain.rules import Recorded
from coordinator.domain.stand_down import MET
from coordinator.domain.state import ScopeState
from coordinator.domain.switch_over import PlaceSwitch, SignSwitch, switch_id
from coordinator.domain.task import OPEN, CompleteTask, Task
from coordinator.domain.text import Text
from coordinator.domain.unfold import Unfold
from coordinator.domain.world import FoundScope
from coordinator.planner.crew import wanted_crew
from coordinator.planner.pool import Pool
from coordinator.playbook import library
from coordinator.playbook.loader import Playbook
from coordinator.playbook.measures import resolve
from coordinator.store.registers import RegisterSet

T0: Final = datetime(2026, 7, 4, 20, 0, tzinfo=UTC)
WORLD: Final = "DEMO"
SEED: Final = 7

CITY: Final = "3201"
DISTRICT: Final = "320113"
STREET: Final = "320113007"
FIRST: Final = "320113007001"
SECOND: Final = "320113007002"
THIRD: Final = "320113007003"
GRID: Final = FIRST + "01"

E = TypeVar("E", bound=Event)
MeasuresOf = Callable[[ResponseLevel, AreaCode], Measures]
Playbooks = Mapping[str, MeasuresOf]


@cache
def xianlin() -> RegisterSet:
    """A real street of ten communities, with generated people; the same in every run."""
    return sample(bundled_areas("xianlin"), SEED).open()


@cache
def qingshan() -> RegisterSet:
    """A real district of twelve streets and 99 communities."""
    return sample(subtree(bundled_areas("wuhan"), "420107"), SEED).open()


@cache
def playbook(name: str) -> str:
    """Digest of a playbook that comes with the project."""
    return library.bundled(name).digest


@cache
def _by_digest(digest: str) -> Playbook:
    return next(one for one in map(library.bundled, library.bundled_ids()) if one.digest == digest)


@cache
def bundled_measures(registers_digest: str, digest: str, level: ResponseLevel, area: AreaCode) -> Measures:
    """One level of a bundled playbook for one area of either sample."""
    areas = next(one for one in (xianlin(), qingshan()) if one.areas.digest == registers_digest).areas
    return resolve(_by_digest(digest), level, area, areas[area].level, areas.attributes(area))


# --- playbooks of a test's own ----------------------------------------------------------------------------

OWN: Final = "0" * 64
OTHER: Final = "1" * 64
"""As `OWN`, under a digest of its own: what runs by one playbook is not begun by it again."""
"""Digest under which a test puts a playbook of its own."""


def words(key: str) -> Text:
    return Text(zh=key, en=key)


def sheet(level: ResponseLevel, area: AreaCode, **parts: Any) -> Measures:
    """One level for one area that asks for nothing but what is given."""
    asked: dict[str, Any] = {
        "playbook": OWN,
        "hazard": "flood_typhoon",
        "level": level,
        "area": area,
        "command": commanded(),
        "posts": (),
        "tasks": (),
        "conversions": (),
        "suspensions": (),
        "tallies": (),
        "stand_down": (),
        "recovery": (),
        "channels": ("app",),
    }
    return Measures(**asked | parts)


def commanded(**given: Any) -> measures.Command:
    """Who may order, and when reports are due."""
    fields: dict[str, Any] = {
        "authority": AreaLevel.DISTRICT,
        "first_report_minutes": 60,
        "report_minutes": 120,
        "final_report_minutes": 180,
        "report_to": AreaLevel.DISTRICT,
        "post": words("post"),
    }
    return measures.Command(**fields | given)


def post_spec(key: str, heads: int, **given: Any) -> PostSpec:
    fields: dict[str, Any] = {
        "shifts": 1,
        "shift_minutes": 480,
        "crew_min": 1,
        "skills": (),
        "may_fill": (),
        "by_minutes": 60,
        "readiness_minutes": 0,
        "must": False,
        "share": "",
        "scope": AreaLevel.COMMUNITY,
    }
    return PostSpec(key=key, name=words(key), heads=heads, **fields | given)


def task_spec(key: str, kind: str = "checklist", **given: Any) -> TaskSpec:
    evidence = {name: given.pop(name) for name in ("total", "share", "facility", "post") if name in given}
    fields: dict[str, Any] = {
        "scope": AreaLevel.COMMUNITY,
        "by_minutes": 60,
        "ack_minutes": 0,
        "repeat_minutes": 0,
        "depends": (),
        "must": False,
    }
    return TaskSpec(
        key=key,
        name=words(key),
        evidence=Evidence(kind=EvidenceKind(kind), **evidence),
        **fields | given,
    )


def asks(where: AreaCode, **parts: Any) -> Playbooks:
    """A playbook that asks the same of one area at every level, and nothing elsewhere."""

    def of(level: ResponseLevel, area: AreaCode) -> Measures:
        return sheet(level, area, **(parts if area == where else {}))

    return {OWN: of, OTHER: of}


def asks_by_level(where: AreaCode, **levels: dict[str, Any]) -> Playbooks:
    """A playbook that asks of one area what stands under the level: `III={"posts": ...}`."""

    def of(level: ResponseLevel, area: AreaCode) -> Measures:
        return sheet(level, area, **(levels.get(level.value, {}) if area == where else {}))

    return {OWN: of}


# --- who acts ---------------------------------------------------------------------------------------------

CITY_COMMANDER: Final = Actor("d-3201-1", Role.COMMANDER, CITY)
CITY_DEPUTY: Final = Actor("d-3201-2", Role.COMMANDER, CITY)
COMMANDER: Final = Actor("d-320113-1", Role.COMMANDER, DISTRICT)
DEPUTY: Final = Actor("d-320113-2", Role.COMMANDER, DISTRICT)
STREET_DESK: Final = Actor("d-320113007-1", Role.STREET, STREET)
AUDITOR: Final = Actor("auditor-1", Role.AUDITOR, CITY)
OPERATOR: Final = Actor("operator-1", Role.OPERATOR, CITY)


def desk(place: AreaCode) -> Actor:
    """The duty officer of a community, or of a street."""
    role = Role.STREET if len(place) == 9 else Role.COMMUNITY
    return Actor(f"d-{place}-1", role, place)


def phone(grid: AreaCode) -> Actor:
    """The phone of a grid team."""
    return Actor(f"phone-{grid}", Role.GRID, grid)


class World:
    """One scope: its state, its log, its clock."""

    def __init__(
        self,
        registers: RegisterSet | None = None,
        scope: AreaCode = DISTRICT,
        handmade: Playbooks | None = None,
    ) -> None:
        self.registers = registers or xianlin()
        self.scope = scope
        self.now = T0
        self.log: list[bytes] = []
        self.handmade = handmade or {}
        """Playbooks of the test's own, by digest."""
        self.granted: dict[str, tuple[AreaCode, ...]] = {}
        """Who holds a role where: of the log of the root."""
        self.follow: list[Callable[[ScopeState], None]] = []
        """Called after every command that changed something."""
        self.state = rules.new_state(WORLD, scope, self.registers)
        root = self.registers.areas.path(scope)[-1]
        self.holder = Actor(PROCESS, Role.PROCESS, root)
        self.worker = Actor("worker-1", Role.WORKER, root)
        self._pool: Pool | None = None
        self._keys = 0
        self._heap: list[tuple[datetime, int, str]] = []
        self._seen = -1
        digests = self.registers.digests
        self.order(
            self.holder,
            FoundScope(
                area=scope,
                world=WORLD,
                areas=digests.areas,
                people=digests.people,
                organisation=digests.organisation,
                origin=T0,
                started=T0,
                rate=1,
            ),
        )

    # --- commands -------------------------------------------------------------------------------------------

    def measures(self, digest: str, level: ResponseLevel, area: AreaCode) -> Measures:
        if digest in self.handmade:
            return self.handmade[digest](level, area)
        return bundled_measures(self.registers.areas.digest, digest, level, area)

    def context(self, actor: Actor, key: str) -> Context:
        return Context(
            now=self.now,
            recorded=self.now,
            actor=actor,
            key=key,
            registers=self.registers,
            measures=self.measures,
            granted=lambda person: self.granted.get(person, ()),
        )

    def fresh_key(self) -> str:
        self._keys += 1
        return f"key-{self._keys:06d}"

    def order(self, actor: Actor, *commands: Command) -> list[Event]:
        """Decide these in one batch on one draft, append what comes of it, apply it. Raises `Refused`: none of
        them was done."""
        draft = self.state.draft()
        recorded: list[Recorded] = []
        for command in commands:
            ctx = self.context(actor, self.fresh_key())
            events = rules.decide(draft, command, ctx)
            stamp = rules.stamp_of(command, ctx, hash="", count=len(events))
            for event in events:
                position = self.state.position + len(recorded) + 1
                recorded.append(Recorded(WORLD, self.scope, 1, position, stamp, event))
        for one in recorded:
            body = rules.encode(one)
            self.log.append(body)
            rules.apply(self.state, rules.decode(body))
        if recorded:
            for follower in self.follow:
                follower(self.state)
        return [one.event for one in recorded]

    def refusal(self, actor: Actor, command: Command) -> Refused:
        """Order what has to be refused; the state stays as it was, to the last digit."""
        before = (self.state.digest(), self.state.position)
        try:
            given = rules.decide(self.state.draft(), command, self.context(actor, self.fresh_key()))
        except Refused as refused:
            assert (self.state.digest(), self.state.position) == before
            return refused
        raise AssertionError(f"{command!r} was not refused but gave {given!r}")

    def replayed(self) -> ScopeState:
        """A fresh state that has read the log from its beginning."""
        state = rules.new_state(WORLD, self.scope, self.registers)
        for body in self.log:
            rules.apply(state, rules.decode(body))
        return state

    # --- time and what is owed ------------------------------------------------------------------------------

    def advance(self, minutes: float) -> list[Event]:
        """Let time pass; whatever falls due on the way is done at its hour, in order."""
        return self.until(self.now + timedelta(minutes=minutes))

    def until(self, end: datetime) -> list[Event]:
        events: list[Event] = []
        while (due := self._next_due()) is not None and due <= end:
            self.now = max(self.now, due)
            events += self._do_due()
        self.now = end
        return events

    def settle(self) -> list[Event]:
        """Do what is due at this very moment: unfold, fill, fire."""
        return self.advance(0)

    def next_due(self) -> datetime | None:
        """When the next duty of the holder's falls due; None where nothing is owed."""
        return self._next_due()

    def _next_due(self) -> datetime | None:
        for change in self.state.duties.changes(self._seen):
            if not change.gone and change.record.how is not How.JOB:
                heapq.heappush(self._heap, (change.record.due, change.record.opened, change.key))
        self._seen = self.state.position
        while self._heap:
            due, opened, key = self._heap[0]
            duty = self.state.duties.get(key)
            if duty is not None and (duty.due, duty.opened) == (due, opened):
                return due
            heapq.heappop(self._heap)
        return None

    def _do_due(self) -> list[Event]:
        due: list[Duty] = []
        while (at := self._next_due()) is not None and at <= self.now:
            due.append(self.state.duties[heapq.heappop(self._heap)[2]])
        events: list[Event] = []
        deadlines = [duty.key for duty in due if duty.how is How.DEADLINE]
        if deadlines:
            events += self.order(self.holder, FallDue(area=self.scope, duties=deadlines))
            again = [self.state.duties[key] for key in deadlines if key in self.state.duties]
            assert all(duty.due > self.now for duty in again), "due again at once: the holder would spin"
        for duty in due:
            if duty.how is How.UNFOLD:
                while f"unfold:{duty.subject}" in self.state.duties:
                    done = self.order(self.holder, Unfold(area=duty.area, operation=duty.subject))
                    assert done, f"{duty.key} is due and nothing comes of it: the holder would spin"
                    events += done
        return events + self._fill([duty for duty in due if duty.how is How.FILL])

    def _fill(self, duties: list[Duty]) -> list[Event]:
        """Who is called where is asked for all that are due, and ordered then, as the holder does it."""
        taken: set[str] = set()
        orders: list[CallOutCrew] = []
        for duty in duties:
            if duty.key in self.state.duties:
                orders.append(wanted_crew(self.state, duty, self.pool, taken))
                taken.update(one for people in orders[-1].picks.values() for one in people)
        events = [event for order in orders for event in self.order(self.holder, order)]
        assert not any(order.duty in self.state.duties for order in orders), "the holder would spin"
        return events

    @property
    def pool(self) -> Pool:
        if self._pool is None:
            self._pool = Pool(self.registers, self.scope)
        return self._pool

    def deliver(self) -> None:
        """The notify worker sends what it was asked to, and everyone is reached."""
        jobs = [key for key, duty in self.state.duties.items() if duty.how is How.JOB]
        waiting = [call.id for call in self.calls() if call.progress is Progress.ASSIGNED]
        if jobs:
            self.order(self.worker, RecordDelivery(area=self.scope, duties=jobs, reached=waiting))

    # --- the story ------------------------------------------------------------------------------------------

    def declare(
        self,
        level: str = "III",
        *areas: AreaCode,
        by: Actor = COMMANDER,
        second: Actor = DEPUTY,
        name: str = "",
        minutes: int = 240,
    ) -> str:
        """启动: declared, approved where two persons are needed, unfolded, crews called. Gives the operation."""
        targets = {area: ResponseLevel(level) for area in areas or (STREET,)}
        own = OWN if OWN in self.handmade else playbook("flood-typhoon")
        digest = own if not name else name if name in self.handmade else playbook(name)
        given = self.order(
            by,
            DeclareOperation(area=self.scope, playbook=digest, targets=targets, expected_minutes=minutes),
        )
        given = self._approved(given, second)
        return one_of(given, OperationDeclared).id

    def _approved(self, given: list[Event], second: Actor) -> list[Event]:
        if self.state.pending:
            given = self.approve(second)
        return [*given, *self.settle()]

    def pending(self) -> PendingChange:
        (found,) = self.state.pending.values()
        return found

    def approve(self, second: Actor = DEPUTY) -> list[Event]:
        """The second person retypes what the first has ordered."""
        change = self.pending()
        return self.order(
            second,
            ApproveChange(area=change.area, change=change.id, hash=change.hash, targets=dict(change.targets)),
        )

    def raise_to(self, operation: str, level: str, *areas: AreaCode, by: Actor = COMMANDER) -> list[Event]:
        targets = {area: ResponseLevel(level) for area in areas or (STREET,)}
        given = self.order(by, RaiseLevel(area=self.scope, operation=operation, targets=targets))
        return self._approved(given, DEPUTY)

    def lower_to(self, operation: str, level: str, *areas: AreaCode, by: Actor = COMMANDER) -> list[Event]:
        targets = {area: ResponseLevel(level) for area in areas or (STREET,)}
        ticked = self.ticks(operation, *targets)
        command = LowerLevel(area=self.scope, operation=operation, targets=targets, conditions=ticked)
        return self._approved(self.order(by, command), DEPUTY)

    def end(self, operation: str, *areas: AreaCode, by: Actor = COMMANDER) -> list[Event]:
        """终止, every condition ticked or, where the state speaks against it, overridden."""
        named = list(areas or (STREET,))
        command = EndOperation(
            area=self.scope, operation=operation, areas=named, conditions=self.ticks(operation, *named)
        )
        return self._approved(self.order(by, command), DEPUTY)

    def ticks(self, operation: str, *areas: AreaCode, said: str = "") -> dict[str, str]:
        """The stand-down conditions of the levels that are left; those the state can contradict are overridden."""
        known = self.state.operations[operation]
        found: dict[str, str] = {}
        for area in areas:
            below = [
                level
                for target, level in known.targets.items()
                if level is not None and self.registers.areas.within(target, area)
            ]
            own = known.level(area, self.registers.areas)
            left = max([*below, *([own] if own else [])])
            for condition in self.measures(known.playbook, left, area).stand_down:
                found[condition.key] = said or ("judged_safe" if condition.check else MET)
        return found

    def sign(self, operation: str, *places: AreaCode) -> list[Event]:
        """签收 by the duty officers of these places; left out: of all that have not signed."""
        named = places or tuple(
            one.area for one in self.switches(operation) if one.signed_at is None and one.level is not None
        )
        return [
            event
            for place in named
            for event in self.order(desk(place), SignSwitch(area=place, operation=operation))
        ]

    def everyone_comes(self, *areas: AreaCode) -> None:
        """All who are called answer, come and check in; who is told 已满员 stays at home."""
        chosen = set(areas)
        for area in self.areas():
            if chosen and not any(self.registers.areas.within(area, top) for top in chosen):
                continue
            waiting = [call.id for call in self.calls(area) if call.progress in WAITING]
            if waiting:
                answers = [Answered(call_out=key, coming=True, eta_minutes=20) for key in waiting]
                self.order(phone(area), Answer(area=area, answers=answers))
            for call in self.calls(area):
                if self.state.call_outs[call.id].progress is Progress.COMING:
                    self.order(phone(area), CheckIn(area=area, call_outs=[call.id]))

    def everyone_goes_home(self) -> None:
        """Relieved when seen safe, and home safe."""
        for area in self.areas():
            out = [call.id for call in self.calls(area) if call.progress in PRESENT | {Progress.LOST}]
            if out:
                self.order(phone(area), Relieve(area=area, call_outs=out, seen_safe=True))
            gone = [call.id for call in self.calls(area) if call.progress is Progress.RELIEVED]
            if gone:
                self.order(phone(area), ReportHome(area=area, call_outs=gone))

    def report(self, facility: str, *states: FacilityState) -> None:
        """A building goes through these states, as reported on the spot."""
        place = self.registers.organisation.places[facility]
        for state in states:
            self.order(desk(place.area), ReportFacility(area=place.area, facility=facility, to=state))

    def convert(self, *kinds: str) -> None:
        """Every building of these kinds that somebody wants is brought where it is wanted."""
        for one in list(self.state.facilities.values()):
            if one.uses and (not kinds or one.kind in kinds):
                goal = max((use.to for use in one.uses.values()), key=list(FacilityState).index)
                self.report(one.id, *_way(one.state, goal))

    def restore(self) -> None:
        """What is done after an end: people home, buildings given back, the restore list closed."""
        self.everyone_goes_home()
        for one in list(self.state.facilities.values()):
            if not one.uses:
                self.report(one.id, *_way_back(one.state))
        self.close_restore_list()

    def close_restore_list(self, operation: str = "") -> None:
        """Every task of the restore list, until the place is NORMAL and forgets the rest."""
        for task in list(self.state.tasks.values()):
            ours = operation in ("", task.operation)
            if ours and task.recovery and task.state in OPEN and task.id in self.state.tasks:
                self.complete(task)

    def complete(self, task: Task, actor: Actor | None = None) -> list[Event]:
        """Close a task with the evidence it asks for, where that is in the hands of who closes it."""
        counted = task.evidence.kind in (EvidenceKind.COUNT, EvidenceKind.RECEIPT_RATE)
        shown = CompleteTask(
            area=task.area,
            task=task.id,
            done=task.evidence.total if counted else 0,
            evidence=[] if counted else ["ref:photo"],
        )
        return self.order(actor or hands(task.area), shown)

    # --- what is so -----------------------------------------------------------------------------------------

    def areas(self) -> list[AreaCode]:
        """Streets, communities and grids of the scope."""
        levels = (AreaLevel.STREET, AreaLevel.COMMUNITY, AreaLevel.GRID)
        return [area for level in levels for area in self.registers.areas.below(self.scope, level)]

    @property
    def operation(self) -> str:
        """The one operation there is."""
        (found,) = self.state.operations.positions()
        return found

    def mode(self, area: AreaCode) -> Mode:
        return self.state.mode(area)

    def switch(self, operation: str, place: AreaCode) -> PlaceSwitch:
        return self.state.switches[switch_id(operation, place)]

    def switches(self, operation: str) -> list[PlaceSwitch]:
        return [one for one in self.state.switches.values() if one.operation == operation]

    def calls(self, area: AreaCode = "") -> list[CallOut]:
        if area:
            return self.state.call_outs.in_area(area)
        return list(self.state.call_outs.values())

    def call(self, key: str) -> CallOut:
        return self.state.call_outs[key]

    def called_to(self, post: str) -> list[CallOut]:
        return [call for call in self.calls() if call.post == post]

    def posts(self, area: AreaCode, key: str = "") -> list[Post]:
        return [post for post in self.state.posts.in_area(area) if key in ("", post.key)]

    def post(self, area: AreaCode, key: str) -> Post:
        (found,) = self.posts(area, key)
        return found

    def task(self, area: AreaCode, key: str) -> Task:
        """The task of that key whose level has not been left."""
        (found,) = [one for one in self.state.tasks.in_area(area) if one.key == key and not one.left]
        return found

    def facility(self, key: str) -> Facility:
        return self.state.facilities[key]

    def concerns(self, kind: str) -> list[str]:
        """Subjects of the open concerns of a kind."""
        return [one.subject for one in self.state.concerns.values() if one.kind == kind]

    def counts(self, area: AreaCode) -> Mapping[str, int]:
        row = self.state.rows.get(area)
        return row.counts if row else {}


WAITING: Final = frozenset({Progress.ASSIGNED, Progress.REACHED})
PRESENT: Final = frozenset({Progress.CHECKED_IN, Progress.ON_POST})


def hands(area: AreaCode) -> Actor:
    """Who does the work there."""
    return phone(area) if len(area) > 12 else desk(area)


def shelter(community: AreaCode) -> str:
    return f"place:{community}:shelter"


def one_of(events: Iterable[Event], kind: type[E]) -> E:
    """The one event of that type."""
    (found,) = all_of(events, kind)
    return found


def all_of(events: Iterable[Event], kind: type[E]) -> list[E]:
    return [event for event in events if isinstance(event, kind)]


def _way(now: FacilityState, goal: FacilityState) -> list[FacilityState]:
    """Steps on the spot from one state of a building to the one wanted."""
    f = FacilityState
    if goal is f.CLOSED:
        return [] if now is f.CLOSED else [f.CLOSED]
    up = [f.NORMAL, f.INSPECTED, f.STANDBY, f.OPEN]
    start = up.index(now) if now in up else 0
    return up[start + 1 : up.index(goal) + 1]


def _way_back(now: FacilityState) -> list[FacilityState]:
    f = FacilityState
    if now in (f.NORMAL, f.INSPECTED):
        return [] if now is f.NORMAL else [f.NORMAL]
    return [f.NORMAL] if now is f.RESTORING else [f.RESTORING, f.NORMAL]
