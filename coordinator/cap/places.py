"""Where a level of response holds, as whole places, and how a place is named for others.

CAP can say that an area is meant and not that one is left out: where a part has a level of its own, the rest is listed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from coordinator.domain.area import DIGITS, AreaCode, AreaLevel
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.register import AreaRegister
from coordinator.domain.targets import Targets

ORDER: Final = (*reversed(ResponseLevel), None)
"""The highest level first, what has ended last."""
DISTRICT_DIGITS: Final = DIGITS[AreaLevel.DISTRICT]
COMMUNITY_DIGITS: Final = DIGITS[AreaLevel.COMMUNITY]


class Levels:
    """The level of every place by an operation's targets: the nearest target at or above it counts."""

    def __init__(self, targets: Targets, areas: AreaRegister) -> None:
        self._areas = areas
        self._differing: dict[AreaCode, ResponseLevel | None] = {}
        """Targets without those that say what holds there anyway."""
        self._tops: list[AreaCode] = []
        for target in sorted(targets, key=lambda code: len(areas.path(code))):
            above = [place for place in areas.path(target)[1:] if place in self._differing]
            if not above:
                self._tops.append(target)
            if not above or self._differing[above[0]] is not targets[target]:
                self._differing[target] = targets[target]
        self._uneven = {place for target in self._differing for place in areas.path(target)[1:]}

    def throughout(self, place: AreaCode, level: ResponseLevel | None) -> bool:
        """Whether the place and all below it have exactly that level."""
        path = self._areas.path(place)
        nearest = next((self._differing[one] for one in path if one in self._differing), None)
        return place not in self._uneven and nearest is level

    def places(self) -> dict[ResponseLevel | None, list[AreaCode]]:
        """Level -> the highest places that have it throughout, by code. Levels in `ORDER`; none is empty."""
        found: dict[ResponseLevel | None, list[AreaCode]] = {level: [] for level in ORDER}
        pending = [(place, self._differing[place]) for place in self._tops]
        while pending:
            place, level = pending.pop()
            level = self._differing.get(place, level)
            if place in self._uneven:
                pending += [(child, level) for child in self._areas.children(place)]
            else:
                found[level].append(place)
        return {level: sorted(places) for level, places in found.items() if places}


def narrowed(targets: Targets, part: AreaCode, areas: AreaRegister) -> dict[AreaCode, ResponseLevel | None]:
    """What of it was ordered for a part of the tree, said of that part alone; empty where nothing was."""
    found = {target: level for target, level in targets.items() if areas.within(target, part)}
    above = next((place for place in areas.path(part) if place in targets), None)
    if above is not None:
        found[part] = targets[above]
    return found


def full_name(place: AreaCode, areas: AreaRegister) -> str:
    """With all that is above it, as an address begins: 湖北省武汉市青山区."""
    return "".join(areas[one].name for one in reversed(areas.path(place)))


def geocodes(place: AreaCode) -> Iterator[tuple[str, str]]:
    """Codes that other systems know it by, each with what it is a code of.

    Six digits by GB/T 2260 for a province, a city or a district; twelve, filled up with noughts, as the National
    Bureau of Statistics writes the code of anything down to a community.
    """
    if len(place) <= DISTRICT_DIGITS:
        yield "GB/T2260", place.ljust(DISTRICT_DIGITS, "0")
    yield "NBS", place.ljust(COMMUNITY_DIGITS, "0")
