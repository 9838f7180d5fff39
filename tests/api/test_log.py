"""The log as it may be read: by whom, page by page from either end, filtered, named, and as a file."""

from __future__ import annotations

import csv
import io
import json

import pytest

from coordinator.api import log as api_log
from coordinator.domain import rules
from tests.api.ask import ask
from tests.live.serving import Served
from tests.review.night import COMMUNITY, DISTRICT, FLOOD, OTHER, QUAKE, night, record

ALL = len(night())


@pytest.fixture
async def served_night(served: Served) -> Served:
    await served.engine.record(DISTRICT, record("LIVE"))
    return served


async def positions(served: Served, query: str = "", token: str = "commander-token") -> list[int]:
    answered = await ask(served, "GET", f"/api/v1/log?{query}", token=token)
    assert answered.status == 200, answered.text
    return [one["position"] for one in answered.json["entries"]]


async def test_the_newest_come_first_and_pages_meet(served_night: Served) -> None:
    first = (await ask(served_night, "GET", "/api/v1/log?limit=5")).json
    assert first["head"] == ALL and first["scope"] == DISTRICT
    seen = [one["position"] for one in first["entries"]]
    following = first["next"]
    while following is not None:
        page = (await ask(served_night, "GET", f"/api/v1/log?limit=5&before={following}")).json
        seen += [one["position"] for one in page["entries"]]
        following = page["next"]
    assert seen == list(range(ALL, 0, -1))
    assert await positions(served_night, "after=3&limit=4") == [4, 5, 6, 7]
    assert await positions(served_night, f"after={ALL}") == []


async def test_a_page_looks_at_so_many_entries_and_says_where_to_go_on(
    served_night: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_log, "LOOKED_AT", 4)
    monkeypatch.setattr(api_log, "AT_ONCE", 2)
    page = (await ask(served_night, "GET", "/api/v1/log?kind=OperationDeclared")).json
    assert page["entries"] == [] and page["next"] == ALL - 3
    page = (await ask(served_night, "GET", "/api/v1/log?kind=OperationDeclared&after=0")).json
    assert [one["position"] for one in page["entries"]] == [1, 2] and page["next"] == 4


async def test_filters(served_night: Served) -> None:
    assert await positions(served_night, "kind=OperationDeclared,LevelRaised") == [16, 2, 1]
    assert await positions(served_night, "kind=operation&after=0") == [1, 2, 16, 20, 22]
    flood = await positions(served_night, f"operation={FLOOD}&after=0&limit=500")
    assert 2 not in flood and 5 not in flood and {1, 3, 7, 8, 10, 19} <= set(flood)
    assert await positions(served_night, f"operation={QUAKE}&after=0") == [2, 5, 9]
    window = "since=2026-06-27T17:30:00%2B08:00&until=2026-06-27T17:40:00%2B08:00"
    assert await positions(served_night, window) == [15, 14, 13, 12]
    assert await positions(served_night, f"{window}&after=0") == [12, 13, 14, 15]


async def test_of_its_own_part_and_what_was_ordered_for_it(served_night: Served) -> None:
    served_night.engine.tokens["community-token"] = served_night.engine.tokens["commander-token"].__class__(
        "duty-9", rules.access.Role.COMMUNITY, COMMUNITY, grant="g9"
    )
    entries = (await ask(served_night, "GET", "/api/v1/log?after=0&limit=500", token="community-token")).json[
        "entries"
    ]
    areas = {one["area"] for one in entries}
    assert OTHER not in areas and COMMUNITY in areas
    assert {"OperationDeclared", "LevelRaised"} <= {one["kind"] for one in entries if one["area"] == DISTRICT}
    assert not {one["kind"] for one in entries if one["area"] == DISTRICT} & {
        "ReportSigned",
        "LoweringRefused",
    }
    refused = await ask(served_night, "GET", f"/api/v1/log?area={OTHER}", token="community-token")
    assert refused.problem.code == "not_your_part"


@pytest.mark.parametrize("token", ["grid-token", "leader-token", "unit-token", "responder-token"])
async def test_others_do_not_read_it(served_night: Served, token: str) -> None:
    assert (await ask(served_night, "GET", "/api/v1/log", token=token)).problem.code == "not_your_role"


async def test_an_auditor_reads_any_district(served_night: Served) -> None:
    assert len(await positions(served_night, f"area={DISTRICT}", token="auditor-token")) == ALL


async def test_it_is_told_in_both_languages_and_names_nobody(served_night: Served) -> None:
    answered = await ask(served_night, "GET", "/api/v1/log?after=0&limit=500")
    entries = {one["position"]: one for one in answered.json["entries"]}
    assert entries[1]["zh"] == "防汛防台风；青山区三级；预计至 06-28 05:00"
    assert entries[1]["en"] == "Flood and typhoon; 青山区 level III; until 06-28 05:00"
    assert entries[8]["zh"].startswith("征召 2 人：")
    assert (entries[8]["area_name"], entries[8]["role"]) == ("钢都社区", "commander")
    assert entries[20]["operation"] == FLOOD and entries[20]["zh"]
    for person in ("p1", "p2", "p3", "d1", "d2", "d9"):
        assert f'"{person}' not in answered.text and f"{person}>" not in answered.text


async def test_what_cannot_be_asked(served_night: Served) -> None:
    for query, code in (
        ("kind=Nonsense", "unknown_kind"),
        ("before=5&after=3", "bad_message"),
        ("limit=501", "bad_message"),
        ("since=2026-06-27T17:30:00", "bad_message"),
        ("after=99999&since=2026-06-27T17:30:00Z", ""),
    ):
        answered = await ask(served_night, "GET", f"/api/v1/log?{query}")
        assert (answered.json.get("code") or "") == code, query


async def test_a_file_is_marked_and_holds_no_formula(served: Served) -> None:
    served.engine.world = "DRILL-1"
    served.engine.log.world = "DRILL-1"
    await served.engine.record(DISTRICT, record("DRILL-1"))
    answered = await ask(served, "GET", "/api/v1/log?format=csv&kind=OperationDeclared")
    assert answered.headers["Content-Type"].startswith("text/csv")
    assert "DRILL-1-420107-log.csv" in answered.headers["Content-Disposition"]
    assert "%E6%BC%94%E7%BB%83" in answered.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answered.text.removeprefix("\ufeff"))))
    assert rows[0][:3] == ["世界", "时间", "序号"] and len(rows) == 3
    assert {row[0] for row in rows[1:]} == {"【演练】DRILL-1"}
    assert rows[1][1] == "2026-06-27 17:00:00", "China's time"
    lines = (await ask(served, "GET", "/api/v1/log?format=jsonl")).text.splitlines()
    assert [json.loads(line)["position"] for line in lines] == list(range(1, ALL + 1))
    assert all(json.loads(line)["world"] == "DRILL-1" for line in lines)
