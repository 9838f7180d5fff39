"""Whatever is wrong gets a coded error in both languages, and nothing has changed: state, log and queue as before."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from redis import Redis

from coordinator.engine.keys import fresh_key
from coordinator.playbook import library
from coordinator.store.directory import running_url
from tests.e2e.city import City
from tests.e2e.test_faults import now

FLOOD = library.bundled("flood-typhoon").digest
Answer = tuple[int, dict[str, Any]]


async def post(city: City, token: str, name: str, body: object, key: str | None = None) -> Answer:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key or fresh_key(now())}
    async with (
        aiohttp.ClientSession(city.urls[0], headers=headers) as session,
        session.post("/api/v1/commands", json={"name": name, "body": body}) as answer,
    ):
        return answer.status, await answer.json(content_type=None)


def standing(city: City) -> tuple[dict[str, str], int]:
    """Digest of every scope's state (which holds its position and keys), and how much lies in the queue."""
    command = [
        sys.executable,
        "-m",
        "coordinator.main",
        "log",
        "digest",
        "--data",
        str(city.data),
        "--json",
        "-",
    ]
    digests = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    url = running_url(city.data / "queue")
    assert url is not None
    with Redis.from_url(url) as queue:
        jobs = sum(1 for _ in queue.scan_iter("*rq:job:*"))
    return digests, jobs


def is_problem(problem: dict[str, Any], code: str) -> None:
    assert problem["code"] == code, problem
    assert problem["detail"] and problem["detail_en"] and isinstance(problem["retry"], bool)


@pytest.fixture(scope="module")
def declared(city: City) -> str:
    """An operation over one community, for what needs one."""

    async def declare() -> str:
        body = {
            "area": city.area("commander"),
            "playbook": FLOOD,
            "targets": {city.area("community"): "IV"},
            "expected_minutes": 600,
        }
        status, result = await post(city, city.token("commander"), "DeclareOperation", body)
        assert status == 200, result
        async with aiohttp.ClientSession(city.urls[0]) as session:
            headers = {"Authorization": f"Bearer {city.token('auditor')}"}
            while True:  # until its places are switched and its people called
                async with session.get(
                    f"/api/v1/boards/area:{city.area('community')}", headers=headers
                ) as board:
                    if '"call_outs/' in await board.text():
                        return str(result["ids"][0])

    return asyncio.run(declare())


def wrong(city: City, operation: str) -> list[tuple[str, str, str, dict[str, Any]]]:
    """(expected code, whose token, command, body)."""
    community, district, grid = city.area("community"), city.area("commander"), city.area("grid")
    sibling = f"{grid[:-2]}02"
    end = {"area": district, "operation": operation, "areas": [community], "conditions": {}}
    declare = {"area": district, "playbook": FLOOD, "targets": {community: "III"}, "expected_minutes": 60}
    return [
        ("bad_token", "nobody-has-this-token", "SignSwitch", {"area": community, "operation": operation}),
        ("unknown_command", city.token("grid"), "LaunchRocket", {"area": grid}),
        (
            "bad_body",
            city.token("grid"),
            "ReportHazard",
            {"area": grid, "kind": "flooded", "depth_cm": "deep"},
        ),
        ("bad_body", city.token("grid"), "CheckIn", {"area": grid, "call_outs": ["x"], "extra": 1}),
        (
            "unknown_area",
            city.token("commander"),
            "SignSwitch",
            {"area": "999999", "operation": operation},
        ),
        (
            "not_your_part",
            city.token("grid"),
            "ReportTally",
            {"area": sibling, "operation": operation, "values": {"contacted": 3}},
        ),
        (
            "not_your_role",
            city.token("grid"),
            "DeclareOperation",
            {**declare, "area": grid, "targets": {grid: "IV"}},
        ),
        ("not_your_role", city.token("auditor"), "SignSwitch", {"area": community, "operation": operation}),
        ("no_authority", city.token("community"), "DeclareOperation", {**declare, "area": community}),
        (
            "unknown_playbook",
            city.token("commander"),
            "DeclareOperation",
            {**declare, "playbook": "0" * 64},
        ),
        ("unknown_operation", city.token("commander"), "EndOperation", {**end, "operation": "op-nowhere"}),
        ("condition_open", city.token("commander"), "EndOperation", end),
        (
            "not_switched",
            city.token("community"),
            "SignSwitch",
            {"area": community, "operation": "op-nowhere"},
        ),
        (
            "not_seen_safe",
            city.token("community"),
            "Relieve",
            {"area": community, "call_outs": ["x"], "seen_safe": False},
        ),
        ("unknown_task", city.token("community"), "AcknowledgeTask", {"area": community, "task": "nothing"}),
        ("not_the_issuer", city.token("city_commander"), "EndOperation", {**end, "area": district}),
        (
            "no_such_change",
            city.token("commander", 1),
            "ApproveChange",
            {"area": district, "change": "c", "hash": "", "targets": {}},
        ),
    ]


