"""`pingji drill tick` against a fake coordinator: what an observer types, and what is sent."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from typer.testing import CliRunner
from typer.testing import Result as Ended

from clients.cli import http
from clients.cli.ticking import number
from coordinator.main import make_app

from .fake_coordinator import TOKEN, FakeBoard, FakeCoordinator, running

Run = Callable[..., Ended]
DRILL = {
    "id": "drill-1",
    "area": "3201",
    "name": {"zh": "夜", "en": "Night"},
    "script": "0" * 64,
    "places": ["320113007"],
    "injects": [],
    "stop_word": "停",
    "rate": 1.0,
    "items": [
        {"key": "vests", "kind": "yes_no", "text": {"zh": "救生衣", "en": "Life vests"}},
        {"key": "pump", "kind": "timed", "text": {"zh": "水泵", "en": "Pump"}, "target": 600},
    ],
}
SEEN = {"id": "vests@320113007001", "area": "320113007001", "item": "vests", "value": 1, "by": "observer-1"}


@pytest.fixture
def fake() -> Iterator[FakeCoordinator]:
    entries: dict[str, Any] = {
        "drills/drill-1": DRILL,
        "observations/vests@320113007001": SEEN | {"at": "2026-07-18T03:00:00+08:00"},
    }
    boards = {"drill:3201": [FakeBoard("3201", 3, entries)]}
    one = FakeCoordinator(boards=boards, first=["drill:3201"], world="DRILL-1")
    up, stop = threading.Event(), threading.Event()

    async def serve() -> None:
        async with running(one):
            up.set()
            await asyncio.to_thread(stop.wait)

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert up.wait(5)
    yield one
    stop.set()
    thread.join()


@pytest.fixture
def run(fake: FakeCoordinator, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.delenv("PINGJI_TOKEN_FILE", raising=False)

    def go(*arguments: str) -> Ended:
        environment = {"PINGJI_URL": fake.url, "PINGJI_TOKEN": TOKEN}
        return CliRunner().invoke(make_app(), ["drill", "tick", *arguments], env=environment)

    return go


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("是", 1),
        ("No", 0),
        ("3", 3),
        ("12:05", 725),
        ("0：30", 30),
        ("", None),
        ("good", None),
        ("a:10", None),
    ],
)
def test_a_result_as_people_write_it(typed: str, sent: int | None) -> None:
    assert number(typed) == sent


def test_an_item_is_ticked_where_it_was_seen(run: Run, fake: FakeCoordinator) -> None:
    ended = run("vests", "是", "--area", "320113007002")
    assert ended.exit_code == 0, ended.output
    assert [(one.name, one.body) for one in fake.commands] == [
        ("Observe", {"area": "320113007002", "item": "vests", "value": 1})
    ]


def test_a_note_goes_into_the_vault_and_its_reference_into_the_tick(
    run: Run, fake: FakeCoordinator, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[tuple[str, ...]] = []

    def keep(urls: object, token: str, area: str, drill: str, text: str) -> str:
        kept.append((area, drill, text))
        return "drill-1.320113007002.ab"

    monkeypatch.setattr(http, "keep_text", keep)
    assert run("pump", "12:05", "--area", "320113007002", "--note", "水管接错").exit_code == 0
    assert kept == [("320113007002", "drill-1", "水管接错")]
    (tick,) = fake.commands
    assert tick.body == {
        "area": "320113007002",
        "item": "pump",
        "value": 725,
        "note": "drill-1.320113007002.ab",
    }


def test_without_an_item_all_are_listed_with_what_was_seen(run: Run) -> None:
    said = run("--lang", "en").stdout.splitlines()
    assert said[0].startswith("【演练】vests") and "320113007001=1" in said[0] and "[Yes or no]" in said[0]
    assert "Pump" in said[1] and "not seen" in said[1]


def test_what_is_no_result_is_not_sent(run: Run, fake: FakeCoordinator) -> None:
    assert run("vests", "good").exit_code == 2
    assert fake.commands == []
