"""What every board on the screen needs to know beside its entries, and what all of them have above and below."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeVar

import msgspec
from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from clients.cli.show.instants import age, clock, day_and_clock, instant
from clients.cli.tongue import Tongue
from coordinator.domain.area import DIGITS, AreaLevel
from coordinator.domain.concern import Concern
from coordinator.domain.operation import Operation, PendingChange
from coordinator.wire.board import Board, BoardKey, JsonObject
from coordinator.wire.marks import mark

R = TypeVar("R")

MODE_STYLES: Final = {
    "emergency": "bold red",
    "activating": "bold yellow",
    "standing_down": "cyan",
    "normal": "green",
}
SEVERITIES: Final = ("danger", "urgent", "notice")
SEVERITY_STYLES: Final = {"danger": "bold red", "urgent": "yellow", "notice": ""}
MOST_CONCERNS: Final = 15
PERSONS: Final = (
    "responder",
    "person",
    "declared_by",
    "approved_by",
    "broken_by",
    "signed_by",
    "ready_by",
    "acknowledged_by",
    "answered_by",
    "asked_by",
    "taken_by",
)
"""Fields of a board's records in which the id of a person stands."""
COMMUNITY: Final = DIGITS[AreaLevel.COMMUNITY]
MOST_TARGETS: Final = 4
"""Areas of an operation that are named."""


@dataclass(slots=True)
class Scene:
    """One board at one moment."""

    board: Board
    world: str
    now: datetime
    """The world's time: ages and countdowns are counted here, never sent."""
    say: Tongue
    offline_since: datetime | None = None
    log_down_since: datetime | None = None
    names: dict[str, str] = field(default_factory=dict)
    """Of areas that the board itself does not name."""
    people: dict[str, str] = field(default_factory=dict)
    """Of persons, as far as one may know them."""
    texts: dict[str, str] = field(default_factory=dict)
    """Words that orders carry, by their reference into the vault."""

    def records(self, section: str, kind: type[R]) -> list[R]:
        """Records of a section as the rules know them, what was left out for being a default put back."""
        return [msgspec.convert(entry, kind) for entry in self.board.section(section).values()]

    def name(self, area: str) -> str:
        for section in ("row", "rows"):
            for part in self.board.parts.values():
                entry = part.entries.get(f"{section}/{area}")
                if entry is not None and entry.get("name"):
                    return str(entry["name"])
        return self.names.get(area, area)

    def place(self, area: str) -> str:
        """A grid with its community before it: every community has a first one."""
        community = area[:COMMUNITY]
        own = BoardKey.parse(self.board.key).subject
        inside = len(area) > COMMUNITY and not own.startswith(community)
        return f"{self.name(community)} {self.name(area)}" if inside else self.name(area)

    def person(self, id: str) -> str:
        """The name; the id of whom one may not know or who is in no roster."""
        return self.people.get(id) or id

    def persons(self) -> set[str]:
        """Everybody the board names by id."""
        entries = [entry for part in self.board.parts.values() for entry in part.entries.values()]
        return {str(entry[name]) for entry in entries for name in PERSONS if entry.get(name)}

    @property
    def top(self) -> JsonObject:
        """The board's own area."""
        return next(iter(self.board.section("row").values()), {})

    def mode(self, mode: str) -> Text:
        return Text(self.say.word("mode", mode), MODE_STYLES.get(mode, ""))


NAME_WIDTH: Final = 12
LEAST_WIDTH: Final = 4
"""In cells; a word of two characters."""


def table(*columns: str, title: str = "", right: tuple[int, ...] = (), whole: tuple[int, ...] = ()) -> Table:
    """`right`: columns of figures; `whole`: never folded either. What is neither gives way when it is narrow."""
    made = Table(
        title=title or None,
        title_justify="left",
        title_style="bold",
        box=SIMPLE_HEAD,
        show_edge=False,
        padding=0,
        expand=False,
    )
    for number, column in enumerate(columns):
        # The first column names the row: it wraps rather than vanish on a narrow screen.
        least = NAME_WIDTH if number == 0 else LEAST_WIDTH
        made.add_column(
            column,
            justify="right" if number in right else "left",
            no_wrap=number in right or number in whole,
            min_width=least,
            overflow="fold",
        )
    return made


def frame(scene: Scene, title: str, *body: RenderableType) -> Group:
    """The world in the title, and underneath when all this was true."""
    head = Text(f"{mark(scene.world)}{title}", "bold")
    return Group(head, *body, _as_of(scene))


