"""A drill beside a real city: an order in earnest for the same place stops it at once, one elsewhere does not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from clients.sdk import Client
from coordinator.playbook import library
from tests.e2e.city import City
from tests.e2e.drill_world import PATIENCE, DrillWorld, open_drill

FLOOD = library.bundled("flood-typhoon").digest
GAS = library.bundled("gas-fire").digest
STREET, DISTRICT = "320113007", "320113"
HERE, THERE = "320113007001", "320113007008"

SCRIPT = f"""\
format: 1
id: two-communities
version: 1
name: {{zh: 小演练, en: A small drill}}
objective: {{zh: 收到消息, en: Somebody reads a message}}
kind: tabletop
hazard: flood_typhoon
playbook: flood-typhoon
start: 2026-07-18T02:30+08:00
lasts: 3h
places: ["{HERE}"]
players: {{real: [community]}}
roles:
  - {{key: chief, role: controller, name: {{zh: 总导调, en: Chief}}, task: {{zh: 管, en: Controls}}}}
stop_word: 停
injects:
  - key: warning
    at: 0min
    kind: message
    to: ["{HERE}"]
    sender: {{zh: 区, en: District}}
    text: {{zh: 预警, en: A warning}}
    expects:
      - {{key: read, what: read, who: community, by: 10min, area: warning, capability: warning,
         text: {{zh: 阅知, en: Has read it}}}}
"""


@pytest.fixture(scope="module")
def drill(city: City) -> Iterator[DrillWorld]:
    script = city.data.parent / "small.yaml"
    script.write_text(SCRIPT, encoding="utf-8")
    opened = open_drill(city.data, script)
    yield opened
    opened.say("close")


async def declare(city: City, area: str, playbook: str = FLOOD) -> str:
    """In earnest."""
    body: dict[str, Any] = {
        "area": DISTRICT,
        "playbook": playbook,
        "targets": {area: "IV"},
        "expected_minutes": 60,
    }
    async with Client(city.urls, city.token("commander")) as desk:
        return (await desk.command("DeclareOperation", body)).ids[0]


def kinds(entries: dict[str, Any]) -> set[str]:
    return {entry["kind"] for entry in entries.values()}


async def test_a_real_declaration_in_the_same_place_stops_the_drill_and_every_player_is_told(
    city: City, drill: DrillWorld
) -> None:
    async with Client([drill.url], drill.token(f"community:{HERE}")) as player, asyncio.timeout(PATIENCE):
        orders = await player.watch(f"orders:{HERE}")
        drill.say("start")
        await player.until(lambda: "drill_running" in kinds(orders.section("orders")))

        await declare(city, THERE)  # elsewhere: it concerns nobody here
        first = await declare(city, HERE)
        await player.until(lambda: "drill_stopped" in kinds(orders.section("orders")))
        stopped = await drill.drill()
        assert (stopped["phase"], stopped["reason"]) == ("paused", "real_operation")
        assert stopped["revision"] == 3, "one start and one pause: the order elsewhere did nothing"

        # Going on is a person's decision, and the same operation does not overrule it.
        drill.say("resume")
        assert (await drill.drill())["phase"] == "running"
        second = await declare(city, HERE, GAS)
        assert second != first
        async with Client([drill.url], drill.token("control")) as control:
            board = await control.watch("drill:3201")
            await control.until(lambda: {one["revision"] for one in board.section("drills").values()} == {5})
        assert (await drill.drill())["phase"] == "paused"


async def test_a_real_operation_that_goes_on_already_stops_a_drill_before_it_begins(
    city: City, drill: DrillWorld
) -> None:
    late = open_drill(city.data, city.data.parent / "small.yaml")
    try:
        async with Client([late.url], late.token(f"community:{HERE}")) as player, asyncio.timeout(PATIENCE):
            orders = await player.watch(f"orders:{HERE}")
            await player.until(lambda: "drill_stopped" in kinds(orders.section("orders")))
        assert "drill_phase" in late.say("start", ok=False)
    finally:
        late.say("close")
