"""When something is held again: the five fields of cron in a named time zone. Pure: it is handed the time.

A clock change may skip an hour or repeat one: what falls into the gap is not held that day, what is repeated is held
once.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

FIELDS: Final = {
    "minute": (0, 59),
    "hour": (0, 23),
    "day": (1, 31),
    "month": (1, 12),
    "weekday": (0, 7),
}
HORIZON: Final = timedelta(days=366 * 9)
"""29 February comes back within it."""


class CronError(ValueError):
    """Not a schedule; `field` is the one that is wrong."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def zone(name: str) -> tzinfo:
    """A time zone by its name. Raises `CronError`."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise CronError("zone") from None


class Schedule(NamedTuple):
    """The values each field allows. Days: where both day and weekday are restricted, either is enough, as in cron."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either_day: bool

    @classmethod
    def parse(cls, text: str) -> Schedule:
        """`0 15 1 * *`: at 15:00 on the first of each month. Raises `CronError`."""
        parts = text.split()
        if len(parts) != len(FIELDS):
            raise CronError("fields")
        found = [
            _values(name, part, *bounds) for (name, bounds), part in zip(FIELDS.items(), parts, strict=True)
        ]
        minutes, hours, days, months, weekdays = found
        either = parts[2] != "*" and parts[4] != "*"
        return cls(minutes, hours, days, months, frozenset(day % 7 for day in weekdays), either)

    def after(self, instant: datetime, where: tzinfo) -> Iterator[datetime]:
        """Every time it is held after an instant, in that zone, the next first."""
        day = instant.astimezone(where).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        end = day + HORIZON
        while day <= end:
            if day.month in self.months and self._is_day(day):
                for hour in sorted(self.hours):
                    for minute in sorted(self.minutes):
                        at = day.replace(hour=hour, minute=minute, tzinfo=where)
                        if at > instant and _exists(at):
                            yield at
            day += timedelta(days=1)

    def _is_day(self, day: datetime) -> bool:
        by_day, by_weekday = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return by_day or by_weekday if self.either_day else by_day and by_weekday


def _exists(at: datetime) -> bool:
    """Whether the clock of that zone ever shows it."""
    return at.astimezone(ZoneInfo("UTC")).astimezone(at.tzinfo).replace(tzinfo=None) == at.replace(
        tzinfo=None
    )


def _values(name: str, text: str, low: int, high: int) -> frozenset[int]:
    """`*`, `1`, `1-5`, `*/15`, `1-30/2`, and several of them by commas."""
    found: set[int] = set()
    for part in text.split(","):
        span, slash, step_text = part.partition("/")
        step = _number(name, step_text) if slash else 1
        if span == "*":
            first, last = low, high
        else:
            left, dash, right = span.partition("-")
            first = _number(name, left)
            last = _number(name, right) if dash else (high if slash else first)
        if not (low <= first <= last <= high) or step < 1:
            raise CronError(name)
        found.update(range(first, last + 1, step))
    return frozenset(found)


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise CronError(name)
    return int(text)
