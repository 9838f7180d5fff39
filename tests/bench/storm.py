"""A city in a storm: the server's real application, hub and sockets around an engine that changes boards by hand.

Nothing is decided and nothing is written to a log: what is measured with it is what reaches a page and what the page
makes of it.
"""

from __future__ import annotations

import asyncio
import random
from collections import OrderedDict
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from typing import Any, Final

from aiohttp import web

from coordinator.admin.areas.from_csv import bundled_areas
from coordinator.admin.sample.world import sample
from coordinator.api.app import make_app
from coordinator.boards.board import DeltaView
from coordinator.domain.access import Actor, Role
from coordinator.domain.area import AreaCode, AreaLevel
from coordinator.live.settings import LiveSettings
from coordinator.playbook import library
from coordinator.wire.board import BoardKey, BoardKind, Cursor, Entries
from tests.live.fake_engine import FakeEngine

CITY: Final = "4201"
TOKEN: Final = "commander-of-the-city"
OPERATION: Final = "op-storm0000001"
TASKS: Final = 20_000
CONCERNS: Final = 300
NAMES: Final = ("低洼点排查", "重点人员上门", "地库挡板就位", "排水口清理", "安置点开门", "断电线路排查")
STATES: Final = ("open", "acknowledged", "under_way", "done")
AREA: Final = BoardKey(BoardKind.AREA, CITY)
TASK_BOARD: Final = BoardKey(BoardKind.TASKS, CITY)
SWITCHES: Final = BoardKey(BoardKind.OPERATION, OPERATION)
TICK: Final = 0.02


