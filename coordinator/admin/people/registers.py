"""From the rows of a people file to what a world is founded with: the registers of people and organisation, without a
name in them, and the roster's entries beside them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from msgspec.structs import replace

from coordinator.admin.people.from_csv import POSTS, PersonRow
from coordinator.domain.area import AreaCode
from coordinator.domain.register import Kind, Responder, Team
from coordinator.store.register_people import responder_id
from coordinator.store.registers import RegisterSet, build_organisation, build_people
from coordinator.store.roster import Entry, PersonId

_KIND_OF_TEAM: Final = {"联系": "liaison", "志愿": "volunteer"}
"""What a team is by its name; every other is a shock team 应急突击队."""
_ORDER: Final = list(POSTS)


class Brought(NamedTuple):
    """What a file comes to."""

    people: bytes
    organisation: bytes
    entries: dict[PersonId, Entry]
    ids: list[PersonId]
    """Of the rows, in their order."""


def registers_of(rows: Sequence[PersonRow], base: RegisterSet) -> Brought:
    """People, teams and duty rosters are those of the rows alone; areas, units and facilities stay those of `base`."""
    ids = list(_ids(rows))
    named = dict(zip(ids, rows, strict=True))
    teams = list(_teams(named))
    team_of = {member: team for team in teams for member in team.members}
    people = [_responder(id, row, team_of.get(id)) for id, row in named.items() if row.responds]
    duty: dict[AreaCode, list[PersonId]] = {}
    for id in sorted(named, key=lambda one: _ORDER.index(named[one].post or "duty")):
        if named[id].office:
            duty.setdefault(named[id].office, []).append(id)
    organisation = base.organisation
    return Brought(
        build_people(people),
        build_organisation(
            offices=[
                replace(office, duty=tuple(duty.get(office.area, ())))
                for office in organisation.offices.values()
            ],
            units=organisation.units.values(),
            teams=teams,
            places=organisation.places.values(),
            routines=organisation.routines.values(),
        ),
        {id: Entry(row.name, row.phone) for id, row in named.items()},
        ids,
    )


def _ids(rows: Sequence[PersonRow]) -> Iterator[PersonId]:
    """Whoever has none gets the next number that nobody has."""
    taken = {row.id for row in rows if row.id}
    number = 0
    for row in rows:
        if row.id:
            yield row.id
            continue
        number += 1
        while responder_id(number) in taken:
            number += 1
        yield responder_id(number)


def _teams(named: dict[PersonId, PersonRow]) -> Iterator[Team]:
    members: dict[tuple[AreaCode, str], list[PersonId]] = {}
    for id, row in named.items():
        if row.team[1]:
            members.setdefault(row.team, []).append(id)
    numbers: dict[tuple[AreaCode, str], int] = {}
    for (street, name), people in members.items():
        kind = next((kind for word, kind in _KIND_OF_TEAM.items() if word in name), Kind.SHOCK_TEAM.value)
        number = numbers[street, kind] = numbers.get((street, kind), 0) + 1
        people.sort(key=lambda one: named[one].post != "leader")
        yield Team(f"team:{street}:{kind}{number}", name, kind, street, "", tuple(people))


def _responder(id: PersonId, row: PersonRow, team: Team | None) -> Responder:
    shock = team is not None and team.kind == Kind.SHOCK_TEAM
    return Responder(
        id=id,
        home=row.home,
        kinds=row.kinds | ({Kind.SHOCK_TEAM.value} if shock else set()),
        skills=row.skills,
        team=team.id if team else "",
        leader=row.post == "leader",
        adult=row.adult,
        exempt=row.exempt,
    )
