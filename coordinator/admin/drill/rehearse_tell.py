"""Telling a person how a rehearsal of a playbook went: times and gaps as a spread, and deadlines that are not kept."""

from __future__ import annotations

from typing import Final

from rich.console import Console

from coordinator.admin.run.ground import Ground
from coordinator.admin.terminal import minutes, table
from coordinator.drills.rehearse import Rehearsed, Spread
from coordinator.drills.vocabulary import FIGURES
from coordinator.playbook.loader import Playbook
from coordinator.wire.marks import MARK_DRILL
from coordinator.wire.words import Language, said, word

NAMED: Final = 12
"""Entries and places that are listed; `--json` has all."""


def tell_rehearsal(
    console: Console, found: Rehearsed, playbook: Playbook, ground: Ground, lang: Language
) -> None:
    zh = lang == "zh"
    area = ground.registers.areas[found.area].name
    title = f"{said(playbook.name, lang)} {word('level', found.level.value, lang)} · {area}"
    console.rule(f"{MARK_DRILL}{title}")
    count = (
        f"{found.runs} 次，各 {found.minutes} 分钟" if zh else f"{found.runs} runs of {found.minutes} minutes"
    )
    console.print(
        f"{MARK_DRILL}{count}"
        + ("" if not ground.sampled else ("；名册为生成的" if zh else "; generated people"))
    )
    times = table(
        f"{MARK_DRILL}{'各次的 p95（分钟）' if zh else 'p95 of each run (minutes)'}",
        *(("", "最好", "居中", "最差") if zh else ("", "least", "middle", "most")),
        right=(1, 2, 3),
    )
    for figure, spread in found.times.items():
        times.add_row(said(FIGURES[figure], lang), *_minutes(spread))
    console.print(times)
    if found.ready is not None:
        ready = " / ".join(f"{one:.0%}" for one in (found.ready.least, found.ready.middle, found.ready.most))
        console.print(
            f"{MARK_DRILL}{'到位的社区和街道（最少/居中/最多）' if zh else 'places ready (least/middle/most)'} {ready}"
        )
    if found.gaps is not None:
        gaps = " / ".join(f"{one:.0f}" for one in (found.gaps.least, found.gaps.middle, found.gaps.most))
        console.print(f"{MARK_DRILL}{'缺人' if zh else 'heads missing'} {gaps}")
    late = table(
        f"{MARK_DRILL}{'守不住的时限' if zh else 'Deadlines that are not kept'}",
        *(
            ("岗位或任务", "时限", "按时", "p95（分）", "从未", "建议")
            if zh
            else ("post or task", "by", "in time", "p95 min", "never", "proposed")
        ),
        right=(1, 2, 3, 4, 5),
    )
    for one in [entry for entry in found.entries if entry.in_time < 1][:NAMED]:
        late.add_row(
            f"{said(one.name, lang)} ({one.key})",
            minutes(one.by, lang),
            f"{one.in_time:.0%}",
            f"{one.p95 / 60:.0f}" if one.p95 is not None else "—",
            str(one.never),
            minutes(one.proposed, lang) if one.proposed is not None else "",
        )
    console.print(late)
    if found.short:
        places = "、".join(
            f"{ground.registers.areas[place].name} {heads:g}"
            for place, heads in list(found.short.items())[:NAMED]
        )
        console.print(f"{MARK_DRILL}{'平均缺人最多' if zh else 'most heads missing on average'}: {places}")
    console.print(
        "模拟队伍的表现由种子决定，不是预测；时限由人决定。"
        if zh
        else "Simulated teams behave as their seed has it: no forecast. A person decides on deadlines."
    )


def _minutes(spread: Spread) -> tuple[str, str, str]:
    return (f"{spread.least / 60:.1f}", f"{spread.middle / 60:.1f}", f"{spread.most / 60:.1f}")
