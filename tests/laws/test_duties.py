"""A duty done twice meets a closed duty and changes nothing, whichever it is and whenever it happens."""

from __future__ import annotations

from coordinator.domain.access import Actor, Role
from coordinator.domain.command import Command
from coordinator.domain.event import Event
from tests.builders import World
from tests.laws import places
from tests.laws.effort import effort
from tests.laws.history import History


class TwoHolders(World):
    """Whatever the holder or a worker does, a second one does after it: it had not heard yet."""

    def order(self, actor: Actor, *commands: Command) -> list[Event]:
        given = super().order(actor, *commands)
        if actor.role in (Role.PROCESS, Role.WORKER):
            assert super().order(actor, *commands) == []
        return given


class Duties(History):
    def new_world(self) -> World:
        return TwoHolders(places.street(), handmade=places.handmade())


TestDuties = Duties.TestCase
TestDuties.settings = effort(20)
