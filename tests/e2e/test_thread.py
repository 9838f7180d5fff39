"""The thread: one community goes from normal to emergency and back over the published protocol, on real processes,
and the coordinator is killed on the way."""

from __future__ import annotations

import signal
from typing import Any

from clients.sdk import Client
from coordinator.playbook import library
from coordinator.wire.board import Board
from coordinator.wire.messages import Result
from tests.e2e.city import kill
from tests.e2e.conftest import MakeCity

FLOOD = library.bundled("flood-typhoon")
PHOTO, FORM = "vault:photo-1", "vault:form-1"


def only(section: dict[str, dict[str, Any]]) -> dict[str, Any]:
    (entry,) = section.values()
    return entry


async def seen(client: Client, board: Board, result: Result) -> None:
    """Wait until the board shows what a command has done."""
    await client.until(lambda: board.cursor[result.scope].position >= result.position)


async def work_off(client: Client, board: Board, area: str) -> None:
    """Everything open on a community's board, by a diligent duty officer: people, buildings, tasks, in this order."""
    while True:
        calls = board.section("call_outs")
        waiting = [key for key, call in calls.items() if call["progress"] in ("assigned", "reached")]
        coming = [key for key, call in calls.items() if call["progress"] == "coming"]
        if waiting:
            answers = [{"call_out": key, "coming": True, "eta_minutes": 10} for key in waiting]
            done = await client.command("Answer", {"area": area, "answers": answers})
        elif coming:
            done = await client.command("CheckIn", {"area": area, "call_outs": coming})
        else:
            return
        await seen(client, board, done)


async def close_tasks(client: Client, board: Board) -> None:
    for key, task in sorted(board.section("tasks").items()):
        if task.get("state", "open") in ("open", "acknowledged", "under_way"):
            total = task["evidence"].get("total", 0)
            body = {"area": task["area"], "task": key, "done": total, "evidence": [PHOTO, FORM]}
            await client.command("CompleteTask", body)


async def test_a_community_goes_to_emergency_and_back(make_city: MakeCity) -> None:
    city = make_city()
    community, district = city.area("community"), city.area("commander")
    async with (
        Client(city.urls[0], city.token("commander")) as desk,
        Client(city.urls[0], city.token("community")) as duty,
    ):
        board = await duty.watch(f"area:{community}")
        overview = await desk.watch(f"area:{district}")
        event = next(one for one in board.section("routines").values() if one["key"] == "community_event")
        assert event.get("holders", []) == []

        declared = await desk.command(
            "DeclareOperation",
            {
                "area": district,
                "playbook": FLOOD.digest,
                "targets": {community: "IV"},
                "expected_minutes": 600,
            },
        )
        (operation,) = declared.ids
        await duty.until(lambda: bool(board.section("switches")) and bool(board.section("call_outs")))
        assert only(board.section("switches"))["mode"] == "activating"
        assert board.section("routines")[event["id"]]["holders"] == [operation]

        kill(
            city.children()["coordinator"]
        )  # acknowledged is acknowledged; both clients come back by themselves

        await duty.command("SignSwitch", {"area": community, "operation": operation})
        await duty.command(
            "SignSwitch", {"area": community, "operation": operation}
        )  # said twice: nothing new
        await work_off(duty, board, community)
        await duty.until(lambda: only(board.section("switches"))["mode"] == "emergency")
        await desk.until(lambda: overview.section("row")[district]["counts"].get("ready") == 1)

        await close_tasks(duty, board)
        shelter = next(key for key, one in board.section("facilities").items() if one["kind"] == "shelter")
        await duty.command("ReportFacility", {"area": community, "facility": shelter, "to": "inspected"})

        requested = {
            "area": district,
            "operation": operation,
            "areas": [community],
            "conditions": {"warning_over": "met", "tasks_closed": "met", "confirmed": "met"},
        }
        await desk.command("EndOperation", requested)
        await duty.until(lambda: only(board.section("switches"))["mode"] == "standing_down")
        calls = list(board.section("call_outs"))
        await duty.command("Relieve", {"area": community, "call_outs": calls, "seen_safe": True})
        await duty.command("ReportHome", {"area": community, "call_outs": calls})
        await close_tasks(duty, board)
        assert only(board.section("switches"))["mode"] == "standing_down", "the shelter is not restored yet"
        await duty.command("ReportFacility", {"area": community, "facility": shelter, "to": "normal"})
        await duty.until(lambda: only(board.section("switches"))["mode"] == "normal")

        resumed = board.section("routines")[event["id"]]
        assert "holders" not in resumed and resumed["next_due"] > event["next_due"], "dates moved"
        for section in ("posts", "call_outs", "tasks", "facilities"):
            assert not board.section(section)
        await desk.until(lambda: not overview.section("operations"))
        fresh = Client(city.urls[0], city.token("community"))
        async with fresh:
            assert (await fresh.watch(f"area:{community}")).entries == board.entries
    assert city.stop(signal.SIGINT) == 0
    assert city.left_over() == []
