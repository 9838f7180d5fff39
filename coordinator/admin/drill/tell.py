"""Telling a person the score of a drill, on the terminal: the grade, each expectation, the times, what to do next."""

from __future__ import annotations

from rich.console import Console

from coordinator.admin.drill.paper import VERDICTS, seen_by
from coordinator.admin.terminal import table
from coordinator.domain.register import AreaRegister
from coordinator.drills.compare import Comparison
from coordinator.drills.matching import Verdict
from coordinator.drills.schema import Document
from coordinator.drills.score import GRADES, Score
from coordinator.drills.vocabulary import CAPABILITIES, FIGURES
from coordinator.wire.marks import mark
from coordinator.wire.words import Language, said


def tell_score(
    console: Console, document: Document, score: Score, areas: AreaRegister, lang: Language
) -> None:
    """To standard output."""
    zh = lang == "zh"
    marked = mark(score.world)
    grade = said(GRADES[score.grade], lang) if score.grade else ("不评" if zh else "not graded")
    points = f"{score.points:.0%}" if score.points is not None else "—"
    console.rule(f"{marked}{said(document.name.text, lang)}")
    console.print(
        f"{marked}{'评定' if zh else 'Grade'} [bold]{grade}[/bold] {points}，"
        f"{'观察到' if zh else 'observed'} {score.observed:.0%}"
    )
    lines = {line.key: line for line in score.lines}
    expected = table(
        f"{marked}{'预期' if zh else 'Expectations'}",
        *(
            ("预期", "结果", "达标处", "晚（分）", "得分")
            if zh
            else ("expected", "result", "met", "late min", "points")
        ),
        right=(2, 3, 4),
    )
    for one in score.outcomes:
        expected.add_row(
            said(lines[one.key].text, lang),
            said(VERDICTS[one.verdict], lang),
            f"{one.count(Verdict.MET)}/{len(one.places)}",
            f"{one.late / 60:.0f}" if one.late else "",
            f"{one.points:.2f}" if one.points is not None else "—",
        )
    for line in score.lines:
        if line.observer:
            result = seen_by(line, document, lang) or said(VERDICTS[Verdict.NOT_OBSERVED], lang)
            points = f"{line.points:.2f}" if line.points is not None else "—"
            expected.add_row(said(line.text, lang), result, "", "", points)
    console.print(expected)
    times = table(
        f"{marked}{'用时（分钟）' if zh else 'Times (minutes)'}",
        *(
            ("", "数量", "p50", "p95", "目标", "未完成")
            if zh
            else ("", "count", "p50", "p95", "target", "never")
        ),
        right=(1, 2, 3, 4, 5),
    )
    for row in score.figures:
        over = "▲" if row.in_time is False else ""
        times.add_row(
            said(FIGURES[row.figure], lang),
            str(row.whole.count),
            _minutes(row.whole.p50),
            f"{_minutes(row.whole.p95)}{over}",
            _minutes(row.target),
            str(row.whole.never),
        )
    console.print(times)
    ratings = "  ".join(
        f"{said(CAPABILITIES[one], lang)} {part.rating.value if part.rating else '—'}"
        for one, part in score.capabilities.items()
    )
    console.print(f"{marked}HSEEP: {ratings}")
    if score.gaps:
        short = sum(score.gaps.values())
        text = (
            f"仍缺 {short} 人，{len(score.gaps)} 处"
            if zh
            else f"{short} heads missing in {len(score.gaps)} places"
        )
        console.print(f"{marked}{text}")


def tell_comparison(console: Console, found: Comparison, world: str, lang: Language) -> None:
    """What got better and what got worse."""
    zh, marked = lang == "zh", mark(world)
    before, after = (f"{one:.0%}" if one is not None else "—" for one in found.points)
    console.print(f"{marked}{'得分' if zh else 'points'} {before} → {after}")
    if not found.same_script:
        console.print(
            "脚本不同，只比较共有的预期"
            if zh
            else "different scripts: shared expectations alone are compared"
        )
    changes = table(
        f"{marked}{'预期' if zh else 'Expectations'}",
        *(("预期", "先", "后", "") if zh else ("expected", "before", "after", "")),
    )
    for one in found.expectations:
        sign = {True: "↑", False: "↓", None: "="}[one.better]
        changes.add_row(
            said(one.text, lang), said(VERDICTS[one.before], lang), said(VERDICTS[one.after], lang), sign
        )
    console.print(changes)
    times = table(
        f"{marked}{'p95（分钟）' if zh else 'p95 (minutes)'}",
        *(("", "先", "后") if zh else ("", "before", "after")),
        right=(1, 2),
    )
    for row in found.figures:
        times.add_row(said(FIGURES[row.figure], lang), _minutes(row.before), _minutes(row.after))
    console.print(times)


def _minutes(seconds: float | None) -> str:
    return "—" if seconds is None else f"{seconds / 60:.1f}"