class CityEngine(FakeEngine):
    """All of Wuhan at level III, with twenty thousand tasks."""

    def __init__(self, seed: int = 7, tasks: int = TASKS) -> None:
        super().__init__()
        self.registers = sample(bundled_areas("wuhan"), seed).open()
        self.tokens = {TOKEN: Actor("duty-1", Role.COMMANDER, CITY, grant="g1")}
        self.chance = random.Random(seed)
        tree = self.registers.areas
        self.districts = tree.children(CITY)
        self.communities = tree.below(CITY, AreaLevel.COMMUNITY)
        self.events = 0
        self._boards: dict[tuple[str, BoardKey], Entries] = {}
        self._moved: dict[tuple[str, BoardKey], OrderedDict[str, int]] = {}
        self._fill(tasks)

    # --- the port, over many entries ---------------------------------------------------------------------

    def parts(self, board: BoardKey) -> list[str]:
        return [CITY, *self.districts]

    def snapshot(self, board: BoardKey, part: str) -> tuple[Cursor, Any, Entries]:
        return self.cursor(part), self.world_now(), dict(self._boards.get((part, board), {}))

    def delta(self, board: BoardKey, part: str, since: Cursor) -> DeltaView | None:
        entries = self._boards.get((part, board), {})
        changed: Entries = {}
        gone: list[str] = []
        for entry in reversed(moved := self._moved.get((part, board), OrderedDict())):
            if moved[entry] <= since.position:
                break
            if entry in entries:
                changed[entry] = entries[entry]
            else:
                gone.append(entry)
        return DeltaView(self.cursor(part), self.world_now(), changed, gone)

    def affected(self, part: str, since: int, boards: Collection[BoardKey]) -> set[BoardKey]:
        found = set()
        for board in boards:
            moved = self._moved.get((part, board))
            if moved and next(reversed(moved.values())) > since:
                found.add(board)
        return found

    def put(self, part: str, board: BoardKey, entry: str, value: dict[str, Any] | None) -> None:
        entries = self._boards.setdefault((part, board), {})
        if value is None:
            entries.pop(entry, None)
        else:
            entries[entry] = value
        moved = self._moved.setdefault((part, board), OrderedDict())
        moved[entry] = self.part(part).position
        moved.move_to_end(entry)

    # --- the city -----------------------------------------------------------------------------------------

    def _at(self, minutes: float) -> str:
        return (self.world_now() + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")

    def _district(self, area: AreaCode) -> str:
        return area[:6]

    def _fill(self, tasks: int) -> None:
        flood = library.bundled("flood-typhoon")
        self.operation = {
            "id": OPERATION,
            "area": CITY,
            "hazard": "flood_typhoon",
            "playbook": flood.digest,
            "targets": {CITY: "III"},
            "revision": 1,
            "issuer": CITY,
            "declared_by": "duty-1",
            "approved_by": "",
            "effective_at": self._at(-90),
            "expected_until": self._at(600),
        }
        self.put(CITY, AREA, f"operations/{OPERATION}", self.operation)
        self.put(CITY, SWITCHES, f"operations/{OPERATION}", self.operation)
        city = {"area": CITY, "name": "武汉市", "level": "city", "type": "residential", "counts": {}}
        self.put(CITY, AREA, f"row/{CITY}", city)
        for district in self.districts:
            self._put_row(district, {})
        for community in self.communities:
            self._put_switch(community, signed=self.chance.random() < 0.6, ready=False)
        for number in range(tasks):
            self._put_task(number, self.chance.choice(STATES[:3]))

    def _put_row(self, district: AreaCode, counts: dict[str, int]) -> None:
        many = len(self.registers.areas.below(district, AreaLevel.COMMUNITY))
        tasks = TASKS // len(self.districts)
        shown = {
            "communities": many,
            "mode.activating": many,
            "level.III": many,
            "to_sign": many,
            "tasks": tasks,
            "needed": many * 20,
            **counts,
        }
        name = self.registers.areas[district].name
        row = {"area": district, "name": name, "level": "district", "type": "residential", "counts": shown}
        self.put(district, AREA, f"rows/{district}", row)

    def _put_switch(self, community: AreaCode, *, signed: bool, ready: bool) -> None:
        switch = {
            "id": f"{OPERATION}@{community}",
            "area": community,
            "operation": OPERATION,
            "community": True,
            "mode": "emergency" if ready else "activating",
            "level": "III",
            "revision": 1,
            "recorded_at": self._at(-90),
            "sign_by": self._at(-75),
        }
        if signed:
            switch["signed_at"] = self._at(-80)
        if ready:
            switch["ready_at"] = self._at(0)
        self.put(self._district(community), SWITCHES, f"switches/{switch['id']}", switch)

    def _put_task(self, number: int, state: str) -> None:
        community = self.communities[number % len(self.communities)]
        name = NAMES[number % len(NAMES)]
        task = {
            "id": f"{OPERATION}:task{number}@{community}#1",
            "area": community,
            "operation": OPERATION,
            "key": f"task{number}",
            "name": {"zh": name, "en": f"Task {number % len(NAMES)}"},
            "due": self._at(number % 600 - 60),
            "evidence": {"kind": "count", "total": 12},
            "state": state,
            "done": number % 13,
            "must": number % 9 == 0,
            "overdue": number % 40 == 0,
        }
        self.put(self._district(community), TASK_BOARD, f"tasks/{task['id']}", task)

    def _put_concern(self, number: int, open_: bool) -> None:
        community = self.communities[(number * 37) % len(self.communities)]
        concern = {
            "kind": "gap",
            "subject": f"post{number}",
            "area": community,
            "since": self._at(-number % 90),
            "severity": "danger" if number % 50 == 0 else "urgent",
            "facts": {"post": f"岗位{number % 12}", "heads": str(1 + number % 3)},
            "raised_to": CITY,
        }
        entry = f"concerns/gap:post{number}"
        self.put(self._district(community), AREA, entry, concern if open_ else None)

    def happen(self) -> None:
        """One event somewhere: it changes the row of its district, and mostly a record besides."""
        draw = self.chance.random()
        number = self.chance.randrange(TASKS)
        community = self.communities[number % len(self.communities)]
        district = self._district(community)
        self.events += 1
        self.part(district).position += 1
        counts = {
            name: self.chance.randrange(400)
            for name in ("signed", "ready", "filled", "called", "open", "done")
        }
        self._put_row(district, counts)
        if draw < 0.5:
            self._put_task(number, self.chance.choice(STATES))
        elif draw < 0.75:
            self._put_switch(community, signed=True, ready=self.chance.random() < 0.5)
        elif draw < 0.85:
            self._put_concern(number % CONCERNS, self.chance.random() < 0.8)
        self.tell(district)


@asynccontextmanager
async def city_served(engine: CityEngine) -> AsyncIterator[str]:
    """Its address: pages, live protocol and all."""
    runner = web.AppRunner(make_app(engine, LiveSettings()), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@contextmanager
def raging(engine: CityEngine, per_second: int) -> Iterator[None]:
    """That many events every second for as long as the block lasts, as far as the machine lets it: what is behind by
    more than a few turns is let go, or catching up would leave no time for anything else."""

    async def rage() -> None:
        loop = asyncio.get_running_loop()
        most = int(per_second * TICK * 5)
        last = loop.time()
        while True:
            now = loop.time()
            for _ in range(min(most, round((now - last) * per_second))):
                engine.happen()
            last = now
            await asyncio.sleep(TICK)

    raging = asyncio.create_task(rage())
    try:
        yield
    finally:
        raging.cancel()
