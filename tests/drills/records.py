"""A drill's log written by hand, event by event, at minutes of the drill; and the script it is scored by."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from coordinator.domain.area import AreaCode
from coordinator.domain.call_out import CrewAnswered, CrewCalled, CrewMoved, Progress, call_out_id
from coordinator.domain.delivery import NoticesDelivered
from coordinator.domain.drill import Drill, DrillChanged, Phase
from coordinator.domain.event import Event, Stamp
from coordinator.domain.inject import InjectFired, InjectKind, InjectSkipped
from coordinator.domain.mode import Mode, ResponseLevel, Switch
from coordinator.domain.rules import Recorded
from coordinator.domain.switch_over import NewPost, PlaceReady, PlaceSwitched, SwitchSigned
from coordinator.domain.text import Text
from coordinator.domain.world import Clock
from coordinator.drills.schema import Document
from coordinator.drills.script import examine
from tests.builders import CITY, DISTRICT, STREET

BEGAN: Final = datetime.fromisoformat("2026-07-18T02:30+08:00")
OP: Final = "op-1"
HEAD: Final = """\
format: 1
id: by-hand
version: 1
name: {zh: 手工, en: By hand}
objective: {zh: 试, en: Test}
kind: functional
hazard: flood_typhoon
playbook: flood-typhoon
start: 2026-07-18T02:30+08:00
lasts: 2h
places: ["320113007"]
players: {simulated: [commander, street, community, grid, team_leader]}
roles: [{key: control, role: controller, name: {zh: 导, en: C}, task: {zh: 导, en: C}}]
stop_word: 停
"""


def script(body: str) -> Document:
    """A document from its injects and items alone."""
    document, findings = examine((HEAD + body).encode(), "by-hand.yaml")
    assert document is not None, [one.en() for one in findings]
    return document


class Record:
    """Say what happened; `log` is what stands in the log then."""

    def __init__(self) -> None:
        self.log: list[Recorded] = []
        self._positions: dict[AreaCode, int] = {}
        self.drill(0, Phase.RUNNING)

    def say(
        self,
        minutes: float,
        event: Event,
        role: str = "process",
        place: AreaCode = "",
        scope: AreaCode = DISTRICT,
    ) -> None:
        at = BEGAN + timedelta(minutes=minutes)
        heard = place if role in ("street", "community", "grid", "team_leader") else ""
        stamp = Stamp(at, at, f"{role}-{place}", role, heard, "", f"k{len(self.log)}", "", 1)
        position = self._positions[scope] = self._positions.get(scope, 0) + 1
        self.log.append(Recorded("DRILL-1", scope, 1, position, stamp, event))

    def drill(self, minutes: float, phase: Phase, reason: str = "", rate: float = 1) -> None:
        drill = Drill(
            id="drill-1",
            area=CITY,
            name=Text("手工", "By hand"),
            script="0" * 64,
            places=(STREET,),
            injects=(),
            stop_word="停",
            rate=rate,
            phase=phase,
            revision=len(self.log) + 1,
            began=BEGAN,
            reason=reason,
        )
        clock = Clock(BEGAN + timedelta(minutes=minutes), BEGAN, 1)
        self.say(minutes, DrillChanged(area=CITY, drill=drill, clock=clock), "controller", CITY, CITY)

    def fire(self, minutes: float, inject: str, *to: AreaCode, kind: InjectKind = InjectKind.ORDER) -> None:
        self.say(minutes, InjectFired(area=DISTRICT, inject=inject, kind=kind, to=to))

    def skip(self, minutes: float, inject: str, reason: str = "asked") -> None:
        event = InjectSkipped(area=CITY, inject=inject, reason=reason)
        self.say(minutes, event, "controller", CITY, CITY)

    def switch(self, minutes: float, place: AreaCode, *posts: tuple[AreaCode, str, int], **more: Any) -> None:
        """The place has the order, with posts that READY waits for: area, key, heads."""
        at = BEGAN + timedelta(minutes=minutes)
        event = PlaceSwitched(
            area=place,
            operation=OP,
            revision=1,
            switch=Switch.START,
            mode=Mode.ACTIVATING,
            community=len(place) == 12,
            level=ResponseLevel.III,
            sign_by=at + timedelta(minutes=15),
            posts=tuple(
                NewPost(f"{OP}:{key}@{area}", area, key, Text(key, key), heads, 1, 480, 1, at, True)
                for area, key, heads in posts
            ),
            **more,
        )
        self.say(minutes, event)

    def sign(self, minutes: float, place: AreaCode, role: str = "community", by: AreaCode = "") -> None:
        self.say(minutes, SwitchSigned(area=place, operation=OP), role, by or place)

    def ready(self, minutes: float, place: AreaCode) -> None:
        self.say(minutes, PlaceReady(area=place, operation=OP, mode=Mode.EMERGENCY), "grid", place)

    def call(self, minutes: float, area: AreaCode, key: str, *people: str, team: str = "") -> None:
        post = f"{OP}:{key}@{area}"
        event = CrewCalled(
            area=area,
            operation=OP,
            picks={post: dict.fromkeys(people, area)},
            answer_by=BEGAN + timedelta(minutes=minutes + 20),
            teams={post: team} if team else {},
        )
        self.say(minutes, event)

    def reach(self, minutes: float, area: AreaCode, key: str, *people: str) -> None:
        calls = tuple(call_out_id(one, f"{OP}:{key}@{area}") for one in people)
        self.say(minutes, NoticesDelivered(area=area, duties=(), reached=calls), "worker")

    def answer(self, minutes: float, area: AreaCode, key: str, *people: str, coming: bool = True) -> None:
        calls = [call_out_id(one, f"{OP}:{key}@{area}") for one in people]
        at = BEGAN + timedelta(minutes=minutes + 10)
        event = CrewAnswered(
            area=area,
            coming=dict.fromkeys(calls, at) if coming else {},
            declined={} if coming else dict.fromkeys(calls, "ill"),
        )
        self.say(minutes, event, "grid", area)

    def move(self, minutes: float, to: Progress, area: AreaCode, key: str, *people: str) -> None:
        calls = tuple(call_out_id(one, f"{OP}:{key}@{area}") for one in people)
        self.say(minutes, CrewMoved(area=area, call_outs=calls, to=to), "grid", area)
