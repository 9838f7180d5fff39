"""What exercise control sees of a running drill: injects, what is expected and what has been done, who answered the
roll-call, the clock. Drawn from the drill's record alone; decides nothing and sends nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from rich.console import Group, RenderableType
from rich.text import Text

from coordinator.admin.drill.record import DrillRecord
from coordinator.admin.drill.seats import Desks
from coordinator.admin.drill.unwatched import Unwatched
from coordinator.admin.terminal import table
from coordinator.domain.drill import Phase
from coordinator.domain.inject import ROLL_CALL
from coordinator.drills.matching import Outcome, Verdict, outcome
from coordinator.drills.schema import Expectation, Inject
from coordinator.playbook.fields import Words
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
OVER: Final = (Phase.ENDED.value, Phase.ABORTED.value)
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
    number: int
    """By which a key fires or skips it."""
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
    people_answered: int
    """And of those, desks that people sit at. Simulated teams answer in the world's time: not before it is started."""
    people: int
    stop_word: str
    injects: list[InjectLine]
    expected: list[ExpectedLine]
    unwatched: Unwatched | None = None
    """Real orders might not stop it, and since when."""
    more_injects: int = 0
    """Left out, where the screen has no room for them."""
    more_expected: int = 0


def desk(record: DrillRecord, now: datetime | None, desks: Desks, lang: Language) -> Desk:
    document, facts, drill = record.script.document, record.facts, record.drill
    manned = {seen.area for seen in facts.observed.get(ROLL_CALL, [])}
    return Desk(
        world=record.plan.world,
        name=said(document.name.text, lang),
        phase=drill.phase.value if drill is not None else Phase.PREPARED.value,
        reason=drill.reason if drill is not None else "",
        rate=drill.rate if drill is not None else record.plan.rate,
        now=now,
        answered=len(manned & desks.all),
        desks=len(desks.all),
        people_answered=len(manned & desks.people),
        people=len(desks.people),
        stop_word=document.stop_word,
        injects=[_inject(record, number, one, now) for number, one in enumerate(document.injects, start=1)],
        expected=[
            _expected(record, expectation, inject, now)
            for inject in document.injects
            for expectation in inject.expects
        ],
    )


def _inject(record: DrillRecord, number: int, inject: Inject, now: datetime | None) -> InjectLine:
    facts = record.facts
    if inject.key in facts.fired:
        return InjectLine(number, inject, "fired", facts.fired[inject.key])
    if inject.key in facts.skipped:
        return InjectLine(number, inject, "skipped", None)
    at = record.director.planned(inject)
    return InjectLine(
        number, inject, "due" if at is not None and now is not None and at <= now else "waiting", at
    )


def _expected(
    record: DrillRecord, expectation: Expectation, inject: Inject, now: datetime | None
) -> ExpectedLine:
    found = outcome(expectation, inject, record.facts)
    fired = record.facts.fired.get(inject.key)
    due = fired + timedelta(minutes=expectation.by) if fired is not None else None
    running = record.facts.ended is None
    over = due is not None and now is not None and now > due
    state = found.verdict.value
    if found.verdict in (Verdict.NOT_OBSERVED, Verdict.MISSED) and running:
        state = "waiting" if fired is None else "missed" if over else "open"
    elif found.verdict is Verdict.MET and running and not over and not _enough(expectation, found):
        state = "open"
    return ExpectedLine(expectation, state, found.count(Verdict.MET), len(found.places), due)


def _enough(expectation: Expectation, found: Outcome) -> bool:
    """Whether those who have met it by now are as many as are wanted of all: the score looks at those who had the time
    alone, and to that the first one who acts is everybody."""
    asked = len(found.places) - found.count(Verdict.NOT_NEEDED)
    return found.count(Verdict.MET) >= math.ceil(round(expectation.share * asked, 6))


def above(found: Desk, zone: datetime, lang: Language) -> list[Text]:
    """What stands above the tables. `zone`: some instant in the time zone that the script is written in."""
    zh = lang == "zh"
    head = Text(f"{mark(found.world)}{found.name}  {found.world}", "bold")
    alarm = [Text(found.unwatched.line(zone, lang), "bold white on red")] if found.unwatched else []
    phase = word("phase", found.phase, lang)
    standing = Text(f"{phase}  {_clock(found.now, zone)}  ×{found.rate:g}  ", "bold")
    teams, answered = found.desks - found.people, found.answered - found.people_answered
    standing.append(
        f"点名 {found.people_answered}/{found.people} 人、{answered}/{teams} 模拟  停止口令 {found.stop_word}"
        if zh
        else f"roll-call {found.people_answered}/{found.people} people, {answered}/{teams} simulated  "
        f"stop word {found.stop_word}"
    )
    if found.reason == "real_operation":
        standing.append(
            "  演练中止，转入实战" if zh else "  the drill stops: this is now for real", "bold red"
        )
    after = "下一步：pingji drill report 目录；pingji drill close"
    if not zh:
        after = "next: pingji drill report DIR; pingji drill close"
    ended = [Text(after, "bold green")] if found.phase in OVER else []
    return [head, *alarm, standing, *ended]


def draw(found: Desk, zone: datetime, lang: Language, foot: Sequence[str] = ()) -> RenderableType:
    """`zone`: some instant in the time zone that the script is written in. `foot`: the last lines."""
    zh = lang == "zh"

    def told(words: Words) -> Text:
        """On a screen, with the keys at its foot, every line is one row."""
        return Text(said(words.text, lang), no_wrap=bool(foot), overflow="ellipsis" if foot else "fold")

    injects = table(
        "", *(("#", "情况", "状态", "时间", "内容") if zh else ("#", "inject", "state", "at", "what"))
    )
    for one in found.injects:
        injects.add_row(
            str(one.number),
            one.inject.key,
            _state(one.state, zh),
            _clock(one.at, zone),
            told(one.inject.text),
        )
    expected = table(
        "", *(("预期", "状态", "达标处", "期限") if zh else ("expected", "state", "met", "due")), right=(2,)
    )
    for line in found.expected:
        expected.add_row(
            told(line.expectation.text),
            _state(line.state, zh),
            f"{line.met}/{line.places}",
            _clock(line.due, zone),
        )
    if found.more_injects:
        injects.add_row("", "…", "", "", _more(found.more_injects, zh))
    if found.more_expected:
        expected.add_row(_more(found.more_expected, zh), "", "", "")
    for each, words in ((injects, 4), (expected, 0)):
        each.show_edge = False
        for at, column in enumerate(each.columns):
            column.no_wrap = at != words
    return Group(*above(found, zone, lang), injects, expected, *(Text(line, "reverse") for line in foot))


def _clock(at: datetime | None, zone: datetime) -> str:
    return f"{at.astimezone(zone.tzinfo):%H:%M:%S}" if at is not None else "—"


def _more(count: int, zh: bool) -> Text:
    return Text(f"另有 {count} 条：status" if zh else f"{count} more: see `status`", "dim")


def _state(state: str, zh: bool) -> Text:
    names = STATES.get(state, (state, state))
    return Text(names[0] if zh else names[1], STYLES.get(state, ""))
