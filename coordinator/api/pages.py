"""The web pages: `/desk/` for a command post, `/m/` for the phone, as the build left them beside this file.

Only files that were there when the coordinator started are served, from memory and by their exact names: no path
that a client sends ever reaches the file system.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Mapping
from html import escape
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final, NamedTuple

from aiohttp import ETag, web

PAGES: Final = ("desk", "m")
FOREVER: Final = "public, max-age=31536000, immutable"
ASK_FIRST: Final = "no-cache"
SMALL: Final = 1024
"""Bytes below which nothing is compressed."""

POLICY: Final = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "font-src 'self' data:",
        "connect-src 'self'{sockets}",
        "worker-src 'self'",
        "manifest-src 'self'",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'none'",
    )
)
"""No inline script and no inline style: a script in a task's text stays text."""

_HASHED: Final = re.compile(r"-[\w-]{8}\.\w+$")
_COMPRESSED: Final = (".js", ".css", ".html", ".svg", ".json", ".webmanifest")
_HOST: Final = re.compile(r"^[\w.:\[\]-]+$", re.ASCII)


class Asset(NamedTuple):
    body: bytes
    gzipped: bytes
    """Empty where it is not worth it."""
    type: str
    etag: str
    cache: str


class Pages:
    """Every built file by its path below the root, read once."""

    def __init__(self, assets: Mapping[str, Asset]) -> None:
        self.assets = assets

    @classmethod
    def built(cls) -> Pages:
        """What the build left; nothing where there was none."""
        found: dict[str, Asset] = {}
        static = files("coordinator.api") / "static"
        for page in PAGES:
            if (static / page / "index.html").is_file():
                _collect(static / page, page, found)
        return cls(found)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self._choose),
            *(web.get(f"/{page}", self._slash) for page in PAGES),
            *(web.get(f"/{page}/{{path:.*}}", self._serve) for page in PAGES),
        ]

    async def _slash(self, request: web.Request) -> web.Response:
        return web.Response(status=308, headers={"Location": f"{request.path}/"})

    async def _serve(self, request: web.Request) -> web.Response:
        """A file, or the page itself for an address that only its router knows."""
        page = request.path.split("/")[1]
        asset = self.assets.get(request.path[1:])
        if asset is None:
            last = request.path.rsplit("/", 1)[1]
            if "." in last:
                raise web.HTTPNotFound
            asset = self.assets.get(f"{page}/index.html")
        if asset is None:
            return _html(NOT_BUILT, request, status=503)
        headers = {"Cache-Control": asset.cache, **_policy(request)}
        known = request.if_none_match
        if known is not None and any(one.value == asset.etag for one in known):
            response = web.Response(status=304, headers=headers)
        else:
            response = web.Response(body=asset.body, content_type=asset.type, headers=headers)
            if asset.type.startswith("text/"):
                response.charset = "utf-8"
            if asset.gzipped and "gzip" in request.headers.get("Accept-Encoding", ""):
                response.body = asset.gzipped
                response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
        response.etag = ETag(asset.etag)
        return response

    async def _choose(self, request: web.Request) -> web.Response:
        return _html(CHOOSE if self.assets else NOT_BUILT, request, status=200 if self.assets else 503)


def _collect(folder: Traversable, name: str, found: dict[str, Asset]) -> None:
    for entry in folder.iterdir():
        path = f"{name}/{entry.name}"
        if entry.is_dir():
            _collect(entry, path, found)
        else:
            found[path] = _asset(entry.name, entry.read_bytes())


def _asset(name: str, body: bytes) -> Asset:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if name.endswith(".webmanifest"):
        kind = "application/manifest+json"
    worth = name.endswith(_COMPRESSED) and len(body) > SMALL
    return Asset(
        body=body,
        gzipped=gzip.compress(body, 9, mtime=0) if worth else b"",
        type="text/javascript" if name.endswith(".js") else kind,
        etag=hashlib.blake2b(body, digest_size=12).hexdigest(),
        cache=FOREVER if _HASHED.search(name) else ASK_FIRST,
    )


def _policy(request: web.Request) -> dict[str, str]:
    """`'self'` does not cover a WebSocket in every browser that is still about: it is named."""
    host = request.host if _HOST.match(request.host) else ""
    sockets = f" ws://{host} wss://{host}" if host else ""
    return {
        "Content-Security-Policy": POLICY.format(sockets=sockets),
        "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
    }


def _html(body: str, request: web.Request, status: int) -> web.Response:
    headers = {"Cache-Control": ASK_FIRST, **_policy(request)}
    return web.Response(text=body, content_type="text/html", status=status, headers=headers)


def _plain(title: str, *lines: str) -> str:
    """A page without style: the policy allows none in it, and it needs none."""
    return (
        f'<!doctype html><html lang="zh"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
        f"<h1>{escape(title)}</h1>{''.join(lines)}"
    )


CHOOSE: Final = _plain(
    "平急 pingji",
    '<p><a href="/desk/">指挥台 The command desk</a></p>',
    '<p><a href="/m/">手机端 On the phone</a></p>',
)
NOT_BUILT: Final = _plain(
    "网页没有构建 The pages were not built",
    "<p>接口照常可用。 The interface works all the same: <code>/api/v1/openapi.json</code></p>",
    "<p>在源码目录运行 In the source tree, run: <code>python hatch_build.py</code></p>",
)
