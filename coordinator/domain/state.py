"""The state of one scope: tables of immutable records, changed by `apply` alone, and the draft that a decision uses.

It can be thrown away at any time: the log is the truth. It holds no rule; `rules.py` says which event does what.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from coordinator.domain.area import AreaCode, AreaLevel
from coordinator.domain.duty import Duty, How
from coordinator.domain.mode import Mode, highest
from coordinator.domain.register import Registers
from coordinator.domain.row import Row
from coordinator.domain.scope import place_of
from coordinator.domain.table import Record, Table

if TYPE_CHECKING:
    from coordinator.domain.call_out import CallOut, Engaged
    from coordinator.domain.concern import Concern
    from coordinator.domain.confirmed_call import ConfirmedCall
    from coordinator.domain.corrective import Corrective
    from coordinator.domain.drill import Drill
    from coordinator.domain.duty_roster import Officer, Shift
    from coordinator.domain.event import Stamp
    from coordinator.domain.facility import Facility
    from coordinator.domain.follow_on import Receipt, Standing
    from coordinator.domain.grant import Grant, Revocation
    from coordinator.domain.help import HelpRequest
    from coordinator.domain.inject import Inject, Observation
    from coordinator.domain.key import KnownKey
    from coordinator.domain.operation import Operation, PendingChange
    from coordinator.domain.order import Order
    from coordinator.domain.post import Post
    from coordinator.domain.practice import Practice
    from coordinator.domain.published import PublishedPlaybook
    from coordinator.domain.routine import RoutineWork
    from coordinator.domain.situation import HazardPoint, Report, Tally
    from coordinator.domain.switch_over import PlaceSwitch
    from coordinator.domain.task import Task
    from coordinator.domain.team import TeamStatus
    from coordinator.domain.world import Clock

R = TypeVar("R", bound=Record)
Counts = Callable[[Any], Mapping[str, int]]


class ScopeState:
    """Everything that is so in one scope at `position`. Registers are an argument, not content."""

    operations: Table[Operation]
    pending: Table[PendingChange]
    switches: Table[PlaceSwitch]
    posts: Table[Post]
    call_outs: Table[CallOut]
    engaged: Table[Engaged]
    teams: Table[TeamStatus]
    tasks: Table[Task]
    facilities: Table[Facility]
    routines: Table[RoutineWork]
    tallies: Table[Tally]
    hazards: Table[HazardPoint]
    reports: Table[Report]
    help_requests: Table[HelpRequest]
    calls: Table[ConfirmedCall]
    orders: Table[Order]
    shifts: Table[Shift]
    officers: Table[Officer]
    concerns: Table[Concern]
    grants: Table[Grant]
    revocations: Table[Revocation]
    published: Table[PublishedPlaybook]
    receipts: Table[Receipt]
    standings: Table[Standing]
    practices: Table[Practice]
    correctives: Table[Corrective]
    drills: Table[Drill]
    injects: Table[Inject]
    observations: Table[Observation]
    duties: Table[Duty]
    keys: Table[KnownKey]
    rows: Table[Row]

    def __init__(
        self, world: str, scope: AreaCode, registers: Registers, tables: Iterable[Table[Any]]
    ) -> None:
        self.world = world
        self.scope = scope
        self.registers = registers
        self.epoch = 1
        self.position = 0
        self.clock: Clock | None = None
        self._tables: dict[str, Table[Any]] = {}
        for table in tables:
            self._tables[table.name] = table
            setattr(self, table.name, table)
        self._pending_counts: dict[AreaCode, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self._drafted = False

    @property
    def tables(self) -> Mapping[str, Table[Any]]:
        return self._tables

    def draft(self) -> ScopeState:
        """An overlay to decide on: what is put there is never seen here; what it counts is in its `figures`."""
        draft = ScopeState.__new__(type(self))
        draft.__dict__.update(self.__dict__)
        draft._pending_counts = defaultdict(lambda: defaultdict(int))
        draft._drafted = True
        draft._tables = {}
        for name, table in self._tables.items():
            draft._tables[name] = table.overlay()
            setattr(draft, name, draft._tables[name])
        return draft

    # --- what rules ask ---------------------------------------------------------------------------------

    def mode(self, area: AreaCode) -> Mode:
        """A community's mode is the highest of its operations', a grid has its community's; a higher area has the
        highest of its own posts and of the communities below it."""
        areas = self.registers.areas
        place = place_of(areas, area)
        modes = [switch.mode for switch in self.switches_in(place)]
        if areas[place].level is not AreaLevel.COMMUNITY:
            figures = self.figures(place)
            modes += [mode for mode in Mode if figures.get(f"mode.{mode.value}")]
        return highest(modes)

    def switches_in(self, place: AreaCode) -> list[PlaceSwitch]:
        return [switch for switch in self.switches.in_area(place) if switch.mode is not Mode.NORMAL]

    def is_switched(self, operation: str, area: AreaCode) -> bool:
        """Whether the operation runs in the place of this area, or is being restored there."""
        switch = self.switches.get(f"{operation}@{place_of(self.registers.areas, area)}")
        return switch is not None and switch.mode is not Mode.NORMAL

    def figures(self, area: AreaCode) -> dict[str, int]:
        """What the records of an area and of everything below it count, in a draft the undurable ones included."""
        row = self.rows.get(area)
        found = dict(row.counts) if row else {}
        for place, counts in self._pending_counts.items():
            if self.registers.areas.within(place, area):
                for name, number in counts.items():
                    found[name] = found.get(name, 0) + number
        return {name: number for name, number in found.items() if number}

    def subtree(self, table: Table[R], top: AreaCode) -> Iterator[R]:
        """Records of an area and of everything below it."""
        yield from table.in_area(top)
        for child in self.registers.areas.children(top):
            yield from self.subtree(table, child)

    # --- what apply does --------------------------------------------------------------------------------

    def put(self, table: Table[R], key: str, record: R) -> None:
        table.put(key, record, self.position, self._count)

    def drop(self, table: Table[R], key: str) -> None:
        table.drop(key, self.position, self._count)

    def open_duty(
        self, how: How, kind: str, subject: str, area: AreaCode, due: datetime, **facts: str
    ) -> None:
        duty = Duty(
            area=area, how=how, kind=kind, subject=subject, due=due, opened=self.position, facts=facts
        )
        self.put(self.duties, duty.key, duty)

    def close_duty(self, key: str) -> None:
        if key in self.duties:
            self.drop(self.duties, key)

    def _count(self, area: AreaCode, counts: Mapping[str, int], sign: int) -> None:
        row = self._pending_counts[area]
        for name, number in counts.items():
            if number:
                row[name] += sign * number

    def settle(self, stamp: Stamp) -> None:
        """After one event: bring the rows of every area it counted in, and of all above, up to date.

        The areas above a place that just spoke have heard from it: that is their last contact. A draft only
        gathers what it counts: nobody watches its rows, and few rules ask for a figure.
        """
        if self._drafted:
            return
        areas = self.registers.areas
        changed: dict[AreaCode, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for area, counts in self._pending_counts.items():
            for place in areas.path(area):
                for name, number in counts.items():
                    changed[place][name] += number
        self._pending_counts.clear()
        heard = set(areas.path(stamp.place)) if stamp.place else set()
        for place in heard:
            changed[place]
        for place, counts in changed.items():
            row = self.rows.get(place) or Row(area=place)
            fresh = row.plus(counts, stamp.at if place in heard else None)
            if fresh != row:
                self.rows.put(place, fresh, self.position, self._count)

    def digest(self) -> str:
        """Of all records, in a form that does not depend on the order they came in. Registers are not part of it."""
        hasher = hashlib.blake2b(digest_size=32)
        for name in sorted(self._tables):
            for key, record in sorted(self._tables[name].items(), key=lambda item: item[0]):
                hasher.update(msgspec.json.encode((name, key, record), order="deterministic"))
        return hasher.hexdigest()
