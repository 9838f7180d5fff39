"""What the live protocol and the HTTP interface ask of the engine, and nothing more of it.

Protocols only: the engine satisfies them by its shape, and a test by a small one of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from coordinator.boards.board import DeltaView
from coordinator.domain.access import Actor
from coordinator.domain.area import AreaCode
from coordinator.domain.operation import Operation
from coordinator.domain.personal_data import Why
from coordinator.domain.practice import Practice
from coordinator.domain.refusal import Refused
from coordinator.domain.register import Registers
from coordinator.domain.rules import Recorded
from coordinator.domain.text import Text
from coordinator.engine.duty_desk import DutyView
from coordinator.engine.people import PersonShown
from coordinator.playbook.loader import Playbook
from coordinator.wire.board import BoardKey, Cursor, Entries


class Outcome(Protocol):
    """The answer to one command: `accepted`, `refused` or `unknown` (then the same key tells)."""

    @property
    def status(self) -> str: ...
    @property
    def scope(self) -> str: ...
    @property
    def position(self) -> int: ...
    @property
    def ids(self) -> Sequence[str]: ...
    @property
    def replayed(self) -> bool: ...
    @property
    def refusal(self) -> Refused | None: ...


class People(Protocol):
    """Who is behind the ids, for those who may know."""

    async def shown(self, actor: Actor, ids: Iterable[str]) -> Sequence[PersonShown]:
        """Raises `LogUnavailable`."""
        ...

    async def phone(self, actor: Actor, id: str, reason: Why) -> str:
        """Raises `Refused`, `LogUnavailable`."""
        ...

    async def addresses(self, actor: Actor, ids: Iterable[str]) -> Mapping[str, str]:
        """Raises `Refused`, `LogUnavailable`."""
        ...

    def of_area(self, area: AreaCode) -> Sequence[str]:
        """Raises `KeyError` for what the register does not have."""
        ...

    def of_team(self, team: str) -> Sequence[str]: ...


class Ledger(Protocol):
    """What all scopes of the world hold together."""

    def operations(self) -> Sequence[Operation]:
        """Each once, as the scope has it that declared it."""
        ...

    def published(self) -> Mapping[str, datetime]:
        """When each version of a playbook was published here, by its digest."""
        ...

    def practices(self) -> Sequence[Practice]:
        """Every drill on record, the latest first."""
        ...

    def called(self, id: str) -> Text | None:
        """What a post or a task is called, as long as a state has it."""
        ...


class History(Protocol):
    """The log of a scope, page by page."""

    async def page(self, scope: str, after: int, limit: int) -> list[Recorded]:
        """Entries behind `after`, in order. Raises `Refused`: `not_in_log`, `chain_broken`, `log_unavailable`."""
        ...

    async def before(self, scope: str, instant: datetime, head: int) -> int:
        """Position of the last entry before an instant of the world. Raises as `page`."""
        ...


class DutyDesk(Protocol):
    """The duty roster, and whom to call."""

    async def view(self, actor: Actor, area: AreaCode) -> DutyView:
        """Raises `Refused`, `LogUnavailable`."""
        ...


class Engine(Protocol):
    """One world, as those who serve its clients see it. Only `execute` takes time."""

    @property
    def world(self) -> str: ...
    @property
    def registers(self) -> Registers: ...
    @property
    def rate(self) -> float:
        """World seconds per second."""
        ...

    @property
    def log_down_since(self) -> datetime | None: ...
    @property
    def caught_up(self) -> bool:
        """Whether every scope's replica has reached the head that the log had when this process started."""
        ...

    @property
    def stopped(self) -> Mapping[str, int]:
        """Scopes whose log fails its check, and at which position: nothing is decided there until it is reopened."""
        ...

    def server_now(self) -> datetime: ...
    def world_now(self) -> datetime: ...

    def authenticate(self, token: str) -> Actor:
        """Raises `Refused`: `bad_token`, `revoked_token`."""
        ...

    def feed(self, id: str) -> Actor:
        """For whose part a calendar is read. Raises `Refused("unknown_feed")`, also for a token."""
        ...

    def revoked(self, grant: str) -> bool: ...
    def grants_of(self, person: str) -> Sequence[str]:
        """The ids of those that are not revoked."""
        ...

    async def execute(self, actor: Actor, key: str, name: str, body: Mapping[str, object]) -> Outcome:
        """Raises nothing but `CancelledError`; whoever cancels does not take the command back."""
        ...

    @property
    def history(self) -> History:
        """The logs, to be read back."""
        ...

    @property
    def ledger(self) -> Ledger:
        """What all scopes hold together."""
        ...

    def playbooks(self) -> Sequence[Playbook]:
        """Published versions that this coordinator has at hand, by id."""
        ...

    async def keep_playbook(self, actor: Actor, text: str) -> Playbook:
        """Read a playbook's YAML and keep it by digest. Raises `Refused`, `LogUnavailable`."""
        ...

    async def keep_text(self, actor: Actor, area: str, operation: str, text: str, once: str = "") -> str:
        """Gives the reference; for the same `once` the same. Raises `Refused`, `LogUnavailable`."""
        ...

    async def keep_picture(
        self, actor: Actor, area: str, operation: str, kind: str, data: bytes, once: str = ""
    ) -> str:
        """Keep a photo. Raises `Refused`, `LogUnavailable`."""
        ...

    async def read_text(self, actor: Actor, ref: str) -> str:
        """Raises `Refused`, `LogUnavailable`."""
        ...

    async def read_picture(self, actor: Actor, ref: str) -> bytes:
        """Raises `Refused`, `LogUnavailable`."""
        ...

    @property
    def people(self) -> People: ...
    @property
    def duty(self) -> DutyDesk: ...

    def may_watch(self, actor: Actor, board: BoardKey) -> None:
        """Raises `Refused`."""
        ...

    def parts(self, board: BoardKey) -> list[str]:
        """Raises `Refused`: `unknown_area`, `unknown_board`."""
        ...

    def cursor(self, part: str) -> Cursor: ...
    def snapshot(self, board: BoardKey, part: str) -> tuple[Cursor, datetime, Entries]: ...
    def delta(self, board: BoardKey, part: str, since: Cursor) -> DeltaView | None:
        """None where `since` is too old or of another epoch: send a snapshot."""
        ...

    def affected(self, part: str, since: int, boards: Collection[BoardKey]) -> set[BoardKey]:
        """Which of these may have changed in that part behind `since`; rather one too many than one too few."""
        ...

    def on_change(self, listener: Callable[[str], None]) -> None:
        """`listener` is called with the part after durable events were applied to it."""
        ...
