"""Boards worth opening first, by role: what a client is told when it signs in. None that it would be refused."""

from __future__ import annotations

from coordinator.domain.access import Actor, Role
from coordinator.domain.refusal import Refused
from coordinator.live.port import Engine
from coordinator.wire.board import BoardKey, BoardKind, View


def first_boards(engine: Engine, actor: Actor) -> list[str]:
    return [str(board) for board in _wished(engine, actor) if _allowed(engine, actor, board)]


def _wished(engine: Engine, actor: Actor) -> list[BoardKey]:
    area = BoardKey(BoardKind.AREA, actor.area)
    orders = BoardKey(BoardKind.ORDERS, actor.area)
    organisation = engine.registers.organisation
    match actor.role:
        case Role.COMMANDER | Role.STREET | Role.COMMUNITY | Role.GRID:
            return [orders, area]
        case Role.TEAM_LEADER:
            led = [
                team.id
                for team in organisation.teams_of(actor.area)
                if team.members and team.members[0] == actor.person
            ]
            return [orders, *(BoardKey(BoardKind.TEAM, team) for team in led)]
        case Role.UNIT:
            return [BoardKey(BoardKind.UNIT, actor.office)] if actor.office in organisation.units else []
        case Role.RESPONDER:
            return [BoardKey(BoardKind.RESPONDER, actor.person)]
        case Role.AUDITOR | Role.OPERATOR:
            return [area, orders]
        case Role.CONTROLLER | Role.OBSERVER:
            return [BoardKey(BoardKind.DRILL, engine.registers.areas.roots()[0]), area]
        case Role.WALL:
            return [BoardKey(BoardKind.AREA, actor.area, View.WALL)]
        case Role.PROCESS | Role.WORKER | Role.CALENDAR:
            return []


def _allowed(engine: Engine, actor: Actor, board: BoardKey) -> bool:
    try:
        engine.may_watch(actor, board)
        engine.parts(board)
    except Refused:
        return False
    return True
