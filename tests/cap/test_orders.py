"""Whatever a command post orders, in whatever order: another system that follows the alerts knows what is in force.

So does one that is told of a part of the tree alone, and it never hears of anything else.
"""

from __future__ import annotations

from datetime import datetime
from xml.etree.ElementTree import Element

from hypothesis.stateful import invariant

from coordinator.cap.alert import cap_alert
from coordinator.cap.orders import Alert, Orders
from coordinator.cap.places import narrowed
from coordinator.domain import rules
from coordinator.domain.area import AreaCode, AreaLevel
from coordinator.domain.operation import Operation
from coordinator.domain.register import AreaRegister
from coordinator.domain.rules import Recorded
from tests.builders import DISTRICT, FIRST, STREET
from tests.cap.reader import Platform, codes, infos, level_at, value
from tests.laws.command_post import CommandPost
from tests.laws.effort import effort


class Reader:
    """A system that follows one part of the tree, and one that misses every second message to it."""

    def __init__(self, areas: AreaRegister, part: AreaCode) -> None:
        self.areas, self.part = areas, part
        self.orders = Orders(areas, part)
        self.platform, self.seldom = Platform(), Platform()

    def hear(self, recorded: Recorded) -> None:
        known = set(self.orders.alerts)
        self.orders.hear(recorded)
        for alert in self.orders.alerts.values():
            if alert.identifier not in known:
                earlier = {one.reference for one in self.of(alert.operation) if one is not alert}
                assert set(alert.replaces) <= earlier & self.platform.seen.keys()
                text = cap_alert(alert, self.areas)
                self.platform.take(text)
                if alert.over or len(alert.replaces) % 2 == 0:
                    self.seldom.take(text)

    def knows(self, operation: Operation, now: datetime) -> None:
        """What stands is what is ordered, here and nowhere else."""
        own = narrowed(operation.targets, self.part, self.areas) if self.part else operation.targets
        over = all(level is None for level in own.values())
        alerts, standing = self.of(operation.id), self.platform.stands(operation.id)
        assert [one for one in alerts if self.orders.stands(one)] == ([] if over else alerts[-1:])
        if over:
            assert standing == self.seldom.stands(operation.id) == []
            assert not alerts or value(self.platform.seen[alerts[-1].reference], "msgType") == "Cancel"
            return
        last = self.platform.seen[alerts[-1].reference]
        assert standing == [last]
        assert len(self.seldom.stands(operation.id)) == 1, "never two, whatever was missed"
        for community in self.areas.below(self.part or DISTRICT, AreaLevel.COMMUNITY):
            level = operation.level(community, self.areas)
            assert level_at(last, community) == (level.value if level else "none")
        told = {code for info in infos(last) for code in codes(info)}
        assert all(code.startswith(self.part) for code in told)
        assert value(last, "sender").endswith(f":{operation.issuer}")
        for until in ends(last):
            assert until == operation.expected_until.replace(microsecond=0)
            assert until > now, "what is in force has not expired"

    def of(self, operation: str) -> list[Alert]:
        return [one for one in self.orders.alerts.values() if one.operation == operation]


class Followed(CommandPost):
    """The log is heard as it grows; each alert is read back as strangers do."""

    def __init__(self) -> None:
        super().__init__()
        self.readers = [Reader(self.world.registers.areas, part) for part in ("", STREET, FIRST)]
        self.heard = 0

    @invariant()
    def what_stands_is_what_is_ordered(self) -> None:
        if not self.moved():
            return
        for body in self.world.log[self.heard :]:
            recorded = rules.decode(body)
            for reader in self.readers:
                reader.hear(recorded)
        self.heard = len(self.world.log)
        for operation in self.state.operations.values():
            for reader in self.readers:
                reader.knows(operation, self.world.now)


def ends(alert: Element) -> set[datetime]:
    """When what is in force is expected to end."""
    return {datetime.fromisoformat(until) for info in infos(alert) if (until := value(info, "expires"))}


TestFollowed = Followed.TestCase
TestFollowed.settings = effort(12)
