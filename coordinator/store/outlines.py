"""Outlines 边界 of areas, to draw them: beside the log and never in it, so that nothing that is decided rests on one.

Kept per area on the log's server, where every coordinator finds them; knows no rights and no map.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Protocol, cast

import msgspec

from coordinator.domain.area import AreaCode
from coordinator.store.connections import answered_within, command_client
from coordinator.store.names import check_world

PER_DEGREE: Final = 100_000
"""Units of a position: about a metre, less than a screen can show of a community."""
PATIENCE: Final = 5.0
"""Seconds, for what somebody waits for who looks at a map."""
BULK_PATIENCE: Final = 30.0
"""Those of a province are some megabytes."""

Point = tuple[int, int]
"""East and north, in units."""
Ring = Sequence[Point]
"""Closed by nature: the first point is not repeated at the end."""


class Outline(msgspec.Struct, frozen=True):
    """Of one area. What is inside an odd number of rings is inside the area, so holes and islands need no word."""

    rings: tuple[tuple[int, ...], ...]
    """Each as x, y of its first point and then the steps from point to point: WGS 84, in units, east and north."""
    source: str = ""
    """Where it is from, as the operator wrote it; shown with the map."""

    @classmethod
    def of(cls, rings: Iterable[Ring], source: str = "") -> Outline:
        return cls(tuple(_steps(ring) for ring in rings), source)

    def points(self) -> list[list[Point]]:
        return [_points(ring) for ring in self.rings]


def _steps(ring: Ring) -> tuple[int, ...]:
    found: list[int] = []
    x = y = 0
    for east, north in ring:
        found += (east - x, north - y)
        x, y = east, north
    return tuple(found)


def _points(ring: Sequence[int]) -> list[Point]:
    found: list[Point] = []
    x = y = 0
    for east, north in zip(ring[::2], ring[1::2], strict=True):
        x, y = x + east, y + north
        found.append((x, y))
    return found


class Outlines(Protocol):
    """Every call raises `LogUnavailable` where the server does not answer."""

    async def get(self, codes: Sequence[AreaCode]) -> dict[AreaCode, Outline]:
        """Those that there are."""
        ...

    async def put(self, outlines: Mapping[AreaCode, Outline]) -> None:
        """All of them or none, in place of what these areas had."""
        ...

    async def drop(self, codes: Sequence[AreaCode]) -> None: ...
    async def close(self) -> None: ...


class RedisOutlines:
    """Of one world, as one hash: `pingji:{WORLD}:outlines`."""

    def __init__(self, url: str, world: str) -> None:
        self._client = command_client(url, patience=BULK_PATIENCE, connections=2)
        self._key = f"pingji:{{{check_world(world)}}}:outlines"

    async def get(self, codes: Sequence[AreaCode]) -> dict[AreaCode, Outline]:
        if not codes:
            return {}
        async with answered_within(PATIENCE):
            found = cast("list[bytes | None]", await self._client.hmget(self._key, list(codes)))
        return {
            code: msgspec.json.decode(outline, type=Outline)
            for code, outline in zip(codes, found, strict=True)
            if outline is not None
        }

    async def put(self, outlines: Mapping[AreaCode, Outline]) -> None:
        if outlines:
            said = {code: msgspec.json.encode(outline) for code, outline in outlines.items()}
            async with answered_within(BULK_PATIENCE):
                await self._client.hset(self._key, mapping=said)  # type: ignore[arg-type]  # bytes are fine

    async def drop(self, codes: Sequence[AreaCode]) -> None:
        if codes:
            async with answered_within(BULK_PATIENCE):
                await self._client.hdel(self._key, *codes)

    async def close(self) -> None:
        await self._client.aclose()


class MemoryOutlines:
    """For one process, and for tests."""

    def __init__(self) -> None:
        self.outlines: dict[AreaCode, Outline] = {}

    async def get(self, codes: Sequence[AreaCode]) -> dict[AreaCode, Outline]:
        return {code: self.outlines[code] for code in codes if code in self.outlines}

    async def put(self, outlines: Mapping[AreaCode, Outline]) -> None:
        self.outlines.update(outlines)

    async def drop(self, codes: Sequence[AreaCode]) -> None:
        for code in codes:
            self.outlines.pop(code, None)

    async def close(self) -> None:
        """Nothing to give back."""
