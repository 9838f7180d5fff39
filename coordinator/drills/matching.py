"""Expectations held against what happened: met, late by how much, missed, not needed, not observed. Pure.

An action counts from its inject on; what was done before it answers it only where the script says so. What the wrong
person did, or somebody too early, is named beside the verdict and does not change it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

import msgspec

from coordinator.domain.access import Role
from coordinator.domain.area import AreaCode
from coordinator.domain.call_out import Progress
from coordinator.domain.facility import FacilityState
from coordinator.domain.inject import InjectKind
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.register import AreaRegister
from coordinator.domain.scope import scope_of
from coordinator.drills.facts import Facts, meets
from coordinator.drills.schema import Document, Expectation, Inject
from coordinator.drills.sightings import Sighting
from coordinator.drills.vocabulary import ACTIONS, PLACE_OF, Action, Asked, Seat

CONTROL_ROLES = frozenset({Role.PROCESS.value, Role.WORKER.value, Role.CONTROLLER.value})
"""What these do is nobody's performance."""


class Verdict(StrEnum):
    MET = "met"
    LATE = "late"
    MISSED = "missed"
    NOT_NEEDED = "not_needed"
    NOT_OBSERVED = "not_observed"


V = Verdict
JUDGED = frozenset({V.MET, V.LATE, V.MISSED})


class AtPlace(msgspec.Struct, frozen=True, omit_defaults=True):
    """One expectation at one place."""

    place: AreaCode
    verdict: Verdict
    seconds: float | None = None
    """From the inject to the deed; negative where it was done before and that counts."""
    late: float = 0
    """Seconds behind the deadline."""
    why: str = ""
    """For what was not needed or not observed: `not_fired`, `not_asked`, `ended_before`."""
    early: float | None = None
    """Seconds before the inject at which it was done, where that does not count."""
    wrong: str = ""
    """Role that did it in place of the one expected."""
    position: int = 0
    """Of the event in its scope's log that settled it."""


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """One expectation over all its places."""

    key: str
    inject: str
    verdict: Verdict
    points: float | None
    """0 to 1: what is late by no more than its time again counts half; None where nothing was judged."""
    places: tuple[AtPlace, ...]
    late: float = 0
    done_at: datetime | None = None
    """When enough had done it, in time or not."""

    def count(self, verdict: Verdict) -> int:
        return sum(one.verdict is verdict for one in self.places)


class About(msgspec.Struct, frozen=True):
    """A seat that is expected to act, and the area it is to act on."""

    place: AreaCode
    area: AreaCode


def places_of(expectation: Expectation, inject: Inject, areas: AreaRegister) -> list[About]:
    """Who is expected: every seat of that kind at or below the areas; where there is none, the one above them."""
    found: dict[tuple[AreaCode, AreaCode], About] = {}
    for area in expectation.areas or inject.to:
        if area not in areas:
            continue
        level = PLACE_OF.get(expectation.who)
        if expectation.who is Seat.COMMANDER:
            below = [About(scope_of(areas, area), area)]
        elif level is not None and (places := areas.below(area, level)):
            below = [About(place, place) for place in places]
        else:
            below = [About(place, area) for place in areas.path(area) if areas[place].level is level]
        for one in below:
            found.setdefault((one.place, one.area), one)
    return list(found.values())


def outcomes(document: Document, facts: Facts) -> list[Outcome]:
    return [
        outcome(expectation, inject, facts) for inject in document.injects for expectation in inject.expects
    ]


def outcome(expectation: Expectation, inject: Inject, facts: Facts) -> Outcome:
    """As things stand at the end of what was heard; asked again later, more may be judged."""
    since = facts.fired.get(inject.key)
    if since is None:
        why = V.NOT_NEEDED if facts.ended or inject.key in facts.skipped else V.NOT_OBSERVED
        where = places_of(expectation, inject, facts.registers.areas)
        results = [AtPlace(about.place, why, why="not_fired") for about in where]
        return Outcome(expectation.key, inject.key, why, None, tuple(results))
    judging = _Judging(expectation, inject, since, facts)
    return judging.outcome()


