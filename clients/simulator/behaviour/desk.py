"""One simulated actor without its connection: a board it looks at, habits that make plans from what it sees.

A plan is an intent at an instant of the world. It is made once for what it is about, and looked at again when its
time has come: what the board shows by then decides what is really said. Sends nothing itself.
"""

from __future__ import annotations

import heapq
from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import ClassVar, Final, NamedTuple, TypeVar

import msgspec

from clients.simulator.chance import Chance
from coordinator.domain.area import AreaCode
from coordinator.domain.command import Command
from coordinator.wire.board import Board, JsonObject

R = TypeVar("R", bound=msgspec.Struct)

SLOT: Final = timedelta(minutes=3)
"""Intents are gathered into slots, so that what people of one place do together is said in one command. Every desk
has its own beat, so that a district does not speak all at once."""
LATER: Final = {
    **dict.fromkeys(("depends_on", "evidence_missing", "evidence_short"), timedelta(minutes=8)),
    **dict.fromkeys(("wrong_progress", "not_assigned_here", "unknown_call_out"), SLOT),
    **dict.fromkeys(("wrong_facility_step", "wrong_team_step", "unknown_hazard"), SLOT),
}
"""Refusals that a person meets by looking at the board again after a while, and trying once more."""
TRIES: Final = 40
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)


class Intent(NamedTuple):
    """What somebody means to do. The same `what`, `subject` and `mark` is the same intent."""

    at: datetime
    what: str
    subject: str
    mark: str = ""


class Order(NamedTuple):
    """A command to be sent, and whose intents it carries out."""

    command: Command
    habit: Habit
    intents: list[Intent]


class Habit(ABC):
    """What an actor does about one kind of thing on its board."""

    sections: ClassVar[frozenset[str]]
    """Sections of the board it looks at."""
    officer: ClassVar[bool] = True
    """Done by the one at the desk, who may be asleep; else by the people the desk acts for."""

    @abstractmethod
    def notice(self, desk: Desk, section: str, key: str, now: datetime) -> Iterable[Intent]:
        """Something changed: what is meant to be done about it."""

    @abstractmethod
    def act(self, desk: Desk, what: str, intents: list[Intent], now: datetime) -> Iterable[Order]:
        """The time has come for these, all of one kind."""


class Desk:
    """An actor's boards and habits. `asleep`: its duty officer hears nothing until somebody knocks."""

    def __init__(
        self, area: AreaCode, boards: Sequence[Board], chance: Chance, habits: Iterable[Habit]
    ) -> None:
        self.area = area
        self.boards = boards
        self.chance = chance
        self.asleep = False
        self.no_shows: float | None = None
        """Share of those called here who say that they come and never do; None: the usual one."""
        self.detour = timedelta()
        """How much longer the way here takes."""
        self.held_back: set[str] = set()
        """Keys of tasks and ids of facilities that are left undone until the story says otherwise."""
        self._habits: dict[str, list[Habit]] = defaultdict(list)
        for habit in habits:
            for section in habit.sections:
                self._habits[section].append(habit)
        self._heap: list[tuple[datetime, int, Habit, Intent]] = []
        self._order = count()
        self._beat = _EPOCH + chance.share("beat", area) * SLOT
        self._meant: set[tuple[Habit, str, str, str]] = set()
        self._put_off: list[tuple[Habit, Intent]] = []
        self._tries: Counter[tuple[str, str]] = Counter()

    # --- what habits ask ----------------------------------------------------------------------------------

    def record(self, section: str, key: str, kind: type[R]) -> R | None:
        """A record of the boards; None where it is not, or no longer, on it."""
        entry = self.entry(f"{section}/{key}")
        return msgspec.convert(entry, kind) if entry is not None else None

    def entry(self, name: str) -> JsonObject | None:
        for board in self.boards:
            for part in board.parts.values():
                if name in part.entries:
                    return part.entries[name]
        return None

    def records(self, section: str, kind: type[R]) -> Iterator[R]:
        for board in self.boards:
            for entry in board.section(section).values():
                yield msgspec.convert(entry, kind)

    # --- seeing and planning ------------------------------------------------------------------------------

    def notice(self, changed: Iterable[str], now: datetime) -> None:
        """A board has changed in these entries."""
        for name in changed:
            section, _, key = name.partition("/")
            for habit in self._habits.get(section, ()):
                for intent in habit.notice(self, section, key, now):
                    self.mean(habit, intent)

    def mean(self, habit: Habit, intent: Intent) -> None:
        """Plan it, once."""
        identity = (habit, intent.what, intent.subject, intent.mark)
        if identity not in self._meant:
            self._meant.add(identity)
            self._push(habit, intent)

    def _push(self, habit: Habit, intent: Intent) -> None:
        heapq.heappush(self._heap, (self._in_slot(intent.at), next(self._order), habit, intent))

    def _in_slot(self, at: datetime) -> datetime:
        """The end of the slot that an instant lies in."""
        return self._beat + -((self._beat - at) // SLOT) * SLOT

    @property
    def next_at(self) -> datetime | None:
        """When something is meant to be done."""
        return self._heap[0][0] if self._heap else None

    # --- doing --------------------------------------------------------------------------------------------

    def act(self, now: datetime) -> list[Order]:
        """Everything that is meant to be done by now."""
        due: dict[tuple[Habit, str], list[Intent]] = defaultdict(list)
        while self._heap and self._heap[0][0] <= now:
            _, _, habit, intent = heapq.heappop(self._heap)
            if habit.officer and self.asleep:
                self._put_off.append((habit, intent))
            else:
                due[habit, intent.what].append(intent)
        return [
            order for (habit, what), intents in due.items() for order in habit.act(self, what, intents, now)
        ]

    def again(self, habit: Habit, intents: Iterable[Intent], at: datetime) -> None:
        """Not yet: look at these once more."""
        for intent in intents:
            self._push(habit, intent._replace(at=at))

    def refused(self, order: Order, code: str, now: datetime) -> bool:
        """The server said no. True where it is only too early: then it is tried again."""
        wait = LATER.get(code)
        if wait is None:
            return False
        for intent in order.intents:
            self._tries[intent.what, intent.subject] += 1
            if self._tries[intent.what, intent.subject] <= TRIES:
                self.again(order.habit, [intent], now + wait)
        return True

    def wake(self) -> None:
        """Somebody knocked: what was left lying is done now."""
        self.asleep = False
        for habit, intent in self._put_off:
            self._push(habit, intent)
        self._put_off.clear()
