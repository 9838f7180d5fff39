"""What exercise control sees of a running drill: injects, what is expected and what has been done, who answered the
roll-call, the clock. Drawn from the drill's record alone; decides nothing and sends nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from rich.console import Group, RenderableType
from rich.text import Text

from coordinator.admin.drill.record import DrillRecord
from coordinator.admin.drill.unwatched import Unwatched
from coordinator.admin.terminal import table
from coordinator.domain.area import AreaCode
from coordinator.domain.drill import Phase
from coordinator.domain.inject import ROLL_CALL
from coordinator.drills.matching import Verdict, outcome
from coordinator.drills.schema import Expectation, Inject
from coordinator.wire.marks import mark
from coordinator.wire.words import Language, said, word

STYLES: Final = {
    "fired": "green",
    "skipped": "dim",
    "due": "bold yellow",
    "met": "green",
    "late": "yellow",
    "missed": "bold red",
    "open": "bold",
}
STATES: Final = {
    "fired": ("已发出", "fired"),
    "skipped": ("已跳过", "skipped"),
    "due": ("待发", "due"),
    "waiting": ("等待", "waiting"),
    "met": ("达标", "met"),
    "late": ("迟", "late"),
    "missed": ("未做", "missed"),
    "open": ("进行中", "open"),
    "not_needed": ("不需要", "not needed"),
}


class InjectLine(NamedTuple):
    inject: Inject
    state: str
    at: datetime | None
    """Fired at, or planned for; None where its cause has not come about."""


class ExpectedLine(NamedTuple):
    expectation: Expectation
    state: str
    met: int
    places: int
    due: datetime | None


class Desk(NamedTuple):
    """One look at the drill."""

    world: str
    name: str
    phase: str
    reason: str
    rate: float
    now: datetime | None
    answered: int
    """Desks that have answered the roll-call, of so many."""
    desks: int
    injects: list[InjectLine]
    expected: list[ExpectedLine]
    unwatched: Unwatched | None = None
    """Real orders might not stop it, and since when."""


def desk(record: DrillRecord, now: datetime | None, desks: set[AreaCode], lang: Language) -> Desk:
    """`desks`: areas of the seats that somebody takes."""
    document, facts, drill = record.script.document, record.facts, record.drill
    manned = {seen.area for seen in facts.observed.get(ROLL_CALL, [])}
    return Desk(
        world=record.plan.world,
        name=said(document.name.text, lang),
        phase=drill.phase.value if drill is not None else Phase.PREPARED.value,
        reason=drill.reason if drill is not None else "",
        rate=drill.rate if drill is not None else record.plan.rate,
        now=now,
        answered=len(manned & desks),
        desks=len(desks),
        injects=[_inject(record, one, now) for one in document.injects],
        expected=[
            _expected(record, expectation, inject, now)
            for inject in document.injects
            for expectation in inject.expects
        ],
    )


def _inject(record: DrillRecord, inject: Inject, now: datetime | None) -> InjectLine:
    facts = record.facts
    if inject.key in facts.fired:
        return InjectLine(inject, "fired", facts.fired[inject.key])
    if inject.key in facts.skipped:
        return InjectLine(inject, "skipped", None)
    at = record.director.planned(inject)
    return InjectLine(inject, "due" if at is not None and now is not None and at <= now else "waiting", at)


def _expected(
    record: DrillRecord, expectation: Expectation, inject: Inject, now: datetime | None
) -> ExpectedLine:
    found = outcome(expectation, inject, record.facts)
    fired = record.facts.fired.get(inject.key)
    due = fired + timedelta(minutes=expectation.by) if fired is not None else None
    state = found.verdict.value
    if found.verdict in (Verdict.NOT_OBSERVED, Verdict.MISSED) and record.facts.ended is None:
        over = due is not None and now is not None and now > due
        state = "waiting" if fired is None else "missed" if over else "open"
    return ExpectedLine(expectation, state, found.count(Verdict.MET), len(found.places), due)


def draw(found: Desk, zone: datetime, lang: Language, foot: str = "") -> RenderableType:
    """`zone`: some instant in the time zone that the script is written in. `foot`: the last line."""
    zh = lang == "zh"
    marked = mark(found.world)

    def clock(at: datetime | None) -> str:
        return f"{at.astimezone(zone.tzinfo):%H:%M:%S}" if at is not None else "—"

    head = Text(f"{marked}{found.name}  {found.world}", "bold")
    phase = word("phase", found.phase, lang)
    standing = Text(f"{phase}  {clock(found.now)}  ×{found.rate:g}  ", "bold")
    standing.append(f"{'点名' if zh else 'roll-call'} {found.answered}/{found.desks}")
    if found.reason == "real_operation":
        standing.append(
            "  演练中止，转入实战" if zh else "  the drill stops: this is now for real", "bold red"
        )
    injects = table(
        "", *(("#", "情况", "状态", "时间", "内容") if zh else ("#", "inject", "state", "at", "what"))
    )
    for number, one in enumerate(found.injects, start=1):
        injects.add_row(
            str(number),
            one.inject.key,
            _state(one.state, zh),
            clock(one.at),
            said(one.inject.text.text, lang),
        )
    expected = table(
        "", *(("预期", "状态", "达标处", "期限") if zh else ("expected", "state", "met", "due")), right=(2,)
    )
    for line in found.expected:
        expected.add_row(
            said(line.expectation.text.text, lang),
            _state(line.state, zh),
            f"{line.met}/{line.places}",
            clock(line.due),
        )
    alarm = [Text(found.unwatched.line(zone, lang), "bold white on red")] if found.unwatched else []
    return Group(head, *alarm, standing, injects, expected, *([Text(foot, "reverse")] if foot else []))


def _state(state: str, zh: bool) -> Text:
    names = STATES.get(state, (state, state))
    return Text(names[0] if zh else names[1], STYLES.get(state, ""))
