"""An engine that behaves, small enough to see through: boards are filled by hand, rights are a list of noes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from coordinator.boards.board import DeltaView
from coordinator.domain.access import Actor, Role
from coordinator.domain.area import Area, AreaLevel
from coordinator.domain.duty_roster import DutyPost, Officer, Shift
from coordinator.domain.operation import Operation
from coordinator.domain.personal_data import Why
from coordinator.domain.practice import Practice
from coordinator.domain.refusal import Refused
from coordinator.domain.register import Responder, Team, Unit
from coordinator.domain.rules import Recorded, encode
from coordinator.domain.text import Text
from coordinator.engine.duty_desk import AreaDuty, DutyView, ToCall
from coordinator.engine.history import History
from coordinator.engine.people import PersonShown
from coordinator.playbook import library
from coordinator.playbook.loader import Playbook, read
from coordinator.store.log import EMPTY
from coordinator.store.memory_log import MemoryLog
from coordinator.store.registers import (
    RegisterSet,
    build_areas,
    build_organisation,
    build_people,
    open_registers,
)
from coordinator.wire.board import BoardKey, BoardKind, Cursor, Entries

P1 = "p0000001"
T0 = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)

AREAS = [
    Area("42", "", AreaLevel.PROVINCE, "湖北省"),
    Area("4201", "42", AreaLevel.CITY, "武汉市"),
    Area("420107", "4201", AreaLevel.DISTRICT, "青山区"),
    Area("420107001", "420107", AreaLevel.STREET, "红卫路街道"),
    Area("420107001001", "420107001", AreaLevel.COMMUNITY, "钢都社区"),
    Area("42010700100101", "420107001001", AreaLevel.GRID, "第一网格"),
    Area("420107001002", "420107001", AreaLevel.COMMUNITY, "红卫社区"),
    Area("420111", "4201", AreaLevel.DISTRICT, "洪山区"),
]


def registers() -> RegisterSet:
    people = [Responder(P1, "42010700100101", frozenset(), frozenset())]
    teams = [Team("t1", "青山突击队", "shock_team", "420107001", "u1", (P1,))]
    units = [Unit("u1", "供电公司", "department", "420107")]
    return open_registers(
        build_areas(AREAS, {"42010700100101": {"pop": 900}}),
        build_people(people),
        build_organisation(teams=teams, units=units),
    )


class Answer(NamedTuple):
    status: str = "accepted"
    scope: str = "420107"
    position: int = 7
    ids: Sequence[str] = ()
    replayed: bool = False
    refusal: Refused | None = None


class Change(NamedTuple):
    position: int
    board: BoardKey
    entry: str
    value: dict[str, Any] | None


@dataclass
class FakePart:
    epoch: int = 1
    position: int = 0
    floor: int = 0
    changes: list[Change] = field(default_factory=list)
    boards: dict[BoardKey, Entries] = field(default_factory=dict)


class FakePeople:
    """Knows a few by a list; who may know them is another list of noes."""

    def __init__(self) -> None:
        self.known = {
            P1: PersonShown(P1, "甲无名", "000****0001", False, True, ("420107001001",), ("volunteer",)),
            "d1": PersonShown("d1", "", "", True, False, ()),
        }
        self.phones = {P1: "00011110001"}
        self.read: list[tuple[str, str, str]] = []
        self.lists: dict[str, list[str]] = {}

    async def shown(self, actor: Actor, ids: Iterable[str]) -> list[PersonShown]:
        return [self.known[id] for id in ids if id in self.known]

    async def phone(self, actor: Actor, id: str, reason: Why) -> str:
        if id not in self.phones:
            raise Refused("unknown_person", person=id)
        self.read.append((actor.person, id, reason.value))
        return self.phones[id]

    async def addresses(self, actor: Actor, ids: Iterable[str]) -> dict[str, str]:
        if actor.role is not Role.WORKER:
            raise Refused("not_your_role", role=actor.role.value, action="RecordDelivery")
        return {id: self.phones[id] for id in ids if id in self.phones}

    def of_area(self, area: str) -> list[str]:
        return self.lists.get(area, [])

    def of_team(self, team: str) -> list[str]:
        return self.lists.get(team, [])


@dataclass
class FakeLedger:
    declared: list[Operation] = field(default_factory=list)
    held: list[Practice] = field(default_factory=list)

    def practices(self) -> list[Practice]:
        return self.held

    def operations(self) -> list[Operation]:
        return self.declared

    def called(self, id: str) -> Text | None:
        return None


class FakeDuty:
    """One officer, everywhere."""

    async def view(self, actor: Actor, area: str) -> DutyView:
        if area == "420111":
            raise Refused("not_your_part", area=area, part=actor.area)
        shift = Shift("s1", area, P1, DutyPost.OFFICER, T0, T0 + timedelta(hours=12))
        officer = Officer(area, P1, T0, T0 + timedelta(hours=12), "d1", {"unsigned": 2})
        here = AreaDuty(area, "青山区", [P1], True, officer, [shift], [], False)
        known = PersonShown(P1, "甲无名", "000****0001", False, True, (area,))
        return DutyView(
            here, [shift], {"unsigned": 1}, [here], [ToCall("duty_officer", area, "青山区", P1)], [known], T0
        )


class FakeEngine:
    world = "LIVE"
    rate = 1.0

    def __init__(self) -> None:
        self.registers = registers()
        self.people = FakePeople()
        self.duty = FakeDuty()
        self.log_down_since: datetime | None = None
        self.caught_up = True
        self.stopped: dict[str, int] = {}
        self.now = T0
        self.tokens = {
            "commander-token": Actor("duty-1", Role.COMMANDER, "420107", grant="g1"),
            "grid-token": Actor("grid-1", Role.GRID, "42010700100101", grant="g2"),
            "leader-token": Actor(P1, Role.TEAM_LEADER, "420107001", grant="g3"),
            "auditor-token": Actor("auditor-1", Role.AUDITOR, "42", grant="g4"),
            "unit-token": Actor("disp-1", Role.UNIT, "420107", office="u1", grant="g5"),
            "responder-token": Actor(P1, Role.RESPONDER, "420107", grant="g6"),
            "worker-token": Actor("process:worker", Role.WORKER, "42", grant="g7"),
        }
        self.log = MemoryLog(self.world, bytes(32), now=self.server_now)
        self.history = History(self.log)
        self.ledger = FakeLedger()
        self.revoked_grants: set[str] = set()
        self.texts: dict[str, str] = {}
        self.pictures: dict[str, bytes] = {}
        self.refused: set[BoardKey] = set()
        self.parts_of: dict[BoardKey, list[str]] = {}
        self.fakes: dict[str, FakePart] = {}
        self.executed: list[tuple[str, str, str, Mapping[str, object]]] = []
        self.answer = Answer()
        self.gate = asyncio.Event()
        self.gate.set()
        self.encoded: list[tuple[str, BoardKey, Cursor | None]] = []
        """What was asked for: the kind, the board, and from where."""
        self._listeners: list[Callable[[str], None]] = []

    # --- what the port asks -----------------------------------------------------------------------------

    def server_now(self) -> datetime:
        return self.now

    def world_now(self) -> datetime:
        return self.now + timedelta(hours=1)

    def authenticate(self, token: str) -> Actor:
        actor = self.tokens.get(token)
        if actor is None:
            raise Refused("bad_token")
        if actor.grant in self.revoked_grants:
            raise Refused("revoked_token", since=T0)
        return actor

    def feed(self, id: str) -> Actor:
        raise Refused("unknown_feed")

    def revoked(self, grant: str) -> bool:
        return grant in self.revoked_grants

    def grants_of(self, person: str) -> list[str]:
        found = {actor.grant for actor in self.tokens.values() if actor.person == person}
        return sorted(found - self.revoked_grants)

    async def execute(self, actor: Actor, key: str, name: str, body: Mapping[str, object]) -> Answer:
        await self.gate.wait()
        if name == "Break":
            raise ValueError("broken")
        self.executed.append((actor.person, key, name, body))
        return self.answer

    def playbooks(self) -> list[Playbook]:
        return [library.bundled("flood-typhoon")]

    async def keep_picture(
        self, actor: Actor, area: str, operation: str, kind: str, data: bytes, once: str = ""
    ) -> str:
        ref = f"{operation}.{area}.{once or 1}.{kind}"
        self.pictures[ref] = data
        return ref

    async def read_picture(self, actor: Actor, ref: str) -> bytes:
        if ref not in self.pictures:
            raise Refused("unknown_ref", ref=ref)
        return self.pictures[ref]

    async def keep_playbook(self, actor: Actor, text: str) -> Playbook:
        return read(text)

    async def keep_text(self, actor: Actor, area: str, operation: str, text: str, once: str = "") -> str:
        self.texts[f"{operation}.{area}.1"] = text
        return f"{operation}.{area}.1"

    async def read_text(self, actor: Actor, ref: str) -> str:
        if ref not in self.texts:
            raise Refused("unknown_ref", ref=ref)
        return self.texts[ref]

    def may_watch(self, actor: Actor, board: BoardKey) -> None:
        if board in self.refused:
            raise Refused("not_your_part", area=board.subject, part=actor.area)

    def parts(self, board: BoardKey) -> list[str]:
        if board in self.parts_of:
            return self.parts_of[board]
        if board.kind in (BoardKind.AREA, BoardKind.ORDERS) and board.subject not in self.registers.areas:
            raise Refused("unknown_area", area=board.subject)
        return ["420107"]

    def cursor(self, part: str) -> Cursor:
        fake = self.part(part)
        return Cursor(fake.epoch, fake.position)

    def snapshot(self, board: BoardKey, part: str) -> tuple[Cursor, datetime, Entries]:
        if board.subject == "broken":
            raise ValueError("broken")
        self.encoded.append(("snapshot", board, None))
        return self.cursor(part), self.world_now(), dict(self.part(part).boards.get(board, {}))

    def delta(self, board: BoardKey, part: str, since: Cursor) -> DeltaView | None:
        fake = self.part(part)
        if since.epoch != fake.epoch or since.position > fake.position or since.position < fake.floor:
            return None
        self.encoded.append(("delta", board, since))
        entries = fake.boards.get(board, {})
        touched = {
            one.entry: None for one in fake.changes if one.board == board and one.position > since.position
        }
        changed = {entry: entries[entry] for entry in touched if entry in entries}
        gone = [entry for entry in touched if entry not in entries]
        return DeltaView(self.cursor(part), self.world_now(), changed, gone)

    def affected(self, part: str, since: int, boards: Collection[BoardKey]) -> set[BoardKey]:
        return {one.board for one in self.part(part).changes if one.position > since} & set(boards)

    def on_change(self, listener: Callable[[str], None]) -> None:
        self._listeners.append(listener)

    async def record(self, scope: str, events: list[Recorded]) -> None:
        """What stands in a scope's log from its first entry on."""
        await self.log.append(scope, EMPTY, [encode(one) for one in events])
        self.part(scope).position = len(events)

    # --- what a test does -------------------------------------------------------------------------------

    def part(self, name: str) -> FakePart:
        return self.fakes.setdefault(name, FakePart())

    def put(self, part: str, board: BoardKey, entry: str, value: dict[str, Any] | None) -> None:
        """One event that changes one entry of one board; None takes it away."""
        fake = self.part(part)
        fake.position += 1
        entries = fake.boards.setdefault(board, {})
        if value is None:
            entries.pop(entry, None)
        else:
            entries[entry] = value
        fake.changes.append(Change(fake.position, board, entry, value))
        self.tell(part)

    def pass_by(self, part: str, events: int = 1) -> None:
        """Events that no board shows."""
        self.part(part).position += events
        self.tell(part)

    def lose_range(self, part: str) -> None:
        """The log came back shorter: a new epoch, with what was there at a lower position."""
        fake = self.part(part)
        fake.epoch += 1
        fake.position = max(0, fake.position - 3)
        fake.changes.clear()
        fake.floor = fake.position
        self.tell(part)

    def tell(self, part: str) -> None:
        for listener in self._listeners:
            listener(part)
