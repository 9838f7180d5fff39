"""A playbook on paper for one area: per level the five things with the area's own heads and deadlines counted out.

Every level stands whole, the lower ones added: on paper nobody adds them up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from coordinator.admin.playbook.show import FIVE, KINDS
from coordinator.admin.terminal import minutes
from coordinator.domain.area import AreaCode, AreaLevel
from coordinator.domain.measures import ConversionSpec, Measures, PostSpec, TaskSpec
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.register import Kind
from coordinator.domain.text import Text
from coordinator.paper.sheets import Block, Sheet
from coordinator.playbook.fields import Words
from coordinator.playbook.loader import Playbook
from coordinator.playbook.measures import resolve
from coordinator.playbook.vocabulary import CHANNELS, FACILITIES, SKILLS
from coordinator.store.registers import RegisterSet
from coordinator.wire.words import Language, said, word

Spec = TypeVar("Spec", PostSpec, TaskSpec, ConversionSpec)
Found = list[tuple[AreaCode, Spec]]


def playbook_sheets(
    registers: RegisterSet,
    area: AreaCode,
    playbook: Playbook,
    lang: Language,
    levels: Iterable[ResponseLevel] = tuple(ResponseLevel),
) -> list[Sheet]:
    """One sheet per level, and one for the way back."""
    writing = _Writing(registers, area, playbook, lang)
    return [*(writing.level(level) for level in levels), writing.recovery()]


class _Writing:
    def __init__(self, registers: RegisterSet, area: AreaCode, playbook: Playbook, lang: Language) -> None:
        self._registers, self._area, self._playbook, self._lang = registers, area, playbook, lang
        tree = registers.areas
        scopes = (AreaLevel.STREET, AreaLevel.COMMUNITY, AreaLevel.GRID)
        self._places = [place for scope in scopes for place in tree.below(area, scope)]
        own = playbook.document.words
        self._skills = {**SKILLS, **{key: words.text for key, words in own.skills.items()}}
        self._facilities = {**FACILITIES, **{key: words.text for key, words in own.facilities.items()}}

    def level(self, level: ResponseLevel) -> Sheet:
        measures = self._measures(level)
        document = self._playbook.document.levels[level]
        command, information = document.command, document.information
        zh = self._lang == "zh"
        lines = [
            self._line("指挥部", "Command post", command.post.text),
            self._line("一口指挥", "One mouth", command.one_mouth.text),
            ("启动权限：" if zh else "Ordered by: ") + word("area_level", command.authority, self._lang),
            ("报告：每" if zh else "Reports: every ")
            + f"{minutes(command.report_every, self._lang)} → {word('area_level', command.report_to, self._lang)}",
            *(self._line("启动条件", "Thought of when", trigger.text.text) for trigger in command.triggers),
            *(self._line("安全", "Safety", rule.text.text) for rule in self._playbook.document.safety),
        ]
        names = {one.routine: one.name for each in measures.values() for one in each.suspensions}
        suspended = self._joined(names.values())
        counted = {tally.key: tally for each in measures.values() for tally in each.tallies}
        channels = self._joined(CHANNELS.get(key, Text(key, key)) for key in information.channels)
        told = [
            self._line("告知", "People are told", information.notice.text),
            self._line("热线", "Hotline", information.hotline.text),
            ("方式：" if zh else "By: ") + channels,
            ("统计：" if zh else "Counted: ") + self._joined(tally.name for tally in counted.values()),
            self._line("报告内容", "Reports say", Text(*self._contents(information.reports.contents))),
            *(self._line("解除条件", "Left when", one.text.text) for one in document.stand_down),
        ]
        title = f"{level.zh}响应" if zh else f"level {level.value}"
        return Sheet(
            f"{said(self._playbook.name, self._lang)} {title}",
            [
                Block(self._five("command"), lines=lines),
                self._posts(measures),
                self._conversions(measures),
                self._tasks(self._five("work"), measures, lambda each: each.tasks),
                Block("", lines=[("暂停的日常工作：" if zh else "Suspended: ") + (suspended or "—")]),
                Block(self._five("information"), lines=told),
            ],
        )

    def recovery(self) -> Sheet:
        """The restore list is the same at every level."""
        measures = self._measures(ResponseLevel.IV)
        title = "恢复平时" if self._lang == "zh" else "Back to normal"
        block = self._tasks("", measures, lambda each: each.recovery)
        return Sheet(f"{said(self._playbook.name, self._lang)} {title}", [block])

    def _measures(self, level: ResponseLevel) -> dict[AreaCode, Measures]:
        tree = self._registers.areas
        return {
            place: resolve(self._playbook, level, place, tree[place].level, tree.attributes(place))
            for place in self._places
        }

    def _posts(self, measures: dict[AreaCode, Measures]) -> Block:
        rows = []
        for found in _by_key(measures, lambda each: each.posts, lambda spec: spec.key):
            spec = found[0][1]
            heads = [one.heads for _, one in found]
            each = str(heads[0]) if min(heads) == max(heads) else f"{min(heads)}–{max(heads)}"
            rows.append(
                (
                    said(spec.name, self._lang) + self._must(spec.must),
                    f"{word('area_level', spec.scope.value, self._lang)}×{len(found)}",
                    each,
                    str(sum(heads)),
                    f"{spec.shifts}×{minutes(spec.shift_minutes, self._lang)}",
                    minutes(spec.by_minutes, self._lang),
                    self._asked(spec),
                )
            )
        columns = self._columns(
            "岗位|在|每处人数|每班合计|班次|到岗时限|要求",
            "post|at|heads each|heads in all|shifts|within|asks",
        )
        return self._table(self._five("people"), columns, rows)

    def _asked(self, spec: PostSpec) -> str:
        kinds = [said(KINDS[Kind(kind)], self._lang) for kind in spec.may_fill]
        skills = [said(self._skills.get(key, Text(key, key)), self._lang) for key in spec.skills]
        crew = f"至少{spec.crew_min}人同行" if self._lang == "zh" else f"never fewer than {spec.crew_min}"
        parts = ["/".join(skills), "/".join(kinds), crew if spec.crew_min > 1 else ""]
        return "；".join(part for part in parts if part)

    def _conversions(self, measures: dict[AreaCode, Measures]) -> Block:
        rows = []
        for found in _by_key(measures, lambda each: each.conversions, lambda spec: spec.kind):
            spec = found[0][1]
            places = self._registers.organisation.places_in
            names = [one.name for place, _ in found for one in places(place) if one.kind == spec.kind]
            rows.append(
                (
                    said(self._facilities.get(spec.kind, Text(spec.kind, spec.kind)), self._lang),
                    word("facility", spec.to, self._lang),
                    said(spec.use, self._lang) + self._must(spec.must),
                    minutes(spec.by_minutes, self._lang),
                    "、".join(names) if len(names) <= 3 else str(len(names)),
                )
            )
        columns = self._columns("设施|转为|用途|时限|哪些", "facility|to|use|within|which")
        return self._table(self._five("facilities"), columns, rows)

    def _tasks(
        self,
        title: str,
        measures: dict[AreaCode, Measures],
        of: Callable[[Measures], tuple[TaskSpec, ...]],
    ) -> Block:
        rows = []
        for found in sorted(
            _by_key(measures, of, lambda spec: spec.key), key=lambda one: one[0][1].by_minutes
        ):
            spec = found[0][1]
            evidence = word("evidence", spec.evidence.kind.value, self._lang)
            total = sum(one.evidence.total for _, one in found)
            share = f"×{spec.evidence.share:.0%}" if spec.evidence.share < 1 else ""
            rows.append(
                (
                    "□ " + said(spec.name, self._lang) + self._must(spec.must),
                    f"{word('area_level', spec.scope.value, self._lang)}×{len(found)}",
                    minutes(spec.by_minutes, self._lang),
                    f"{evidence} {total}{share}" if total else evidence,
                )
            )
        return self._table(title, self._columns("任务|在|时限|佐证", "task|at|within|evidence"), rows)

    def _contents(self, contents: Iterable[Words]) -> tuple[str, str]:
        said_in_both = list(contents)
        return "、".join(one.zh for one in said_in_both), ", ".join(one.en for one in said_in_both)

    def _must(self, must: bool) -> str:
        return ("（必备）" if self._lang == "zh" else " (must)") if must else ""

    def _five(self, part: str) -> str:
        return said(FIVE[part], self._lang)

    def _line(self, zh: str, en: str, what: Text) -> str:
        return f"{en}: {what.en}" if self._lang == "en" else f"{zh}：{what.zh}"

    def _joined(self, texts: Iterable[Text]) -> str:
        return (", " if self._lang == "en" else "、").join(said(text, self._lang) for text in texts)

    def _columns(self, zh: str, en: str) -> tuple[str, ...]:
        return tuple((en if self._lang == "en" else zh).split("|"))

    def _table(self, title: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Block:
        return Block(title, columns=columns, rows=list(rows), none="—")


def _by_key(
    measures: dict[AreaCode, Measures],
    of: Callable[[Measures], tuple[Spec, ...]],
    key: Callable[[Spec], str],
) -> list[Found[Spec]]:
    """The same entry over all places, in the order in which the playbook has them."""
    found: dict[str, Found[Spec]] = defaultdict(list)
    for place, each in measures.items():
        for spec in of(each):
            found[key(spec)].append((place, spec))
    return list(found.values())
