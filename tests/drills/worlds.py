"""Scopes of one drill world without a server: the server's time moves by hand, the world's follows its clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from coordinator.domain import rules
from coordinator.domain.access import PROCESS, Actor, Role
from coordinator.domain.area import AreaCode
from coordinator.domain.command import Command
from coordinator.domain.context import Context
from coordinator.domain.drill import Drill, PrepareDrill, take_drill, the_drill
from coordinator.domain.duty import Duty, How
from coordinator.domain.event import Event
from coordinator.domain.falling_due import FallDue
from coordinator.domain.follow_on import CloseDuties
from coordinator.domain.observing import ItemGiven, ItemKind
from coordinator.domain.refusal import Refused
from coordinator.domain.state import ScopeState
from coordinator.domain.world import FoundScope
from coordinator.store.registers import RegisterSet
from tests.builders import CITY, DISTRICT, bundled_measures, xianlin

SERVER: Final = datetime(2026, 7, 18, 1, 0, tzinfo=UTC)
ORIGIN: Final = datetime(2026, 7, 17, 18, 30, tzinfo=UTC)
"""The world's time at the founding: half past two at night in Nanjing."""
CONTROLLER: Final = Actor("control-1", Role.CONTROLLER, CITY)
OBSERVER: Final = Actor("observer-1", Role.OBSERVER, CITY)
HOLDER: Final = Actor(PROCESS, Role.PROCESS, CITY)


class DrillWorld:
    """A city and its district, founded; `prepare` sets the drill up in the city and takes it to the district."""

    def __init__(
        self,
        world: str = "DRILL-1",
        registers: RegisterSet | None = None,
        *,
        rate: float = 0,
        origin: datetime = ORIGIN,
    ) -> None:
        """A world that is no drill is founded at rate 1 and with its own time."""
        self.world = world
        self.registers = registers or xianlin()
        self.server = SERVER
        self._origin, self._rate = origin, rate
        self.log: list[rules.Recorded] = []
        self.states: dict[AreaCode, ScopeState] = {}
        self.follow: list[Callable[[ScopeState], None]] = []
        self._keys = 0
        for scope in (CITY, DISTRICT):
            self.states[scope] = rules.new_state(world, scope, self.registers)
            self.found(scope)

    def found(self, scope: AreaCode) -> None:
        digests = self.registers.digests
        self.order(
            HOLDER,
            FoundScope(
                area=scope,
                world=self.world,
                areas=digests.areas,
                people=digests.people,
                organisation=digests.organisation,
                origin=self._origin,
                started=self.server,
                rate=self._rate,
            ),
            scope,
        )

    def prepare(self, rate: float = 1, places: tuple[AreaCode, ...] = ("320113007",)) -> None:
        self.order(
            HOLDER,
            PrepareDrill(
                area=CITY,
                script="0" * 64,
                name_zh="夜间突击",
                name_en="Night raid",
                places=list(places),
                injects=["warning", "start", "cut"],
                stop_word="停止演练",
                rate=rate,
                items=[
                    ItemGiven(key="vests", kind=ItemKind.YES_NO, zh="救生衣", en="Vests"),
                    ItemGiven(key="briefing", kind=ItemKind.SCALE, zh="交接", en="Briefing"),
                    ItemGiven(key="pump", kind=ItemKind.TIMED, zh="水泵", en="Pump", target=600),
                ],
            ),
            CITY,
        )
        self.follow_on()

    @property
    def drill(self) -> Drill:
        found = the_drill(self.states[CITY])
        assert found is not None
        return found

    def now(self, scope: AreaCode = CITY) -> datetime:
        clock = self.states[scope].clock
        return clock.now(self.server) if clock else self._origin

    def pass_time(self, minutes: float) -> None:
        """Of the server's."""
        self.server += timedelta(minutes=minutes)

    def order(self, actor: Actor, command: Command, scope: AreaCode = CITY) -> list[Event]:
        state = self.states[scope]
        self._keys += 1
        ctx = Context(
            now=self.now(scope),
            recorded=self.server,
            actor=actor,
            key=f"key-{self._keys:06d}",
            registers=self.registers,
            measures=lambda digest, level, area: bundled_measures(
                self.registers.areas.digest, digest, level, area
            ),
        )
        events = rules.decide(state.draft(), command, ctx)
        stamp = rules.stamp_of(command, ctx, hash="", count=len(events))
        for event in events:
            body = rules.encode(rules.Recorded(self.world, scope, 1, state.position + 1, stamp, event))
            one = rules.decode(body)
            rules.apply(state, one)
            self.log.append(one)
        return events

    def refused(self, actor: Actor, command: Command, scope: AreaCode = CITY) -> str:
        try:
            given = self.order(actor, command, scope)
        except Refused as refused:
            return refused.code
        raise AssertionError(f"not refused: {given}")

    def follow_on(self) -> None:
        """What the root owes the district, taken there."""
        root = self.states[CITY]
        for duty in list(root.duties.values()):
            if duty.how is How.FOLLOW_ON and duty.kind == "drill":
                to = duty.facts["to"]
                self.order(HOLDER, take_drill(root, duty, to), to)
                self.order(HOLDER, CloseDuties(area=CITY, duties={duty.key: duty.opened}), CITY)

    def due(self, scope: AreaCode = DISTRICT) -> list[Duty]:
        return [
            one
            for one in self.states[scope].duties.values()
            if one.how is How.DEADLINE and one.due <= self.now(scope)
        ]

    def fire_due(self, scope: AreaCode = DISTRICT) -> list[Event]:
        keys = [one.key for one in self.due(scope)]
        return self.order(HOLDER, FallDue(area=scope, duties=keys), scope) if keys else []
