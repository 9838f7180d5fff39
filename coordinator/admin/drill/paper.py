"""The after-action report of a drill as sheets of a paper: summary, plan, what happened, figures, corrective actions.

Every number is read from the review; none is made here. Marked 【演练】 on every page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from coordinator.domain.area import AreaCode, AreaLevel
from coordinator.domain.observing import ItemKind
from coordinator.domain.register import AreaRegister
from coordinator.domain.text import Text
from coordinator.drills.after_action import AfterAction
from coordinator.drills.figures import Row
from coordinator.drills.matching import AtPlace, Verdict
from coordinator.drills.schema import Document
from coordinator.drills.score import GRADES, RATINGS, Line
from coordinator.drills.vocabulary import CAPABILITIES, EVALUATION_AREAS, FIGURES, KINDS
from coordinator.paper.sheets import Bar, Block, Chart, Paper, Sheet, Tone
from coordinator.playbook.loader import Playbook
from coordinator.wire.marks import mark
from coordinator.wire.times import day_time, full_time
from coordinator.wire.words import Language, said, word

VERDICTS: Final = {
    Verdict.MET: Text("达标", "met"),
    Verdict.LATE: Text("迟", "late"),
    Verdict.MISSED: Text("未做到", "missed"),
    Verdict.NOT_NEEDED: Text("不需要", "not needed"),
    Verdict.NOT_OBSERVED: Text("未观察到", "not observed"),
}
TONES: Final = {Verdict.MET: Tone.GOOD, Verdict.LATE: Tone.LATE, Verdict.MISSED: Tone.BAD}
SHOWN: Final = 40
"""Places in one chart."""


def drill_paper(
    document: Document,
    review: AfterAction,
    areas: AreaRegister,
    lang: Language,
    *,
    sampled: bool,
    playbook: Playbook | None = None,
) -> Paper:
    """`sampled`: the people in it are generated. `playbook`: the version that was practised."""
    return _Page(document, review, areas, lang).paper(sampled, playbook)


def seen_by(line: Line, document: Document, lang: Language) -> str:
    """What observers ticked, in words; empty where nobody did."""
    kind = next(item.kind for item in document.items if item.key == line.key)
    return ", ".join(_ticked(kind, one.value, lang) for one in line.seen)


def _ticked(kind: ItemKind, value: int, lang: Language) -> str:
    if kind is ItemKind.YES_NO:
        yes, no = ("是", "否") if lang == "zh" else ("yes", "no")
        return yes if value else no
    return f"{value}{' 秒' if lang == 'zh' else ' s'}" if kind is ItemKind.TIMED else str(value)


class _Page:
    def __init__(self, document: Document, review: AfterAction, areas: AreaRegister, lang: Language) -> None:
        self._document, self._review, self._areas = document, review, areas
        self._lang: Language = lang

    def paper(self, sampled: bool, playbook: Playbook | None) -> Paper:
        score, say = self._review.score, self._say
        facts = [f"{score.world} · {self._document.id} v{self._document.version} · {score.digest[:16]}"]
        if playbook is not None:
            version = f"{playbook.id} v{playbook.version} · {playbook.digest}"
            facts.append(f"{say('预案', 'Playbook')} {version}")
        if score.began is not None:
            facts.append(f"{say('演练时间', 'World time')} {full_time(score.began)}")
        if sampled:
            facts.append(say("人员名册为生成的，不是真人。", "The people are generated, not real."))
        facts.append(
            say(
                "仅据脚本和日志生成；可对单位和区域比较，不对个人评价。",
                "From script and log alone; organisations may be compared, persons are not judged.",
            )
        )
        sheets = [
            Sheet(say("结论", "Summary"), [self._summary(), self._areas_of_evaluation(), self._ratings()]),
            Sheet(say("应当发生什么", "What was to happen"), [self._plan(), self._roles()]),
            Sheet(
                say("实际发生了什么", "What happened"),
                [
                    self._course(),
                    self._lines(),
                    self._times(),
                    *self._by_place(),
                    self._people(),
                    self._timeline(),
                ],
            ),
            Sheet(say("为什么", "Why"), [self._strengths(), *self._shortfalls()]),
            Sheet(say("整改", "Corrective actions"), [self._correctives(), self._sign()]),
        ]
        title = f"{say('演练复盘报告', 'After-action report')}：{self._text(self._document.name.text)}"
        return Paper(self._lang, mark(score.world), title, facts, sheets)

    # --- summary --------------------------------------------------------------------------------------------

    def _summary(self) -> Block:
        score, say = self._review.score, self._say
        grade = said(GRADES[score.grade], self._lang) if score.grade else say("不评", "not graded")
        points = f"{score.points:.0%}" if score.points is not None else "—"
        counts = {verdict: sum(one.verdict is verdict for one in score.outcomes) for verdict in Verdict}
        return Block(
            "",
            lines=[
                f"{say('目的', 'Objective')}: {self._text(self._document.objective.text)}",
                f"{say('类型', 'Kind')}: {said(KINDS[self._document.kind], self._lang)}；"
                f"{word('hazard', self._document.hazard, self._lang)}",
                f"{say('评定', 'Grade')}: {grade}（{points}）；"
                f"{say('观察到应评的', 'observed of what was to be seen')} {score.observed:.0%}",
                f"{say('预期', 'Expectations')}: "
                + "，".join(f"{said(VERDICTS[one], self._lang)} {number}" for one, number in counts.items()),
                f"{say('状态', 'Ended as')}: {word('phase', score.phase.value, self._lang)}",
            ],
        )

    def _areas_of_evaluation(self) -> Block:
        rows = [
            (
                said(EVALUATION_AREAS[area], self._lang),
                f"{part.points:.0%}" if part.points is not None else "—",
                str(part.weight),
                str(part.unobserved),
            )
            for area, part in self._review.score.areas.items()
        ]
        columns = self._columns("评估内容|得分|权重|未观察", "area of evaluation|points|weight|unobserved")
        return self._table("AQ/T 9009", "AQ/T 9009", columns, rows)

    def _ratings(self) -> Block:
        rows = [
            (
                said(CAPABILITIES[one], self._lang),
                part.rating.value if part.rating else "—",
                said(RATINGS[part.rating], self._lang) if part.rating else self._say("未评", "not rated"),
            )
            for one, part in self._review.score.capabilities.items()
        ]
        columns = self._columns("能力|等级|含义", "capability|rating|meaning")
        return self._table("HSEEP", "HSEEP", columns, rows)

    # --- plan -----------------------------------------------------------------------------------------------

    def _plan(self) -> Block:
        rows = [
            (
                self._text(one.when),
                word("inject", one.kind.value, self._lang),
                self._names(one.to),
                self._text(one.text),
                "；".join(map(self._text, one.expected)),
            )
            for one in self._review.planned
        ]
        columns = self._columns("时间|情况|地点|内容|预期", "when|inject|where|what|expected")
        return self._table("脚本", "Script", columns, rows)

    def _roles(self) -> Block:
        rows = [
            (self._text(one.name.text), word("role", one.role, self._lang), self._text(one.task.text))
            for one in self._document.roles
        ]
        return self._table(
            "导调与评估", "Control and observers", self._columns("岗位|角色|任务", "post|role|task"), rows
        )

    # --- what happened --------------------------------------------------------------------------------------

    def _lines(self) -> Block:
        outcomes = {one.key: one for one in self._review.score.outcomes}
        rows = []
        for line in self._review.score.lines:
            outcome = outcomes.get(line.key)
            if outcome is None:
                verdict = self._seen(line)
            else:
                verdict = said(VERDICTS[outcome.verdict], self._lang)
                verdict += self._late(outcome.late)
                verdict += f"（{outcome.count(Verdict.MET)}/{len(outcome.places)}）"
            points = f"{line.points:.2f}" if line.points is not None else "—"
            rows.append((self._text(line.text), verdict, points, str(line.weight)))
        columns = self._columns("预期与检查项|结果|得分|权重", "expectation or item|result|points|weight")
        return self._table("逐项", "Item by item", columns, rows)

    def _seen(self, line: Line) -> str:
        if not line.seen:
            return said(VERDICTS[Verdict.NOT_OBSERVED], self._lang)
        return self._say("评估员：", "observer: ") + seen_by(line, self._document, self._lang)

    def _times(self) -> Block:
        rows = [self._time_row(row) for row in self._review.score.figures]
        columns = self._columns(
            "时间（分钟）|数量|p50|p95|目标|达标|未完成", "minutes|count|p50|p95|target|in time|never"
        )
        return self._table("用时", "Times", columns, rows)

    def _time_row(self, row: Row) -> tuple[str, ...]:
        held = {True: self._say("是", "yes"), False: self._say("否", "no"), None: "—"}[row.in_time]
        return (
            said(FIGURES[row.figure], self._lang),
            str(row.whole.count),
            _minutes(row.whole.p50),
            _minutes(row.whole.p95),
            _minutes(row.target),
            held,
            str(row.whole.never),
        )

    def _course(self) -> Block:
        """Each expectation from its inject to when enough had met it; what never was goes on to the end."""
        end = max([self._document.lasts, *(one.done or 0 for one in self._review.courses)])
        bars = [
            Bar(
                label=self._text(one.text),
                start=one.asked,
                end=max(one.asked, one.done if one.done is not None else end),
                text=said(VERDICTS[one.verdict], self._lang),
                tone=TONES[one.verdict],
                target=one.due,
            )
            for one in self._review.courses
            if one.verdict in TONES
        ]
        note = self._say(
            "每条从情况发布到足够多的席位完成；虚线为时限。",
            "Each from its inject until enough had done it; the dashed line is when it was due.",
        )
        title = self._say("全程", "The course of the drill")
        return Block(title, lines=[note], chart=Chart(self._say("分钟", "minutes"), bars))

    def _by_place(self) -> Iterator[Block]:
        """Each place's 95th percentile of every figure that has a target, against it."""
        for row in self._review.score.figures:
            found = [(place, times.p95) for place, times in row.places.items() if times.p95 is not None]
            if row.target is None or not found:
                continue
            target = row.target / 60
            bars = [
                Bar(
                    label=self._name(place),
                    start=0,
                    end=seconds / 60,
                    text=_minutes(seconds) + ("▲" if seconds > row.target else ""),
                    tone=Tone.LATE if seconds > row.target else Tone.GOOD,
                    target=target,
                )
                for place, seconds in found[:SHOWN]
            ]
            title = said(FIGURES[row.figure], self._lang)
            note = self._say(f"p95，▲ 超过目标 {target:g} 分", f"p95; ▲ over the target of {target:g} min")
            if len(found) > SHOWN:
                note += self._say(f"；共 {len(found)} 处", f"; {len(found)} places in all")
            yield Block(f"{title}：{note}", chart=Chart(self._say("分钟", "minutes"), bars))

    def _people(self) -> Block:
        return Block(self._say("人员", "People"), lines=[self._text(one) for one in self._review.people])

    def _timeline(self) -> Block:
        rows = [
            (
                day_time(one.at),
                self._text(one.what),
                self._names(one.areas),
                f"{one.scope}/{one.position}",
            )
            for one in self._review.happened
        ]
        columns = self._columns("时间|事|区域|日志位置", "at|what|area|in the log")
        return self._table("时间轴", "Timeline", columns, rows)

    # --- why, and what to do --------------------------------------------------------------------------------

    def _strengths(self) -> Block:
        return Block(
            self._say("做得好的", "What went well"),
            lines=[self._text(one) for one in self._review.strengths] or [self._say("无", "none")],
        )

    def _shortfalls(self) -> list[Block]:
        found = [
            Block(
                f"{self._text(one.text)}：{said(VERDICTS[one.verdict], self._lang)}",
                lines=[
                    *(self._place(place) for place in one.places[:20]),
                    *(f"{self._say('原因', 'reason')}: {self._text(why)}" for why in one.why),
                ],
            )
            for one in self._review.shortfalls
        ]
        return found or [Block(self._say("不足", "Shortfalls"), lines=[self._say("无", "none")])]

    def _place(self, one: AtPlace) -> str:
        return f"{self._name(one.place)}：{said(VERDICTS[one.verdict], self._lang)}{self._late(one.late)}"

    def _late(self, seconds: float) -> str:
        return f" {_minutes(seconds)} {self._say('分', 'min')}" if seconds else ""

    def _correctives(self) -> Block:
        rows = [
            (str(number), self._text(one.text), one.office, f"{one.due:%Y-%m-%d}", self._text(one.verify))
            for number, one in enumerate(self._review.correctives, start=1)
        ]
        columns = self._columns("#|整改事项|责任单位|期限|如何验证", "#|what|owner|due|verified by")
        return self._table("整改清单（建议）", "Proposed", columns, rows)

    def _sign(self) -> Block:
        return Block(
            "",
            lines=[
                self._say("总导调签字：____________", "Chief controller: ____________"),
                self._say("责任单位签字：____________", "Owner: ____________"),
            ],
        )

    # --- words ----------------------------------------------------------------------------------------------

    def _text(self, text: Text) -> str:
        return said(text, self._lang)

    def _name(self, area: AreaCode) -> str:
        return place_name(self._areas, area)

    def _names(self, areas: Iterable[AreaCode]) -> str:
        return "、".join(map(self._name, areas))

    def _say(self, zh: str, en: str) -> str:
        return en if self._lang == "en" else zh

    def _columns(self, zh: str, en: str) -> tuple[str, ...]:
        return tuple(self._say(zh, en).split("|"))

    def _table(self, zh: str, en: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Block:
        return Block(self._say(zh, en), columns=columns, rows=list(rows), none=self._say("无", "none"))


def place_name(areas: AreaRegister, area: AreaCode) -> str:
    """A grid together with its community: each has a first and a second one."""
    known = areas.get(area)
    if known is None:
        return area
    above = areas.get(known.parent) if known.level is AreaLevel.GRID else None
    return f"{above.name}{known.name}" if above else known.name


def _minutes(seconds: float | None) -> str:
    return "—" if seconds is None else f"{seconds / 60:.1f}"