async def test_nothing_wrong_changes_anything(city: City, declared: str) -> None:
    before = standing(city)
    for code, token, name, body in wrong(city, declared):
        status, problem = await post(city, token, name, body)
        assert status >= 400, (code, problem)
        is_problem(problem, code)
    assert standing(city) == before


async def test_a_command_sent_twice_is_done_once(city: City, declared: str) -> None:
    key, grid = fresh_key(now()), city.area("grid")
    body = {"area": grid, "kind": "flooded_point", "depth_cm": 20, "trend": "rising"}
    _, first = await post(city, city.token("grid"), "ReportHazard", body, key)
    before = standing(city)
    status, second = await post(city, city.token("grid"), "ReportHazard", body, key)
    assert status == 200 and second["replayed"]
    assert (second["position"], second["ids"]) == (first["position"], first["ids"])
    status, problem = await post(city, city.token("grid"), "ReportHazard", {**body, "depth_cm": 90}, key)
    is_problem(problem, "key_reused")
    assert standing(city) == before


async def test_the_second_person_is_another_person(city: City, declared: str) -> None:
    """Self-approval over sessions, tokens and roles of one person; another order; a retyped level that differs."""
    district, community = city.area("commander"), city.area("community")
    raise_it = {"area": district, "operation": declared, "targets": {community: "II"}}
    _, requested = await post(city, city.token("commander"), "RaiseLevel", raise_it)
    (change,) = requested["ids"]
    operator = city.token("operator")
    own = city.tokens["commander"][0]["person"]
    second_token = await issue(city, operator, own, "commander", district)
    async with aiohttp.ClientSession(city.urls[0]) as session:
        headers = {"Authorization": f"Bearer {city.token('auditor')}"}
        async with session.get(f"/api/v1/boards/area:{district}", headers=headers) as board:
            entries = (await board.json())["parts"]
    pending = next(
        entry
        for part in entries.values()
        for key, entry in part["entries"].items()
        if key == f"pending/{change}"
    )
    approve = {"area": district, "change": change, "hash": pending["hash"], "targets": pending["targets"]}
    before = standing(city)
    for token in (city.token("commander"), second_token):
        _, problem = await post(city, token, "ApproveChange", approve)
        is_problem(problem, "self_approval")
    other = city.token("commander", 1)
    _, problem = await post(city, other, "ApproveChange", {**approve, "hash": "0" * 24})
    is_problem(problem, "order_changed")
    _, problem = await post(city, other, "ApproveChange", {**approve, "targets": {community: "I"}})
    is_problem(problem, "retyped_differs")
    assert standing(city) == before
    status, _ = await post(city, other, "ApproveChange", approve)
    assert status == 200


async def issue(city: City, operator: str, person: str, role: str, area: str) -> str:
    from coordinator.admin.run.grants import Wanted
    from coordinator.admin.run.grants import issue as issue_tokens
    from coordinator.domain.access import Role

    (token,) = await issue_tokens(city.urls[0], operator, [Wanted(person, Role(role), area)])
    return token


def test_ones_own_playbook_is_published_and_ordered_by(city: City, tmp_path: Path) -> None:
    """Not before it is published; a broken one never; and another version of it beside the first."""
    source = (files("playbooks") / "snow_cold.yaml").read_text().replace("id: snow-cold", "id: own-snow")
    own = tmp_path / "own.yaml"
    own.write_text(source)
    broken = tmp_path / "broken.yaml"
    broken.write_text(source.replace("heads:", "haeds:", 1))
    area, token = city.area("commander"), city.token("commander")

    def pingji(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "coordinator.main", *arguments]
        environment = {**os.environ, "PINGJI_URL": city.urls[0], "PINGJI_TOKEN": token}
        return subprocess.run(command, capture_output=True, env=environment, check=False)

    declare = ("declare", "own-snow", f"{city.area('community')}=IV", "--minutes", "60", "--yes")
    assert pingji(*declare).returncode == 2
    assert pingji("playbook", "publish", str(broken), "--area", area).returncode == 3
    published = pingji("playbook", "publish", str(own), "--area", area)
    assert published.returncode == 0, published.stderr
    declared = pingji(*declare)
    assert declared.returncode in (0, 4), (
        declared.stderr
    )  # 4: this level needs a street's or district's authority


async def test_a_frame_of_ten_megabytes(city: City) -> None:
    before = standing(city)
    async with aiohttp.ClientSession(city.urls[0]) as session, session.ws_connect("/ws") as socket:
        await socket.send_json({"type": "sign_in", "token": city.token("grid")})
        assert (await socket.receive_json())["type"] == "signed_in"
        with pytest.raises((ConnectionError, aiohttp.ClientError, AssertionError)):
            await socket.send_str("x" * 10_000_000)
            while (message := await socket.receive()).type is aiohttp.WSMsgType.TEXT:
                pass
            assert message.type is aiohttp.WSMsgType.CLOSE and message.data == 4503, message
            raise ConnectionError
    assert standing(city) == before
