"""GET /api/v1/areas: within one's own part, by name or code, page by page."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.api.area_index import AreaIndex
from coordinator.domain.area import AreaLevel
from tests.api.ask import ask
from tests.live.fake_engine import AREAS, registers
from tests.live.serving import Served


async def found(served: Served, token: str = "commander-token", **query: Any) -> list[str]:
    answered = await ask(served, "GET", "/api/v1/areas", params=query, token=token)
    assert answered.status == 200, answered.text
    return [area["code"] for area in answered.json["areas"]]


async def test_a_search_stays_within_ones_own_part(served: Served) -> None:
    own = [area.code for area in AREAS if area.code.startswith("420107")]
    assert await found(served) == own
    assert await found(served, token="auditor-token") == [area.code for area in AREAS]


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ({"q": "钢都"}, ["420107001001"]),
        ({"q": "420107001001"}, ["420107001001", "42010700100101"]),
        ({"q": "社区", "level": "community"}, ["420107001001", "420107001002"]),
        ({"level": "grid"}, ["42010700100101"]),
        ({"under": "420107001002"}, ["420107001002"]),
        ({"q": "洪山"}, []),
    ],
)
async def test_by_name_code_level_and_place(served: Served, query: dict[str, Any], codes: list[str]) -> None:
    assert await found(served, **query) == codes


async def test_an_area_is_shown_with_its_figures(served: Served) -> None:
    answered = await ask(served, "GET", "/api/v1/areas", params={"q": "钢都"})
    [area] = answered.json["areas"]
    assert (area["name"], area["parent"], area["level"]) == ("钢都社区", "420107001", "community")
    assert (area["attributes"]["pop"], area["attributes"]["grids"]) == (900, 1)


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({"under": "420111"}, 403, "not_your_part"),
        ({"under": "99"}, 404, "unknown_area"),
        ({"level": "galaxy"}, 400, "bad_message"),
        ({"limit": 501}, 400, "bad_message"),
        ({"cursor": -1}, 400, "bad_message"),
        ({"colour": "red"}, 400, "bad_message"),
    ],
)
async def test_a_bad_question_is_refused(
    served: Served, query: dict[str, Any], status: int, code: str
) -> None:
    answered = await ask(served, "GET", "/api/v1/areas", params=query)
    assert (answered.status, answered.problem.code) == (status, code)


@given(
    st.sampled_from(["", "社区", "42", "街", "4201070010"]),
    st.sampled_from([area.code for area in AREAS]),
    st.sampled_from([None, *AreaLevel]),
    st.integers(1, 4),
)
def test_pages_together_are_the_whole_and_nothing_twice(
    query: str, under: str, level: AreaLevel | None, limit: int
) -> None:
    areas = registers().areas
    index = AreaIndex(areas)
    pages: list[str] = []
    at: int | None = 0
    while at is not None:
        page, at = index.search(query, under, level, at, limit)
        assert len(page) <= limit and (page or not pages)
        pages += [area.code for area in page]
    assert pages == [
        area.code
        for area in AREAS
        if areas.within(area.code, under)
        and level in (None, area.level)
        and (query in area.name or area.code.startswith(query))
    ]
