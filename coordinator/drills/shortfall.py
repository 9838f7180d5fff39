"""Where an expectation was not fully met, and why, as far as script and log can tell. Pure; about work, not persons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

import msgspec

from coordinator.domain.area import AreaCode
from coordinator.domain.call_out import Progress
from coordinator.domain.inject import InjectKind
from coordinator.domain.text import Text
from coordinator.drills.facts import Facts
from coordinator.drills.matching import AtPlace, Outcome, Verdict
from coordinator.drills.schema import Document, Expectation, Inject
from coordinator.drills.vocabulary import ACTIONS, Action
from coordinator.wire.words import word

MANY: Final = 0.10
"""Share of declines or no-shows from which it is named as a reason."""

ALONE: Final = frozenset(
    {
        Action.ROLL_CALL,
        Action.READ,
        Action.ANSWER_CALL,
        Action.DECLARE,
        Action.RAISE,
        Action.LOWER,
        Action.END,
        Action.INSTRUCT,
        Action.SIGN,
        Action.REPORT,
    }
)
"""What a seat does by itself: a road that is blocked, or another seat that is silent, keeps nobody from it."""


class Shortfall(msgspec.Struct, frozen=True):
    """One expectation that was not fully met, and why, as far as the log can tell."""

    key: str
    text: Text
    verdict: Verdict
    late: float
    places: tuple[AtPlace, ...]
    """Those that were late or missed it."""
    why: tuple[Text, ...]


def shortfall_of(
    expectation: Expectation, inject: Inject, outcome: Outcome, document: Document, facts: Facts
) -> Shortfall:
    bad = tuple(one for one in outcome.places if one.verdict in (Verdict.LATE, Verdict.MISSED))
    return Shortfall(
        key=outcome.key,
        text=expectation.text.text,
        verdict=outcome.verdict,
        late=outcome.late,
        places=bad,
        why=tuple(dict.fromkeys(_why(expectation, inject, bad, document, facts))),
    )


def _why(
    expectation: Expectation, inject: Inject, bad: tuple[AtPlace, ...], document: Document, facts: Facts
) -> Iterator[Text]:
    areas = facts.registers.areas
    where = {one.place for one in bad}
    for place in bad:
        if place.wrong:
            yield Text(
                f"由{word('role', place.wrong)}代办，不是预期的席位",
                f"done by the {word('role', place.wrong, 'en').lower()}, not by the seat expected",
            )
        if place.early is not None:
            yield Text("在情况发布之前已做过一次", "was done once before the inject, and not after it")
    for other in document.injects:
        if other.key not in facts.fired or other.kind not in _HINDRANCES:
            continue
        alone = expectation.what in ALONE
        if alone and expectation.who not in other.who:
            continue
        if any(
            areas.within(place, area) or (not alone and areas.within(area, place))
            for area in other.to
            for place in where
        ):
            (zh, en), told = _HINDRANCES[other.kind], other.text.text
            yield Text(f"导调设置了{zh}：{told.zh}", f"control had set {en}: {told.en}")
    if ACTIONS[expectation.what].crowd:
        yield from _of_crowds(where, facts)


_HINDRANCES: Final = {
    InjectKind.SILENT_LEADER: ("负责人不应答", "a leader who does not answer"),
    InjectKind.NETWORK_CUT: ("断网", "a network that is gone"),
    InjectKind.NO_SHOW: ("人员不到", "people who stay away"),
    InjectKind.BLOCKED_ROAD: ("道路中断", "a blocked road"),
}


def _of_crowds(where: set[AreaCode], facts: Facts) -> Iterator[Text]:
    within = facts.registers.areas.within
    calls = [one for one in facts.calls.values() if any(within(one.area, place) for place in where)]
    over = Counter(one.over for one in calls)
    for progress, zh, en in (
        (Progress.DECLINED, "不能来", "declined"),
        (Progress.NO_SHOW, "答应而未到", "did not show up"),
    ):
        share = over[progress] / len(calls) if calls else 0.0
        if share > MANY:
            yield Text(f"被征召的人有 {share:.0%} {zh}", f"{share:.0%} of those called {en}")
    short = sum(
        max(0, one.heads - len(one.present))
        for one in facts.fillings
        if one.filled is None and any(within(one.area, place) for place in where)
    )
    if short:
        yield Text(f"到结束仍缺 {short} 人", f"{short} heads were still missing at the end")
