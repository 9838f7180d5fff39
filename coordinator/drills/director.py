"""The director of a drill: which inject is due when, told from the script and the log alone. Pure.

It holds no plan beside these: what was fired, skipped or called by hand stands in the log, so that a director that
comes back after a crash knows what the last one knew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from coordinator.domain.area import AreaCode
from coordinator.domain.drill import Phase
from coordinator.domain.inject import SHOWN, FireInject, InjectCalled, InjectFired, Ordered
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.register import Registers
from coordinator.domain.rules import Recorded
from coordinator.domain.scope import scope_of
from coordinator.drills.facts import Facts
from coordinator.drills.matching import outcome
from coordinator.drills.schema import Document, Expectation, Inject

NOT_NEEDED: Final = "not_needed"
CAUSE_SKIPPED: Final = "cause_skipped"


class Skip(NamedTuple):
    inject: str
    reason: str


class Fire(NamedTuple):
    """One inject in one scope."""

    inject: Inject
    scope: AreaCode
    to: tuple[AreaCode, ...]


class Director:
    def __init__(self, document: Document, registers: Registers, playbook: str = "") -> None:
        """`playbook`: digest of the one that is practised."""
        self.facts = Facts(registers)
        self._document = document
        self._playbook = playbook
        self._areas = registers.areas
        self._fired_in: dict[str, set[AreaCode]] = defaultdict(set)
        self._called: dict[str, datetime] = {}
        self._expectations: dict[str, tuple[Expectation, Inject]] = {
            one.key: (one, inject) for inject in document.injects for one in inject.expects
        }

    def hear(self, recorded: Recorded) -> None:
        self.facts.hear(recorded)
        match recorded.event:
            case InjectFired(inject=inject):
                self._fired_in[inject].add(recorded.scope)
            case InjectCalled(inject=inject):
                self._called.setdefault(inject, recorded.stamp.at)

    @property
    def ends_at(self) -> datetime | None:
        """By its script, and what control has added."""
        began = self.facts.began
        if began is None:
            return None
        return began + timedelta(minutes=self._document.lasts + self.facts.changes[-1].drill.extended)

    def due(self, now: datetime) -> Iterator[Fire | Skip]:
        """What has to be done by now. Nothing while the drill does not run."""
        if not self.facts.changes or self.facts.changes[-1].drill.phase is not Phase.RUNNING:
            return
        for inject in self._document.injects:
            if inject.key in self.facts.skipped:
                continue
            if inject.after in self.facts.skipped:
                yield Skip(inject.key, CAUSE_SKIPPED)
                continue
            at = self.planned(inject)
            if at is None or at > now:
                continue
            if self._is_needless(inject, at):
                yield Skip(inject.key, NOT_NEEDED)
            else:
                yield from self._rest(inject)

    def next_at(self, now: datetime) -> datetime | None:
        """The next time at which something may have to be done."""
        times = [
            at
            for inject in self._document.injects
            if inject.key not in self.facts.skipped
            and next(self._rest(inject), None) is not None
            and (at := self.planned(inject)) is not None
            and at > now
        ]
        return min(times, default=None)

    def _rest(self, inject: Inject) -> Iterator[Fire]:
        """By scope, those where it has not been fired."""
        by_scope: dict[AreaCode, list[AreaCode]] = defaultdict(list)
        for area in inject.to:
            by_scope[scope_of(self._areas, area)].append(area)
        for scope, to in by_scope.items():
            if scope not in self._fired_in[inject.key]:
                yield Fire(inject, scope, tuple(to))

    def planned(self, inject: Inject) -> datetime | None:
        """When it is due; None as long as its cause has not come about."""
        began = self.facts.began
        if began is None:
            return None
        if inject.key in self._called:
            return self._called[inject.key]
        delay = timedelta(minutes=inject.delay)
        if inject.at is not None:
            return began + timedelta(minutes=inject.at) + delay
        after = inject.after or ""
        if after in self._expectations:
            done = outcome(*self._expectations[after], self.facts).done_at
            return done + delay if done is not None else None
        fired = self.facts.fired.get(after)
        return fired + delay if fired is not None else None

    def _is_needless(self, inject: Inject, at: datetime) -> bool:
        if inject.unless is None or inject.key in self._called:
            return False
        done = outcome(*self._expectations[inject.unless], self.facts).done_at
        return done is not None and done <= at

    def command(self, fire: Fire, text: str = "") -> FireInject:
        """What the coordinator is asked to do. `text`: what references of its words begin with."""
        inject = fire.inject
        order = None
        if inject.order is not None:
            order = Ordered(
                what=inject.order,
                level=ResponseLevel(inject.level) if inject.level else None,
                playbook=self._playbook if inject.order == "declare" else "",
                expected_minutes=self._document.lasts if inject.order == "declare" else 0,
            )
        return FireInject(
            area=fire.scope,
            inject=inject.key,
            kind=inject.kind,
            to=list(fire.to),
            text=text if inject.kind in SHOWN else "",
            facts=facts_of(inject),
            order=order,
        )


def facts_of(inject: Inject) -> dict[str, str]:
    """Coded facts that simulated teams act upon; no word of a person's is among them."""
    found: dict[str, str] = {}
    if inject.who:
        found["who"] = ",".join(seat.value for seat in inject.who)
    if inject.lasts is not None:
        found["minutes"] = str(inject.lasts)
    if inject.rate is not None:
        found["rate"] = str(inject.rate)
    if inject.colour is not None:
        found["colour"] = inject.colour.value
    if inject.facility is not None:
        found["facility"] = inject.facility
    if inject.hazard is not None:
        found |= {
            "hazard": inject.hazard.kind,
            "depth_cm": str(inject.hazard.depth_cm),
            "trend": inject.hazard.trend.value,
        }
    if inject.calls_for is not None:
        asked = inject.calls_for
        found |= {"calls_for": asked.what, "level": asked.level or "", "order": asked.order or ""}
        if asked.areas:
            found["areas"] = ",".join(asked.areas)
    return found