class _Judging:
    def __init__(self, expectation: Expectation, inject: Inject, since: datetime, facts: Facts) -> None:
        self._expected = expectation
        self._inject = inject
        self._since = since
        self._facts = facts
        self._areas = facts.registers.areas
        self._spec = ACTIONS[expectation.what]
        self._by = expectation.by * 60.0
        self._over = facts.until is not None and facts.until >= since + timedelta(minutes=expectation.by)

    def outcome(self) -> Outcome:
        where = places_of(self._expected, self._inject, self._areas)
        crowd = self._spec.crowd
        results = [self._crowd(about) if crowd else self._one(about) for about in where]
        judged = [one for one in results if one.verdict in JUDGED]
        share = 1.0 if crowd else self._expected.share
        wanted = math.ceil(round(share * len(judged), 6))
        verdict, late = self._together(results, judged, wanted)
        done = sorted(one.seconds for one in judged if one.seconds is not None)
        done_at = None
        if judged and len(done) >= wanted:
            done_at = self._since + timedelta(seconds=max(0.0, done[wanted - 1]))
        return Outcome(
            key=self._expected.key,
            inject=self._inject.key,
            verdict=verdict,
            points=self._points(judged, wanted),
            places=tuple(results),
            late=late,
            done_at=done_at,
        )

    def _together(self, results: list[AtPlace], judged: list[AtPlace], wanted: int) -> tuple[Verdict, float]:
        if not judged:
            needed = any(one.verdict is V.NOT_OBSERVED for one in results)
            return (V.NOT_OBSERVED if needed else V.NOT_NEEDED), 0
        lates = sorted(one.late for one in judged if one.verdict is not V.MISSED)
        if len(lates) < wanted:
            return V.MISSED, 0
        return (V.LATE, lates[wanted - 1]) if lates[wanted - 1] > 0 else (V.MET, 0)

    def _points(self, judged: list[AtPlace], wanted: int) -> float | None:
        if not judged:
            return None
        worth = [
            1.0 if one.verdict is V.MET else 0.5
            for one in judged
            if one.verdict is V.MET or (one.verdict is V.LATE and one.late <= self._by)
        ]
        return round(min(1.0, sum(sorted(worth, reverse=True)[:wanted]) / wanted), 4)

    # --- one deed by one seat -------------------------------------------------------------------------------

    def _one(self, about: About) -> AtPlace:
        seen = [
            one
            for one in self._facts.sightings[self._expected.what]
            if not (self._spec.command and one.role in CONTROL_ROLES) and self._concerns(one, about)
        ]
        right = [one for one in seen if self._is_right(one, about)]
        after = next((one for one in right if one.at >= self._since), None)
        before = [one for one in right if one.at < self._since]
        if self._expected.early and before:
            last = before[-1]
            seconds = (last.at - self._since).total_seconds()
            return AtPlace(about.place, V.MET, seconds=seconds, position=last.position)
        others = (one for one in seen if one not in right and one.at >= self._since)
        # Communities that sign for themselves have not signed for their street.
        wrong = next((one for one in others if about.area in one.areas), None)
        early = (self._since - before[-1].at).total_seconds() if before and after is None else None
        noted = wrong.role if wrong is not None else ""
        if after is None:
            return self._undone(about, early, noted)
        seconds = (after.at - self._since).total_seconds()
        late = max(0.0, seconds - self._by)
        verdict = V.LATE if late else V.MET
        noted = noted if wrong is not None and wrong.at < after.at else ""
        return AtPlace(about.place, verdict, seconds, late, wrong=noted, position=after.position)

    def _undone(self, about: About, early: float | None, wrong: str) -> AtPlace:
        if not self._was_asked(about):
            return AtPlace(about.place, V.NOT_NEEDED, why="not_asked")
        if not self._over:
            return AtPlace(about.place, V.NOT_OBSERVED, why="ended_before", early=early, wrong=wrong)
        return AtPlace(about.place, V.MISSED, early=early, wrong=wrong)

    def _concerns(self, one: Sighting, about: About) -> bool:
        """Whether it is the deed that is meant, done to that area."""
        expected, within = self._expected, self._areas.within
        if expected.what in _BY_LEVEL:
            near = any(within(about.area, area) or within(area, about.area) for area in one.areas)
            high_enough = not expected.level or ResponseLevel(expected.level) in one.levels
            return near and high_enough
        if not any(within(area, about.area) for area in one.areas):
            return False
        if expected.what is Action.READ:
            return one.of == self._inject.key
        if expected.what is Action.ANSWER_CALL and self._inject.kind is InjectKind.CALL:
            return one.of == self._inject.key
        if expected.what is Action.FACILITY:
            wanted = expected.to or FacilityState.OPEN
            return one.of == expected.of and one.state is not None and meets(one.state, wanted, one.at)
        return expected.of is None or one.of == expected.of

    def _is_right(self, one: Sighting, about: About) -> bool:
        if not self._spec.command:
            return True
        return one.role == self._expected.who.value and one.place in ("", about.place)

    def _was_asked(self, about: About) -> bool:
        """Whether there was such a task at all, in a place that was switched."""
        if self._spec.of is not Asked.TASK:
            return True
        return any(
            task.key == self._expected.of and self._areas.within(task.area, about.area)
            for task in self._facts.tasks.values()
        )

    # --- what many do ---------------------------------------------------------------------------------------

    def _crowd(self, about: About) -> AtPlace:
        """Each counts from when they were called, or a post from when it was opened."""
        took = list(self._took(about))
        if not took:
            return AtPlace(about.place, V.NOT_NEEDED, why="not_asked")
        known = [one for one in took if one.judged]
        if not known:
            return AtPlace(about.place, V.NOT_OBSERVED, why="ended_before")
        wanted = max(1, math.ceil(round(self._expected.share * len(known), 6)))
        done = sorted(one.seconds for one in known if one.seconds is not None)
        if len(done) < wanted:
            return AtPlace(about.place, V.MISSED)
        seconds = done[wanted - 1]
        late = max(0.0, seconds - self._by)
        return AtPlace(about.place, V.LATE if late else V.MET, seconds, late)

    def _took(self, about: About) -> Iterator[_Took]:
        until = self._facts.until
        for began, done in self._clocks(about):
            if began < self._since:
                continue
            if done is not None:
                yield _Took((done - began).total_seconds())
            else:
                yield _Took(None, until is not None and until >= began + timedelta(seconds=self._by))

    def _clocks(self, about: About) -> Iterable[tuple[datetime, datetime | None]]:
        within = self._areas.within
        if self._expected.what is Action.ARRIVE:
            for filling in self._facts.fillings:
                meant = filling.key == self._expected.of if self._expected.of else filling.must
                if meant and within(filling.area, about.area):
                    yield filling.opened, filling.filled
            return
        for call in self._facts.calls.values():
            if not within(call.area, about.area) or call.over is Progress.CANCELLED:
                continue
            if self._expected.what is Action.ANSWER:
                yield call.called, call.answered
            elif call.team and call.over is not Progress.DECLINED:
                yield call.called, call.mustered or call.arrived


class _Took(NamedTuple):
    """How long one of many took; None: not at all. `judged`: there was time for it before the end."""

    seconds: float | None
    judged: bool = True


_BY_LEVEL = frozenset({Action.DECLARE, Action.RAISE, Action.LOWER, Action.END})
