"""Standing down: what has to be true before a level is lowered or ended, held against what the state itself knows.

A person ticks or overrides; this only says when a tick contradicts what is known. It changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from coordinator.domain.area import AreaCode
from coordinator.domain.context import Context
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.operation import LoweringRefused, Operation
from coordinator.domain.refusal import Refused
from coordinator.domain.scope import scope_of
from coordinator.domain.state import ScopeState
from coordinator.domain.text import Text

MET: Final = "met"
AGAINST: Final = {
    "none_missing": {
        "lost": Text("在岗 {} 人失联", "{} on post unaccounted for"),
        "tally.missing": Text("居民 {} 人失联", "{} residents unaccounted for"),
    },
    "no_open_task": {"open": Text("{} 项任务未结", "{} tasks open")},
    "all_home": {"out": Text("{} 人未到家", "{} not home yet")},
}
"""Check -> the figures that speak against it."""


def check_conditions(
    state: ScopeState,
    operation: Operation,
    left: Mapping[AreaCode, ResponseLevel],
    ticked: Mapping[str, str],
    ctx: Context,
) -> None:
    """Each stand-down condition of the level that is left, ticked by name or overridden with a reason.

    Where the state itself knows better, a tick is refused: nobody lowers while someone is unaccounted for.
    """
    asked = {area: ctx.measures(operation.playbook, level, area).stand_down for area, level in left.items()}
    known = {condition.key: condition.text for conditions in asked.values() for condition in conditions}
    for key in ticked:
        if key not in known:
            raise Refused("unknown_condition", condition=key, known=", ".join(sorted(known)))
    untold = [key for key in known if key not in ticked]
    if untold:
        raise Refused(
            "condition_open",
            conditions=", ".join(untold),
            text="；".join(known[key].zh for key in untold),
            text_en="; ".join(known[key].en for key in untold),
        )
    for area, conditions in asked.items():
        for condition in conditions:
            against = contradiction(state, condition.check, area) if ticked[condition.key] == MET else []
            if against:
                facts = {
                    "condition": condition.key,
                    "area": area,
                    "found": "、".join(one.zh for one in against),
                    "found_en": ", ".join(one.en for one in against),
                }
                on_record = LoweringRefused(
                    area=area, operation=operation.id, code="condition_contradicted", facts=facts
                )
                raise Refused("condition_contradicted", record=on_record, **facts)


def contradiction(state: ScopeState, check: str, area: AreaCode) -> list[Text]:
    """What in the state speaks against a condition."""
    if not check:
        return []
    own = scope_of(state.registers.areas, area)
    figures = state.figures(area if own == state.scope else own)  # of another scope only the sum is known
    return [
        Text(words.zh.format(figures[name]), words.en.format(figures[name]))
        for name, words in AGAINST[check].items()
        if figures.get(name)
    ]
