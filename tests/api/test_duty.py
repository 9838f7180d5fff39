"""GET /api/v1/duty: one answer with shifts, who took over, whom to call and what they are called."""

from __future__ import annotations

import pytest

from coordinator.store.log import LogUnavailable
from tests.api.ask import ask
from tests.live.fake_engine import P1
from tests.live.serving import Served


async def test_the_own_area_where_none_is_named(served: Served) -> None:
    found = await ask(served, "GET", "/api/v1/duty")
    assert found.status == 200 and found.headers["Cache-Control"] == "no-store"
    here = found.json["here"]
    assert (here["area"], here["now"], here["late"]) == ("420107", [P1], False)
    assert here["running"] == found.json["shifts"]
    assert (
        here["running"][0]["post"] == "officer" and here["running"][0]["ends"] > here["running"][0]["begins"]
    )
    assert here["officer"]["open"] == {"unsigned": 2} and found.json["open"] == {"unsigned": 1}
    assert found.json["call"] == [{"role": "duty_officer", "area": "420107", "name": "青山区", "person": P1}]
    assert found.json["people"][0]["name"] == "甲无名"


async def test_what_is_not_one_s_own_and_what_is_no_area(served: Served) -> None:
    assert (await ask(served, "GET", "/api/v1/duty?area=420111")).problem.code == "not_your_part"
    assert (await ask(served, "GET", "/api/v1/duty?area=x")).problem.code == "bad_message"
    assert (await ask(served, "GET", "/api/v1/duty", token=None)).status == 401


async def test_without_the_log_there_are_no_names(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object) -> None:
        raise LogUnavailable

    monkeypatch.setattr(served.engine.duty, "view", away)
    assert (await ask(served, "GET", "/api/v1/duty")).problem.code == "log_unavailable"
