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

MET: Final = "met"


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
    known: set[str] = set()
    for area, level in left.items():
        for condition in ctx.measures(operation.playbook, level, area).stand_down:
            known.add(condition.key)
            said = ticked.get(condition.key)
            if said is None:
                raise Refused("condition_open", condition=condition.key, text=condition.text.zh)
            if said != MET:
                continue
            against = contradiction(state, condition.check, area)
            if against:
                facts = {"condition": condition.key, "area": area, "found": against}
                on_record = LoweringRefused(
                    area=area, operation=operation.id, code="condition_contradicted", facts=facts
                )
                raise Refused("condition_contradicted", record=on_record, **facts)
    for key in ticked:
        if key not in known:
            raise Refused("unknown_condition", condition=key, known=", ".join(sorted(known)))


def contradiction(state: ScopeState, check: str, area: AreaCode) -> str:
    """What in the state speaks against a condition; empty: nothing."""
    if not check:
        return ""
    own = scope_of(state.registers.areas, area)
    figures = state.figures(area if own == state.scope else own)  # of another scope only the sum is known
    names = {
        "none_missing": ("lost", "tally.missing"),
        "no_open_task": ("open",),
        "all_home": ("out",),
    }[check]
    return ", ".join(f"{name}={figures[name]}" for name in names if figures.get(name))
