"""The after-action review 复盘 of a drill: what was to happen, what happened, why, what is to be done about it. Pure.

From script and log alone. About work, places and rules, never about a person; proposes, and decides nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final, TypeAlias

import msgspec

from coordinator.domain.area import AreaCode
from coordinator.domain.call_out import Progress
from coordinator.domain.confirmed_call import CallAnswered, CallPassedUp, CallStarted
from coordinator.domain.drill import Drill, DrillChanged
from coordinator.domain.inject import InjectFired, InjectKind, InjectSkipped
from coordinator.domain.register import Registers
from coordinator.domain.rules import Recorded
from coordinator.domain.text import Text
from coordinator.drills.corrective import Corrective, correctives
from coordinator.drills.facts import Facts
from coordinator.drills.matching import Outcome, Verdict
from coordinator.drills.schema import Document, Inject
from coordinator.drills.score import Score, gather
from coordinator.drills.shortfall import Shortfall, shortfall_of
from coordinator.wire.words import word


class Planned(msgspec.Struct, frozen=True):
    """One inject as the script has it."""

    key: str
    kind: InjectKind
    when: Text
    to: tuple[AreaCode, ...]
    text: Text
    expected: tuple[Text, ...]


class Happened(msgspec.Struct, frozen=True):
    """One line of what really happened, with its place in the log."""

    at: datetime
    what: Text
    areas: tuple[AreaCode, ...]
    scope: AreaCode
    position: int


class Course(msgspec.Struct, frozen=True):
    """One expectation along the drill, in minutes from its beginning."""

    text: Text
    verdict: Verdict
    asked: float
    due: float
    done: float | None
    """When enough had done it; None: they never had."""


class AfterAction(msgspec.Struct, frozen=True):
    score: Score
    planned: tuple[Planned, ...]
    happened: tuple[Happened, ...]
    courses: tuple[Course, ...]
    strengths: tuple[Text, ...]
    shortfalls: tuple[Shortfall, ...]
    people: tuple[Text, ...]
    """What became of those who were called."""
    correctives: tuple[Corrective, ...]


def after_action(
    document: Document, score: Score, log: Iterable[Recorded], registers: Registers
) -> AfterAction:
    recorded = list(log)
    facts = gather(recorded, registers)
    outcomes = {one.key: one for one in score.outcomes}
    shortfalls = [
        shortfall_of(expectation, inject, outcomes[expectation.key], document, facts)
        for inject in document.injects
        for expectation in inject.expects
        if outcomes[expectation.key].verdict in (Verdict.LATE, Verdict.MISSED)
    ]
    return AfterAction(
        score=score,
        planned=tuple(_planned(document, inject) for inject in document.injects),
        happened=tuple(sorted(_happened(document, recorded), key=lambda one: (one.at, one.position))),
        courses=tuple(_courses(document, facts, outcomes)),
        strengths=tuple(line.text for line in score.lines if line.points == 1.0),
        shortfalls=tuple(shortfalls),
        people=tuple(_people(facts)),
        correctives=tuple(correctives(document, score, shortfalls, registers)),
    )


# --- what was to happen, what happened ------------------------------------------------------------------------


def _planned(document: Document, inject: Inject) -> Planned:
    return Planned(
        key=inject.key,
        kind=inject.kind,
        when=_when(document, inject),
        to=inject.to,
        text=inject.text.text,
        expected=tuple(one.text.text for one in inject.expects),
    )


def _when(document: Document, inject: Inject) -> Text:
    if inject.at is not None:
        minutes = inject.at + inject.delay
        return Text(f"第 {minutes} 分钟", f"minute {minutes}")
    named = {one.key: one.text.text for one in document.injects}
    named |= {one.key: one.text.text for before in document.injects for one in before.expects}
    cause = named[str(inject.after)]
    return Text(f"“{cause.zh}”后 {inject.delay} 分钟", f"{inject.delay} min after: {cause.en}")


def _courses(document: Document, facts: Facts, outcomes: Mapping[str, Outcome]) -> Iterator[Course]:
    began = facts.began
    for inject in document.injects:
        fired = facts.fired.get(inject.key)
        if began is None or fired is None:
            continue
        asked = (fired - began).total_seconds() / 60
        for one in inject.expects:
            outcome = outcomes[one.key]
            at = outcome.done_at
            done = (at - began).total_seconds() / 60 if at is not None else None
            yield Course(one.text.text, outcome.verdict, asked, asked + one.by, done)


_What: TypeAlias = tuple[Text, tuple[AreaCode, ...]]
"""What happened, and where."""


def _happened(document: Document, log: Iterable[Recorded]) -> Iterator[Happened]:
    texts = {inject.key: inject.text.text for inject in document.injects}
    told: set[int] = set()
    before: Drill | None = None
    for one in log:
        if isinstance(one.event, DrillChanged):
            if one.event.drill.revision in told:
                continue  # another scope repeats what the root has said
            told.add(one.event.drill.revision)
            found: _What | None = (_changed(one.event.drill, before), ())
            before = one.event.drill
        else:
            found = _said(one, texts)
        if found is not None:
            what, areas = found
            at = one.stamp.at.astimezone(document.start.tzinfo)
            yield Happened(at, what, areas, one.scope, one.position)


def _changed(drill: Drill, before: Drill | None) -> Text:
    """Its phase; or its speed, where that alone is another."""
    if before is not None and drill.phase is before.phase and drill.rate != before.rate:
        return Text(f"演练：时钟 ×{drill.rate:g}", f"drill: the clock runs ×{drill.rate:g}")
    why, phase = drill.reason, drill.phase.value
    zh = f"（{word('drill_reason', why)}）" if why else ""
    en = f" ({word('drill_reason', why, 'en')})" if why else ""
    return Text(f"演练：{_PHASES[phase]}{zh}", f"drill {phase}{en}")


def _said(one: Recorded, texts: dict[str, Text]) -> _What | None:
    event = one.event
    match event:
        case InjectFired():
            text = texts.get(event.inject, Text(event.inject, event.inject))
            return Text(f"导调：{text.zh}", f"inject: {text.en}"), event.to
        case InjectSkipped():
            text = texts.get(event.inject, Text(event.inject, event.inject))
            zh, en = word("drill_reason", event.reason), word("drill_reason", event.reason, "en")
            return Text(f"导调取消：{text.zh}（{zh}）", f"inject skipped: {text.en} ({en})"), ()
        case CallStarted():
            return Text("开始叫应", "confirmed call begins"), (event.area,)
        case CallPassedUp():
            return Text("叫应无人，上报", "no answer, passed up"), (event.area,)
        case CallAnswered():
            return Text(f"已应答（{event.how}）", f"answered ({event.how})"), (event.area,)
    return None


_PHASES: Final = {
    "prepared": "已准备",
    "running": "进行",
    "paused": "暂停",
    "aborted": "中止",
    "ended": "结束",
}


def _people(facts: Facts) -> Iterator[Text]:
    calls = list(facts.calls.values())
    if not calls:
        return
    over = Counter(one.over for one in calls)
    arrived = sum(one.arrived is not None or one.mustered is not None for one in calls)
    yield Text(
        f"征召 {len(calls)} 人次，到场 {arrived}，不能来 {over[Progress.DECLINED]}，"
        f"未到 {over[Progress.NO_SHOW]}，满员取消 {over[Progress.CANCELLED]}。",
        f"{len(calls)} calls: {arrived} came, {over[Progress.DECLINED]} declined, "
        f"{over[Progress.NO_SHOW]} did not show up, {over[Progress.CANCELLED]} were told not to come.",
    )
