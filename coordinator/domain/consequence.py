"""Consequences: what follows by rule from what was just decided, in the same breath and the same batch.

A place becomes READY, a full post tells the rest, a restored place becomes NORMAL, an operation closes.
"""

from __future__ import annotations

from collections.abc import Iterable

from coordinator.domain.area import AreaCode
from coordinator.domain.call_out import CrewMoved
from coordinator.domain.calling import full_posts
from coordinator.domain.event import Event
from coordinator.domain.follow_on import ReceiptsTaken, below_is_over
from coordinator.domain.mode import Mode, Switch, step
from coordinator.domain.operation import OperationClosed
from coordinator.domain.scope import place_of
from coordinator.domain.state import ScopeState
from coordinator.domain.switch_over import PlaceReady, PlaceRestored, PlaceSwitch, PlaceSwitched, grids_of
from coordinator.domain.unfold import OperationUnfolded, open_restore_list, places


def consequences(draft: ScopeState, events: Iterable[Event]) -> list[Event]:
    """Of these events, already applied to the draft. Called again on its own result until nothing follows."""
    areas = draft.registers.areas
    touched: dict[AreaCode, None] = {}
    posts: set[str] = set()
    closing: set[str] = set()
    for event in events:
        touched[place_of(areas, event.area)] = None
        if isinstance(event, ReceiptsTaken | OperationUnfolded):
            closing.add(event.operation)
        if isinstance(event, PlaceSwitched):
            posts.update(new.id for new in event.posts)  # fewer heads: some who are coming are spare now
        if isinstance(event, CrewMoved):
            for key in event.call_outs:
                call = draft.call_outs.get(key)
                if call is not None:
                    posts.add(call.post)
                    touched[place_of(areas, call.area)] = None
    result = full_posts(draft, posts)
    for place in touched:
        for switch in draft.switches.in_area(place):
            if switch.mode is Mode.ACTIVATING and is_ready(draft, switch):
                result.append(
                    PlaceReady(area=place, operation=switch.operation, mode=step(switch.mode, Switch.READY))
                )
            elif switch.mode is Mode.STANDING_DOWN and not open_restore_list(draft, switch.operation, place):
                result.append(PlaceRestored(area=place, operation=switch.operation))
            elif switch.mode is Mode.NORMAL:
                closing.add(switch.operation)
    result += [
        OperationClosed(area=draft.operations[key].area, operation=key)
        for key in sorted(closing)
        if is_over(draft, key)
    ]
    return result


def is_ready(state: ScopeState, switch: PlaceSwitch) -> bool:
    """READY: signed for, and every post and conversion marked `must` is filled or done."""
    if switch.signed_at is None:
        return False
    for area in (switch.area, *grids_of(state, switch.area)):
        if any(
            post.must and switch.operation in post.wanted and not post.filled
            for post in state.posts.in_area(area)
        ):
            return False
        for one in state.facilities.in_area(area):
            use = one.uses.get(switch.operation)
            if use is not None and use.must and not one.meets(use):
                return False
    return True


def is_over(state: ScopeState, key: str) -> bool:
    """Ended everywhere, and every place NORMAL again."""
    operation = state.operations[key]
    if operation.closed or not operation.over or not below_is_over(state, operation):
        return False
    return all(
        switch is None or switch.mode is Mode.NORMAL
        for switch in (
            state.switches.get(f"{key}@{place}")
            for place in places(operation, state.scope, state.registers.areas)
        )
    )
