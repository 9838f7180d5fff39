"""What the codes and ids of a log are called: places and teams by the register, things by state or playbook."""

from __future__ import annotations

from coordinator.domain.area import AreaCode
from coordinator.domain.mode import ResponseLevel
from coordinator.domain.text import Text
from coordinator.live.port import Engine


class LogNames:
    """`review.told.Names` of one world, for one answer: what was found once is kept until then."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._areas = engine.registers.areas
        self._organisation = engine.registers.organisation
        self._things: dict[str, Text] = {}
        self._keys: dict[str, Text] | None = None

    def area(self, code: AreaCode) -> str:
        """A grid's name says nothing alone: its community's stands before it."""
        known = self._areas.get(code)
        if known is None:
            return code
        above = self._areas.get(known.parent) if known.level.value == "grid" else None
        return f"{above.name} {known.name}" if above else known.name

    def facility(self, id: str) -> str:
        known = self._organisation.places.get(id)
        return known.name if known else id

    def team(self, id: str) -> str:
        known = self._organisation.teams.get(id)
        return known.name if known else id

    def thing(self, id: str) -> Text:
        if id not in self._things:
            self._things[id] = self._engine.ledger.called(id) or self._by_playbook(id)
        return self._things[id]

    def _by_playbook(self, id: str) -> Text:
        """`OPERATION:KEY@AREA#REVISION` of something that no state has any more, by the key."""
        key = id.partition(":")[2].partition("@")[0] or id
        if self._keys is None:
            self._keys = _keys(self._engine)
        return self._keys.get(key, Text(key, key))


def _keys(engine: Engine) -> dict[str, Text]:
    found: dict[str, Text] = {}
    for playbook in engine.playbooks():
        for level in map(playbook.document.levels.__getitem__, ResponseLevel):
            found |= {post.key: post.name.text for post in level.people}
            found |= {task.key: task.name.text for task in level.work.tasks}
            found |= {tally.key: tally.name.text for tally in level.information.tallies}
        found |= {task.key: task.name.text for task in playbook.document.recovery}
    return found
