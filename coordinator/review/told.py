"""Each event of the log as a sentence in both languages: what happened, with names of places and things.

Says nothing of persons: how many came, not who; an actor is a role and an office. What needs no more words than its
name (`wire/log_words.py`) gets none here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Protocol

from coordinator.domain.area import AreaCode
from coordinator.domain.call_out import CrewAnswered, CrewCalled, CrewMoved, ReliefFellDue, RestsOver
from coordinator.domain.checking import TaskEscalated, TaskReturned
from coordinator.domain.confirmed_call import CallAnswered, CallPassedUp, CallRepeated
from coordinator.domain.delivery import NoticesDelivered
from coordinator.domain.drill import ClockAdvanced, DrillChanged
from coordinator.domain.event import Event
from coordinator.domain.facility import FacilityOrdered, FacilityReported
from coordinator.domain.falling_due import ConversionFellOverdue
from coordinator.domain.follow_on import OperationTaken, ReceiptsTaken
from coordinator.domain.grant import GrantIssued
from coordinator.domain.help import HelpAsked, HelpClosed, HelpDelayed, HelpTaken
from coordinator.domain.inject import InjectCalled, InjectFired, InjectSkipped, ItemObserved
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.operation import (
    ChangeRejected,
    ChangeRequested,
    CommandTransferred,
    LevelLowered,
    LevelRaised,
    LoweringRefused,
    OperationDeclared,
    OperationEnded,
    OperationExtended,
    OperationRecalled,
)
from coordinator.domain.order import OrderIssued
from coordinator.domain.personal_data import PhoneRevealed, PhonesFetched
from coordinator.domain.published import PlaybookPublished
from coordinator.domain.routine import RoutineDone
from coordinator.domain.situation import HazardReported, ReportSigned, TalliesReported
from coordinator.domain.stand_down import MET
from coordinator.domain.switch_over import PlaceReady, PlaceSwitched
from coordinator.domain.task import (
    TaskAcknowledged,
    TaskAdded,
    TaskCancelled,
    TaskCompleted,
    TasksFellOverdue,
    TaskStarted,
    TasksUnacknowledged,
)
from coordinator.domain.team import TeamMoved
from coordinator.domain.text import Text
from coordinator.review.words import HOW
from coordinator.wire.errors import ERRORS
from coordinator.wire.times import day_time
from coordinator.wire.words import VOCABULARIES, sentence

NAMED: Final = 3
"""Of many places or things so many are named; the rest are counted."""


class Names(Protocol):
    """What codes and ids are called; each falls back to the id itself."""

    def area(self, code: AreaCode) -> str: ...
    def facility(self, id: str) -> str: ...
    def team(self, id: str) -> str: ...
    def thing(self, id: str) -> Text:
        """A post or a task by its id, a tally by `OPERATION:KEY`."""
        ...


def told(event: Event, names: Names) -> Text:
    """Empty where the event's name says it all."""
    found = _operation(event, names) or _place(event) or _people(event, names) or _task(event, names)
    found = found or _thing(event, names) or _help(event, names)
    return found or _message(event, names) or Text("", "")


def _operation(event: Event, names: Names) -> Text | None:
    match event:
        case OperationDeclared() | OperationTaken():
            hazard, until = _word("hazard", event.hazard), day_time(event.expected_until)
            return _joined(hazard, _levels(event.targets, names), Text(f"预计至 {until}", f"until {until}"))
        case LevelRaised():
            return _levels(event.targets, names)
        case LevelLowered() | OperationEnded():
            return _joined(_levels(event.targets, names), *_overridden(event.conditions))
        case OperationRecalled():
            return _joined(_levels(event.targets, names), _same(event.reason))
        case ChangeRequested():
            return _joined(_word("change", event.kind), _levels(event.targets, names))
        case ChangeRejected():
            return _same(event.reason)
        case LoweringRefused():
            known = ERRORS.get(event.code)
            if known is None:
                return _same(event.code)
            why = Text(known.zh, known.en)
            return Text(sentence(why, event.facts, "zh"), sentence(why, event.facts, "en"))
        case OperationExtended():
            until = day_time(event.expected_until)
            return Text(f"预计至 {until}", f"until {until}")
        case CommandTransferred():
            return Text(f"移交{names.area(event.to)}", f"to {names.area(event.to)}")
    return None


