"""A report as sheets of a paper, so that it is written as Markdown or HTML by one text; marked by its world."""

from __future__ import annotations

from collections.abc import Sequence

from coordinator.domain.register import AreaRegister
from coordinator.domain.text import Text
from coordinator.paper.sheets import Block, Paper, Sheet
from coordinator.review.report import OperationReport
from coordinator.review.summary import Times
from coordinator.review.words import fact_words
from coordinator.wire.log_words import FIGURES, STORY
from coordinator.wire.marks import mark
from coordinator.wire.times import day_time, full_time
from coordinator.wire.words import Language, said, word


def report_paper(reports: Sequence[OperationReport], areas: AreaRegister | None, lang: Language) -> Paper:
    """One sheet per operation."""
    writing = [_Page(one, areas, lang) for one in reports]
    world = reports[0].world if reports else ""
    title = "响应报告" if lang == "zh" else "Report of operations"
    when = max((one.declared for one in reports), default=None)
    facts = [f"{world} · {len(reports)}"] if reports else []
    facts += [f"{'最近启动' if lang == 'zh' else 'latest declared'} {full_time(when)}"] if when else []
    facts.append(
        "仅据日志生成，人员以编号出现；可对单位和区域比较，不对个人排名。"
        if lang == "zh"
        else "From the log alone; people appear by id. Organisations may be compared, persons not."
    )
    return Paper(lang, mark(world), title, facts, [page.sheet() for page in writing])


class _Page:
    def __init__(self, report: OperationReport, areas: AreaRegister | None, lang: Language) -> None:
        self._report, self._areas, self._lang = report, areas, lang

    def sheet(self) -> Sheet:
        blocks = [
            self._head(),
            self._hints(),
            self._times(),
            self._figures(),
            self._tasks(),
            self._tallies(),
            self._hazards(),
            self._overridden(),
            self._timeline(),
        ]
        hazard = word("hazard", self._report.hazard, self._lang)
        return Sheet(f"{hazard} · {self._report.operation}", blocks)

    def _head(self) -> Block:
        report = self._report
        targets = ", ".join(
            f"{self._name(area)} {word('level', level.value if level else '', self._lang)}"
            for area, level in report.targets.items()
        )
        closed = full_time(report.closed) if report.closed else self._say("尚未结束", "still running")
        return Block(
            "",
            lines=[
                f"{self._say('启动', 'Declared')}: {full_time(report.declared)} {targets}",
                *self._only_part(),
                f"{self._say('启动人 / 批准人', 'By / approved by')}: {report.declared_by} / "
                f"{report.approved_by or '—'}",
                f"{self._say('全部恢复平时', 'Everywhere normal')}: {closed}",
                f"{self._say('转换的社区', 'Communities switched')}: {report.switched}",
                f"{self._say('预案', 'Playbook')}: {report.playbook[:16]}",
            ],
        )

    def _only_part(self) -> list[str]:
        report = self._report
        if report.part == report.area:
            return []
        name = self._name(report.part)
        return [self._say(f"本报告只含{name}", f"Of {name} alone")]

    def _hints(self) -> Block:
        found = self._report.hints
        lines = [f"{at}. {said(hint.text, self._lang)}" for at, hint in enumerate(found, start=1)]
        return Block(
            self._say("复盘提示", "For the review"),
            lines=lines or [self._say("没有突出之处。", "Nothing stands out.")],
        )

    def _times(self) -> Block:
        summary = self._report.summary
        rows = [
            self._row(zh, en, times)
            for zh, en, times in (
                ("下达到签收", "recorded to signed", summary.time_to_sign),
                ("下达到到位", "recorded to ready", summary.time_to_ready),
                ("征召到到岗", "called to on post", summary.time_to_arrive),
            )
        ]
        columns = self._columns("时间（分钟）|数量|p50|p95|p99|最慢", "minutes|count|p50|p95|p99|slowest")
        return self._table("三个时钟", "Times", columns, rows)

    def _row(self, zh: str, en: str, times: Times | None) -> tuple[str, ...]:
        name = self._say(zh, en)
        if times is None:
            return (name, "0", "—", "—", "—", "—")
        minutes = [f"{seconds / 60:.1f}" for seconds in (times.p50, times.p95, times.p99)]
        return (name, str(times.count), *minutes, self._name(times.slowest))

    def _figures(self) -> Block:
        report, figures = self._report, self._report.summary.figures
        rows = [
            (
                said(text, self._lang),
                str(found.number),
                f"{found.share:.1%}" if found.share is not None else "",
            )
            for key, text in FIGURES.items()
            if (found := figures.get(key)) is not None
        ]
        rows.append((self._say("到场（含集结）", "arrived, musters included"), str(report.arrived), ""))
        rows += [
            (self._say("不能来：", "declined: ") + word("decline", code, self._lang), str(count), "")
            for code, count in report.declines.items()
        ]
        rows.append((self._say("情况报告", "situation reports"), str(report.reports_signed), ""))
        rows.append((self._say("情况报告超时", "situation reports late"), str(report.reports_overdue), ""))
        return self._table("统计", "Figures", self._columns("|数|比例", "|number|share"), rows)

    def _tasks(self) -> Block:
        rows = [
            (said(line.name, self._lang), str(line.opened), str(line.done), str(line.overdue))
            for line in self._report.tasks
        ]
        return self._table(
            "任务", "Tasks", self._columns("任务|下达|办结|逾期", "task|opened|done|late"), rows
        )

    def _tallies(self) -> Block:
        rows = [
            (said(one.name, self._lang), f"{one.reported}/{one.asked}", str(one.value), str(one.total))
            for one in self._report.tallies
        ]
        columns = self._columns("统计|已报网格|最后合计|应有", "tally|grids reported|last sum|of")
        return self._table("统计数", "Tallies", columns, rows)

    def _hazards(self) -> Block:
        rows = [
            (
                day_time(one.first),
                word("hazard_point", one.kind, self._lang),
                self._name(one.area),
                str(one.deepest_cm),
                str(one.reports),
                day_time(one.closed) if one.closed else "—",
            )
            for one in self._report.hazards
        ]
        columns = self._columns(
            "首报|类别|地点|最深厘米|次数|销号", "first|kind|where|deepest cm|reports|closed"
        )
        return self._table("险情点", "Hazard points", columns, rows)

    def _overridden(self) -> Block:
        rows = [
            (day_time(one.at), self._name(one.area), one.condition, one.reason, one.by)
            for one in self._report.overridden
        ]
        columns = self._columns("时间|区域|条件|理由|何人", "at|area|condition|reason|by")
        return self._table("未满足而放行的条件", "Conditions overridden", columns, rows)

    def _timeline(self) -> Block:
        rows = [
            (
                day_time(line.at),
                said(STORY.get(line.what, Text(line.what, line.what)), self._lang),
                self._name(line.area),
                fact_words(line, self._lang, self._name),
                f"{line.scope}/{line.position}",
            )
            for line in self._report.summary.timeline
        ]
        columns = self._columns("时间|事|区域||日志位置", "at|what|area||in the log")
        return self._table("时间轴", "Timeline", columns, rows)

    def _name(self, area: str) -> str:
        known = self._areas.get(area) if self._areas is not None else None
        return known.name if known else area

    def _say(self, zh: str, en: str) -> str:
        return en if self._lang == "en" else zh

    def _columns(self, zh: str, en: str) -> tuple[str, ...]:
        return tuple(self._say(zh, en).split("|"))

    def _table(self, zh: str, en: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Block:
        return Block(self._say(zh, en), columns=columns, rows=list(rows), none=self._say("无", "none"))
