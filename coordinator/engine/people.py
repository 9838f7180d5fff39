"""Who the people behind the ids are, for those who may know: names with masked phones, and a whole number on record.

It gathers where somebody belongs and reads the roster; who may know whom is judged by `domain/acquaintance.py`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple, Protocol

import structlog

from coordinator.domain.access import Actor, may
from coordinator.domain.acquaintance import Person, knows, knows_well, may_phone
from coordinator.domain.area import AreaCode, AreaLevel
from coordinator.domain.call_out import PRESENT, WAITING, CallOut, Progress
from coordinator.domain.context import GrantedTo
from coordinator.domain.duty import How
from coordinator.domain.duty_roster import on_duty
from coordinator.domain.mode import Mode
from coordinator.domain.personal_data import RecordPhonesFetched, RevealPhone, Why
from coordinator.domain.refusal import Refused
from coordinator.domain.register import Registers, Responder
from coordinator.domain.scope import place_of, scope_of
from coordinator.domain.state import ScopeState
from coordinator.engine.reactor import Outcome
from coordinator.engine.rosters import Rosters
from coordinator.jobs.payload import NOTIFY
from coordinator.store.roster import PersonId, Roster, masked

_WHOLE: Final = frozenset({AreaLevel.COMMUNITY, AreaLevel.GRID})
"""So small an area is listed with everybody who lives there; a larger one by who is on duty and who leads."""

DEPLOYED: Final = PRESENT | {Progress.EN_ROUTE}
"""Where the leader of a team is there to be called by whoever they came to help."""

log = structlog.get_logger()


class PersonShown(NamedTuple):
    """Somebody as an actor may see them. What is not for this actor is empty."""

    id: PersonId
    name: str
    phone: str
    """Masked."""
    erased: bool
    may_phone: bool
    """Whether the whole number would be given now."""
    duty: Sequence[AreaCode]
    """Areas whose duty roster they are on."""
    kinds: Sequence[str] = ()
    skills: Sequence[str] = ()
    home: AreaCode = ""
    team: str = ""
    leads: bool = False


class _Scope(Protocol):
    @property
    def state(self) -> ScopeState: ...


Record = Callable[[RevealPhone | RecordPhonesFetched], Awaitable[Outcome]]


class People:
    def __init__(
        self,
        roster: Roster,
        registers: Registers,
        scopes: Mapping[str, _Scope],
        root: str,
        record: Record,
        now: Callable[[], datetime],
        granted: GrantedTo,
    ) -> None:
        """`record` puts a reading into the log; `now` is the world's time. `granted` says where
        somebody holds a role: who signs in has a place by it, though they may stand in no register."""
        self._roster = roster
        self._registers = registers
        self._scopes = scopes
        self._root = root
        self._record = record
        self._now = now
        self._granted = granted
        self._rosters = Rosters(scopes)

    async def shown(self, actor: Actor, ids: Iterable[PersonId]) -> list[PersonShown]:
        """Of these, whom the actor may know and who has an entry; nothing says of the others that they exist."""
        team = self._team_of(actor.person)
        areas = self._registers.areas
        asked = [person for person in self._persons(ids) if knows(actor, team, person, areas)]
        entries = await self._roster.get_many(person.id for person in asked)
        log.info("names were read", reader=actor.person, role=actor.role.value, people=len(entries))
        found: list[PersonShown] = []
        for person in asked:
            if person.id not in entries:
                continue
            entry = entries[person.id]
            basic = PersonShown(
                person.id,
                entry.name if entry else "",
                masked(entry.phone) if entry else "",
                entry is None,
                entry is not None and bool(entry.phone) and self._may_phone(actor, team, person),
                person.duty,
            )
            well = entry is not None and knows_well(actor, team, person, areas)
            found.append(self._with_more(basic) if well else basic)
        return found

    async def phone(self, actor: Actor, id: PersonId, reason: Why) -> str:
        """The whole number, after the log has taken that it was given. Raises `Refused`, `LogUnavailable`."""
        person = next(self._persons([id]))
        may_phone(actor, self._team_of(actor.person), person, self._registers.areas)
        entries = await self._roster.get_many([id])
        if id not in entries:
            raise Refused("unknown_person", person=id)
        entry = entries[id]
        if entry is None:
            raise Refused("person_erased", person=id)
        if not entry.phone:
            raise Refused("no_phone", person=id)
        place = next((area for area in (*person.places, *person.duty) if self._known(area)), self._root)
        outcome = await self._record(
            RevealPhone(area=place, person=id, reader=actor.person, role=actor.role, reason=reason)
        )
        if outcome.status != "accepted":
            raise Refused("log_unavailable")
        return entry.phone

    async def addresses(self, actor: Actor, ids: Iterable[PersonId]) -> dict[PersonId, str]:
        """Phones for the worker that tells people: of those to whom a notice is owed at this moment, and after the log
        has taken how many were given. Raises `Refused`, `LogUnavailable`."""
        may(actor, "RecordDelivery", actor.area, self._registers.areas)
        self._rosters.follow()
        entries = await self._roster.get_many(id for id in dict.fromkeys(ids) if self._is_to_be_told(id))
        found = {person: entry.phone for person, entry in entries.items() if entry and entry.phone}
        if found:
            outcome = await self._record(
                RecordPhonesFetched(area=actor.area, people=len(found), reader=actor.person)
            )
            if outcome.status != "accepted":
                raise Refused("log_unavailable")
        return found

    def of_area(self, area: AreaCode) -> list[PersonId]:
        """On duty there, leading a team that stands by there; of a community or a grid all who live there."""
        organisation, areas = self._registers.organisation, self._registers.areas
        found = [*self.on_duty(area)]
        found += [team.members[0] for team in organisation.teams_of(area) if team.members]
        if areas[area].level in _WHOLE:
            found += [one for grid in areas.below(area, AreaLevel.GRID) for one in self._living_in(grid)]
        return list(dict.fromkeys(found))

    def of_team(self, team: str) -> list[PersonId]:
        known = self._registers.organisation.teams.get(team)
        return list(known.members) if known else []

    def on_duty(self, area: AreaCode) -> Sequence[PersonId]:
        """Whom to call there now, in order."""
        return on_duty(self._state_of(area), area, self._now())

    # --- where somebody belongs -------------------------------------------------------------------------

    def _persons(self, ids: Iterable[PersonId]) -> Iterator[Person]:
        self._rosters.follow()
        for id in dict.fromkeys(ids):
            responder = self._registers.people.get(id)
            calls = list(self._calls_of(id))
            called = [call.area for call in calls]
            places = [*([responder.home] if responder else []), *called, *self._granted(id)]
            yield Person(
                id=id,
                places=tuple(dict.fromkeys(places)),
                duty=tuple(dict.fromkeys(self._duty_of(id))),
                deployed=tuple(call.area for call in calls if call.progress in DEPLOYED),
                team=responder.team if responder else "",
                leads=bool(responder and responder.leader),
                switched=any(self._mode(area) is not Mode.NORMAL for area in places if self._known(area)),
            )

    def _is_to_be_told(self, id: PersonId) -> bool:
        """Called out and not answered, or on duty, where a notice is still owed."""
        waiting = (call.area for call in self._calls_of(id) if call.progress in WAITING)
        places = [place_of(self._registers.areas, area) for area in waiting if self._known(area)]
        return any(self._owes_notice(area) for area in (*places, *self._duty_of(id)) if self._known(area))

    def _owes_notice(self, area: AreaCode) -> bool:
        duties = self._state_of(area).duties.in_area(area)
        return any(duty.how is How.JOB and duty.kind == NOTIFY for duty in duties)

    def _duty_of(self, id: PersonId) -> Iterator[AreaCode]:
        """Where an office lists them, then where the roster has them now or soon."""
        yield from self._registers.organisation.listed_at(id)
        yield from sorted(self._rosters.areas(id, self._now()))

    def _calls_of(self, id: PersonId) -> Iterator[CallOut]:
        """What they are called to and not home from."""
        for scope in self._scopes.values():
            engaged = scope.state.engaged.get(id)
            call = scope.state.call_outs.get(engaged.call_out) if engaged else None
            if call is not None and engaged is not None and engaged.rests_until is None:
                yield call

    def _living_in(self, grid: AreaCode) -> Sequence[PersonId]:
        return self._registers.people.living_in(grid)

    def _known(self, area: AreaCode) -> bool:
        return area in self._registers.areas

    def _mode(self, area: AreaCode) -> Mode:
        return self._state_of(area).mode(area)

    def _state_of(self, area: AreaCode) -> ScopeState:
        return self._scopes[scope_of(self._registers.areas, area)].state

    def _team_of(self, person: PersonId) -> str:
        responder = self._registers.people.get(person)
        return responder.team if responder else ""

    def _may_phone(self, actor: Actor, team: str, person: Person) -> bool:
        try:
            may_phone(actor, team, person, self._registers.areas)
        except Refused:
            return False
        return True

    def _with_more(self, shown: PersonShown) -> PersonShown:
        responder: Responder | None = self._registers.people.get(shown.id)
        if responder is None:
            return shown
        return shown._replace(
            kinds=sorted(responder.kinds),
            skills=sorted(responder.skills),
            home=responder.home,
            team=responder.team,
            leads=responder.leader,
        )
