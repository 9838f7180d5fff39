"""GET /api/v1/people and a phone: one question at a time, nothing kept on the way, and no more than was asked for."""

from __future__ import annotations

import json

import pytest

from coordinator.api.people import MOST
from coordinator.store.log import LogUnavailable
from tests.api.ask import ask
from tests.live.fake_engine import P1
from tests.live.serving import Served

PEOPLE = "/api/v1/people"


async def test_names_by_id_in_the_order_asked_for(served: Served) -> None:
    found = await ask(served, "GET", f"{PEOPLE}?ids=d1,{P1},p0000077")
    assert [one["id"] for one in found.json["people"]] == ["d1", P1]
    assert found.json["next"] is None
    assert found.json["people"][1] == {
        "id": P1,
        "name": "甲无名",
        "phone": "000****0001",
        "erased": False,
        "may_phone": True,
        "duty": ["420107001001"],
        "kinds": ["volunteer"],
        "skills": [],
        "home": "",
        "team": "",
        "leads": False,
    }


async def test_a_browser_keeps_it_to_itself_and_asks_again(served: Served) -> None:
    first = await ask(served, "GET", f"{PEOPLE}?ids={P1}")
    assert first.headers["Cache-Control"] == "private, no-cache"
    tag = {"If-None-Match": first.headers["ETag"]}
    again = await ask(served, "GET", f"{PEOPLE}?ids={P1}", headers=tag)
    assert (again.status, again.text) == (304, "")
    served.engine.people.known[P1] = served.engine.people.known["d1"]
    assert (await ask(served, "GET", f"{PEOPLE}?ids={P1}", headers=tag)).status == 200


async def test_a_list_comes_in_pages(served: Served) -> None:
    many = [f"x{number}" for number in range(MOST)]
    served.engine.people.lists["420107001001"] = [*many, P1]
    first = await ask(served, "GET", f"{PEOPLE}?area=420107001001")
    assert (first.json["people"], first.json["next"]) == ([], MOST)
    second = await ask(served, "GET", f"{PEOPLE}?area=420107001001&cursor={MOST}")
    assert ([one["id"] for one in second.json["people"]], second.json["next"]) == ([P1], None)


async def test_an_area_of_others_is_refused(served: Served) -> None:
    answered = await ask(served, "GET", f"{PEOPLE}?area=420111")
    assert (answered.status, answered.problem.code) == (403, "not_your_part")


@pytest.mark.parametrize("query", ["", "ids=p1&team=t1", "ids=" + "p1," * 201 + "p1", "area=x", "more=1"])
async def test_what_is_no_question_is_refused(served: Served, query: str) -> None:
    answered = await ask(served, "GET", f"{PEOPLE}?{query}")
    assert (answered.status, answered.problem.code) == (400, "bad_message")


async def test_a_whole_number_is_asked_for_by_a_reason_and_kept_nowhere(served: Served) -> None:
    answered = await ask(served, "GET", f"{PEOPLE}/{P1}/phone?reason=safety")
    assert (answered.status, answered.json) == (200, {"phone": "00011110001"})
    assert answered.headers["Cache-Control"] == "no-store"
    assert served.engine.people.read == [("duty-1", P1, "safety")]
    assert (await ask(served, "GET", f"{PEOPLE}/{P1}/phone?reason=because")).problem.code == "bad_message"
    unknown = await ask(served, "GET", f"{PEOPLE}/p0000077/phone")
    assert (unknown.status, unknown.problem.code) == (404, "unknown_person")


async def test_addresses_go_to_a_worker(served: Served) -> None:
    body = json.dumps({"ids": [P1, "p0000077"]})
    found = await ask(served, "POST", f"{PEOPLE}/addresses", token="worker-token", data=body)
    assert found.json == {"phones": {P1: "00011110001"}}
    refused = await ask(served, "POST", f"{PEOPLE}/addresses", data=body)
    assert (refused.status, refused.problem.code) == (403, "not_your_role")
    bad = await ask(served, "POST", f"{PEOPLE}/addresses", token="worker-token", data="[]")
    assert bad.problem.code == "bad_message"


async def test_nobody_asks_without_a_token_and_without_the_log_there_is_no_roster(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await ask(served, "GET", f"{PEOPLE}?ids={P1}", token=None)).status == 401
    assert (await ask(served, "GET", f"{PEOPLE}/{P1}/phone", token=None)).status == 401

    async def away(*_: object) -> str:
        raise LogUnavailable

    monkeypatch.setattr(served.engine.people, "shown", away)
    monkeypatch.setattr(served.engine.people, "phone", away)
    for path in (f"{PEOPLE}?ids={P1}", f"{PEOPLE}/{P1}/phone"):
        assert (await ask(served, "GET", path)).problem.code == "log_unavailable"
