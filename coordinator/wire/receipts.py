"""The receipt tree of an operation: how long each place took to sign and to be ready, and who is slow, by name.

Folded from the board's switches on both sides and never sent. Pure: what still waits is named with since when.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from coordinator.domain.area import DIGITS, AreaCode, AreaLevel
from coordinator.wire.board import JsonObject

STREET: Final = DIGITS[AreaLevel.STREET]
NAMED: Final = 5
"""How many of the slow are named."""


class Quantiles(NamedTuple):
    """Seconds, by nearest rank: each is a time that some place really took."""

    number: int
    p50: float
    p95: float
    p99: float


class Took(NamedTuple):
    area: AreaCode
    seconds: float


class Waits(NamedTuple):
    area: AreaCode
    since: datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """One of the clocks, signed 签收 or ready 到位, over the places of one branch."""

    done: int
    times: Quantiles | None
    """None while nobody is done."""
    slowest: tuple[Took, ...]
    waiting: tuple[Waits, ...]
    """Who is not done yet, the longest first; all of them are counted in `Branch.places` less `done`."""


@dataclass(frozen=True, slots=True)
class Branch:
    """The communities at or below one area that were told of the operation 下达."""

    area: AreaCode
    """Empty for the whole."""
    places: int
    signed: Clock
    ready: Clock


@dataclass(frozen=True, slots=True)
class ReceiptTree:
    whole: Branch
    branches: tuple[Branch, ...]
    """The slowest first: by how many have not signed, then by the time to sign."""


class _Place(NamedTuple):
    area: AreaCode
    recorded: datetime
    signed: datetime | None
    ready: datetime | None


def receipts(switches: Iterable[JsonObject], digits: int = STREET) -> ReceiptTree:
    """The tree over the switches of one operation's board, a branch for each area whose code has `digits` digits.

    Only communities that have to sign are in it: a lowering or an end asks for no signature.
    """
    places = [_place(one) for one in switches if one.get("community") and one.get("sign_by")]
    by_branch: Mapping[AreaCode, list[_Place]] = defaultdict(list)
    for place in places:
        by_branch[place.area[:digits]].append(place)
    branches = [_branch(area, those) for area, those in by_branch.items()]
    return ReceiptTree(_branch("", places), tuple(sorted(branches, key=_slow)))


def quantiles(seconds: Sequence[float]) -> Quantiles | None:
    """None of nothing."""
    if not seconds:
        return None
    ordered = sorted(seconds)

    def rank(percent: int) -> float:
        return ordered[math.ceil(percent * len(ordered) / 100) - 1]

    return Quantiles(len(ordered), rank(50), rank(95), rank(99))


def _place(entry: JsonObject) -> _Place:
    def instant(name: str) -> datetime | None:
        text = entry.get(name)
        return datetime.fromisoformat(text) if text else None

    return _Place(
        entry["area"], datetime.fromisoformat(entry["recorded_at"]), instant("signed_at"), instant("ready_at")
    )


def _branch(area: AreaCode, places: Sequence[_Place]) -> Branch:
    signed = _clock([(place.area, place.recorded, place.signed) for place in places])
    ready = _clock([(place.area, place.recorded, place.ready) for place in places])
    return Branch(area, len(places), signed, ready)


def _clock(places: Sequence[tuple[AreaCode, datetime, datetime | None]]) -> Clock:
    took = [Took(area, (at - since).total_seconds()) for area, since, at in places if at is not None]
    waiting = [Waits(area, since) for area, since, at in places if at is None]
    return Clock(
        done=len(took),
        times=quantiles([one.seconds for one in took]),
        slowest=tuple(sorted(took, key=lambda one: (-one.seconds, one.area))[:NAMED]),
        waiting=tuple(sorted(waiting, key=lambda one: (one.since, one.area))[:NAMED]),
    )


def _slow(branch: Branch) -> tuple[int, float, AreaCode]:
    times = branch.signed.times
    return branch.signed.done - branch.places, -(times.p95 if times else 0.0), branch.area
