"""GET /api/v1/boards: all parts, an ETag by cursor, compressed for those who take it."""

from __future__ import annotations

import pytest

from coordinator.wire.board import BoardKey
from tests.api.ask import ask
from tests.live.fake_engine import T0
from tests.live.serving import Served

AREA = BoardKey.parse("area:4201")
PATH = "/api/v1/boards/area:4201"


@pytest.fixture(autouse=True)
def filled(served: Served) -> None:
    served.engine.parts_of[AREA] = ["4201", "420107"]
    served.engine.put("4201", AREA, "row/4201", {"n": 1})
    served.engine.put("420107", AREA, "rows/420107", {"n": 2})


async def test_all_parts_are_given_with_their_cursors(served: Served) -> None:
    answered = await ask(served, "GET", PATH)
    assert answered.status == 200
    assert answered.json["board"] == "area:4201"
    assert {part: one["cursor"] for part, one in answered.json["parts"].items()} == {
        "4201": [1, 1],
        "420107": [1, 1],
    }
    assert answered.json["parts"]["420107"]["entries"] == {"rows/420107": {"n": 2}}


async def test_what_has_not_moved_is_not_sent_again(served: Served) -> None:
    etag = (await ask(served, "GET", PATH)).headers["ETag"]
    assert etag.startswith("W/")
    same = await ask(served, "GET", PATH, headers={"If-None-Match": etag})
    assert (same.status, same.text, same.headers["ETag"]) == (304, "", etag)
    served.engine.put("420107", AREA, "rows/420107", {"n": 3})
    other = await ask(served, "GET", PATH, headers={"If-None-Match": etag})
    assert other.status == 200 and other.headers["ETag"] != etag
    served.engine.lose_range("4201")
    assert (await ask(served, "GET", PATH)).headers["ETag"] != other.headers["ETag"]


async def test_old_figures_look_old(served: Served) -> None:
    etag = (await ask(served, "GET", PATH)).headers["ETag"]
    served.engine.log_down_since = T0
    answered = await ask(served, "GET", PATH, headers={"If-None-Match": etag})
    assert answered.status == 200
    assert answered.json["log_down_since"] == "2026-07-01T08:00:00Z"


@pytest.mark.parametrize("size", [50_000, 2_000_000])
async def test_a_large_board_is_compressed_where_that_is_taken(served: Served, size: int) -> None:
    served.engine.put("4201", AREA, "rows/x", {"text": "x" * size})
    packed = await ask(served, "GET", PATH, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip" and len(packed.text) > size
    assert int(packed.headers.get("Content-Length", 0)) < size / 50
    plain = await ask(served, "GET", PATH, headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers and plain.text == packed.text


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/v1/boards/nonsense", 404, "unknown_board"),
        ("/api/v1/boards/area:99", 404, "unknown_area"),
        ("/api/v1/boards/area:420107", 403, "not_your_part"),
        ("/api/v1/boards/operation:op1", 404, "unknown_board"),
    ],
)
async def test_what_is_not_to_be_seen_is_refused(served: Served, path: str, status: int, code: str) -> None:
    served.engine.refused.add(BoardKey.parse("area:420107"))
    served.engine.parts_of[BoardKey.parse("operation:op1")] = []
    answered = await ask(served, "GET", path)
    assert (answered.status, answered.problem.code) == (status, code)


async def test_nobody_sees_a_board_without_a_token(served: Served) -> None:
    assert (await ask(served, "GET", PATH, token=None)).status == 401
