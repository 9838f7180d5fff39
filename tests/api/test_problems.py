"""Whatever goes wrong leaves as problem+json, says nothing of what was sent, and no answer lacks its headers."""

from __future__ import annotations

import pytest

from coordinator.api.headers import HEADERS
from coordinator.wire.messages import MAX_FRAME
from tests.api.ask import ask
from tests.live.fake_engine import T0
from tests.live.serving import Served

SECRET = "hunter2-hunter2"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", f"/{SECRET}", 404, "unknown_path"),
        ("GET", f"/api/v1/{SECRET}", 404, "unknown_path"),
        ("DELETE", "/api/v1/commands", 405, "wrong_method"),
        ("POST", "/api/v1/commands", 413, "frame_too_big"),
        ("GET", "/ws", 400, "bad_message"),
        ("GET", "/api/v1/me", 500, "internal"),
    ],
)
async def test_every_failure_is_a_problem_and_echoes_nothing(
    served: Served, monkeypatch: pytest.MonkeyPatch, method: str, path: str, status: int, code: str
) -> None:
    def broken() -> None:
        raise ValueError(SECRET)

    monkeypatch.setattr(served.engine, "world_now", broken)
    body = SECRET * (MAX_FRAME // len(SECRET) + 1) if method == "POST" else None
    answered = await ask(served, method, path, data=body)
    problem = answered.problem
    assert (answered.status, problem.code, problem.type) == (status, code, f"urn:pingji:error:{code}")
    assert SECRET not in answered.text
    assert problem.title and problem.title_en and problem.detail and problem.detail_en


async def test_a_wrong_method_is_told_the_right_one(served: Served) -> None:
    answered = await ask(served, "DELETE", "/api/v1/commands")
    assert answered.headers["Allow"] == "POST"


async def test_two_failures_have_two_traces(served: Served) -> None:
    traces = {(await ask(served, "GET", "/nowhere")).problem.trace_id for _ in range(3)}
    assert len(traces) == 3


@pytest.mark.parametrize("path", ["/livez", "/nowhere", "/api/v1/me", "/api/v1/openapi.json"])
async def test_no_answer_lacks_the_headers(served: Served, path: str) -> None:
    answered = await ask(served, "GET", path)
    for name, value in HEADERS.items():
        assert answered.headers[name] == value
    assert "aiohttp" not in answered.headers["Server"].lower()


async def test_how_the_process_is(served: Served) -> None:
    assert (await ask(served, "GET", "/livez", token=None)).json == {"live": True}
    version = (await ask(served, "GET", "/version", token=None)).json
    assert (version["version"], version["protocol"], version["world"]) == ("0.1.0", 1, "LIVE")


async def test_ready_means_that_the_log_answers_and_replicas_follow(served: Served) -> None:
    async def readiness() -> tuple[int, object]:
        answered = await ask(served, "GET", "/readyz", token=None)
        return answered.status, answered.json

    well = {"ready": True, "log": "up", "caught_up": True, "stopped": {}}
    assert await readiness() == (200, well)
    served.engine.caught_up = False
    assert await readiness() == (503, well | {"ready": False, "caught_up": False})
    served.engine.caught_up = True
    served.engine.stopped = {"420107": 88}
    assert await readiness() == (200, well | {"stopped": {"420107": 88}}), "the other scopes go on"
    served.engine.stopped = {}
    served.engine.log_down_since = T0
    assert await readiness() == (503, well | {"ready": False, "log": "down"})


async def test_me_is_what_the_socket_says_as_well(served: Served) -> None:
    me = (await ask(served, "GET", "/api/v1/me")).json
    async with served.http.ws_connect("/ws") as raw:
        await raw.send_json({"type": "sign_in", "token": "commander-token"})
        signed_in = await raw.receive_json()
    del signed_in["type"]
    assert me == signed_in
