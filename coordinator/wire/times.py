"""Instants as people read them: China has one time, and every screen, page, print and file shows it with no other.

The log and the messages carry instants with their offset; only what is shown goes through here.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Final

CHINA: Final = timezone(timedelta(hours=8))
"""Fixed and no setting: two desks that show another hour for one order are worse than either."""


def clock_time(at: datetime) -> str:
    """`14:05`"""
    return f"{at.astimezone(CHINA):%H:%M}"


def day_time(at: datetime) -> str:
    """`11-23 14:05`"""
    return f"{at.astimezone(CHINA):%m-%d %H:%M}"


def full_time(at: datetime) -> str:
    """`2026-11-23 14:05 +08:00`: on paper, where nobody knows what day it was printed on."""
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M} +08:00"


def china_stamp(at: datetime) -> str:
    """`2026-11-23T14:05:00+08:00`: for other people's programs, to the second."""
    return at.astimezone(CHINA).isoformat(timespec="seconds")
