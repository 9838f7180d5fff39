"""How many commands one grant may send over HTTP: as many as over a socket. Bounded, whoever asks."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from coordinator.domain.access import Actor, Role
from coordinator.domain.refusal import Refused
from coordinator.live.pace import Pace
from coordinator.live.settings import LiveSettings

UNBOUNDED: Final = frozenset({Role.WORKER, Role.PROCESS, Role.OPERATOR})
"""Parts of the product itself, and whoever hands out grants by the thousand."""

MOST: Final = 20_000
"""Grants remembered; the one unseen for longest has made up for what it spent."""


class Rates:
    def __init__(self, settings: LiveSettings, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._clock = clock
        self._paces: OrderedDict[str, Pace] = OrderedDict()

    def count(self, actor: Actor) -> None:
        """Raises `Refused("too_many")`."""
        if actor.role in UNBOUNDED:
            return
        pace = self._paces.setdefault(
            actor.grant, Pace(self._settings.messages_per_second, self._settings.message_burst)
        )
        self._paces.move_to_end(actor.grant)
        if len(self._paces) > MOST:
            self._paces.popitem(last=False)
        if not pace.take(self._clock()):
            raise Refused("too_many")
