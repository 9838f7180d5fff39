"""Telling a summary to a person: the timeline and the times, in the language asked for."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from coordinator.domain.register import AreaRegister
from coordinator.domain.text import Text
from coordinator.review.summary import Summary, Times
from coordinator.review.words import fact_words
from coordinator.wire.log_words import FIGURES, STORY
from coordinator.wire.marks import mark
from coordinator.wire.times import day_time
from coordinator.wire.words import Language, said


def tell_summary(summary: Summary, areas: AreaRegister, lang: Language) -> None:
    """To standard output."""
    console = Console(highlight=False)

    def name(area: str) -> str:
        known = areas.get(area)
        return known.name if known else area

    marked = mark(summary.world)
    timeline = Table(title=f"{marked}{'Timeline' if lang == 'en' else '时间轴'}", box=None, pad_edge=False)
    for column in ("", "#", "", "", ""):
        timeline.add_column(column)
    for line in summary.timeline:
        timeline.add_row(
            day_time(line.at),
            f"{line.scope}/{line.position}",
            said(STORY[line.what], lang),
            name(line.area),
            fact_words(line, lang, name),
        )
    console.print(timeline)
    figures = Table(title=f"{marked}{'Figures' if lang == 'en' else '统计'}", box=None, pad_edge=False)
    for column in ("", "", "%", "#"):
        figures.add_column(column)
    for key, text in FIGURES.items():
        found = summary.figures.get(key)
        if found is not None:
            share = f"{found.share:.1%}" if found.share is not None else ""
            where = f"{found.scope}/{found.position}" if found.position else "—"
            figures.add_row(said(text, lang), str(found.number), share, where)
    console.print(figures)
    for text, times in (
        (Text(zh="下达到签收", en="time to sign"), summary.time_to_sign),
        (Text(zh="下达到到位", en="time to be ready"), summary.time_to_ready),
    ):
        console.print(f"{marked}{said(text, lang)}: {_times(times, name)}")


def _times(times: Times | None, name: object) -> str:
    if times is None:
        return "—"
    label = name(times.slowest) if callable(name) else times.slowest
    minutes = [f"{seconds / 60:.0f}" for seconds in (times.p50, times.p95, times.p99)]
    return f"p50/p95/p99 {'/'.join(minutes)} min (n={times.count}, {label})"
