"""POST /api/v1/plans and GET /api/v1/playbooks/DIGEST: what an order would come to, and the playbook it names."""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import Any

import pytest

from coordinator.playbook import library
from coordinator.wire.board import BoardKey, BoardKind
from tests.api.ask import Answered, ask
from tests.live.serving import Served

FLOOD = library.bundled("flood-typhoon")
STREET, COMMUNITY = "420107001", "420107001001"


async def plan(served: Served, token: str = "commander-token", **asked: Any) -> Answered:
    body = {"playbook": FLOOD.digest, **asked}
    return await ask(served, "POST", "/api/v1/plans", data=json.dumps(body), token=token)


async def test_a_plan_says_what_it_comes_to(served: Served) -> None:
    answered = await plan(served, targets={STREET: "III", COMMUNITY: "II"})
    assert answered.status == 200, answered.text
    found = answered.json
    assert (found["level"], found["streets"], found["communities"], found["grids"]) == ("II", 1, 2, 1)
    assert found["total"]["heads"] > found["supply"] == 1, "one person for all of it"
    assert found["short"] > 0 and found["unstaffed_places"] == len(found["unstaffed"])
    assert found["now"] == dict.fromkeys(found["total"], 0), "nothing runs"
    assert served.engine.executed == [], "nothing was ordered"


async def test_a_raise_is_held_against_what_runs(served: Served) -> None:
    board = BoardKey(BoardKind.OPERATION, "op1")
    served.engine.put("420107", board, "operations/op1", {"targets": {STREET: "III", COMMUNITY: None}})
    found = (await plan(served, targets={STREET: "II"}, operation="op1")).json
    lower = (await plan(served, targets={STREET: "III"})).json
    alone = (await plan(served, targets={COMMUNITY: "III"})).json
    assert found["total"]["heads"] > found["now"]["heads"]
    assert found["now"]["heads"] == lower["total"]["heads"] - alone["total"]["heads"], "ended there"


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"targets": {"420111": "III"}}, 403, "not_your_part"),
        ({"targets": {"99": "III"}}, 404, "unknown_area"),
        ({"targets": {}}, 400, "bad_message"),
        ({"targets": {STREET: "V"}}, 400, "bad_message"),
        ({"targets": {STREET: "III"}, "playbook": "0" * 64}, 404, "unknown_playbook"),
        ({"targets": {STREET: "III"}, "operation": "op9"}, 404, "unknown_operation"),
    ],
)
async def test_what_cannot_be_planned_is_refused(
    served: Served, asked: dict[str, Any], status: int, code: str
) -> None:
    answered = await plan(served, **asked)
    assert (answered.status, answered.problem.code) == (status, code)


async def test_an_operation_of_another_part_is_not_told(served: Served) -> None:
    served.engine.refused.add(BoardKey(BoardKind.OPERATION, "op1"))
    answered = await plan(served, targets={STREET: "II"}, operation="op1")
    assert (answered.status, answered.problem.code) == (403, "not_your_part")


async def test_a_playbook_is_given_as_it_was_published(served: Served) -> None:
    answered = await ask(served, "GET", f"/api/v1/playbooks/{FLOOD.digest}")
    assert answered.json["digest"] == FLOOD.digest
    document = answered.json["document"]
    canonical = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert blake2b(canonical, digest_size=32).hexdigest() == FLOOD.digest
    assert document["levels"]["III"]["stand_down"]
    posts = [post for level in document["levels"].values() for post in level["people"]]
    assert {skill for post in posts for skill in post["skills"]} <= set(answered.json["vocabulary"])


async def test_an_unknown_playbook_is_not_there(served: Served) -> None:
    answered = await ask(served, "GET", "/api/v1/playbooks/abc")
    assert (answered.status, answered.problem.code) == (404, "unknown_playbook")
