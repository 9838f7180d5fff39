"""Facilities: made ready step by step in time for their use, reported with how many are in them, restored after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import ClassVar, Final

from clients.simulator.behaviour.desk import Desk, Habit, Intent, Order
from coordinator.domain.facility import Facility, FacilityState, ReportFacility
from coordinator.domain.situation import Tally

F = FacilityState
TOWARDS: Final[Mapping[FacilityState, Mapping[FacilityState, FacilityState]]] = {
    F.INSPECTED: {F.NORMAL: F.INSPECTED},
    F.STANDBY: {F.NORMAL: F.INSPECTED, F.INSPECTED: F.STANDBY},
    F.OPEN: {
        F.NORMAL: F.INSPECTED,
        F.INSPECTED: F.STANDBY,
        F.STANDBY: F.CONVERTING,
        F.CONVERTING: F.OPEN,
        F.RESTORING: F.CONVERTING,
    },
    F.CLOSED: dict.fromkeys((F.NORMAL, F.INSPECTED, F.STANDBY), F.CLOSED),
}
"""What it is to become -> from where it stands, the next step."""
BACK: Final[Mapping[FacilityState, FacilityState]] = {
    F.INSPECTED: F.NORMAL,
    F.RESTORING: F.NORMAL,
    **dict.fromkeys((F.STANDBY, F.CONVERTING, F.OPEN, F.FULL, F.CLOSED, F.UNUSABLE), F.RESTORING),
}
"""When nobody uses it any more."""
STEPS_LEFT: Final = {F.NORMAL: 4, F.INSPECTED: 3, F.STANDBY: 2, F.CONVERTING: 1}
COUNT_EVERY: Final = timedelta(minutes=15)


class Converting(Habit):
    sections: ClassVar = frozenset({"facilities"})

    def notice(self, desk: Desk, section: str, key: str, now: datetime) -> Iterator[Intent]:
        one = desk.record("facilities", key, Facility)
        if one is None or one.area != desk.area:
            return
        to = next_step(one)
        if to is None:
            return
        mark = f"{one.state.value}>{to.value}/{one.at}/{'+'.join(one.uses)}"
        if one.uses:
            by = min(use.by for use in one.uses.values())
            left = max(8.0, (by - now) / timedelta(minutes=1)) / STEPS_LEFT.get(one.state, 1)
            wait = min(25.0, left) * desk.chance.between(0.3, 0.7, "converts", key, mark)
            yield Intent(now + timedelta(minutes=wait), "convert", key, mark)
        else:
            yield Intent(now + desk.chance.minutes(10, 30, "restores", key), "convert", key, mark)

    def act(self, desk: Desk, what: str, intents: list[Intent], now: datetime) -> Iterator[Order]:
        for intent in intents:
            one = desk.record("facilities", intent.subject, Facility)
            to = next_step(one) if one is not None else None
            if one is None or to is None:
                continue
            if to is F.NORMAL and one.id in desk.held_back:
                desk.again(self, [intent], now + COUNT_EVERY)
                continue
            occupancy = 0 if to is F.OPEN else None
            command = ReportFacility(area=desk.area, facility=one.id, to=to, occupancy=occupancy)
            yield Order(command, self, [intent])


class Occupancy(Habit):
    """How many are in the shelters: those whom the grids have moved, as their tallies come in."""

    sections: ClassVar = frozenset({"tallies"})

    def notice(self, desk: Desk, section: str, key: str, now: datetime) -> Iterator[Intent]:
        tally = desk.record("tallies", key, Tally)
        if tally is not None and tally.key == "moved" and tally.value:
            slot = (now - datetime.min.replace(tzinfo=now.tzinfo)) // COUNT_EVERY
            yield Intent(now + COUNT_EVERY, "count", tally.operation, str(slot))

    def act(self, desk: Desk, what: str, intents: list[Intent], now: datetime) -> Iterator[Order]:
        sheltered = sum(one.value or 0 for one in desk.records("tallies", Tally) if one.key == "moved")
        for one in desk.records("facilities", Facility):
            if one.state is not F.OPEN or one.kind not in ("shelter", "school") or not one.uses:
                continue
            there = min(sheltered, one.capacity)
            sheltered -= there
            if there != one.occupancy:
                command = ReportFacility(area=desk.area, facility=one.id, to=F.OPEN, occupancy=there)
                yield Order(command, self, intents)


def next_step(one: Facility) -> FacilityState | None:
    """The next thing to do with a building; None: it stands as it should."""
    if not one.uses:
        return BACK.get(one.state)
    wanted = max((use.to for use in one.uses.values()), key=_rank)
    return TOWARDS[wanted].get(one.state)


def _rank(to: FacilityState) -> int:
    return (F.CLOSED, F.INSPECTED, F.STANDBY, F.OPEN).index(to)
