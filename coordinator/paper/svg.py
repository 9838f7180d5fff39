"""A chart as SVG inside a page: no script, no font of its own, and every bar has its words beside it."""

from __future__ import annotations

from html import escape
from typing import Final

from coordinator.paper.sheets import Bar, Chart, Tone

COLOURS: Final = {
    Tone.PLAIN: "#34618f",
    Tone.GOOD: "#1f7a4d",
    Tone.LATE: "#b86a00",
    Tone.BAD: "#a8261c",
}
WIDTH: Final = 760
LABEL: Final = 250
TEXT: Final = 130
ROW: Final = 20
HEAD: Final = 22


def to_svg(chart: Chart, title: str) -> str:
    height = HEAD + ROW * len(chart.bars) + 4
    size = (WIDTH - LABEL - TEXT) / chart.most
    grid = "".join(
        f'<path d="M{LABEL + at * size:.1f} {HEAD - 4}V{height}" stroke="#ccc" stroke-width="1"/>'
        f'<text x="{LABEL + at * size:.1f}" y="{HEAD - 8}" text-anchor="middle" fill="#444">{at:g}</text>'
        for at in chart.ticks()
    )
    bars = "".join(_bar(bar, HEAD + ROW * number, size) for number, bar in enumerate(chart.bars))
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}" font-size="12">'
        f'<text x="{LABEL - 8}" y="{HEAD - 8}" text-anchor="end" fill="#444">{escape(chart.unit)}</text>'
        f"{grid}{bars}</svg>"
    )


def _bar(bar: Bar, y: int, size: float) -> str:
    start, end = LABEL + bar.start * size, LABEL + bar.end * size
    target = ""
    if bar.target is not None:
        at = LABEL + bar.target * size
        target = (
            f'<path d="M{at:.1f} {y + 1}v{ROW - 2}" stroke="#000" stroke-width="1.5" stroke-dasharray="3 2"/>'
        )
    after = max(end, LABEL + (bar.target or 0.0) * size) + 5
    return (
        f'<text x="{LABEL - 8}" y="{y + 14}" text-anchor="end">{escape(_short(bar.label))}</text>'
        f'<rect x="{start:.1f}" y="{y + 3}" width="{max(2.0, end - start):.1f}" height="{ROW - 7}" '
        f'fill="{COLOURS[bar.tone]}"/>{target}'
        f'<text x="{after:.1f}" y="{y + 14}">{escape(bar.text)}</text>'
    )


def _short(label: str) -> str:
    """What fits beside the bar; the table has it whole."""
    wide = 0
    for at, character in enumerate(label):
        wide += 12 if character > "\u2e7f" else 7
        if wide > LABEL - 14:
            return label[: at - 1] + "…"
    return label
