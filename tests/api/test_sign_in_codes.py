"""A code for another device: good once, for a while, for what its giver is and no more."""

from __future__ import annotations

import pytest

from coordinator.api.sign_in_codes import CODE_SECONDS
from coordinator.domain.access import Actor, Role
from coordinator.domain.refusal import Refused
from coordinator.store.codes import MemoryCodes, RedisCodes
from coordinator.store.embedded import EmbeddedServer
from coordinator.wire.tokens import hash_token
from tests.api.ask import Answered, ask
from tests.live.fake_engine import Answer
from tests.live.serving import Served

GIVE, REDEEM = "/api/v1/sign-in-codes", "/api/v1/sign-in-codes/redeem"


async def code_of(served: Served, token: str = "grid-token") -> str:
    answered = await ask(served, "POST", GIVE, token=token)
    assert answered.status == 201
    assert answered.json["path"] == f"/m/#code={answered.json['code']}"
    return str(answered.json["code"])


async def redeem(served: Served, code: str) -> Answered:
    return await ask(served, "POST", REDEEM, token=None, json={"code": code})


async def test_a_code_becomes_a_token_for_the_same_person_once(served: Served) -> None:
    code = await code_of(served)
    answered = await redeem(served, code)
    token = answered.json["token"]
    assert answered.headers["Cache-Control"] == "no-store"
    ((by, _, name, body),) = served.engine.executed
    assert (by, name) == ("process:coordinator", "IssueGrant")
    assert body == {
        "area": "42010700100101",
        "person": "grid-1",
        "role": "grid",
        "office": "",
        "token": hash_token(token),
        "giver": "g2",
    }
    again = await redeem(served, code)
    assert (again.problem.code, again.status) == ("code_spent", 410)
    assert len(served.engine.executed) == 1


async def test_a_revoked_giver_gives_nothing(served: Served) -> None:
    code = await code_of(served)
    served.engine.revoked_grants.add("g2")
    assert (await redeem(served, code)).problem.code == "revoked_token"
    assert not served.engine.executed


async def test_who_gives_out_grants_gives_out_no_codes(served: Served) -> None:
    served.engine.tokens["operator-token"] = Actor("operator", Role.OPERATOR, "42", grant="g9")
    answered = await ask(served, "POST", GIVE, token="operator-token")
    assert answered.problem.code == "role_not_granted"


async def test_nobody_gets_a_code_without_signing_in(served: Served) -> None:
    assert (await ask(served, "POST", GIVE, token=None)).problem.code == "not_signed_in"


async def test_what_the_engine_refuses_is_no_token(served: Served) -> None:
    code = await code_of(served)
    served.engine.answer = Answer(status="refused", refusal=Refused("log_unavailable"))
    assert (await redeem(served, code)).problem.code == "log_unavailable"


@pytest.mark.parametrize("body", [{}, {"code": "short"}, {"code": "x" * 32, "more": 1}, {"code": "../" * 10}])
async def test_what_is_no_code_is_refused_unread(served: Served, body: dict[str, object]) -> None:
    answered = await ask(served, "POST", REDEEM, token=None, json=body)
    assert answered.problem.code == "bad_message"


async def test_those_who_try_too_often_wait(served: Served) -> None:
    seen = {(await redeem(served, "x" * 32)).problem.code for _ in range(260)}
    assert seen == {"code_spent", "too_many"}


async def test_what_one_coordinator_gives_another_redeems_once(
    queue_server: EmbeddedServer, world: str
) -> None:
    one, other = RedisCodes(queue_server.url, world), RedisCodes(queue_server.url, world)
    await one.put("code-of-a-test-1", b"meaning", CODE_SECONDS)
    assert await other.take("code-of-a-test-1") == b"meaning"
    assert await one.take("code-of-a-test-1") is None
    await one.put("code-of-a-test-2", b"meaning", 1)
    keys = [key async for key in one._client.scan_iter(f"*{world}*code*")]
    assert len(keys) == 1 and b"code-of-a-test" not in keys[0], "kept by hash"
    assert 0 < await one._client.ttl(keys[0]) <= 1
    await one.close()
    await other.close()


async def test_in_memory_a_code_is_good_once_too() -> None:
    codes = MemoryCodes()
    await codes.put("a", b"1", 60)
    await codes.put("b", b"2", 0)
    assert [await codes.take("a"), await codes.take("a"), await codes.take("b")] == [b"1", None, None]
