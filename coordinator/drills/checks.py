"""What one entry of a script says about another, about its places and about its playbook.

Works on plain values, so that a file with one wrong value is still checked whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from coordinator.domain.access import MAY, Role
from coordinator.domain.area import AreaLevel
from coordinator.domain.inject import SHOWN
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.register import AreaRegister
from coordinator.drills.entries import Entry, Expected, entries, expected, injects, mapping, sequence, text
from coordinator.drills.practised import NONE, Practised
from coordinator.drills.timeline import timeline
from coordinator.drills.vocabulary import ACTIONS, PLACE_OF, Action, Asked, DrillKind, Seat, Spec
from coordinator.playbook.fields import duration
from coordinator.playbook.finding import MAX_FINDINGS, Finding, nearest
from coordinator.playbook.source import Path, Source

NEEDS_RESPONSE = frozenset(
    {
        Action.SIGN,
        Action.READY,
        Action.ANSWER,
        Action.MUSTER,
        Action.ARRIVE,
        Action.DEPLOY,
        Action.TAKE_TASK,
        Action.FINISH_TASK,
        Action.TALLY,
        Action.REPORT,
        Action.INSTRUCT,
        Action.RAISE,
        Action.LOWER,
        Action.END,
        Action.RESTORE,
    }
)
"""Actions that there are only once a response was declared."""


def cross_checks(areas: AreaRegister | None, practised: Practised) -> Callable[[Source], Iterable[Finding]]:
    """All checks of one file. Without areas its codes are taken as they are."""

    def run(source: Source) -> list[Finding]:
        return list(dict.fromkeys(islice(_Checks(source, areas, practised).run(), MAX_FINDINGS)))

    return run


class _Checks:
    def __init__(self, source: Source, areas: AreaRegister | None, practised: Practised) -> None:
        self._source = source
        self._areas = areas
        self._injects = injects(source)
        self._expects = expected(source)
        self._timeline = timeline(self._injects, self._expects)
        self._practised = practised
        self._end = Entry((), "", mapping(source.data)).minutes("lasts")
        self._places = [text(one) for one in sequence(source.value(("places",)))]
        players = mapping(source.value(("players",)))
        self._seats = [[text(one) for one in sequence(players.get(name))] for name in ("simulated", "real")]

    def run(self) -> Iterator[Finding]:
        yield from self._people()
        yield from self._keys()
        yield from self._where()
        yield from self._when()
        yield from self._causes()
        for one in self._expects:
            yield from self._expectation(one)

    def _at(self, code: str, path: Path, /, **facts: str) -> Finding:
        return self._source.find(code, self._source.place(path), **facts)

    def _near(self, code: str, path: Path, wrong: str, known: Iterable[str], /, **facts: str) -> Finding:
        near = nearest(wrong, known)
        return self._at(code, path, near_zh=near.zh, near_en=near.en, **facts)

    # people and keys

    def _people(self) -> Iterator[Finding]:
        simulated, real = self._seats
        for index, seat in enumerate(real):
            if seat in simulated:
                yield self._at("seat_twice", ("players", "real", index), seat=seat)
        roles = list(entries(self._source, ("roles",)))
        if roles and not any(one.word("role") == Role.CONTROLLER for one in roles):
            yield self._at("no_controller", ("roles",))
        kind = text(self._source.value(("kind",)))
        if kind == DrillKind.RAID and self._source.value(("calendar",)) is not None:
            yield self._at("raid_in_calendar", ("calendar",))
        name = text(self._source.value(("playbook",)))
        if name and not self._practised.found:
            yield self._near("unknown_playbook", ("playbook",), name, self._practised.known, name=name)
        for one in self._injects:
            if one.word("order") and not name:
                yield self._at("no_playbook", (*one.path, "order"), what=one.word("order"))

    def _keys(self) -> Iterator[Finding]:
        """Injects and expectations share one set of names: both may be waited for."""
        for group in (
            [*self._injects, *(one.entry for one in self._expects)],
            list(entries(self._source, ("items",))),
            list(entries(self._source, ("roles",))),
        ):
            first: dict[str, Entry] = {}
            for entry in sorted(group, key=lambda one: self._source.place(one.path).line):
                if entry.key in first:
                    line = str(self._source.place((*first[entry.key].path, "key")).line)
                    yield self._at("duplicate_entry", (*entry.path, "key"), key=entry.key, line=line)
                first.setdefault(entry.key, entry)

    # places

    def _where(self) -> Iterator[Finding]:
        if self._areas is None:
            return
        for index, place in enumerate(self._places):
            if place and place not in self._areas:
                yield self._unknown(("places", index), place)
        for entry in self._injects:
            for path, area in entry.words("to"):
                yield from self._within(path, area)
            asked = Entry((*entry.path, "calls_for"), "", mapping(entry.fields.get("calls_for")))
            for path, area in asked.words("areas"):
                yield from self._within(path, area)
        for one in self._expects:
            for path, area in one.entry.words("areas"):
                yield from self._within(path, area)

    def _within(self, path: Path, area: str) -> Iterator[Finding]:
        areas = self._areas
        assert areas is not None
        if area not in areas:
            yield self._unknown(path, area)
        elif not any(areas.within(area, top) or areas.within(top, area) for top in self._places):
            yield self._at("outside", path, value=area)

    def _unknown(self, path: Path, area: str) -> Finding:
        assert self._areas is not None
        known = [
            code
            for root in self._areas.roots()
            for code in islice(_tree(self._areas, root), 20_000)
            if len(code) == len(area) and code[:-2] == area[:-2]
        ]
        return self._near("unknown_place", path, area, known or self._places, value=area)

    # time

    def _when(self) -> Iterator[Finding]:
        known = {one.key for one in self._injects} | {one.entry.key for one in self._expects}
        for one in self._injects:
            if ("at" in one.fields) == ("after" in one.fields):
                yield self._at("inject_when", (*one.path, "key"), key=one.key)
            for name in ("after", "unless"):
                wanted = one.word(name)
                if wanted and wanted not in known:
                    yield self._near("unknown_cause", (*one.path, name), wanted, known, name=wanted)
            at = self._timeline.at.get(one.key)
            if at is not None and self._end is not None and at > self._end:
                yield self._late(one, ("at" if "at" in one.fields else "after"), at)
        for trail in self._timeline.cycles:
            last = next(one for one in self._injects if one.key == trail[-1])
            yield self._at("waits_for_itself", (*last.path, "after"), trail=" → ".join((*trail, trail[0])))

    def _late(self, entry: Entry, name: str, at: int) -> Finding:
        end = duration(self._end or 0)
        return self._at("after_end", (*entry.path, name), key=entry.key, at=duration(at), end=end)

    def _causes(self) -> Iterator[Finding]:
        """Nothing happens before what it rests on."""
        under = {one.entry.key: one.inject.key for one in self._expects}
        at = self._timeline.at
        for one in self._injects:
            mine = at.get(one.key)
            cause = under.get(one.word("unless"), "")
            if mine is not None and cause in at and mine < at[cause]:
                facts = {"key": one.key, "at": duration(mine), "cause": cause, "then": duration(at[cause])}
                yield self._at("before_cause", (*one.path, "unless"), **facts)
            if mine is not None and one.word("order") in ("raise", "lower", "end"):
                declared = self._declared()
                if declared is None or declared > mine:
                    yield self._at("nothing_declared", (*one.path, "order"), key=one.key, at=duration(mine))

    def _declared(self) -> int | None:
        """The earliest minute at which a response can have been declared."""
        found = [
            at
            for one in self._injects
            if one.word("order") == "declare" and (at := self._timeline.at.get(one.key)) is not None
        ]
        found += [
            at
            for one in self._expects
            if one.entry.word("what") == Action.DECLARE
            and (at := self._timeline.at.get(one.inject.key)) is not None
        ]
        return min(found, default=None)

    # expectations

    def _expectation(self, one: Expected) -> Iterator[Finding]:
        entry, what, who = one.entry, one.entry.word("what"), one.entry.word("who")
        if what not in list(Action) or who not in list(Seat):
            return
        action, seat = Action(what), Seat(who)
        spec = ACTIONS[action]
        if not any(seat in those for those in self._seats):
            yield self._at("seat_empty", (*entry.path, "who"), seat=seat.value)
        may = [role.value for role in Seat if not spec.command or spec.command in MAY[Role(role.value)]]
        if seat.value not in may:
            yield self._at("nobody_may", (*entry.path, "who"), seat=seat.value, what=what, who=", ".join(may))
        by, at = entry.minutes("by"), self._timeline.at.get(one.inject.key)
        if by is not None and at is not None:
            if self._end is not None and at + by > self._end:
                yield self._late(entry, "by", at + by)
            declared = self._declared()
            if action in NEEDS_RESPONSE and (declared is None or declared > at + by):
                yield self._at("nothing_declared", (*entry.path, "what"), key=entry.key, at=duration(at + by))
        yield from self._there(one, seat)
        yield from self._of(entry, action, seat)
        yield from self._level(one, spec)
        if action is Action.READ:
            yield from self._told(one, seat)

    def _level(self, one: Expected, spec: Spec) -> Iterator[Finding]:
        """Whether what is asked about exists by then: a level's posts and tasks come with the level."""
        by, at, name = one.entry.minutes("by"), self._timeline.at.get(one.inject.key), one.entry.word("of")
        since = self._practised.since.get(spec.of, {}).get(name)
        if since is None or by is None or at is None or spec.of is Asked.FACILITY:
            return
        reached = [level for minute, level in self._orders() if minute <= at + by]
        if reached and None not in reached and all(level is None or level < since for level in reached):
            facts = {"name": name, "level": since.value, "at": duration(at + by)}
            yield self._at("not_at_level", (*one.entry.path, "of"), **facts)

    def _orders(self) -> Iterator[tuple[int, ResponseLevel | None]]:
        """What is declared and raised from which minute on; None where the script leaves the level open."""
        known = set(ResponseLevel)
        for inject, what, level in (
            *((one, one.word("order"), one.word("level")) for one in self._injects),
            *((one.inject, one.entry.word("what"), one.entry.word("level")) for one in self._expects),
        ):
            at = self._timeline.at.get(inject.key)
            if what in ("declare", "raise") and at is not None:
                yield at, ResponseLevel(level) if level in known else None

    def _told(self, one: Expected, seat: Seat) -> Iterator[Finding]:
        """A message is read by whom it was sent to, and only messages can be read."""
        if one.inject.word("kind") not in SHOWN:
            yield self._at("nothing_to_read", (*one.entry.path, "what"), key=one.inject.key)
            return
        level = PLACE_OF.get(seat)
        if self._areas is None or level is None:
            return
        sent = {area for _, area in one.inject.words("to")}
        for path, area in one.entry.words("areas") or one.inject.words("to"):
            if area in self._areas and not any(place in sent for place in self._desks(area, level)):
                facts = {"value": area, "seat": seat.value, "key": one.inject.key}
                yield self._at("not_told", path, **facts)

    def _desks(self, area: str, level: AreaLevel) -> Iterable[str]:
        """The desks of a level that an expectation about this area means."""
        assert self._areas is not None
        below = self._areas.below(area, level)
        return below or [place for place in self._areas.path(area) if self._areas[place].level is level]

    def _there(self, one: Expected, seat: Seat) -> Iterator[Finding]:
        level = PLACE_OF.get(seat)
        if self._areas is None or level is None:
            return
        for path, area in one.entry.words("areas") or one.inject.words("to"):
            if area not in self._areas:
                continue
            above = any(self._areas[place].level is level for place in self._areas.path(area))
            if not above and not self._areas.below(area, level):
                yield self._at("nobody_there", path, value=area, seat=seat.value)

    def _of(self, entry: Entry, action: Action, seat: Seat) -> Iterator[Finding]:
        spec, name = ACTIONS[action], entry.word("of")
        if not name:
            if spec.needs_of:
                known = ", ".join(sorted(self._practised.names(spec.of))) or "—"
                yield self._at("needs_of", (*entry.path, "what"), what=action.value, known=known)
            return
        if spec.of is Asked.NOTHING:
            yield self._at("takes_no_of", (*entry.path, "of"), what=action.value)
        elif self._practised is not NONE and self._practised.found:
            scopes = self._practised.names(spec.of)
            if name not in scopes:
                yield self._near("not_in_playbook", (*entry.path, "of"), name, scopes, name=name)
            elif not spec.crowd and scopes[name] != PLACE_OF.get(seat):
                facts = {"name": name, "scope": scopes[name], "seat": seat.value}
                yield self._at("of_another_level", (*entry.path, "who"), **facts)


def _tree(areas: AreaRegister, top: str) -> Iterator[str]:
    yield top
    for child in areas.children(top):
        yield from _tree(areas, child)
