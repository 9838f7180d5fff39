"""What a duty officer needs to know of the roster: who is on duty here and below, what comes next, whom to call.

It reads states and asks `people` for names; planning and handing over are commands like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple, Protocol

from coordinator.domain.access import WATCH, Actor, may
from coordinator.domain.area import AreaCode
from coordinator.domain.duty_roster import Officer, Shift, next_shifts, on_duty, open_items, shifts_at
from coordinator.domain.register import Registers
from coordinator.domain.scope import scope_of
from coordinator.domain.state import ScopeState
from coordinator.engine.people import People, PersonShown
from coordinator.store.roster import PersonId

AHEAD: Final = timedelta(days=8)
"""How far shifts are shown."""
MOST_BELOW: Final = 400
"""Areas below that are listed: a district's streets, a street's communities."""


MOST_NAMED: Final = 600
"""People whose names come with one view, the nearest first: each is looked for in every scope. The rest have ids."""


class AreaDuty(NamedTuple):
    """Of one area: who is called now, since when somebody has it, and who comes next."""

    area: AreaCode
    name: str
    now: Sequence[PersonId]
    """In the order in which they are called."""
    planned: bool
    """Whether anybody's shift runs or somebody took over; else it is the register's list."""
    officer: Officer | None
    """Who took over last."""
    running: Sequence[Shift]
    next: Sequence[Shift]
    late: bool
    """The shift has begun and nobody has taken over."""


class ToCall(NamedTuple):
    """Somebody to be called, and as what."""

    role: str
    """`duty_officer` of the area, or `team_leader`."""
    area: AreaCode
    name: str
    """Of the area, or of the team."""
    person: PersonId


class DutyView(NamedTuple):
    here: AreaDuty
    shifts: Sequence[Shift]
    """Of this area, those that run or begin within eight days, by time."""
    open: Mapping[str, int]
    """What would be handed over at this moment."""
    below: Sequence[AreaDuty]
    call: Sequence[ToCall]
    """Whom to call, the nearest first."""
    people: Sequence[PersonShown]
    """Everybody named above whom the actor may know."""
    at: datetime


class _Scope(Protocol):
    @property
    def state(self) -> ScopeState: ...


class DutyDesk:
    def __init__(
        self,
        people: People,
        registers: Registers,
        scopes: Mapping[str, _Scope],
        now: Callable[[], datetime],
    ) -> None:
        """`now` is the world's time."""
        self._people = people
        self._registers = registers
        self._scopes = scopes
        self._now = now

    async def view(self, actor: Actor, area: AreaCode) -> DutyView:
        """Raises `Refused`: `unknown_area`, `not_your_part`; `LogUnavailable`."""
        areas, now = self._registers.areas, self._now()
        may(actor, WATCH, area, areas)
        here, state = self._duty(area, now), self._state(area)
        shifts = [one for one in state.shifts.in_area(area) if one.ends > now and one.begins < now + AHEAD]
        shifts.sort(key=lambda one: (one.begins, one.id))
        below = [
            self._duty(child, now) for child in areas.children(area)[:MOST_BELOW] if self._has_office(child)
        ]
        call = list(self._call(area, now))
        ids = [*here.now, *(one.person for one in call), *(one.person for one in shifts)]
        for one in (here, *below):
            ids += [*one.now, *(shift.person for shift in one.next)]
            ids += [one.officer.person, one.officer.before] if one.officer else []
        nearest = list(filter(None, dict.fromkeys(ids)))[:MOST_NAMED]
        people = await self._people.shown(actor, nearest)
        known = {one.id for one in people}
        return DutyView(
            here,
            shifts,
            open_items(state, area),
            below,
            [one for one in call if one.person in known],
            people,
            now,
        )

    def _duty(self, area: AreaCode, now: datetime) -> AreaDuty:
        state = self._state(area)
        officer, running = state.officers.get(area), shifts_at(state, area, now)
        return AreaDuty(
            area=area,
            name=self._name(area),
            now=on_duty(state, area, now),
            planned=bool(running or officer),
            officer=officer,
            running=running,
            next=next_shifts(state, area, now),
            late=f"handover_late:{area}" in state.concerns,
        )

    def _call(self, area: AreaCode, now: datetime) -> Iterator[ToCall]:
        """The nearest duty officers first, then who leads the teams that are here, then the offices above."""
        nearest = True
        for place in self._registers.areas.path(area):
            if not self._has_office(place):
                continue
            for person in on_duty(self._state(place), place, now):
                yield ToCall("duty_officer", place, self._name(place), person)
            if nearest:
                nearest = False
                yield from self._leaders(area)

    def _leaders(self, area: AreaCode) -> Iterator[ToCall]:
        teams = self._registers.organisation.teams
        called = {call.team for call in self._state(area).call_outs.in_area(area) if call.team}
        here = {team.id for team in self._registers.organisation.teams_of(area)}
        for key in sorted(called | here):
            team = teams.get(key)
            if team is not None and team.members:
                yield ToCall("team_leader", team.area, team.name, team.members[0])

    def _name(self, area: AreaCode) -> str:
        return self._registers.areas[area].name

    def _has_office(self, area: AreaCode) -> bool:
        return f"office:{area}" in self._registers.organisation.offices

    def _state(self, area: AreaCode) -> ScopeState:
        return self._scopes[scope_of(self._registers.areas, area)].state
