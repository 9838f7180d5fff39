"""How pages are served: exact files only, under a policy that allows nothing inline; or a word that none are built."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from coordinator.api.headers import secure
from coordinator.api.pages import Asset, Pages, _asset
from coordinator.api.problems import problems

SCRIPT = b"console.log(1);" * 200
FILES: dict[str, Asset] = {
    "desk/index.html": _asset("index.html", b"<!doctype html><title>desk</title>"),
    "desk/assets/index-BkZ0aB1_.js": _asset("index-BkZ0aB1_.js", SCRIPT),
    "m/index.html": _asset("index.html", b"<!doctype html><title>phone</title>"),
    "m/app.webmanifest": _asset("app.webmanifest", b"{}"),
}


@asynccontextmanager
async def serving(pages: Pages) -> AsyncIterator[aiohttp.ClientSession]:
    app = web.Application(middlewares=[problems])
    app.on_response_prepare.append(secure)
    app.add_routes(pages.routes())
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with aiohttp.ClientSession(base, auto_decompress=False) as http:
        yield http
    await runner.cleanup()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with serving(Pages(FILES)) as http:
        yield http


async def test_a_page_is_asked_for_each_time_and_its_policy_is_strict(http: aiohttp.ClientSession) -> None:
    async with http.get("/desk/") as answer:
        assert answer.status == 200 and b"desk" in await answer.read()
        assert answer.headers["Cache-Control"] == "no-cache"
        assert answer.content_type == "text/html" and answer.charset == "utf-8"
        policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy and "default-src 'self'" in policy and "frame-ancestors 'none'" in policy
    assert f"connect-src 'self' ws://127.0.0.1:{answer.url.port}" in policy
    async with http.get("/desk/", headers={"If-None-Match": answer.headers["ETag"]}) as again:
        assert again.status == 304 and await again.read() == b""
        assert again.headers["Content-Security-Policy"] == policy


async def test_an_address_of_the_pages_router_is_the_page(http: aiohttp.ClientSession) -> None:
    async with http.get("/desk/overview/420107") as answer:
        assert answer.status == 200 and b"desk" in await answer.read()


async def test_a_hashed_file_is_kept_for_ever_and_compressed(http: aiohttp.ClientSession) -> None:
    path = "/desk/assets/index-BkZ0aB1_.js"
    async with http.get(path, headers={"Accept-Encoding": "gzip"}) as answer:
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.content_type == "text/javascript"
        assert answer.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(await answer.read()) == SCRIPT
    async with http.get(path, headers={"Accept-Encoding": "identity"}) as plain:
        assert await plain.read() == SCRIPT and "Content-Encoding" not in plain.headers


@pytest.mark.parametrize(
    "path", ["/desk/assets/none.js", "/desk/..%2f..%2fpages.py", "/m/.built-from", "/desk/%2e%2e/m/app.js"]
)
async def test_nothing_else_is_served(http: aiohttp.ClientSession, path: str) -> None:
    async with http.get(path) as answer:
        assert answer.status == 404
        assert answer.content_type == "application/problem+json"


async def test_the_root_lets_one_choose(http: aiohttp.ClientSession) -> None:
    async with http.get("/") as answer:
        text = await answer.text()
        assert "/desk/" in text and "/m/" in text
    async with http.get("/m", allow_redirects=False) as moved:
        assert (moved.status, moved.headers["Location"]) == (308, "/m/")


async def test_a_strange_host_does_not_get_into_the_policy(http: aiohttp.ClientSession) -> None:
    async with http.get("/desk/", headers={"Host": "a; script-src *"}) as answer:
        assert "script-src *" not in answer.headers.get("Content-Security-Policy", "")


@pytest.mark.parametrize("path", ["/", "/desk/", "/m/tasks"])
async def test_without_a_build_it_says_so(path: str) -> None:
    async with serving(Pages({})) as http, http.get(path) as answer:
        assert answer.status == 503
        assert "没有构建" in await answer.text()
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
