"""What changed between two versions of a playbook, in words: `pingji playbook diff`.

Compares entries by key, level by level; says nothing of order or layout, because neither has a meaning.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from coordinator.domain.mode import ResponseLevel
from coordinator.domain.text import Text
from coordinator.playbook.fields import Strict, Words
from coordinator.playbook.loader import Playbook
from coordinator.playbook.measures import in_force, up_to
from coordinator.playbook.schema import Document, Level
from coordinator.playbook.values import value_said

FIELDS: Final = {
    "ack": Text("回执时限", "acknowledgement"),
    "authority": Text("启动权限", "authority"),
    "authority_note": Text("启动权限说明", "note on authority"),
    "by": Text("时限", "deadline"),
    "cap_event_types": Text("预警事件代码", "warning event codes"),
    "category": Text("类别", "category"),
    "channels": Text("通知方式", "channels"),
    "check": Text("系统核对", "check"),
    "colours": Text("三色", "risk colours"),
    "contents": Text("报告内容", "contents"),
    "crew_min": Text("最少同组人数", "crew minimum"),
    "cut_off": Text("断联自启", "cut-off rule"),
    "depends": Text("前置任务", "dependencies"),
    "evidence": Text("佐证", "evidence"),
    "every": Text("统计频次", "cadence"),
    "final": Text("终报时限", "final report"),
    "first": Text("初报时限", "first report"),
    "hazard": Text("灾种", "hazard"),
    "heads": Text("每班人数", "heads"),
    "hotline": Text("热线", "hotline"),
    "inside_cordon": Text("警戒区内通知方式", "channels inside the cordon"),
    "may_fill": Text("可担任者", "who may fill it"),
    "must": Text("必备", "must"),
    "name": Text("名称", "name"),
    "note": Text("说明", "note"),
    "notice": Text("告知内容", "notice"),
    "one_mouth": Text("一口指挥", "one mouth of command"),
    "phase": Text("有无预警阶段", "warning phase"),
    "post": Text("指挥部名称", "command post"),
    "readiness": Text("备勤时间", "readiness"),
    "repeat": Text("重复间隔", "repeat"),
    "replaces": Text("替换", "replaces"),
    "report_every": Text("报告频次", "report cadence"),
    "report_to": Text("报告对象", "report to"),
    "scope": Text("范围", "scope"),
    "share": Text("共用键", "share"),
    "shift": Text("班次时长", "length of shift"),
    "shifts": Text("班次", "shifts"),
    "skills": Text("技能", "skills"),
    "source": Text("依据", "source"),
    "suspends": Text("暂停工作", "suspended work"),
    "text": Text("内容", "text"),
    "to": Text("目标状态", "goal"),
    "total": Text("总数", "total"),
    "triggers": Text("启动条件", "triggers"),
    "use": Text("用途", "use"),
    "words": Text("自有词汇", "own words"),
}
"""What a field is called in a sentence."""

TELLINGS: Final = ("channels", "inside_cordon", "notice", "hotline")

KINDS: Final = {
    "posts": Text("岗位", "post"),
    "conversions": Text("阵地转换", "conversion"),
    "tasks": Text("任务", "task"),
    "tallies": Text("统计", "tally"),
    "stand_down": Text("解除条件", "stand-down condition"),
    "recovery": Text("恢复事项", "restore item"),
    "safety": Text("安全规则", "safety rule"),
}


class Change(msgspec.Struct, frozen=True):
    """One difference. `level` is empty for what belongs to no level; `key` is empty for what has none."""

    level: str
    kind: str
    """`posts`, `conversions`, `tasks`, `tallies`, `stand_down`, `recovery`, `safety`, or `settings`."""
    key: str
    field: str
    """Empty when the whole entry was added or removed."""
    text: Text


def diff(old: Playbook, new: Playbook) -> list[Change]:
    """Every change from `old` to `new`, from level IV up, then what belongs to no level."""
    if old.digest == new.digest:
        return []
    return list(_documents(old.document, new.document))


def diff_levels(old: Playbook, before: ResponseLevel, new: Playbook, after: ResponseLevel) -> list[Change]:
    """What holds at one level and not at the other, with all levels below added up; of one version or of two."""
    was, now = _InForce(old.document, before), _InForce(new.document, after)
    return [
        *_settings("", was.top.command, now.top.command),
        *_entries("", "posts", was.posts, now.posts),
        *_entries("", "conversions", was.conversions, now.conversions),
        *_entries("", "tasks", was.tasks, now.tasks),
        *_suspended(was.suspends, now.suspends),
        *_settings("", was.top.information, now.top.information, only=TELLINGS),
        *_entries("", "tallies", was.tallies, now.tallies),
        *_settings("", was.top.information.reports, now.top.information.reports),
        *_entries("", "stand_down", _by_key(was.top.stand_down), _by_key(now.top.stand_down)),
    ]


class _InForce:
    """What a playbook asks for at a level, the lower ones added up."""

    def __init__(self, document: Document, level: ResponseLevel) -> None:
        levels = [document.levels[each] for each in up_to(level)]
        self.top = levels[-1]
        self.posts: Mapping[str, Strict] = in_force(each.people for each in levels).standing
        self.tasks: Mapping[str, Strict] = in_force(each.work.tasks for each in levels).standing
        self.tallies: Mapping[str, Strict] = in_force(each.information.tallies for each in levels).standing
        self.conversions: Mapping[str, Strict] = {one.kind: one for each in levels for one in each.facilities}
        self.suspends = tuple(dict.fromkeys(routine for each in levels for routine in each.work.suspends))


def _suspended(before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[Change]:
    if set(before) != set(after):
        yield _field("", "settings", "", Text("", ""), "suspends", before, after)


def _documents(old: Document, new: Document) -> Iterator[Change]:
    for level in ResponseLevel:
        yield from _levels(level.name, old.levels[level], new.levels[level])
    yield from _entries("", "recovery", _by_key(old.recovery), _by_key(new.recovery))
    yield from _entries("", "safety", _by_key(old.safety), _by_key(new.safety))
    settings = ("name", "hazard", "category", "colours", "cut_off", "words")
    yield from _settings("", old, new, only=settings)
    yield from _settings("", old.warning, new.warning)


def _levels(level: str, old: Level, new: Level) -> Iterator[Change]:
    yield from _settings(level, old.command, new.command)
    yield from _entries(level, "posts", _by_key(old.people), _by_key(new.people))
    conversions = [{each.kind: each for each in side.facilities} for side in (old, new)]
    yield from _entries(level, "conversions", *conversions)
    yield from _entries(level, "tasks", _by_key(old.work.tasks), _by_key(new.work.tasks))
    yield from _settings(level, old.work, new.work, only=("suspends",))
    yield from _settings(level, old.information, new.information, only=TELLINGS)
    yield from _entries(level, "tallies", _by_key(old.information.tallies), _by_key(new.information.tallies))
    yield from _settings(level, old.information.reports, new.information.reports)
    yield from _entries(level, "stand_down", _by_key(old.stand_down), _by_key(new.stand_down))


def _by_key(entries: Sequence[Strict]) -> dict[str, Strict]:
    return {str(getattr(entry, "key", "")): entry for entry in entries}


def _entries(level: str, kind: str, old: Mapping[str, Strict], new: Mapping[str, Strict]) -> Iterator[Change]:
    for key, entry in old.items():
        if key not in new:
            yield _whole(level, kind, key, entry, Text("取消", "removed"))
    for key, entry in new.items():
        if key not in old:
            yield _whole(level, kind, key, entry, Text("新增", "added"))
            continue
        for field, before, after in _differences(old[key], entry):
            yield _field(level, kind, key, _label(key, old[key]), field, before, after)


def _settings(level: str, old: Strict, new: Strict, only: Sequence[str] = ()) -> Iterator[Change]:
    for field, before, after in _differences(old, new):
        if not only or field in only:
            yield _field(level, "settings", "", Text("", ""), field, before, after)


def _differences(old: Strict, new: Strict) -> Iterator[tuple[str, object, object]]:
    for field in type(new).model_fields:
        before, after = getattr(old, field), getattr(new, field)
        if before != after and field not in ("key", "kind"):
            yield field, before, after


def _whole(level: str, kind: str, key: str, entry: Strict, what: Text) -> Change:
    thing, label = KINDS[kind], _label(key, entry)
    zh = f"{_level_zh(level)}{what.zh}{thing.zh}{label.zh}"
    return Change(level, kind, key, "", Text(zh, f"{_level_en(level)}{thing.en} {label.en} {what.en}"))


def _label(key: str, entry: Strict) -> Text:
    """Its name with its key: the name is what people know, the key is what the file says."""
    words = next((getattr(entry, name) for name in ("name", "use", "text") if hasattr(entry, name)), None)
    return (
        Text(f"“{words.zh}”（{key}）", f'"{words.en}" ({key})')
        if isinstance(words, Words)
        else Text(key, key)
    )


def _field(level: str, kind: str, key: str, label: Text, field: str, before: object, after: object) -> Change:
    name, thing = FIELDS[field], KINDS.get(kind)
    where_zh = _level_zh(level) + (f"{thing.zh}{label.zh}的" if thing else "")
    where_en = _level_en(level) + (f"{thing.en} {label.en}: " if thing else "")
    was, now = (
        Text(value_said(field, value, "zh"), value_said(field, value, "en")) for value in (before, after)
    )
    zh = f"{where_zh}{name.zh}由“{was.zh}”改为“{now.zh}”"
    return Change(level, kind, key, field, Text(zh, f"{where_en}{name.en} from {was.en} to {now.en}"))


def _level_zh(level: str) -> str:
    return f"{ResponseLevel[level].zh}响应：" if level else ""


def _level_en(level: str) -> str:
    return f"level {level}: " if level else ""
