"""A playbook as a person reads it: level by level the five things, in one language. Shows; judges nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rich.console import Console
from rich.padding import Padding

from coordinator.admin.terminal import minutes, table
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.register import Kind
from coordinator.domain.text import Text
from coordinator.playbook import schema
from coordinator.playbook.loader import Playbook
from coordinator.playbook.measures import in_force, up_to
from coordinator.playbook.vocabulary import CHANNELS, FACILITIES, ROUTINES, SKILLS
from coordinator.wire.words import Language, said, word

KINDS: Final = {
    Kind.SHOCK_TEAM: Text("突击队员", "shock team"),
    Kind.CADRE: Text("下沉干部", "cadres sent down"),
    Kind.VOLUNTEER: Text("志愿者", "volunteers"),
    Kind.GRID_STAFF: Text("网格员", "grid staff"),
    Kind.PROPERTY_STAFF: Text("物业", "property staff"),
    Kind.COURIER: Text("新就业群体", "couriers"),
    Kind.PROFESSIONAL: Text("专业人员", "professionals"),
}
FIVE: Final = {
    "command": Text("一、指挥", "1. Command"),
    "people": Text("二、力量", "2. People"),
    "facilities": Text("三、阵地", "3. Facilities"),
    "work": Text("四、任务", "4. Work"),
    "information": Text("五、信息", "5. Information"),
}
MUST: Final = Text("必备", "must")


def show(console: Console, playbook: Playbook, level: ResponseLevel | None, lang: Language) -> None:
    """All levels, each with what it adds; or one, with everything that holds at it."""
    document = playbook.document
    console.rule(f"{said(playbook.name, lang)}  {playbook.id} v{playbook.version}")
    console.print(f"{said(document.category.text, lang)} · {playbook.digest[:16]}", justify="center")
    for rule in document.safety:
        console.print(f"  ⚠ {said(rule.text.text, lang)}")
    if document.cut_off is not None:
        head = "If cut off" if lang == "en" else "断联自启"
        console.print(f"  {head}: {said(document.cut_off.rule.text, lang)}")
    reading = _Reading(console, playbook, lang)
    for each in [level] if level else ResponseLevel:
        reading.level(each, whole=level is not None)
    console.rule("Back to normal" if lang == "en" else "恢复平时")
    reading.tasks(document.recovery, "Restore list" if lang == "en" else "恢复事项")


class _Reading:
    def __init__(self, console: Console, playbook: Playbook, lang: Language) -> None:
        self._console, self._document, self._lang = console, playbook.document, lang
        own = playbook.document.words
        self._skills = {**SKILLS, **{key: words.text for key, words in own.skills.items()}}
        self._facilities = {**FACILITIES, **{key: words.text for key, words in own.facilities.items()}}

    def level(self, level: ResponseLevel, *, whole: bool) -> None:
        """`whole`: the lower levels added and replaced; else only what this level adds."""
        levels = [self._document.levels[each] for each in (up_to(level) if whole else [level])]
        top, zh = levels[-1], self._lang == "zh"
        title = f"{level.zh}响应" if zh else f"Level {level.value}"
        added = ("（含以下各级）" if whole else "（在下级之上增加）") if level is not ResponseLevel.IV else ""
        if not zh:
            added = (" (all that holds)" if whole else " (added to the lower)") if added else ""
        self._console.rule(title + added)
        self._command(top.command)
        self._people(in_force(each.people for each in levels).standing.values())
        self._buildings({one.kind: one for each in levels for one in each.facilities}.values())
        tasks = in_force(each.work.tasks for each in levels).standing.values()
        self.tasks(tasks, said(FIVE["work"], self._lang))
        self._line(
            "暂停", "suspended", self._words(ROUTINES, (w for one in levels for w in one.work.suspends))
        )
        tallies = in_force(each.information.tallies for each in levels).standing.values()
        self._information(top.information, tallies)
        conditions = "；".join(said(one.text.text, self._lang) for one in top.stand_down)
        self._line("解除条件", "conditions for leaving", conditions)

    def _command(self, part: schema.CommandPart) -> None:
        self._head("command")
        lang = self._lang
        report = f"{minutes(part.report_every, lang)} → {word('area_level', part.report_to, lang)}"
        self._line("指挥部", "command post", said(part.post.text, lang))
        self._line("启动权限", "ordered by", word("area_level", part.authority, lang))
        self._line("一口指挥", "one mouth", said(part.one_mouth.text, lang))
        self._line("报告", "report every", report)
        for trigger in part.triggers:
            self._line("启动条件", "thought of when", said(trigger.text.text, lang))

    def _people(self, posts: Iterable[schema.Post]) -> None:
        zh = self._lang == "zh"
        names = (
            ("岗位", "范围", "每班人数", "班次", "时限", "条件", "可担任者")
            if zh
            else ("post", "scope", "heads", "shifts", "within", "asks", "who may fill it")
        )
        made = table(said(FIVE["people"], self._lang), *names)
        for post in posts:
            asks = [self._words(self._skills, post.skills)] if post.skills else []
            if post.crew_min > 1:
                asks.append(f"同组至少 {post.crew_min} 人" if zh else f"crew of {post.crew_min}")
            if post.must:
                asks.append(said(MUST, self._lang))
            made.add_row(
                said(post.name.text, self._lang),
                word("area_level", post.scope, self._lang),
                post.heads,
                f"{post.shifts}×{minutes(post.shift, self._lang)}",
                minutes(post.by, self._lang),
                "，".join(asks),
                self._words({kind.value: text for kind, text in KINDS.items()}, post.may_fill),
            )
        self._console.print(made)

    def _buildings(self, conversions: Iterable[schema.Conversion]) -> None:
        names = (
            ("设施", "范围", "转为", "用途", "时限")
            if self._lang == "zh"
            else ("facility", "scope", "to", "use", "within")
        )
        made = table(said(FIVE["facilities"], self._lang), *names)
        for each in conversions:
            made.add_row(
                self._words(self._facilities, [each.kind]),
                word("area_level", each.scope, self._lang),
                word("facility", each.to.value, self._lang),
                said(each.use.text, self._lang) + (f" · {said(MUST, self._lang)}" if each.must else ""),
                minutes(each.by, self._lang),
            )
        self._console.print(made)

    def tasks(self, tasks: Iterable[schema.Task], title: str) -> None:
        names = (
            ("任务", "范围", "时限", "佐证", "")
            if self._lang == "zh"
            else ("task", "scope", "within", "evidence", "")
        )
        made = table(title, *names)
        for task in tasks:
            evidence = word("evidence", task.evidence.kind.value, self._lang)
            if task.evidence.total is not None:
                evidence += f" {task.evidence.total}" + (
                    f"×{task.evidence.share:.0%}" if task.evidence.share < 1 else ""
                )
            made.add_row(
                said(task.name.text, self._lang),
                word("area_level", task.scope, self._lang),
                minutes(task.by, self._lang),
                evidence,
                said(MUST, self._lang) if task.must else "",
            )
        self._console.print(made)

    def _information(self, part: schema.InformationPart, tallies: Iterable[schema.Tally]) -> None:
        self._head("information")
        lang = self._lang
        reports = part.reports
        self._line("方式", "by", self._words(CHANNELS, part.channels))
        self._line("告知", "people are told", said(part.notice.text, lang))
        self._line("热线", "hotline", said(part.hotline.text, lang))
        counts = (f"{said(one.name.text, lang)}({minutes(one.every, lang)})" for one in tallies)
        self._line("统计", "counted", "、".join(counts))
        first, final = minutes(reports.first, lang), minutes(reports.final, lang)
        what = "、".join(said(one.text, lang) for one in reports.contents)
        self._line("情况报告", "situation reports", f"{first} … {final}: {what}")

    def _head(self, part: str) -> None:
        self._console.print(said(FIVE[part], self._lang), style="bold")

    def _line(self, zh: str, en: str, what: str) -> None:
        if what:
            self._console.print(Padding(f"{en if self._lang == 'en' else zh}: {what}", (0, 0, 0, 2)))

    def _words(self, known: dict[str, Text], keys: Iterable[str]) -> str:
        found = (said(known[key], self._lang) if key in known else key for key in dict.fromkeys(keys))
        return (", " if self._lang == "en" else "、").join(found)
