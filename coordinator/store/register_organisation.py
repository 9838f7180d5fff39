"""The register of the organisation: offices, units, teams, facilities and routine work, five tables in one
file. It says who and what there is by normal days; what is in use stands in the state of a scope.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Final

from coordinator.domain.area import AreaCode
from coordinator.domain.register import Office, Place, Routine, Team, Unit
from coordinator.store.columns import Buffer, ColumnFile, write_columns
from coordinator.store.register_tables import RecordTable, record_columns

KIND: Final = "organisation"


class OrganisationTable:
    """An opened register of the organisation."""

    def __init__(self, data: Buffer, expected: str = "") -> None:
        file = ColumnFile(data, KIND, expected)
        self.digest = file.digest
        self._offices = RecordTable(file, "offices", Office)
        self._units = RecordTable(file, "units", Unit)
        self._teams = RecordTable(file, "teams", Team)
        self._places = RecordTable(file, "places", Place)
        self._routines = RecordTable(file, "routines", Routine)

    @property
    def offices(self) -> Mapping[str, Office]:
        return self._offices

    @property
    def units(self) -> Mapping[str, Unit]:
        return self._units

    @property
    def teams(self) -> Mapping[str, Team]:
        return self._teams

    @property
    def places(self) -> Mapping[str, Place]:
        return self._places

    @property
    def routines(self) -> Mapping[str, Routine]:
        return self._routines

    def offices_of(self, area: AreaCode) -> Sequence[Office]:
        return self._offices.in_area(area)

    def units_of(self, area: AreaCode) -> Sequence[Unit]:
        return self._units.in_area(area)

    def listed_at(self, person: str) -> Sequence[AreaCode]:
        return self._listed.get(person, ())

    @cached_property
    def _listed(self) -> Mapping[str, Sequence[AreaCode]]:
        found: dict[str, list[AreaCode]] = defaultdict(list)
        for office in self._offices.values():
            for person in office.duty:
                found[person].append(office.area)
        return dict(found)

    def teams_of(self, area: AreaCode) -> Sequence[Team]:
        return self._teams.in_area(area)

    def places_in(self, area: AreaCode) -> Sequence[Place]:
        return self._places.in_area(area)

    def routines_in(self, area: AreaCode) -> Sequence[Routine]:
        return self._routines.in_area(area)


def build_organisation(
    *,
    offices: Iterable[Office] = (),
    units: Iterable[Unit] = (),
    teams: Iterable[Team] = (),
    places: Iterable[Place] = (),
    routines: Iterable[Routine] = (),
) -> bytes:
    """The register of these; their order does not matter."""
    return write_columns(
        KIND,
        {},
        record_columns("offices", Office, offices)
        | record_columns("units", Unit, units)
        | record_columns("teams", Team, teams)
        | record_columns("places", Place, places)
        | record_columns("routines", Routine, routines),
    )
