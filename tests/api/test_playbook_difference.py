"""What two levels of a playbook differ in, over HTTP, in the words that the command line has."""

from __future__ import annotations

import pytest

from coordinator.domain.mode import ResponseLevel
from coordinator.playbook import library
from coordinator.playbook.diff import diff_levels
from tests.api.ask import ask
from tests.live.serving import Served

FLOOD = library.bundled("flood-typhoon")
PATH = f"/api/v1/playbooks/{FLOOD.digest}/diff/{FLOOD.digest}"


async def test_two_levels_of_one_version(served: Served) -> None:
    answered = await ask(served, "GET", f"{PATH}?old_level=III&new_level=II")
    expected = diff_levels(FLOOD, ResponseLevel.III, FLOOD, ResponseLevel.II)
    assert [one["zh"] for one in answered.json["changes"]] == [one.text.zh for one in expected]
    assert answered.json["old"] == answered.json["new"] and expected


async def test_a_version_does_not_differ_from_itself(served: Served) -> None:
    assert (await ask(served, "GET", PATH)).json["changes"] == []


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (f"{PATH}?old_level=III", "bad_message"),
        (f"{PATH}?old_level=V&new_level=II", "bad_message"),
        (f"/api/v1/playbooks/{FLOOD.digest}/diff/{'0' * 64}", "unknown_playbook"),
    ],
)
async def test_what_cannot_be_compared(served: Served, path: str, code: str) -> None:
    assert (await ask(served, "GET", path)).problem.code == code
