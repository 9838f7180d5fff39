"""The few things a command asks over HTTP: the state of a process, names of areas, and words for the vault.

Nothing is kept here; everything else is said over the live protocol.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import ProxyHandler, Request, build_opener

from clients.sdk.problems import Unreachable

SECONDS: Final = 5.0
DIGEST_LENGTH: Final = 64
PEOPLE_AT_ONCE: Final = 200
"""As many as one question may name."""


class Answer(NamedTuple):
    url: str
    status: int
    body: Any


def get(
    urls: Iterable[str],
    path: str,
    token: str = "",
    query: Mapping[str, str] | None = None,
    *,
    post: bool = False,
) -> Answer:
    """From the first coordinator that answers, whatever it answers. Raises `Unreachable`.

    `post`: asks for something to be made, with nothing but the path to say.
    """
    last = "no address"
    tried = []
    for url in urls:
        tried.append(url)
        base = web_url(url)
        address = base + quote(path) + (f"?{urlencode(query)}" if query else "")
        request = Request(address, data=b"" if post else None)
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with build_opener(ProxyHandler({})).open(request, timeout=SECONDS) as response:
                return Answer(base, response.status, _json(response.read()))
        except HTTPError as error:
            with error:
                return Answer(base, error.code, _json(error.read()))
        except (URLError, OSError, ValueError) as error:
            last = str(error)
    raise Unreachable(tried, last)


def keep_text(urls: Iterable[str], token: str, area: str, operation: str, text: str) -> str:
    """Words of a person into the vault; gives the reference that a command may carry. Raises `Unreachable`."""
    body = json.dumps({"area": area, "operation": operation, "text": text}).encode()
    last = "no address"
    for url in urls:
        request = Request(web_url(url) + "/api/v1/vault", data=body)
        request.add_header("Authorization", f"Bearer {token}")
        request.add_header("Content-Type", "application/json")
        try:
            with build_opener(ProxyHandler({})).open(request, timeout=SECONDS) as response:
                return str(json.loads(response.read())["ref"])
        except (HTTPError, URLError, OSError, ValueError) as error:
            last = str(error)
    raise Unreachable(list(urls), last)


def web_url(url: str) -> str:
    """A coordinator's address as plain HTTP, whichever way it was given."""
    base = url.rstrip("/").removesuffix("/ws")
    return base.replace("ws", "http", 1) if base.startswith("ws") else base


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode(errors="replace")


def area(urls: Iterable[str], token: str, code: str) -> dict[str, Any] | None:
    """The register's entry of one area: name, level, attributes. None where we are not told."""
    answer = get(urls, "/api/v1/areas", token, {"under": code, "limit": "1"})
    if answer.status != 200 or not answer.body["areas"]:
        return None
    found: dict[str, Any] = answer.body["areas"][0]
    return found


def people(urls: Iterable[str], token: str, ids: Iterable[str]) -> dict[str, str]:
    """Names by id of those whom this token may know; who was erased has none."""
    answer = get(urls, "/api/v1/people", token, {"ids": ",".join(ids)})
    if answer.status != 200:
        return {}
    return {str(one["id"]): str(one["name"]) for one in answer.body["people"]}


def text(urls: Iterable[str], token: str, ref: str) -> str:
    """Words out of the vault; empty where they are not for us, or are destroyed. Raises `Unreachable`."""
    answer = get(urls, f"/api/v1/vault/{ref}", token)
    return str(answer.body["text"]) if answer.status == 200 else ""


def playbook_digest(urls: Iterable[str], token: str, name: str) -> str:
    """A published playbook by its id (the newest version) or digest. Raises `KeyError` with the ids there are."""
    if len(name) == DIGEST_LENGTH:
        return name
    answer = get(urls, "/api/v1/playbooks", token)
    published = {one["id"]: one["digest"] for one in answer.body["playbooks"]} if answer.status == 200 else {}
    wanted = name.replace("_", "-")
    if wanted not in published:
        raise KeyError(", ".join(published))
    return str(published[wanted])