def _place(event: Event) -> Text | None:
    match event:
        case PlaceSwitched():
            level = _word("level", event.level.value) if event.level else Text("", "")
            return _joined(
                _word("switch", event.switch.value),
                level,
                _count(event.posts, "岗位", "posts"),
                _count(event.tasks, "任务", "tasks"),
                _count(event.conversions, "阵地转换", "conversions"),
                _count(event.suspends, "暂停日常工作", "routines suspended"),
                _count(event.resumes, "恢复日常工作", "routines resumed"),
            )
        case PlaceReady() if event.reason:
            coded = _same(event.reason)
            return Text(f"条件未齐，理由{coded.zh}", f"not everything was met: {coded.en}")
    return None


def _people(event: Event, names: Names) -> Text | None:
    match event:
        case CrewCalled():
            heads, gap = sum(map(len, event.picks.values())), sum(event.gaps.values())
            posts = _several((names.thing(post) for post in event.picks), len(event.picks))
            called = Text(f"征召 {heads} 人：{posts.zh}", f"{heads} called: {posts.en}") if heads else None
            short = Text(f"缺 {gap} 人", f"{gap} short") if gap else None
            return _joined(called, short)
        case CrewAnswered():
            coming = _count(event.coming, "人前往", "coming", after=True)
            declined = _count(event.declined, "人不能来", "cannot", after=True)
            return _joined(coming, declined)
        case CrewMoved():
            where = names.thing(event.call_outs[0].partition(">")[2]) if event.call_outs else Text("", "")
            to, heads = _word("progress", event.to.value), len(event.call_outs)
            return _joined(Text(f"{heads} 人{to.zh}", f"{heads}: {to.en}"), where)
        case ReliefFellDue():
            return _count(event.call_outs, "人待换班", "to be relieved", after=True)
        case RestsOver():
            return _count(event.responders, "人休息期满", "free again", after=True)
        case TeamMoved():
            team, to = names.team(event.team), _word("team", event.to.value)
            return Text(f"{team}：{to.zh}", f"{team}: {to.en}")
    return None


def _task(event: Event, names: Names) -> Text | None:
    match event:
        case TaskAdded():
            return event.task.name
        case TaskAcknowledged():
            return names.thing(event.task)
        case TaskStarted() | TaskCompleted():
            done = Text(f"完成 {event.done}", f"{event.done} done") if event.done else None
            return _joined(names.thing(event.task), done)
        case TaskCancelled():
            return _joined(names.thing(event.task), _same(event.reason))
        case TaskReturned():
            return _joined(names.thing(event.task), _word("return", event.reason))
        case TaskEscalated():
            to = names.area(event.to)
            return _joined(names.thing(event.task), Text(f"上报{to}", f"passed up to {to}"))
        case TasksUnacknowledged():
            return _several((names.thing(task) for task in event.tasks), len(event.tasks))
        case TasksFellOverdue():
            whom = sorted({names.area(area) for area in event.to.values()})
            up = Text(f"上报{'、'.join(whom)}", f"passed up to {', '.join(whom)}")
            return _joined(_several((names.thing(task) for task in event.to), len(event.to)), up)
        case RoutineDone():
            return _same(event.routine)
    return None


def _thing(event: Event, names: Names) -> Text | None:
    match event:
        case FacilityReported():
            name, to = names.facility(event.facility), _word("facility", event.to.value)
            people = event.occupancy
            within = Text(f"现有 {people} 人", f"{people} inside") if people is not None else None
            return _joined(Text(f"{name}：{to.zh}", f"{name}: {to.en}"), within)
        case FacilityOrdered():
            name, to = names.facility(event.facility), _word("facility", event.to.value)
            return _joined(Text(f"{name} → {to.zh}", f"{name} → {to.en}"), event.use)
        case ConversionFellOverdue():
            return _same(names.facility(event.facility))
        case TalliesReported():
            said = [
                (names.thing(f"{event.operation}:{key}"), value)
                for key, value in sorted(event.values.items())
            ]
            return _several(
                (Text(f"{one.zh} {value}", f"{one.en} {value}") for one, value in said), len(said)
            )
        case HazardReported():
            trend = _word("trend", event.trend.value)
            depth = event.depth_cm
            return _joined(
                _word("hazard_point", event.kind), Text(f"深 {depth} 厘米", f"{depth} cm deep"), trend
            )
        case ReportSigned():
            return Text(f"第 {event.number} 次", f"number {event.number}")
    return None


