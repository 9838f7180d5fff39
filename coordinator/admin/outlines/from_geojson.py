"""Reads outlines from GeoJSON (RFC 7946) and says of every bad feature where and why it is bad, in one go.

It decides nothing and keeps nothing: with a fault the command imports nothing. That shapes fit together, or lie where
they should, it does not judge: they are drawn and not measured.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from coordinator.admin.csv_text import Unreadable, csv_text
from coordinator.admin.faults import Fault
from coordinator.admin.outlines.faults import fault
from coordinator.domain.area import DIGITS, AreaCode, AreaLevel
from coordinator.domain.register import AreaRegister
from coordinator.store.outlines import PER_DEGREE, Point, Ring

LIMIT_MB: Final = 64
"""The communities of a large city in full detail are about 20."""
MOST_POSITIONS: Final = 200_000
"""Of one feature as it comes. A province along its coast has fewer."""
SYSTEMS: Final = ("CRS84", "4326", "4490")
"""How a system of longitude and latitude ends in the `crs` that older files have; 4490 is CGCS2000."""
SOURCE_LENGTH: Final = 120
FULL_CODE: Final = DIGITS[AreaLevel.COMMUNITY]

Polygon = list[Ring]


class Read(NamedTuple):
    """What a file has. With a fault nothing of it is to be used."""

    shapes: dict[AreaCode, Polygon]
    faults: list[Fault]
    skipped: int
    """Features whose code is not among the areas."""
    source: str
    """What the file itself says of where it is from."""


class _Wrong(Exception):
    """What is wrong with one feature; of each, the first thing is said."""

    def __init__(self, where: str, code: str, **facts: object) -> None:
        super().__init__(code)
        self.where, self.code, self.facts = where, code, facts


def read_outlines(
    source: Path | bytes | str,
    areas: AreaRegister,
    *,
    code_property: str = "code",
    skip_unknown: bool = False,
    file: str = "",
    taken: Mapping[AreaCode, str] | None = None,
) -> Read:
    """The shapes of a file by area, and all faults. `taken`: codes of files read before, and where they stand."""
    if isinstance(source, Path):
        file = file or source.name
    reading = _Reading(file or "outlines.geojson", areas, code_property, skip_unknown, dict(taken or {}))
    try:
        reading.read(_parsed(csv_text(source, LIMIT_MB)))
    except Unreadable as bad:
        reading.faults.append(fault(reading.file, bad.line, "", bad.code, **bad.facts))
    return Read(reading.shapes, reading.faults, reading.skipped, reading.source)


def place_of(file: str, number: int) -> str:
    """How a feature is named in a message; people count from one."""
    return f"{file}:要素 feature {number}"


def _parsed(text: str) -> object:
    try:
        return json.loads(text, parse_constant=str)  # NaN is no JSON; as a word it is refused where it stands
    except json.JSONDecodeError as wrong:
        raise Unreadable(wrong.lineno, "json_wrong", column=wrong.colno, why=wrong.msg) from None
    except ValueError as wrong:  # a number of thousands of digits
        raise Unreadable(1, "json_wrong", column=1, why=wrong) from None
    except RecursionError:
        raise Unreadable(1, "json_deep") from None


class _Reading:
    def __init__(
        self, file: str, areas: AreaRegister, code_property: str, skip: bool, taken: dict[AreaCode, str]
    ) -> None:
        self.file = file
        self.shapes: dict[AreaCode, Polygon] = {}
        self.faults: list[Fault] = []
        self.skipped = 0
        self.source = ""
        self._areas = areas
        self._property = code_property
        self._skip = skip
        self._taken = taken

    def read(self, document: object) -> None:
        if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
            found = document.get("type") if isinstance(document, dict) else type(document).__name__
            raise Unreadable(1, "not_collection", found=_short(found))
        if (system := _system(document)) and not system.endswith(SYSTEMS):
            raise Unreadable(1, "crs_other", found=system)
        features = document.get("features")
        if not isinstance(features, list) or not features:
            raise Unreadable(1, "file_empty")
        said = document.get("source")
        self.source = _short(said, SOURCE_LENGTH) if isinstance(said, str) else ""
        for number, feature in enumerate(features, 1):
            try:
                self._read(feature, place_of(self.file, number))
            except _Wrong as wrong:
                where = f"要素 feature {number} {wrong.where}".rstrip()
                self.faults.append(fault(self.file, 0, where, wrong.code, **wrong.facts))

    def _read(self, feature: object, place: str) -> None:
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            raise _Wrong("", "feature_wrong")
        code = self._code(feature.get("properties"))
        if code is None:
            self.skipped += 1
            return
        if (first := self._taken.setdefault(code, place)) != place:
            raise _Wrong(self._property, "code_twice", found=code, first=first)
        self.shapes[code] = _polygon(feature.get("geometry"))

    def _code(self, properties: object) -> AreaCode | None:
        """None for one that is left out."""
        given = properties if isinstance(properties, dict) else {}
        if self._property not in given:
            found = _short(", ".join(map(str, given)) or "—", 200)
            raise _Wrong(self._property, "code_missing", wanted=self._property, found=found)
        value = given[self._property]
        whole = isinstance(value, float) and value.is_integer()  # as spreadsheets write it
        text = str(int(value) if whole else value).strip()
        if isinstance(value, bool) or not (text.isascii() and text.isdigit()):
            raise _Wrong(self._property, "code_wrong", found=_short(value))
        known = self._known(text)
        if known is None and not self._skip:
            roots = ", ".join(f"{code} {self._areas[code].name}" for code in self._areas.roots())
            raise _Wrong(self._property, "code_unknown", found=_short(text), roots=roots)
        return known

    def _known(self, code: str) -> AreaCode | None:
        """Statistics write all division codes with twelve digits, the higher ones with noughts behind."""
        if code in self._areas:
            return code
        if len(code) == FULL_CODE:
            for digits in sorted(DIGITS.values(), reverse=True):
                if code[:digits] in self._areas and not code[digits:].strip("0"):
                    return code[:digits]
        return None


def _system(document: dict[str, object]) -> str:
    crs = document.get("crs")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    return str(properties.get("name", "")) if isinstance(properties, dict) else ""


def _polygon(geometry: object) -> Polygon:
    kind = geometry.get("type") if isinstance(geometry, dict) else geometry
    if not isinstance(geometry, dict) or kind not in ("Polygon", "MultiPolygon"):
        raise _Wrong("geometry", "geometry_wrong", found=_short(kind))
    coordinates = geometry.get("coordinates")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    rings = list(_rings(polygons))
    if not rings:
        raise _Wrong("geometry", "rings_missing")
    number = sum(map(len, rings))
    if number > MOST_POSITIONS:
        raise _Wrong("geometry", "too_many_points", found=number, limit=MOST_POSITIONS)
    found = [_ring(ring, position) for position, ring in enumerate(rings, 1)]
    enclosing = [ring for ring in found if _encloses(ring)]
    if not enclosing:
        raise _Wrong("geometry", "outline_flat")
    return enclosing


def _rings(polygons: object) -> Iterator[list[object]]:
    for polygon in polygons if isinstance(polygons, list) else ():
        for ring in polygon if isinstance(polygon, list) else ():
            yield ring if isinstance(ring, list) else []


def _ring(ring: list[object], number: int) -> Ring:
    """Its points without the last, which is the first, and without those that fall together."""
    places = [_position(position, number, at) for at, position in enumerate(ring, 1)]
    if len(places) < 4:
        raise _Wrong("geometry", "ring_short", ring=number, found=len(places))
    if places[0] != places[-1]:
        raise _Wrong("geometry", "ring_open", ring=number)
    points: list[Point] = [(round(x * PER_DEGREE), round(y * PER_DEGREE)) for x, y in places[:-1]]
    return [point for before, point in zip([points[-1], *points], points, strict=False) if point != before]


def _position(position: object, ring: int, at: int) -> tuple[float, float]:
    """Longitude and latitude; a height behind them is nothing to a map."""
    match position:
        case [float() | int() as x, float() | int() as y, *_] if not (
            isinstance(x, bool) or isinstance(y, bool)
        ):
            pass
        case _:
            raise _Wrong("geometry", "position_wrong", ring=ring, point=at)
    if not (abs(x) <= 180 and abs(y) <= 90):
        code = "swapped" if abs(x) <= 90 and abs(y) <= 180 else "out_of_range"
        raise _Wrong("geometry", code, ring=ring, point=at, x=_short(x), y=_short(y))
    return float(x), float(y)


def _encloses(ring: Ring) -> bool:
    """Whether there is anything inside."""
    return (
        bool(ring)
        and sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)) != 0
    )


def _short(found: object, most: int = 40) -> str:
    """As much of it as a message bears, on one line."""
    text = "".join(character if character.isprintable() else "?" for character in str(found))
    return text if len(text) <= most else f"{text[:most]}…"
