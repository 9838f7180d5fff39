"""When which drill is held next, and that as a calendar other people can read (iCalendar, RFC 5545). Pure.

A raid is never in it. Each time stands in it by itself: what cron can say, no recurrence rule can.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import Final

import msgspec

from coordinator.domain.area import AreaCode
from coordinator.domain.text import Text
from coordinator.drills.schedule import Schedule, zone
from coordinator.drills.schema import Document
from coordinator.drills.vocabulary import DrillKind
from coordinator.wire.words import Language, said

FOLD: Final = 75
"""Octets of one line, its end left out."""
PRODUCT: Final = "-//pingji//drills//ZH"
MARK: Final = "【演练】"


class Date(msgspec.Struct, frozen=True):
    """One time at which one drill is held."""

    at: datetime
    minutes: int
    """By the real clock, which a faster drill shortens."""
    script: str
    name: Text
    objective: Text
    places: tuple[AreaCode, ...]


def dates(documents: Iterable[Document], now: datetime, period: timedelta) -> list[Date]:
    """All times within the period, the next first. Raises `CronError` for none that a schema let through."""
    found = []
    for one in documents:
        if one.calendar is None or one.kind is DrillKind.RAID:
            continue
        held = Schedule.parse(one.calendar.cron).after(now, zone(one.calendar.zone))
        for at in takewhile(lambda each: each <= now + period, held):
            minutes = max(1, round(one.lasts / one.speed))
            found.append(Date(at, minutes, one.id, one.name.text, one.objective.text, one.places))
    return sorted(found, key=lambda date: (date.at.astimezone(UTC), date.script))


def icalendar(found: Iterable[Date], names: Mapping[AreaCode, str], now: datetime, lang: Language) -> str:
    """A whole calendar, true at `now`. The same date keeps its UID, so that a reader who asks again moves nothing."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    lines.append(f"X-WR-CALNAME:{_text(MARK + ('Drills' if lang == 'en' else '演练日历'))}")
    for one in found:
        where = "、".join(names.get(place, place) for place in one.places)
        lines += [
            "BEGIN:VEVENT",
            f"UID:{one.script}-{_utc(one.at)}@pingji",
            f"DTSTAMP:{_utc(now)}",
            f"DTSTART:{_utc(one.at)}",
            f"DURATION:PT{one.minutes}M",
            f"SUMMARY:{_text(MARK + said(one.name, lang))}",
            f"DESCRIPTION:{_text(said(one.objective, lang))}",
            f"LOCATION:{_text(where)}",
            "CATEGORIES:DRILL",
            "TRANSP:OPAQUE",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(_folded(line) for line in lines)


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """What a person wrote cannot end its line, nor begin a property of its own."""
    plain = value.replace("\r\n", "\n").replace("\r", "\n")
    plain = "".join(one for one in plain if one >= " " or one in "\n\t")
    escaped = plain.replace("\\", "\\\\").replace(";", r"\;").replace(",", r"\,")
    return escaped.replace("\n", r"\n")


def _folded(line: str) -> str:
    """A character is never cut in two."""
    parts: list[str] = []
    part, size = "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > FOLD:
            parts.append(part)
            part, size = " ", 1
        part += character
        size += octets
    return "\r\n".join([*parts, part]) + "\r\n"
