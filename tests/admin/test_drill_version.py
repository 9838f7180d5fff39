"""A drill practises the version of its playbook that would be run: what the city published last, or the file named."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from typer.testing import CliRunner

from coordinator.admin.drill.live_watch import WATCH_TOKEN, Live
from coordinator.admin.drill.open import open_drill
from coordinator.admin.drill.plan import FOLDER, all_drills, read_playbook
from coordinator.admin.drill.version import NotKnown, published_in
from coordinator.admin.run.founding import OPERATOR_TOKEN
from coordinator.admin.run.grants import answered, send
from coordinator.domain.access import Role
from coordinator.drills.sentences import ScriptRefused
from coordinator.main import make_app
from coordinator.playbook import library
from coordinator.playbook.loader import Playbook, read
from tests.builders import CITY
from tests.drills import living

NAME, SCRIPT = "flood-typhoon", "xianlin-night-raid"


def newer(version: int, *changes: tuple[str, str]) -> str:
    text = library.text_of(NAME)
    for before, after in ((f"version: {library.bundled(NAME).version}", f"version: {version}"), *changes):
        assert before in text
        text = text.replace(before, after, 1)
    return text


class City:
    def __init__(self, live: living.Live, data: Path) -> None:
        self._live, self.beside = live, Live(data, [live.url])

    async def keep(self, text: str, *, publish: bool = True) -> str:
        headers = {"Authorization": f"Bearer {await self._live.token(Role.COMMANDER, CITY)}"}
        async with aiohttp.ClientSession(self._live.url, headers=headers) as session:
            async with session.post("/api/v1/playbooks", data=text.encode()) as answer:
                kept = await answered(answer)
            if publish:
                order = {"digest": kept["digest"], "name": kept["id"], "version": kept["version"]}
                await send(session, "PublishPlaybook", {"area": CITY, **order})
        return str(kept["digest"])

    async def published(self, name: str = NAME) -> Playbook | None:
        return await asyncio.to_thread(published_in, self.beside, name)


@pytest.fixture
async def city(tmp_path: Path) -> AsyncIterator[City]:
    async with living.living() as live:
        (tmp_path / OPERATOR_TOKEN).write_text(await live.token(Role.OPERATOR, CITY))
        (tmp_path / FOLDER).mkdir()
        yield City(live, tmp_path)


async def test_what_was_published_last_is_practised_and_no_draft(city: City, tmp_path: Path) -> None:
    assert await city.published() is None, "what comes with the project holds"
    digest = await city.keep(newer(9))
    await city.keep(newer(10), publish=False)
    found = await city.published()
    assert found is not None and (found.version, found.digest) == (9, digest)
    assert await city.published("gas-fire") is None
    last = await city.keep(newer(8))  # an older number, published on purpose
    drill = await asyncio.to_thread(
        open_drill, tmp_path, SCRIPT, version=lambda name: published_in(city.beside, name)
    )
    practised = read_playbook(drill)
    assert practised is not None and practised.digest == last


async def test_a_token_that_the_city_does_not_know_is_issued_anew(city: City, tmp_path: Path) -> None:
    (tmp_path / FOLDER / WATCH_TOKEN).write_text("pj_of_before_the_restore")
    await city.keep(newer(9))
    found = await city.published()
    assert found is not None and found.version == 9


def test_a_script_is_held_against_the_version_it_practises(tmp_path: Path) -> None:
    renamed = read(newer(9, ("{key: relay,", "{key: pass_on,")))
    with pytest.raises(ScriptRefused, match="relay"):
        open_drill(tmp_path, SCRIPT, version=lambda name: renamed)
    assert not list(all_drills(tmp_path))


def test_a_city_that_cannot_be_asked_says_so(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / OPERATOR_TOKEN).write_text("pj_none")
    for urls in ([], ["http://127.0.0.1:1"]):
        with pytest.raises(NotKnown, match="--playbook"):
            published_in(Live(tmp_path, urls), NAME)


def test_as_a_person_types_it(tmp_path: Path) -> None:
    def pingji(*words: str) -> tuple[int, str]:
        ran = CliRunner().invoke(make_app(), ["drill", "open", SCRIPT, "--data", str(tmp_path), *words])
        return ran.exit_code, ran.output

    own = tmp_path / "own.yaml"
    own.write_text(newer(9), encoding="utf-8")
    assert pingji("--playbook", str(own))[0] == 0
    (drill,) = all_drills(tmp_path)
    practised = read_playbook(drill)
    assert practised is not None and practised.version == 9
    own.write_text(library.text_of("gas-fire"), encoding="utf-8")
    code, said = pingji("--playbook", str(own))
    assert code != 0 and "gas-fire" in said
    own.write_text("format: 1", encoding="utf-8")
    assert pingji("--playbook", str(own))[0] != 0
    assert len(list(all_drills(tmp_path))) == 1