def _as_of(scene: Scene) -> Text:
    """数据截至: the newest part's time, and the oldest where parts differ; what is cut off says since when."""
    say = scene.say
    known = [part.at for part in scene.board.parts.values() if part.at is not None]
    text = say("数据截至 ", "As of ") + clock(max(known, default=None))
    if known and clock(min(known)) != clock(max(known)):
        text += say(f"（最早的分区 {clock(min(known))}）", f" (oldest part {clock(min(known))})")
    line = Text(text, "dim")
    if scene.offline_since is not None:
        since = clock(scene.offline_since)
        line.append(say(f"  连接已断，自 {since}", f"  disconnected since {since}"), "bold red")
    elif scene.log_down_since is not None:
        since = clock(scene.log_down_since)
        line.append(say(f"  日志断开，自 {since}", f"  the log is down since {since}"), "bold red")
    else:
        line.append(say("  在线", "  live"), "green")
    return line


def areas_above_and_below(scene: Scene) -> set[str]:
    """The areas that concerns and operations will name."""
    named = {one.area for one in _worst_first(scene)[:MOST_CONCERNS]}
    named |= {area[:COMMUNITY] for area in named}
    for one in scene.records("operations", Operation):
        named.update(list(one.targets)[:MOST_TARGETS])
    return named


def _worst_first(scene: Scene) -> list[Concern]:
    found = scene.records("concerns", Concern)
    return sorted(found, key=lambda one: (SEVERITIES.index(one.severity.value), one.since))


NAMED: Final = frozenset({"help_wanted"})
"""Concerns that are mended by naming what they are about: `pingji do AnswerHelp help=ID eta_minutes=20`."""


def concerns(scene: Scene) -> list[RenderableType]:
    """What needs a person now, the worst and oldest first."""
    say = scene.say
    found = _worst_first(scene)
    if not found:
        return []
    title = say(f"待处置 {len(found)}", f"Concerns: {len(found)}")
    made = table(
        say("程度", "Severity"), say("区域", "Area"), say("事项", "What"), say("已过", "For"), title=title
    )
    for one in found[:MOST_CONCERNS]:
        made.add_row(
            Text(say.word("severity", one.severity.value), SEVERITY_STYLES[one.severity.value]),
            scene.place(one.area),
            say.concern(one.kind, one.facts) + (f"\n{one.subject}" if one.kind in NAMED else ""),
            age(one.since, scene.now, say),
        )
    more = len(found) - MOST_CONCERNS
    return [made, Text(say(f"……还有 {more} 项", f"… and {more} more"), "dim")] if more > 0 else [made]


def operations(scene: Scene) -> list[RenderableType]:
    """What is running, and what waits for a second person."""
    say = scene.say
    made = table(
        say("响应", "Operation"),
        say("灾种", "Hazard"),
        say("级别", "Level"),
        say("区域", "Areas"),
        say("开始", "Began"),
        say("预计到", "Until"),
        "",
        title=say("响应行动", "Operations"),
    )
    running = scene.records("operations", Operation)
    for one in running:
        levels = [level for level in one.targets.values() if level is not None]
        notes = []
        if one.recalled:
            notes.append(say("已撤销", "recalled"))
        if not one.confirmed:
            notes.append(say("单人启动待确认", "to be confirmed"))
        made.add_row(
            one.id,
            say.word("hazard", one.hazard),
            say.word("level", max(levels).value if levels else ""),
            "、".join(scene.name(area) for area in list(one.targets)[:MOST_TARGETS])
            + ("…" if len(one.targets) > MOST_TARGETS else ""),
            day_and_clock(one.effective_at),
            day_and_clock(one.expected_until),
            " ".join(notes),
        )
    pending = [Text(_pending(scene, one), "bold yellow") for one in scene.records("pending", PendingChange)]
    return [*([made] if running else []), *pending]


def _pending(scene: Scene, one: PendingChange) -> str:
    what, who, until = scene.say.word("change", one.kind), scene.person(one.person), clock(one.expires)
    return scene.say(
        f"待批 {one.id}：{what}，{who} 提出，{until} 前有效",
        f"To approve {one.id}: {what} by {who}, until {until}",
    )


def contact(scene: Scene, row: dict[str, Any]) -> str:
    return age(instant(row.get("contact")), scene.now, scene.say)