def _help(event: Event, names: Names) -> Text | None:
    match event:
        case HelpAsked():
            return _word("need", event.need.value)
        case HelpTaken():
            eta = day_time(event.eta)
            return _joined(_same(names.area(event.part)), Text(f"预计 {eta} 到", f"there by {eta}"))
        case HelpDelayed():
            return _same(names.area(event.to))
        case HelpClosed():
            return _word("help_outcome", event.outcome.value)
    return None


def _message(event: Event, names: Names) -> Text | None:
    match event:
        case OrderIssued():
            to = _several((_same(names.area(code)) for code in event.to), len(event.to))
            return Text(
                f"{_word('order', event.kind).zh} → {to.zh}", f"{_word('order', event.kind).en} → {to.en}"
            )
        case CallRepeated():
            return Text(f"第 {event.number} 次", f"number {event.number}")
        case CallPassedUp():
            return _joined(_word("call", event.step.value), _same(names.area(event.to)))
        case CallAnswered():
            return HOW.get(event.how) or _same(event.how)
        case NoticesDelivered():
            failed = sum(event.failed.values())
            return _joined(
                _count(event.reached, "人已送达", "reached", after=True),
                Text(f"{failed} 条未送达", f"{failed} not delivered") if failed else None,
            )
        case ReceiptsTaken():
            return _count(event.clocks, "处", "places", after=True)
        case GrantIssued():
            return _word("role", event.role.value)
        case PhoneRevealed():
            return _joined(_word("role", event.role.value), _same(event.reason))
        case PhonesFetched():
            return Text(f"{event.people} 人，用于通知", f"of {event.people} people, to tell them")
        case PlaybookPublished():
            return _same(f"{event.name} v{event.version}")
        case DrillChanged():
            return _joined(event.drill.name, _word("phase", event.drill.phase.value))
        case ClockAdvanced():
            return _same(day_time(event.clock.origin))
        case InjectFired():
            return _joined(_word("inject", event.kind.value), _same(event.inject))
        case InjectCalled() | InjectSkipped():
            return _same(event.inject)
        case ItemObserved():
            return _joined(_same(event.item), _same(str(event.value)))
    return None


def _levels(targets: Mapping[AreaCode, ResponseLevel | None], names: Names) -> Text:
    def one(area: AreaCode, level: ResponseLevel | None) -> Text:
        to = _word("level", level.value) if level else Text("终止", "ended")
        return Text(f"{names.area(area)}{to.zh}", f"{names.area(area)} {to.en}")

    return _several((one(area, level) for area, level in targets.items()), len(targets))


def _overridden(conditions: Mapping[str, str]) -> Iterable[Text]:
    against = {condition: said for condition, said in conditions.items() if said != MET}
    met = len(conditions) - len(against)
    if met:
        yield Text(f"{met} 项条件满足", f"{met} conditions met")
    for condition, said in against.items():
        yield Text(f"越过“{condition}”（{said}）", f'against "{condition}" ({said})')


def _several(things: Iterable[Text], number: int) -> Text:
    """A few by name and how many in all; each name once."""
    first = list(dict.fromkeys(things))
    zh, en = "、".join(one.zh for one in first[:NAMED]), ", ".join(one.en for one in first[:NAMED])
    if len(first) > NAMED:
        return Text(f"{zh}等 {number} 处", f"{en} and more, {number} in all")
    return Text(zh, en)


def _joined(*parts: Text | None) -> Text:
    said = [part for part in parts if part is not None and part.zh]
    return Text("；".join(one.zh for one in said), "; ".join(one.en for one in said))


def _count(things: Iterable[object], zh: str, en: str, *, after: bool = False) -> Text | None:
    """None where there are none. `after`: 3 人前往 instead of 岗位 3."""
    number = sum(1 for _ in things)
    if not number:
        return None
    return Text(f"{number} {zh}" if after else f"{zh} {number}", f"{number} {en}")


def _word(vocabulary: str, code: str) -> Text:
    return VOCABULARIES[vocabulary].get(code) or Text(code, code)


def _same(text: str) -> Text:
    """A proper name, or a coded word of the place's own: as it stands, in both languages."""
    return Text(text, text)
