"""Five fields of cron in a named time zone: every time it is held, and only times that the clock of that zone shows."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.drills.schedule import CronError, Schedule, zone

SHANGHAI = "Asia/Shanghai"


def held(cron: str, since: str, name: str = SHANGHAI, count: int = 3) -> list[str]:
    where = zone(name)
    start = datetime.fromisoformat(since).replace(tzinfo=where)
    return [f"{at:%Y-%m-%d %H:%M}" for at in islice(Schedule.parse(cron).after(start, where), count)]


@pytest.mark.parametrize(
    ("cron", "since", "expected"),
    [
        ("0 15 1 * *", "2026-01-01T15:00", ["2026-02-01 15:00", "2026-03-01 15:00", "2026-04-01 15:00"]),
        ("*/30 9 * * *", "2026-01-01T09:10", ["2026-01-01 09:30", "2026-01-02 09:00", "2026-01-02 09:30"]),
        ("0 9 * * 1", "2026-07-01T00:00", ["2026-07-06 09:00", "2026-07-13 09:00", "2026-07-20 09:00"]),
        ("0 9 * * 7", "2026-07-01T00:00", ["2026-07-05 09:00", "2026-07-12 09:00", "2026-07-19 09:00"]),
        ("0 9 13 * 5", "2026-02-01T00:00", ["2026-02-06 09:00", "2026-02-13 09:00", "2026-02-20 09:00"]),
        ("0 0 29 2 *", "2026-01-01T00:00", ["2028-02-29 00:00", "2032-02-29 00:00"]),
        (
            "0 9 1,15 3-5/2 *",
            "2026-01-01T00:00",
            ["2026-03-01 09:00", "2026-03-15 09:00", "2026-05-01 09:00"],
        ),
    ],
)
def test_when_it_is_held(cron: str, since: str, expected: list[str]) -> None:
    assert held(cron, since) == expected


def test_an_hour_that_the_clock_skips_is_not_held_that_day() -> None:
    assert held("30 2 * * *", "2026-03-28T00:00", "Europe/Berlin") == [
        "2026-03-28 02:30",
        "2026-03-30 02:30",
        "2026-03-31 02:30",
    ]


def test_an_hour_that_the_clock_repeats_is_held_once() -> None:
    assert held("30 2 * * *", "2026-10-25T00:00", "Europe/Berlin", 2) == [
        "2026-10-25 02:30",
        "2026-10-26 02:30",
    ]


@pytest.mark.parametrize(
    ("cron", "field"),
    [
        ("0 15 1 *", "fields"),
        ("60 15 1 * *", "minute"),
        ("0 24 1 * *", "hour"),
        ("0 15 0 * *", "day"),
        ("0 15 1 13 *", "month"),
        ("0 15 1 * 8", "weekday"),
        ("5-1 15 1 * *", "minute"),
        ("*/0 15 1 * *", "minute"),
        ("a 15 1 * *", "minute"),
        ("-1 15 1 * *", "minute"),
    ],
)
def test_what_is_no_schedule_names_its_field(cron: str, field: str) -> None:
    with pytest.raises(CronError) as wrong:
        Schedule.parse(cron)
    assert wrong.value.field == field


@pytest.mark.parametrize("name", ["Asia/Nanjing", "", "../etc/passwd", "/etc/localtime"])
def test_a_zone_is_named(name: str) -> None:
    with pytest.raises(CronError):
        zone(name)


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)),  # noqa: DTZ001  hypothesis wants them bare
    st.integers(0, 59),
    st.integers(0, 23),
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "UTC"]),
)
def test_each_time_is_later_than_the_one_before_and_as_the_fields_say(
    since: datetime, minute: int, hour: int, name: str
) -> None:
    where = zone(name)
    start = since.replace(tzinfo=where)
    found = list(islice(Schedule.parse(f"{minute} {hour} * * *").after(start, where), 4))
    assert all((at.hour, at.minute) == (hour, minute) for at in found)
    assert [start, *found] == sorted([start, *found])
    assert len({at.astimezone(UTC) for at in found}) == 4
