"""A community at level III for the phone's tests, and what another client sees of it meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from clients.sdk import Client
from coordinator.playbook import library
from tests.e2e.city import City

FLOOD = library.bundled("flood-typhoon")
SCRIPT = "<img src=x onerror=document.title=666>查下穿"


async def flood(city: City) -> None:
    community, grid = city.area("community"), city.area("grid")
    async with Client(city.urls[0], city.token("commander")) as client:
        declared = await client.command(
            "DeclareOperation",
            {
                "area": city.area("commander"),
                "playbook": FLOOD.digest,
                "targets": {community: "III"},
                "expected_minutes": 600,
            },
        )
    operation = declared.ids[0]
    async with Client(city.urls[0], city.token("community")) as client:
        for key, name, evidence in (("attack", SCRIPT, "checklist"), ("look", "拍下水尺", "photo")):
            await client.command(
                "AddTask",
                {
                    "area": grid,
                    "operation": operation,
                    "key": key,
                    "name_zh": name,
                    "name_en": name,
                    "by_minutes": 240,
                    "evidence": evidence,
                },
            )


Entries = list[tuple[str, dict[str, Any]]]


async def sees(city: City, role: str, so: Callable[[Entries], bool]) -> None:
    """Another client's board of the area comes to be so: section and entry of each."""
    async with Client(city.urls[0], city.token(role)) as client, asyncio.timeout(10):
        found = await client.watch(f"area:{city.area(role)}")
        await client.until(lambda: so([(key.split("/")[0], one) for key, one in found.entries.items()]))


def values(entries: Entries, section: str, field: str) -> list[Any]:
    return [one.get(field) for name, one in entries if name == section]
