"""Whether somebody belongs to a part of the tree: before they are put on a duty roster, for who stands on one is known
and called by all below. It never says why somebody does not: an unknown id and one of another part are the same.
"""

from __future__ import annotations

from coordinator.domain.area import AreaCode
from coordinator.domain.context import Context


def belongs(person: str, part: AreaCode, ctx: Context) -> bool:
    """They live within it, an office of it lists them, or they hold a role on it."""
    registers = ctx.registers
    responder = registers.people.get(person)
    places = [responder.home] if responder else []
    places += [*registers.organisation.listed_at(person), *ctx.granted(person)]
    return any(registers.areas.within(place, part) for place in places)
