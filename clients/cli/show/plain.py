"""Boards of orders, teams, persons and units: what stands on them, section by section."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from clients.cli.show.instants import clock, instant
from clients.cli.show.scene import PERSONS, Scene, frame, table
from coordinator.domain.order import Order
from coordinator.wire.board import BoardKey, JsonObject

VOCABULARIES = {
    "progress": "progress",
    "readiness": "team",
    "state": "task",
    "mode": "mode",
    "level": "level",
}
"""Field -> where its word is found."""
HIDDEN = frozenset({"id", "name", "key", "evidence", "uses", "wanted", "skills", "may_fill", "depends"})


def show_plain(scene: Scene) -> Group:
    body: list[RenderableType] = [*_orders(scene)]
    sections = dict.fromkeys(key.partition("/")[0] for key in scene.board.entries)
    body += [_section(scene, name) for name in sections if name != "orders"]
    if not body:
        body = [Text(scene.say("没有事项", "Nothing here"), "dim")]
    return frame(scene, scene.board.key, *body)


def _orders(scene: Scene) -> list[RenderableType]:
    """Newest last, with its words; what is not acknowledged yet with the id by which it is."""
    say = scene.say
    orders = sorted(scene.records("orders", Order), key=lambda one: one.issued_at)
    if not orders:
        return []
    own = BoardKey.parse(scene.board.key).subject
    made = table(
        say("时间", "At"),
        say("指令", "Order"),
        say("级别", "Level"),
        say("响应", "Operation"),
        say("签收", "Acknowledged"),
        title=say("指令", "Orders"),
    )
    for one in orders:
        waits = one.acknowledged_at is None
        told = Text(say.word("order", one.kind))
        for more in (scene.name(one.area) if one.area != own else "", scene.texts.get(one.text, "")):
            told.append(f"\n{more}" if more else "")
        if waits:
            told.append(f"\n{one.id}", "dim")
        made.add_row(
            clock(one.issued_at),
            told,
            say.word("level", one.level.value) if one.level else "",
            one.operation,
            Text(say("未签", "no"), "yellow") if waits else clock(one.acknowledged_at),
        )
    if all(one.acknowledged_at is not None for one in orders):
        return [made]
    return [made, Text(say("签收", "To acknowledge one") + ": pingji do AcknowledgeOrder order=…", "dim")]


def _section(scene: Scene, name: str) -> RenderableType:
    made = table("", *(("",)), title=name)
    for key, entry in scene.board.section(name).items():
        made.add_row(_name(scene, key, entry), _line(scene, name, entry))
    return made


def _name(scene: Scene, key: str, entry: JsonObject) -> str:
    name = entry.get("name")
    if isinstance(name, dict):
        return str(name.get(scene.say.language, key))
    return str(name or key)


def _line(scene: Scene, section: str, entry: JsonObject) -> str:
    """Its plain fields, codes as words, instants as times."""
    shown = []
    for field, value in entry.items():
        if field in HIDDEN or isinstance(value, dict | list):
            continue
        at = instant(value) if isinstance(value, str) and "T" in value and value[:4].isdigit() else None
        if at is not None:
            shown.append(f"{field}={clock(at)}")
        elif field in PERSONS:
            shown.append(f"{field}={scene.person(str(value))}")
        elif field in VOCABULARIES:
            vocabulary = "facility" if (section, field) == ("facilities", "state") else VOCABULARIES[field]
            shown.append(scene.say.word(vocabulary, str(value)))
        else:
            shown.append(f"{field}={value}")
    return "  ".join(shown)
