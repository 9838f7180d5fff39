"""Signing out everywhere: all grants of one person, one's own device last, and nobody else's."""

from __future__ import annotations

from coordinator.domain.access import Actor, Role
from coordinator.domain.refusal import Refused
from tests.api.ask import ask
from tests.live.fake_engine import Answer
from tests.live.serving import Served

PATH = "/api/v1/sign-out-everywhere"


async def test_all_of_ones_own_grants_are_revoked_this_one_last(served: Served) -> None:
    served.engine.tokens["lost-phone"] = Actor("grid-1", Role.GRID, "42010700100101", grant="g20")
    served.engine.tokens["older-phone"] = Actor("grid-1", Role.GRID, "42010700100101", grant="g0")
    answered = await ask(served, "POST", PATH, token="grid-token")
    assert (answered.status, answered.json) == (200, {"revoked": 3})
    done = [(by, name, body["grant"]) for by, _, name, body in served.engine.executed]
    assert done == [("process:coordinator", "RevokeGrant", grant) for grant in ("g0", "g20", "g2")]


async def test_what_is_revoked_already_is_left_alone(served: Served) -> None:
    served.engine.tokens["lost-phone"] = Actor("grid-1", Role.GRID, "42010700100101", grant="g20")
    served.engine.revoked_grants.add("g20")
    assert (await ask(served, "POST", PATH, token="grid-token")).json == {"revoked": 1}


async def test_what_is_not_done_is_said(served: Served) -> None:
    served.engine.answer = Answer("refused", refusal=Refused("log_unavailable"))
    answered = await ask(served, "POST", PATH, token="grid-token")
    assert (answered.status, answered.problem.code) == (503, "log_unavailable")


async def test_an_operator_does_not_lock_itself_out(served: Served) -> None:
    served.engine.tokens["operator-token"] = Actor("operator", Role.OPERATOR, "42", grant="g9")
    answered = await ask(served, "POST", PATH, token="operator-token")
    assert answered.problem.code == "role_not_granted"
    assert not served.engine.executed
