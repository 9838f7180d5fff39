"""GET /api/v1/areas/CODE/outlines: of one's own part, with an ETag, and nothing while nothing was brought."""

from __future__ import annotations

import pytest

from coordinator.api.keys import OUTLINES
from coordinator.store.log import LogUnavailable
from coordinator.store.outlines import PER_DEGREE, MemoryOutlines, Outline
from tests.api.ask import ask
from tests.live.serving import Served

SQUARE = Outline.of([[(11430000, 3060000), (11431000, 3060000), (11431000, 3061000)]], "测绘院")
OTHER = Outline.of([[(11440000, 3060000), (11441000, 3060000), (11441000, 3061000)]], "测绘院")
PATH = "/api/v1/areas/{}/outlines"


def kept(served: Served) -> MemoryOutlines:
    found = served.runner.app[OUTLINES]  # type: ignore[index]
    assert isinstance(found, MemoryOutlines)
    return found


async def test_an_area_and_those_right_below_it(served: Served) -> None:
    await kept(served).put(
        {"420107": SQUARE, "420107001": OTHER, "420107001001": SQUARE, "420111": OTHER, "4201": OTHER}
    )
    answered = await ask(served, "GET", PATH.format("420107"))
    assert answered.status == 200
    assert answered.json == {
        "area": "420107",
        "per_degree": PER_DEGREE,
        "own": {"code": "420107", "rings": [[11430000, 3060000, 1000, 0, 0, 1000]]},
        "below": [{"code": "420107001", "rings": [[11440000, 3060000, 1000, 0, 0, 1000]]}],
        "sources": ["测绘院"],
    }
    above = await ask(served, "GET", PATH.format("4201"), token="auditor-token")
    assert [one["code"] for one in above.json["below"]] == ["420107", "420111"]


async def test_where_nothing_was_brought_nothing_is_shown(served: Served) -> None:
    answered = await ask(served, "GET", PATH.format("420107001"))
    assert (answered.status, answered.json["own"], answered.json["below"]) == (200, None, [])


async def test_it_is_sent_again_only_when_something_was_brought(served: Served) -> None:
    await kept(served).put({"420107001": SQUARE})
    first = await ask(served, "GET", PATH.format("420107"))
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert "Authorization" in first.headers["Vary"]
    known = {"If-None-Match": first.headers["ETag"]}
    again = await ask(served, "GET", PATH.format("420107"), headers=known)
    assert (again.status, again.text, again.headers["ETag"]) == (304, "", first.headers["ETag"])
    await kept(served).put({"420107001": OTHER})
    assert (await ask(served, "GET", PATH.format("420107"), headers=known)).status == 200


@pytest.mark.parametrize(
    ("code", "token", "status", "problem"),
    [
        ("420111", "commander-token", 403, "not_your_part"),
        ("4201", "commander-token", 403, "not_your_part"),
        ("99", "commander-token", 404, "unknown_area"),
        ("42x", "commander-token", 404, "unknown_path"),
        ("420107", "wrong", 401, "bad_token"),
        ("420107", None, 401, "not_signed_in"),
    ],
)
async def test_who_may_not_see_the_area_gets_no_outline(
    served: Served, code: str, token: str | None, status: int, problem: str
) -> None:
    await kept(served).put({"420107": SQUARE, "420111": OTHER, "4201": OTHER})
    answered = await ask(served, "GET", PATH.format(code), token=token)
    assert (answered.status, answered.problem.code) == (status, problem)


async def test_an_etag_opens_nothing_to_others(served: Served) -> None:
    await kept(served).put({"4201": OTHER})
    theirs = await ask(served, "GET", PATH.format("4201"), token="auditor-token")
    mine = await ask(served, "GET", PATH.format("4201"), headers={"If-None-Match": theirs.headers["ETag"]})
    assert mine.status == 403


async def test_while_the_log_is_away_it_can_be_tried_again(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(codes: object) -> dict[str, Outline]:
        raise LogUnavailable("silent")

    monkeypatch.setattr(kept(served), "get", away)
    answered = await ask(served, "GET", PATH.format("420107"))
    assert (answered.problem.code, answered.problem.retry) == ("log_unavailable", True)
