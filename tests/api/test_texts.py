"""POST and GET /api/v1/vault: words go in for a reference and come out for those who may."""

from __future__ import annotations

import json
from typing import Any

import pytest

from coordinator.store.log import LogUnavailable
from tests.api.ask import Answered, ask
from tests.live.serving import Served

WORDS = {"area": "420107001001", "operation": "op1", "text": "三单元二楼有一位老人"}


async def keep(served: Served, body: Any) -> Answered:
    return await ask(served, "POST", "/api/v1/vault", data=json.dumps(body))


async def test_words_are_kept_for_a_reference(served: Served) -> None:
    kept = await keep(served, WORDS)
    assert kept.status == 201
    found = await ask(served, "GET", f"/api/v1/vault/{kept.json['ref']}")
    assert (found.status, found.json) == (200, {"text": WORDS["text"]})
    assert found.headers["Cache-Control"] == "no-store"


async def test_an_unknown_reference_is_not_there(served: Served) -> None:
    answered = await ask(served, "GET", "/api/v1/vault/op1.420107001001.9")
    assert (answered.status, answered.problem.code) == (404, "unknown_ref")


@pytest.mark.parametrize("body", [{}, {**WORDS, "text": ""}, {**WORDS, "more": 1}, [], {**WORDS, "text": 5}])
async def test_what_is_not_a_text_is_refused(served: Served, body: Any) -> None:
    answered = await keep(served, body)
    assert (answered.status, answered.problem.code) == (400, "bad_message")
    assert served.engine.texts == {}


@pytest.mark.parametrize("method", ["keep_text", "read_text"])
async def test_without_the_log_there_is_no_vault(
    served: Served, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    async def away(*_: object) -> str:
        raise LogUnavailable

    monkeypatch.setattr(served.engine, method, away)
    answered = (
        await keep(served, WORDS) if method == "keep_text" else await ask(served, "GET", "/api/v1/vault/x")
    )
    assert (answered.status, answered.problem.code) == (503, "log_unavailable")


async def test_nobody_reads_or_writes_without_a_token(served: Served) -> None:
    for method, path in (("POST", "/api/v1/vault"), ("GET", "/api/v1/vault/x")):
        assert (await ask(served, method, path, token=None)).status == 401


PHOTO = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 300
WHERE = {"area": "420107001001", "operation": "op1"}


async def send_photo(
    served: Served, data: bytes, kind: str = "image/jpeg", where: dict[str, str] = WHERE, key: str = "k1"
) -> Answered:
    headers = {"Content-Type": kind, "Idempotency-Key": key}
    return await ask(served, "POST", "/api/v1/vault/photos", params=where, data=data, headers=headers)


async def test_a_photo_larger_than_any_message_comes_back_as_it_was(served: Served) -> None:
    kept = await send_photo(served, PHOTO)
    assert kept.status == 201
    headers = {"Authorization": "Bearer commander-token"}
    async with served.http.get(f"/api/v1/vault/{kept.json['ref']}", headers=headers) as found:
        assert await found.read() == PHOTO
        assert found.headers["Content-Type"] == "image/jpeg"
        assert found.headers["X-Content-Type-Options"] == "nosniff"
        assert found.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("kind", ["image/svg+xml", "text/html", "image/gif", "application/json"])
async def test_what_could_be_run_is_no_photo(served: Served, kind: str) -> None:
    answered = await send_photo(served, PHOTO, kind)
    assert (answered.status, answered.problem.code) == (422, "bad_picture")
    assert served.engine.pictures == {}


async def test_a_photo_has_a_bound(served: Served) -> None:
    answered = await send_photo(served, PHOTO + bytes(512 * 1024))
    assert (answered.status, answered.problem.code) == (422, "bad_picture")
    assert served.engine.pictures == {}


@pytest.mark.parametrize("where", [{}, {**WHERE, "more": "1"}, {**WHERE, "area": "4" * 21}])
async def test_a_photo_has_to_say_where_it_belongs(served: Served, where: dict[str, str]) -> None:
    answered = await send_photo(served, PHOTO, where=where)
    assert (answered.status, answered.problem.code) == (400, "bad_message")


async def test_the_key_of_an_upload_is_handed_on_and_bounded(served: Served) -> None:
    kept = await send_photo(served, PHOTO, key="mine")
    assert kept.json["ref"] == "op1.420107001001.mine.jpeg"
    assert (await send_photo(served, PHOTO, key="k" * 61)).problem.code == "bad_message"


async def test_nobody_keeps_a_photo_without_a_token(served: Served) -> None:
    answered = await ask(served, "POST", "/api/v1/vault/photos", token=None, params=WHERE, data=PHOTO)
    assert answered.status == 401
