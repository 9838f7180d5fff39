"""A city's order over two districts: it reaches both, their clocks come back, and the city's board shows the tree."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from coordinator.domain.area import AreaLevel
from coordinator.domain.duty import Duty, How
from coordinator.domain.follow_on import take_operation
from coordinator.domain.refusal import Refused
from coordinator.engine.keys import fresh_key
from coordinator.playbook import library
from coordinator.wire.board import BoardKey
from tests.engine.conftest import DISTRICTS, Played, commander, duty, now

FLOOD = library.bundled("flood-typhoon").digest


async def until(played: Played, condition: Callable[[], bool]) -> None:
    """Wait for the coordinator's own doings; every change of any scope is looked at."""
    moved = asyncio.Event()
    played.coordinator.on_change(lambda scope: moved.set())
    async with asyncio.timeout(20):
        while not condition():
            moved.clear()
            await moved.wait()


async def test_a_city_orders_and_its_districts_answer(played: Played) -> None:
    reactors = played.coordinator.reactors
    city = reactors["4201"].state
    declared = await played.order(
        commander("4201"),
        "DeclareOperation",
        area="4201",
        playbook=FLOOD,
        targets={DISTRICTS[0]: "III", DISTRICTS[1]: "IV"},
        expected_minutes=6000,
    )
    (operation,) = declared.ids
    tree = played.coordinator.registers.areas
    communities = [code for one in DISTRICTS for code in tree.below(one, AreaLevel.COMMUNITY)]
    await until(played, lambda: len(city.receipts) == len(communities))
    assert {reactors[one].state.operations[operation].level(one, tree) for one in DISTRICTS} == {"III", "IV"}
    assert not any(duty_.kind == "operation" for duty_ in city.duties.values()), (
        "both follow-ons have arrived"
    )

    for community in communities:
        await played.order(duty(community), "SignSwitch", area=community, operation=operation)
        await played.order(
            duty(community), "DeclareReady", area=community, operation=operation, reason="watched"
        )
    await until(played, lambda: all(one.signed_at and one.ready_at for one in city.receipts.values()))
    for community in communities:
        own = reactors[community[:6]].state.switches[f"{operation}@{community}"]
        told = city.receipts[f"{operation}@{community}"]
        assert (told.recorded_at, told.signed_at, told.ready_at) == (
            own.recorded_at,
            own.signed_at,
            own.ready_at,
        )

    board = BoardKey.parse(f"operation:{operation}")
    assert sorted(played.coordinator.parts(board)) == sorted(["4201", *DISTRICTS])
    city_board = BoardKey.parse("area:4201")
    rows = {
        key
        for part in played.coordinator.parts(city_board)
        for key in played.coordinator.snapshot(city_board, part)[2]
        if key.startswith("rows/")
    }
    assert rows == {f"rows/{one}" for one in DISTRICTS}


async def test_an_older_revision_changes_nothing(played: Played) -> None:
    reactors = played.coordinator.reactors
    declared = await played.order(
        commander("4201"),
        "DeclareOperation",
        area="4201",
        playbook=FLOOD,
        targets={DISTRICTS[0]: "IV"},
        expected_minutes=6000,
    )
    (operation,) = declared.ids
    city, district = reactors["4201"].state, reactors[DISTRICTS[0]].state
    await until(played, lambda: operation in district.operations)
    owed = city.duties.get(f"operation:{operation}>{DISTRICTS[0]}")
    duty_ = owed or Duty(
        area="4201",
        how=How.FOLLOW_ON,
        kind="operation",
        subject=f"{operation}>{DISTRICTS[0]}",
        due=city.operations[operation].effective_at,
        opened=0,
    )
    old = take_operation(city, duty_, DISTRICTS[0])
    await played.order(
        commander("4201"), "RaiseLevel", area="4201", operation=operation, targets={DISTRICTS[0]: "III"}
    )
    await until(played, lambda: district.operations[operation].revision == 2)
    outcome = await played.coordinator.do(old)
    assert outcome.status == "accepted" and outcome.position == 0
    assert district.operations[operation].level(DISTRICTS[0], district.registers.areas) == "III"


async def test_nobody_lowers_a_city_while_a_district_misses_someone(played: Played) -> None:
    reactors = played.coordinator.reactors
    (operation,) = (
        await played.order(
            commander("4201"),
            "DeclareOperation",
            area="4201",
            playbook=FLOOD,
            targets={DISTRICTS[0]: "IV"},
            expected_minutes=6000,
        )
    ).ids
    district, city = reactors[DISTRICTS[0]].state, reactors["4201"].state
    await until(played, lambda: bool(district.call_outs))
    call = next(iter(district.call_outs.values()))
    at = {"area": call.area, "call_outs": [call.id]}
    actor = commander(DISTRICTS[0])
    await played.order(actor, "Answer", area=call.area, answers=[{"call_out": call.id, "coming": True}])
    await played.order(actor, "CheckIn", **at)
    await played.order(actor, "ReportLost", **at)
    await until(played, lambda: bool(city.rows.get("4201")) and city.rows["4201"].counts.get("lost") == 1)
    asked = await played.coordinator.execute(
        commander("4201"),
        fresh_key(now()),
        "EndOperation",
        {
            "area": "4201",
            "operation": operation,
            "areas": [DISTRICTS[0]],
            "conditions": {"warning_over": "met", "tasks_closed": "met", "confirmed": "met"},
        },
    )
    assert asked.refusal is not None and asked.refusal.code == "condition_contradicted"


async def test_a_page_behind_the_end_is_refused_instead_of_read_for_ever(played: Played) -> None:
    """Whoever pages through a log that has lost its end meanwhile."""
    head = played.coordinator.reactors[DISTRICTS[0]].head
    with pytest.raises(Refused, match="not_in_log"):
        await played.coordinator.history.page(DISTRICTS[0], head.position, 10)
