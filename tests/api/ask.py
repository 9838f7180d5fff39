"""One request, its status, its headers and its JSON."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from multidict import CIMultiDictProxy

from coordinator.api.problems import Problem
from tests.live.serving import Served


class Answered(NamedTuple):
    status: int
    headers: CIMultiDictProxy[str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def problem(self) -> Problem:
        """Checked to be one: RFC 9457, with the status it was sent with."""
        assert self.headers["Content-Type"] == "application/problem+json"
        found = Problem.model_validate_json(self.text)
        assert found.status == self.status and found.trace_id
        return found


async def ask(
    served: Served,
    method: str,
    path: str,
    *,
    token: str | None = "commander-token",
    headers: dict[str, str] | None = None,
    **options: Any,
) -> Answered:
    sent = {"Authorization": f"Bearer {token}"} if token else {}
    async with served.http.request(method, path, headers={**sent, **(headers or {})}, **options) as answer:
        return Answered(answer.status, answer.headers, await answer.text())
