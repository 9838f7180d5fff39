"""What a switch-over comes to, before anybody orders it: demand from the measures of every place, supply from the
pool, and what stays open when the planner has filled what it can. Computes; orders nothing and knows no playbook.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Final

from coordinator.domain.area import AreaCode, AreaLevel
from coordinator.domain.measures import ConversionSpec, Measures, PostSpec, TaskSpec
from coordinator.domain.post import Post
from coordinator.domain.register import AreaRegister, Registers, ResponderId
from coordinator.domain.text import Text
from coordinator.planner.fill import fill
from coordinator.planner.outlook import (
    ConversionNeed,
    Feasibility,
    Need,
    Row,
    ShiftNeed,
    SkillNeed,
    SuspensionNeed,
    TaskNeed,
    Unstaffed,
)
from coordinator.planner.standby import Standby

SCOPES: Final = (AreaLevel.STREET, AreaLevel.COMMUNITY, AreaLevel.GRID)
"""Where posts stand."""
T0: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Any instant: only the order of deadlines matters here."""

Told = Callable[[int, int], None]
"""How far it has come: districts done, districts in all."""


def feasibility(
    registers: Registers,
    measures: Callable[[AreaCode], Measures],
    area: AreaCode,
    by: AreaLevel = AreaLevel.STREET,
    told: Told = lambda done, total: None,
    targets: Collection[AreaCode] = (),
) -> Feasibility:
    """What the levels behind `measures` come to in this area, district by district. Unknown areas: `KeyError`.

    `targets`: only what lies at or below these, all of them in `area`; left out: the whole of it.
    """
    counting = _Counting(registers, area, by, targets or (area,))
    areas = registers.areas
    districts = [
        district
        for district in areas.below(area, AreaLevel.DISTRICT) or [_district(registers, area)]
        if any(areas.within(one, district) or areas.within(district, one) for one in targets or (area,))
    ]
    for done, district in enumerate(districts):
        told(done, len(districts))
        counting.count(district, measures)
    told(len(districts), len(districts))
    return counting.result(tuple(districts), measures(area))


def outermost(areas: AreaRegister, targets: Collection[AreaCode]) -> list[AreaCode]:
    """These without what lies in another of them: nothing is counted twice."""
    return [
        one
        for one in dict.fromkeys(targets)
        if not any(one != other and areas.within(one, other) for other in targets)
    ]


def _district(registers: Registers, area: AreaCode) -> AreaCode:
    """People are called from the whole district, also for a single community."""
    above = registers.areas.path(area)
    return next((code for code in above if registers.areas[code].level is AreaLevel.DISTRICT), area)


