"""One coordinator: all scopes of a world in one process, followed from the log, served to boards and commands.

All coordinators are equal. What they answer rests on the log; what is in memory can be thrown away.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Final

import msgspec
import structlog
from pydantic import ValidationError

from coordinator.boards import board as boards
from coordinator.boards.board import DeltaView, Window
from coordinator.boards.shape import Shape, parts, parts_within, shape_of
from coordinator.domain import rules
from coordinator.domain.access import PROCESS, Actor, Role, may
from coordinator.domain.change import DeclareOperation
from coordinator.domain.command import Command, type_of
from coordinator.domain.duty import Duty, How
from coordinator.domain.key import body_hash
from coordinator.domain.published import PublishPlaybook
from coordinator.domain.refusal import Refused
from coordinator.domain.register import Registers
from coordinator.domain.scope import scope_of, scopes_of
from coordinator.engine.clock import ServerClock
from coordinator.engine.duty_desk import DutyDesk
from coordinator.engine.follower import Follower
from coordinator.engine.granted import Granted
from coordinator.engine.history import History
from coordinator.engine.holder import Holder
from coordinator.engine.keeper import Keeper
from coordinator.engine.keys import fresh_key
from coordinator.engine.ledger import Ledger
from coordinator.engine.people import People
from coordinator.engine.reactor import Outcome, Reactor
from coordinator.engine.recovery import begin_epoch
from coordinator.engine.shelf import Shelf
from coordinator.engine.texts import Texts
from coordinator.engine.watching import may_watch
from coordinator.jobs.port import Jobs
from coordinator.playbook.finding import FileRefused
from coordinator.playbook.loader import Playbook, read
from coordinator.store.cells import MemoryCells
from coordinator.store.living import Alone, Living
from coordinator.store.log import ChainBroken, EventLog, LogUnavailable
from coordinator.store.roster import Roster
from coordinator.store.snapshots import Snapshots
from coordinator.store.vault import Vault
from coordinator.wire.board import BoardKey, BoardKind, Cursor, Entries
from coordinator.wire.faults import facts_of
from coordinator.wire.tokens import hash_token

SYNC_SECONDS: Final = 1.0
KEEP_SECONDS: Final = 10.0

log = structlog.get_logger()


class Coordinator:
    """Use as an async context manager: on entry it has caught up with every scope."""

    def __init__(
        self,
        event_log: EventLog,
        world: str,
        registers: Registers,
        jobs: Jobs,
        living: Living | Alone | None = None,
        vault: Vault | None = None,
        snapshots: Snapshots | None = None,
        roster: Roster | None = None,
        *,
        in_step: bool = False,
        elapsed: Callable[[], float] = time.monotonic,
        keys: Callable[[datetime], str] = fresh_key,
    ) -> None:
        """`in_step`: what is owed is done by `settle` alone, so that the time can wait for it (a drill in lock-step).
        `elapsed` and `keys` are handed in where a world has to be the same every time."""
        self.world = world
        self.registers = registers
        self.log_down_since: datetime | None = None
        self.shelf = Shelf(event_log, registers.areas)
        self.reactors: dict[str, Reactor] = {}
        self.history = History(event_log)
        self.ledger = Ledger(self.reactors)
        self._log = event_log
        self._keeper = Keeper(snapshots, event_log)
        self._living = living or Alone()
        vault = vault or Vault(MemoryCells(), world, bytes(32))
        self._roster = roster or Roster(vault)
        self._texts = Texts(vault, registers.areas, self.ledger.erased)
        self._clock = ServerClock(event_log, elapsed)
        self._in_step = in_step
        self._keys = keys
        self._listeners: list[Callable[[str], None]] = []
        # A shape is asked for at every change of its scope, and is the same as long as the registers are.
        self._shape = lru_cache(maxsize=50_000)(self._new_shape)
        self._window = lru_cache(maxsize=32)(self._new_window)
        self._granted = Granted(lambda: self.reactors[self.root].state)
        self._tasks: list[asyncio.Task[None]] = []
        self._holders: dict[str, Holder] = {}
        for scope in scopes_of(registers.areas):
            reactor = Reactor(
                event_log,
                rules.new_state(world, scope, registers),
                self._clock,
                self.shelf.measures,
                self._changed,
                self.shelf.fetch_running,
                self._granted.areas,
            )
            self.reactors[scope] = reactor
            self._holders[scope] = Holder(
                reactor, self.do, jobs, self.server_now, self._living.rank, self._erase
            )
        self._follower = Follower(event_log, self.reactors, self._tell)
        self.root = next(iter(self.reactors))
        self.people = People(
            self._roster, registers, self.reactors, self.root, self.do, self.world_now, self._granted.areas
        )
        self.duty = DutyDesk(self.people, registers, self.reactors, self.world_now)

    async def __aenter__(self) -> Coordinator:
        await self._clock.sync()
        await self._living.beat()
        await self.shelf.publish_bundled()
        for reactor in self.reactors.values():
            await self._bring_up(reactor)
            for digest in [digest for digest, _ in reactor.state.published.items()]:
                await self.shelf.fetch(digest)
            self._tasks.append(asyncio.create_task(reactor.run(), name=f"reactor {reactor.scope}"))
        self._tasks.append(asyncio.create_task(self._follower.run(), name="follow"))
        self._tasks.append(asyncio.create_task(self._keep_time(), name="time"))
        self._tasks.append(asyncio.create_task(self._keep_states(), name="snapshots"))
        for scope, holder in self._holders.items() if not self._in_step else ():
            self._tasks.append(asyncio.create_task(holder.run(), name=f"holder {scope}"))
        return self

    async def _bring_up(self, reactor: Reactor) -> None:
        """To where the log is. A scope that fails its check stands still there, and the others go on."""
        lost = await self._keeper.resume(reactor)
        try:
            await reactor.catch_up()
            if lost is not None:
                await begin_epoch(reactor, lost.epoch, lost.head.position, self._keys(self.server_now()))
        except ChainBroken:
            try:
                await reactor.recover(reactor.state.epoch)
            except ChainBroken as still:
                reactor.stop(still)

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for reactor in self.reactors.values():
            await self._keeper.keep(reactor, every=1)

    async def failed(self) -> None:
        """Returns when a task of this coordinator has ended, which none should; raises what ended it."""
        done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()

    @property
    def caught_up(self) -> bool:
        """Whether every scope's replica follows the log. One that stopped does not keep clients from the others."""
        return not any(reactor.behind and not reactor.broken for reactor in self.reactors.values())

    @property
    def stopped(self) -> Mapping[str, int]:
        return {
            scope: reactor.broken.position
            for scope, reactor in self.reactors.items()
            if reactor.broken is not None
        }

    # --- time -------------------------------------------------------------------------------------------

    def server_now(self) -> datetime:
        return self._clock.now()

    def world_now(self) -> datetime:
        clock = self.reactors[self.root].state.clock
        return clock.now(self.server_now()) if clock else self.server_now()

    @property
    def rate(self) -> float:
        clock = self.reactors[self.root].state.clock
        return clock.rate if clock else 1.0

    # --- lock-step --------------------------------------------------------------------------------------

    async def settle(self) -> None:
        """Do what is due, scope after scope, until nothing is; then hand over the jobs that came of it."""
        while True:
            while any([await holder.settle() for holder in self._holders.values()]):
                pass
            if not any([await holder.hand_over() for holder in self._holders.values()]):
                return

    def next_due(self) -> datetime | None:
        """When the next thing that is owed anywhere falls due."""
        found = [at for holder in self._holders.values() if (at := holder.next_due()) is not None]
        return min(found, default=None)

    @property
    def awaits_jobs(self) -> bool:
        """Whether a job is under way: its outcome has not come back yet."""
        return any(
            duty.how is How.JOB
            for reactor in self.reactors.values()
            for duty in reactor.state.duties.values()
        )

    async def _keep_states(self) -> None:
        while True:
            await asyncio.sleep(KEEP_SECONDS)
            for reactor in self.reactors.values():
                await self._keeper.keep(reactor)

    async def _keep_time(self) -> None:
        while True:
            await asyncio.sleep(SYNC_SECONDS)
            await self._living.beat()
            try:
                await self._clock.sync()
            except LogUnavailable:
                if self.log_down_since is None:
                    self.log_down_since = self.server_now()
                    log.error("the log is away", since=self.log_down_since.isoformat())
                    self._tell(self.root)
            else:
                if self.log_down_since is not None:
                    log.info("the log is back", away_since=self.log_down_since.isoformat())
                    self.log_down_since = None
                    self._tell(self.root)
                await self._follower.look_again()

    # --- commands ---------------------------------------------------------------------------------------

    async def execute(self, actor: Actor, key: str, name: str, body: Mapping[str, object]) -> Outcome:
        """Anyone's command, from outside. Never raises for what is wrong with it: it is refused by a code."""
        try:
            command, hash = self._parse(name, body)
            scope = scope_of(self.registers.areas, command.area)
            if isinstance(command, rules.HELD_AT_ROOT):
                scope = self.root
            await self._fetch_playbook(command)
        except Refused as refusal:
            return Outcome("refused", "", refusal=refusal)
        except LogUnavailable:
            return Outcome("refused", "", refusal=Refused("log_unavailable"))
        return await self.reactors[scope].submit(actor, key, hash, command)

    async def do(self, command: Command) -> Outcome:
        """The coordinator's own command: what falls due."""
        actor = Actor(person=PROCESS, role=Role.PROCESS, area=self.root)
        scope = (
            self.root
            if isinstance(command, rules.HELD_AT_ROOT)
            else scope_of(self.registers.areas, command.area)
        )
        body = command.model_dump_json().encode()
        return await self.reactors[scope].submit(
            actor, self._keys(self.server_now()), body_hash(type_of(command), body), command
        )

    def _parse(self, name: str, body: Mapping[str, object]) -> tuple[Command, str]:
        kind = rules.COMMANDS.get(name)
        if kind is None:
            raise Refused("unknown_command", command=name[:60])
        raw = msgspec.json.encode(body, order="deterministic")
        try:
            return kind.model_validate_json(raw), body_hash(name, raw)
        except ValidationError as wrong:
            raise Refused.of("bad_body", {"command": name, **facts_of(wrong)}) from None

    async def _fetch_playbook(self, command: Command) -> None:
        if isinstance(command, DeclareOperation):
            await self.shelf.fetch(command.playbook)
        elif isinstance(command, PublishPlaybook):
            await self.shelf.fetch(command.digest)

    async def keep_playbook(self, actor: Actor, text: str) -> Playbook:
        """Read and keep a version, so that `PublishPlaybook` may name it. Raises `Refused`, `LogUnavailable`."""
        may(actor, "PublishPlaybook", actor.area, self.registers.areas)
        try:
            playbook = await asyncio.to_thread(read, text, "playbook.yaml")
        except FileRefused as wrong:
            first = wrong.findings[0]
            number = len(wrong.findings)
            raise Refused(
                "playbook_wrong", finding=str(first), finding_en=first.en(), number=number
            ) from None
        await self.shelf.publish(playbook)
        return playbook

    def playbooks(self) -> list[Playbook]:
        return self.shelf.published()

    # --- who --------------------------------------------------------------------------------------------

    def authenticate(self, token: str) -> Actor:
        """Raises `Refused`: `bad_token`, `revoked_token`."""
        grant = self.reactors[self.root].state.grants.get(hash_token(token))
        if grant is None:
            raise Refused("bad_token")
        if grant.role is Role.CALENDAR:  # it stands in addresses, so it opens nothing else
            raise Refused("bad_token")
        if grant.revoked is not None:
            raise Refused("revoked_token", since=grant.revoked.isoformat())
        return grant.actor()

    def feed(self, id: str) -> Actor:
        """For whose part a calendar is read. Raises `Refused("unknown_feed")`, also for a token."""
        grant = self.reactors[self.root].state.grants.get(hash_token(id))
        if grant is None or grant.role is not Role.CALENDAR or grant.revoked is not None:
            raise Refused("unknown_feed")
        return grant.actor()

    def revoked(self, grant: str) -> bool:
        return grant in self.reactors[self.root].state.revocations

    def grants_of(self, person: str) -> list[str]:
        return [grant.id for grant in self._granted.of(person)]

    def may_watch(self, actor: Actor, board: BoardKey) -> None:
        """Raises `Refused`."""
        may_watch(actor, board, self.registers, self.ledger)

    # --- what persons wrote -----------------------------------------------------------------------------

    async def keep_text(self, actor: Actor, area: str, operation: str, text: str, once: str = "") -> str:
        """Keep words in the vault; gives the reference that a command may carry. Raises `Refused`, `LogUnavailable`."""
        return await self._texts.keep(actor, area, operation, text, once)

    async def keep_picture(
        self, actor: Actor, area: str, operation: str, kind: str, data: bytes, once: str = ""
    ) -> str:
        """The same for a photo. `kind`: `jpeg`, `png` or `webp`."""
        return await self._texts.keep_picture(actor, area, operation, kind, data, once)

    async def read_text(self, actor: Actor, ref: str) -> str:
        """Raises `Refused`: `unknown_ref`, `erased`, or that it is not the actor's part; `LogUnavailable`."""
        return await self._texts.read(actor, ref)

    async def read_picture(self, actor: Actor, ref: str) -> bytes:
        """The same for a photo, whose reference ends in its kind."""
        return await self._texts.read_picture(actor, ref)

    async def _erase(self, duty: Duty) -> None:
        """Of an operation what was written, of a person who they were."""
        if duty.kind == "erase_person":
            await self._roster.erase(duty.subject)
        else:
            await self._texts.erase(duty.subject)

    # --- boards -----------------------------------------------------------------------------------------

    def parts(self, board: BoardKey) -> list[str]:
        if board.kind is BoardKind.OPERATION:
            id, own = board.operation
            known = [scope for scope, reactor in self.reactors.items() if id in reactor.state.operations]
            return parts_within(own, self.registers.areas, known) if own else known
        if board.kind is BoardKind.TEAM:
            team = self.registers.organisation.teams.get(board.subject)
            if team is None:
                raise Refused("unknown_board", board=str(board))
            return [scope_of(self.registers.areas, team.area)]
        return parts(board, self.registers.areas, self.reactors)

    def cursor(self, part: str) -> Cursor:
        state = self.reactors[part].state
        return Cursor(state.epoch, state.position)

    def snapshot(self, board: BoardKey, part: str) -> tuple[Cursor, datetime, Entries]:
        cursor, entries = boards.snapshot(board, self.reactors[part].state, self._shape(board, part))
        return cursor, self.world_now(), entries

    def delta(self, board: BoardKey, part: str, since: Cursor) -> DeltaView | None:
        state = self.reactors[part].state
        shape, seen = self._shape(board, part), self._window(part, since.position, self.cursor(part))
        return boards.delta(board, state, since, self.world_now(), shape, seen)

    def affected(self, part: str, since: int, watched: Collection[BoardKey]) -> set[BoardKey]:
        """Which of the watched boards may have changed in this part behind `since`."""
        seen = self._window(part, since, self.cursor(part))
        return {key for key in watched if boards.touched(self._shape(key, part), seen)}

    def _new_window(self, part: str, since: int, head: Cursor) -> Window:
        """`head` names the state it is of: the same positions always hold the same changes."""
        return boards.window(self.reactors[part].state, since)

    def _new_shape(self, key: BoardKey, part: str) -> Shape:
        return shape_of(key, self.reactors[part].state)

    def on_change(self, listener: Callable[[str], None]) -> None:
        self._listeners.append(listener)

    # --- following the log ------------------------------------------------------------------------------

    def _changed(self, scope: str) -> None:
        self._follower.changed(scope)
        holder = self._holders.get(scope)
        if holder is not None:
            holder.changed()
        self._tell(scope)

    def _tell(self, scope: str) -> None:
        for listener in self._listeners:
            listener(scope)
