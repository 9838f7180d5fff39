"""Instants and spans as a duty officer reads them: Beijing time, whole units, old figures looking old."""

from __future__ import annotations

from datetime import datetime

from clients.cli.tongue import Tongue
from coordinator.wire.times import CHINA


def instant(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) and text else None


def clock(at: datetime | None) -> str:
    return f"{at.astimezone(CHINA):%H:%M:%S}" if at is not None else "—"


def day_and_clock(at: datetime | None) -> str:
    return f"{at.astimezone(CHINA):%m-%d %H:%M}" if at is not None else "—"


def span(seconds: float, say: Tongue) -> str:
    """The largest unit that fits: 45秒, 12分, 3时05分, 2天."""
    whole = int(abs(seconds))
    if whole < 60:
        return f"{whole}{say('秒', ' s')}"
    if whole < 3600:
        return f"{whole // 60}{say('分', ' min')}"
    if whole < 86400:
        return f"{whole // 3600}{say('时', ' h ')}{whole % 3600 // 60:02}{say('分', '')}"
    return f"{whole // 86400}{say('天', ' d')}"


def age(at: datetime | None, now: datetime, say: Tongue) -> str:
    """How long ago; `—` for never."""
    if at is None:
        return "—"
    return span(max(0.0, (now - at).total_seconds()), say)


def left(due: datetime | None, now: datetime, say: Tongue) -> str:
    """Until a deadline, or by how much it has passed."""
    if due is None:
        return "—"
    seconds = (due - now).total_seconds()
    text = span(seconds, say)
    return say(f"还有{text}", f"in {text}") if seconds >= 0 else say(f"超{text}", f"{text} late")
