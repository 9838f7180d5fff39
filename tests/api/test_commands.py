"""POST /api/v1/commands: once by its key, and every way of going wrong by a code."""

from __future__ import annotations

import json
from typing import Any

import pytest

from coordinator.domain.refusal import Refused
from coordinator.live.settings import LiveSettings
from coordinator.wire.messages import Result
from tests.api.ask import Answered, ask
from tests.live.fake_engine import Answer
from tests.live.serving import Served, serving

KEY = "0198a0f0-0000-7000-8000-000000000001"


async def post(served: Served, body: Any, **options: Any) -> Answered:
    options.setdefault("headers", {"Idempotency-Key": KEY})
    return await ask(served, "POST", "/api/v1/commands", data=json.dumps(body), **options)


async def test_a_command_is_carried_out_and_answered(served: Served) -> None:
    served.engine.answer = Answer(position=9, ids=("op:1",))
    answered = await post(served, {"name": "SignSwitch", "body": {"area": "420107001001"}})
    assert answered.status == 200
    result = Result.model_validate_json(answered.text)
    assert (result.key, result.status, result.position, result.ids) == (KEY, "accepted", 9, ["op:1"])
    assert served.engine.executed == [("duty-1", KEY, "SignSwitch", {"area": "420107001001"})]


@pytest.mark.parametrize(
    ("headers", "body_key"),
    [
        ({"Idempotency-Key": KEY}, None),
        ({"Idempotency-Key": f'"{KEY}"'}, None),
        ({}, KEY),
        ({"Idempotency-Key": KEY}, KEY),
    ],
)
async def test_the_key_stands_in_the_header_or_in_the_body(
    served: Served, headers: dict[str, str], body_key: str | None
) -> None:
    body = {"name": "SignSwitch", "body": {}, **({"key": body_key} if body_key else {})}
    assert (await post(served, body, headers=headers)).status == 200
    assert served.engine.executed[0][1] == KEY


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ({"name": "SignSwitch", "body": {}}, {}),
        ({"name": "SignSwitch", "body": {}, "key": "another"}, {"Idempotency-Key": KEY}),
        ({"name": "SignSwitch"}, {"Idempotency-Key": KEY}),
        ({"name": "SignSwitch", "body": {}, "more": 1}, {"Idempotency-Key": KEY}),
        (["SignSwitch"], {"Idempotency-Key": KEY}),
    ],
)
async def test_what_is_no_command_is_refused_before_the_engine(
    served: Served, body: Any, headers: dict[str, str]
) -> None:
    answered = await post(served, body, headers=headers)
    assert (answered.status, answered.problem.code) == (400, "bad_message")
    assert served.engine.executed == []


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        (Answer("refused", refusal=Refused("area_is_normal", area="420107")), 409, "area_is_normal"),
        (Answer("refused", refusal=Refused("not_your_part", area="42", part="420107")), 403, "not_your_part"),
        (Answer("refused", refusal=Refused("unknown_area", area="99")), 404, "unknown_area"),
        (Answer("refused", refusal=Refused("key_reused", key=KEY)), 422, "key_reused"),
    ],
)
async def test_a_refusal_has_its_status_and_is_not_to_be_repeated(
    served: Served, answer: Answer, status: int, code: str
) -> None:
    served.engine.answer = answer
    answered = await post(served, {"name": "SignSwitch", "body": {}})
    problem = answered.problem
    assert (answered.status, problem.code, problem.retry) == (status, code, False)
    assert "Retry-After" not in answered.headers
    assert answer.refusal is not None and problem.facts == answer.refusal.facts


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer("refused", refusal=Refused("log_unavailable")), "log_unavailable"),
        (Answer("unknown", refusal=Refused("log_unavailable")), "outcome_unknown"),
        (Answer("unknown"), "outcome_unknown"),
    ],
)
async def test_what_can_succeed_later_says_when_to_try_again(
    served: Served, answer: Answer, code: str
) -> None:
    served.engine.answer = answer
    answered = await post(served, {"name": "SignSwitch", "body": {}})
    assert (answered.status, answered.problem.code, answered.problem.retry) == (503, code, True)
    assert int(answered.headers["Retry-After"]) > 0


async def test_a_fault_in_the_body_is_pointed_at(served: Served) -> None:
    refusal = Refused("bad_body", pointer="/area", why="必填", why_en="required")
    served.engine.answer = Answer("refused", refusal=refusal)
    problem = (await post(served, {"name": "SignSwitch", "body": {}})).problem
    assert [fault.pointer for fault in problem.errors] == ["/area"]


async def test_a_grant_that_sends_without_end_is_slowed_down_and_no_other() -> None:
    async with serving(LiveSettings(message_burst=3, messages_per_second=0.001)) as served:
        body = {"name": "SignSwitch", "body": {}}
        answers = [await post(served, body) for _ in range(5)]
        assert [one.status for one in answers] == [200, 200, 200, 429, 429]
        assert answers[-1].problem.retry and int(answers[-1].headers["Retry-After"]) > 0
        assert (await post(served, body, token="grid-token")).status == 200


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        (None, "not_signed_in"),
        ("Basic Y29tbWFuZGVy", "not_signed_in"),
        ("Bearer ", "not_signed_in"),
        ("Bearer nobody-knows-it", "bad_token"),
        ("Bearer grid-token", "revoked_token"),
    ],
)
async def test_without_a_good_token_nothing_is_done(
    served: Served, authorization: str | None, code: str
) -> None:
    served.engine.revoked_grants.add("g2")
    headers = {"Idempotency-Key": KEY, **({"Authorization": authorization} if authorization else {})}
    answered = await post(served, {"name": "SignSwitch", "body": {}}, token=None, headers=headers)
    assert (answered.status, answered.problem.code) == (401, code)
    assert answered.headers["WWW-Authenticate"] == "Bearer"
    assert served.engine.executed == []
