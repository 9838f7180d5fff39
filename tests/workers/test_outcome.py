"""What came of a job reaches a coordinator, in commands of bounded size, or the job fails and comes up again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coordinator.domain.delivery import RecordDelivery
from coordinator.domain.key import check_key_time
from coordinator.wire.messages import MAX_FRAME
from workers.notify.deliver import Outcome
from workers.notify.job import commands
from workers.outcome import Coordinators, CoordinatorsAway, OutcomeRefused

DONE = RecordDelivery(area="320113", duties=["notify:d1"], reached=["p1>post"])
BUSY = (503, {"code": "log_unavailable", "retry": True})
NOT_YOURS = (403, {"code": "not_your_role", "retry": False})


@pytest.fixture
def tell() -> Callable[..., Any]:
    async def tell(*urls: str) -> None:
        await Coordinators(urls, "token", patience=2, pause=0).tell([DONE])

    return tell


async def test_a_command_is_told_with_a_token_and_a_key_of_now(
    coordinator: Any, tell: Callable[..., Any]
) -> None:
    await tell(coordinator.url)
    headers, said = await coordinator.next()
    assert headers["Authorization"] == "Bearer token"
    check_key_time(headers["Idempotency-Key"], datetime.now(UTC) + timedelta(seconds=1))
    assert said["name"] == "RecordDelivery"
    assert RecordDelivery.model_validate(said["body"]) == DONE


async def test_when_one_is_away_the_next_is_asked_with_the_same_key(
    coordinator: Any, gateway: Any, tell: Callable[..., Any]
) -> None:
    coordinator.answers = [BUSY]
    await tell("http://127.0.0.1:1", coordinator.url, gateway.url)
    first, second = await coordinator.next(), await gateway.next()
    assert first[1] == second[1]
    assert first[0]["Idempotency-Key"] == second[0]["Idempotency-Key"]


async def test_when_none_takes_it_the_job_fails(coordinator: Any, tell: Callable[..., Any]) -> None:
    coordinator.answers = [BUSY] * 10
    with pytest.raises(CoordinatorsAway, match="log_unavailable"):
        await tell(coordinator.url)
    assert len(coordinator.all()) == 2


@pytest.mark.parametrize("answer", [NOT_YOURS, (404, "no problem+json")])
async def test_what_is_refused_for_good_is_not_repeated(
    coordinator: Any, tell: Callable[..., Any], answer: tuple[int, object]
) -> None:
    coordinator.answers = [answer]
    with pytest.raises(OutcomeRefused):
        await tell(coordinator.url)
    assert len(coordinator.all()) == 1


@settings(max_examples=25)
@given(st.lists(st.sampled_from([0, 1, 300, 900, 1100]), max_size=5), st.integers(10, 150))
def test_an_outcome_fits_its_commands_and_no_duty_is_closed_before_its_people(
    sizes: list[int], length: int
) -> None:
    reached = {
        f"notify:{n}": [f"p{n}-{person}".ljust(length, ".") for person in range(size)]
        for n, size in enumerate(sizes)
    }
    told = commands("320113", Outcome(dict(reached), Counter(webhook=3)))
    seen: list[str] = []
    closed: list[str] = []
    for command in told:
        assert len(command.model_dump_json()) < MAX_FRAME - 1024
        RecordDelivery.model_validate(command.model_dump())
        seen += command.reached
        for duty in command.duties:
            assert set(reached[duty]) <= set(seen)
        closed += command.duties
    assert closed == list(reached)
    assert seen == [call for calls in reached.values() for call in calls]
    assert [command.failed for command in told] == [{}] * (len(told) - 1) + [{"webhook": 3}] * bool(told)


async def test_phones_are_asked_for_with_the_worker_s_own_token(coordinator: Any) -> None:
    coordinator.phones = {"p1": "00011110001"}
    found = await Coordinators(["http://127.0.0.1:1", coordinator.url], "worker-token", pause=0).phones(
        ["p1", "p2"]
    )
    assert found == {"p1": "00011110001"}
    ((headers, body),) = coordinator.asked
    assert headers["Authorization"] == "Bearer worker-token" and body == {"ids": ["p1", "p2"]}


async def test_without_a_coordinator_nobody_s_phone_is_known() -> None:
    with pytest.raises(CoordinatorsAway):
        await Coordinators(["http://127.0.0.1:1"], "worker-token", pause=0).phones(["p1"])
