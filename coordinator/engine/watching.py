"""Who may watch which board: a role on its part of the tree does. What may be commanded is judged by `access.may`."""

from __future__ import annotations

from coordinator.domain.access import FIND, WATCH, WATCHES_ALL, Actor, Role, may
from coordinator.domain.refusal import Refused
from coordinator.domain.register import Registers
from coordinator.domain.targets import targets_of
from coordinator.engine.ledger import Ledger
from coordinator.wire.board import BoardKey, BoardKind, View


def may_watch(actor: Actor, board: BoardKey, registers: Registers, ledger: Ledger) -> None:
    """Pass, or raise `Refused`. A board is watched by whoever has a role on its part of the tree."""
    areas = registers.areas
    if actor.role is Role.WALL:
        return _may_hang(actor, board, registers, ledger)
    match board.kind:
        case (
            BoardKind.TASKS
            | BoardKind.PEOPLE
            | BoardKind.SITUATION
            | BoardKind.FACILITIES
            | BoardKind.CORRECTIVES
        ):
            may(actor, WATCH, board.subject, areas)
        case BoardKind.AREA | BoardKind.ORDERS:
            if board.kind is BoardKind.ORDERS and areas.within(actor.area, board.subject):
                return
            may(actor, WATCH, board.subject, areas)
        case BoardKind.TEAM:
            team = registers.organisation.teams.get(board.subject)
            may(actor, WATCH, team.area if team else "", areas)
        case BoardKind.UNIT:
            unit = registers.organisation.units.get(board.subject)
            may(actor, WATCH, unit.area if unit else "", areas)
        case BoardKind.RESPONDER:
            if actor.person != board.subject:
                person = registers.people.get(board.subject)
                may(actor, WATCH, person.home if person else "", areas)
        case BoardKind.OPERATION:
            _may_see(actor, WATCH, board, registers, ledger)
        case BoardKind.DRILL:
            if actor.role not in WATCHES_ALL:  # what is still to come is not for those who play
                raise Refused("not_your_role", role=actor.role.value, action=WATCH)


def _may_see(actor: Actor, action: str, board: BoardKey, registers: Registers, ledger: Ledger) -> None:
    """An operation: by a role where it was declared, or on the part that is shown. Rights come first: whether
    something was ordered for another part is not to be found out by asking."""
    id, part = board.operation
    one = ledger.operation(id)
    may(actor, action, part or one.area, registers.areas)
    if part and not targets_of(part, one.targets, registers.areas):
        raise Refused("unknown_operation", operation=id)


def _may_hang(actor: Actor, board: BoardKey, registers: Registers, ledger: Ledger) -> None:
    """A wall shows an area without its persons, and where an operation stands."""
    if board.kind is BoardKind.OPERATION:
        _may_see(actor, FIND, board, registers, ledger)
    elif board.kind is BoardKind.AREA and board.view is View.WALL:
        may(actor, FIND, board.subject, registers.areas)
    else:
        raise Refused("not_your_role", role=actor.role.value, action=WATCH)