class _Counting:
    """Adds up district after district; only one district's people are in memory at a time."""

    def __init__(
        self, registers: Registers, area: AreaCode, by: AreaLevel, targets: Collection[AreaCode]
    ) -> None:
        self._registers, self._area, self._by = registers, area, by
        self._targets = outermost(registers.areas, targets)
        self._supply = 0
        self._places: Counter[AreaLevel] = Counter()
        self._by_scope = {scope: Need() for scope in SCOPES}
        self._rows: dict[AreaCode, Row] = {}
        self._shifts: list[ShiftNeed] = []
        self._skills: dict[tuple[str, ...], SkillNeed] = {}
        self._unstaffed: dict[AreaCode, Unstaffed] = {}
        self._tasks: dict[str, tuple[TaskSpec, int]] = {}
        self._conversions: dict[str, tuple[ConversionSpec, int, int]] = {}
        self._suspended: Counter[tuple[str, Text]] = Counter()

    def count(self, district: AreaCode, measures: Callable[[AreaCode], Measures]) -> None:
        """Everything of one district that lies within the areas asked about."""
        areas = self._registers.areas
        whole = any(areas.within(district, one) for one in self._targets)
        tops = [district] if whole else [one for one in self._targets if areas.within(one, district)]
        posts: list[tuple[PostSpec, Post]] = []
        for scope in SCOPES:
            for place in (place for top in tops for place in areas.below(top, scope)):
                asked = measures(place)
                self._places[scope] += 1
                self._add_work(place, asked)
                for spec in asked.posts:
                    posts.append((spec, _post(place, spec)))
                    self._add_post(place, spec)
        self._staff(district, posts)

    def _add_post(self, place: AreaCode, spec: PostSpec) -> None:
        need = Need(posts=1, heads=spec.heads, heads_24h=spec.heads * spec.shifts)
        self._by_scope[spec.scope].add(need)
        self._row(place).need.add(need)
        self._skills.setdefault(spec.skills, SkillNeed(spec.skills)).heads_24h += need.heads_24h
        while len(self._shifts) < spec.shifts:
            self._shifts.append(ShiftNeed(len(self._shifts) + 1))
        for shift in self._shifts[: spec.shifts]:
            shift.heads += spec.heads

    def _add_work(self, place: AreaCode, asked: Measures) -> None:
        organisation = self._registers.organisation
        for task in asked.tasks:
            self._tasks[task.key] = (task, self._tasks.get(task.key, (task, 0))[1] + 1)
        for spec in asked.conversions:
            found = sum(1 for one in organisation.places_in(place) if one.kind == spec.kind)
            _, buildings, without = self._conversions.get(spec.kind, (spec, 0, 0))
            self._conversions[spec.kind] = (spec, buildings + found, without + (not found))
        names = {one.routine: one.name for one in asked.suspensions}
        for key, name in names.items():
            self._suspended[key, name] += 0
        for routine in organisation.routines_in(place) if names else ():
            if routine.key in names:
                self._suspended[routine.key, names[routine.key]] += 1

    def _staff(self, district: AreaCode, posts: list[tuple[PostSpec, Post]]) -> None:
        """Shift after shift in the order in which `fill` goes, each person once a day."""
        standby = Standby(self._registers, district)
        self._supply += len(standby)
        posts.sort(key=lambda one: (not one[1].must, one[1].by, not one[1].skills, one[1].id))
        for shift in self._shifts:
            for spec, post in posts:
                if spec.shifts < shift.shift:
                    continue
                result = fill(
                    [post],
                    standby,
                    free=standby.free,
                    asked=lambda person, post: False,
                    teams=self._registers.organisation.teams_of,
                    responders=standby.by_id,
                )
                called = result.picks.get(post.id, [])
                standby.call(called)
                shift.called += len(called)
                if gap := result.gaps.get(post.id, 0):
                    shift.short += gap
                    self._miss(spec, post, gap, first=shift.shift == 1)
        by_skills: dict[tuple[str, ...], set[ResponderId]] = defaultdict(set)
        for skills, may_fill in {(spec.skills, spec.may_fill) for spec, _ in posts}:
            by_skills[skills].update(person.id for person in standby.qualified((may_fill, skills)))
        for skills, people in by_skills.items():
            self._skills[skills].people += len(people)

    def _miss(self, spec: PostSpec, post: Post, gap: int, *, first: bool) -> None:
        missing = Need(short=gap if first else 0, short_24h=gap)
        self._by_scope[spec.scope].add(missing)
        self._row(post.area).need.add(missing)
        self._skills[spec.skills].short_24h += gap
        if first:
            area = self._registers.areas[post.area]
            place = self._unstaffed.setdefault(post.area, Unstaffed(post.area, area.name, area.level))
            place.short += gap
            place.must_short += gap if post.must else 0
            place.posts[spec.key] = gap

    def _row(self, place: AreaCode) -> Row:
        """The row a place counts in: all rows together are the total."""
        areas = self._registers.areas
        own = self._by is not AreaLevel.STREET and areas[place].level is AreaLevel.STREET
        wanted = AreaLevel.STREET if own else self._by
        path = (code for code in areas.path(place) if areas.within(code, self._area))
        code = next((code for code in path if areas[code].level is wanted), self._area)
        if code not in self._rows:
            self._rows[code] = Row(code, areas[code].name, Need(), own)
        return self._rows[code]

    def result(self, districts: tuple[AreaCode, ...], top: Measures) -> Feasibility:
        total = Need()
        for need in self._by_scope.values():
            total.add(need)
        return Feasibility(
            playbook=top.playbook,
            hazard=top.hazard,
            level=top.level,
            area=self._area,
            name=self._registers.areas[self._area].name,
            places={scope: self._places[scope] for scope in SCOPES},
            supply=self._supply,
            drawn_from=districts,
            total=total,
            by_scope=self._by_scope,
            rows=tuple(self._rows[code] for code in sorted(self._rows)),
            shifts=tuple(self._shifts),
            skills=tuple(sorted(self._skills.values(), key=lambda one: (one.balance, one.skills))),
            tasks=tuple(
                TaskNeed(key, spec.name, spec.scope, spec.by_minutes, spec.must, places)
                for key, (spec, places) in sorted(
                    self._tasks.items(), key=lambda one: (one[1][0].by_minutes, one[0])
                )
            ),
            conversions=tuple(
                ConversionNeed(kind, spec.to, spec.use, spec.by_minutes, spec.must, buildings, without)
                for kind, (spec, buildings, without) in sorted(self._conversions.items())
            ),
            suspensions=tuple(
                SuspensionNeed(key, name, routines)
                for (key, name), routines in sorted(self._suspended.items(), key=lambda one: one[0][0])
            ),
            unstaffed=tuple(self._unstaffed[code] for code in sorted(self._unstaffed)),
            balance=self._supply - total.heads_24h,
        )


def _post(area: AreaCode, spec: PostSpec) -> Post:
    return Post(
        id=f"{spec.key}@{area}",
        area=area,
        key=spec.key,
        name=spec.name,
        wanted={"plan": spec.heads},
        shifts=spec.shifts,
        shift_minutes=spec.shift_minutes,
        crew_min=spec.crew_min,
        skills=spec.skills,
        may_fill=spec.may_fill,
        by=T0 + timedelta(minutes=spec.by_minutes),
        must=spec.must,
    )
