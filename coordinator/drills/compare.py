"""Two runs of one drill side by side: what got better, what got worse, by expectation, by time and in the whole. Pure.

Runs of different scripts are compared by the keys they share; what only one of them has is left out.
"""

from __future__ import annotations

import msgspec

from coordinator.domain.text import Text
from coordinator.drills.matching import Outcome, Verdict
from coordinator.drills.score import Grade, Score
from coordinator.drills.vocabulary import Figure


class ExpectationChange(msgspec.Struct, frozen=True):
    """One expectation in both runs; `better` is None where it stayed or cannot be told."""

    key: str
    text: Text
    before: Verdict
    after: Verdict
    points: tuple[float | None, float | None]
    better: bool | None


class FigureChange(msgspec.Struct, frozen=True):
    """The 95th percentile in both runs, in seconds."""

    figure: Figure
    before: float | None
    after: float | None
    never: tuple[int, int]


class Comparison(msgspec.Struct, frozen=True):
    same_script: bool
    points: tuple[float | None, float | None]
    grades: tuple[Grade | None, Grade | None]
    expectations: tuple[ExpectationChange, ...]
    figures: tuple[FigureChange, ...]

    @property
    def unchanged(self) -> bool:
        """Whether both runs came to the same in every judgement and every time."""
        return (
            self.points[0] == self.points[1]
            and all(one.before is one.after and one.points[0] == one.points[1] for one in self.expectations)
            and all(one.before == one.after and one.never[0] == one.never[1] for one in self.figures)
        )


def compare(before: Score, after: Score) -> Comparison:
    texts = {line.key: line.text for line in after.lines}
    earlier = {one.key: one for one in before.outcomes}
    times = {row.figure: row.whole for row in before.figures}
    return Comparison(
        same_script=before.digest == after.digest,
        points=(before.points, after.points),
        grades=(before.grade, after.grade),
        expectations=tuple(
            _change(earlier[one.key], one, texts[one.key]) for one in after.outcomes if one.key in earlier
        ),
        figures=tuple(
            FigureChange(
                row.figure,
                times[row.figure].p95,
                row.whole.p95,
                (times[row.figure].never, row.whole.never),
            )
            for row in after.figures
            if row.figure in times
        ),
    )


def _change(before: Outcome, after: Outcome, text: Text) -> ExpectationChange:
    better = None
    if before.points is not None and after.points is not None and before.points != after.points:
        better = after.points > before.points
    return ExpectationChange(
        after.key, text, before.verdict, after.verdict, (before.points, after.points), better
    )
