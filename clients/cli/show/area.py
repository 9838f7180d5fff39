"""The board of a street or of anything above: one row per child, the totals folded here, and what needs a person."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Group
from rich.text import Text

from clients.cli.show.scene import Scene, concerns, contact, frame, operations, table
from coordinator.wire.board import JsonObject, level_of, mode_of, total


def show_area(scene: Scene) -> Group:
    say = scene.say
    rows = scene.board.section("rows")
    made = table(
        say("区域", "Area"),
        say("状态", "Mode"),
        say("级别", "Level"),
        say("签收", "Signed"),
        say("到位", "Ready"),
        say("最近\n联系", "Heard\nof"),
        say("岗位", "Posts"),
        say("叫/应/到", "Called/\nanswered/\nthere"),
        say("未/超/办结", "Open/\noverdue/\ndone"),
        say("待处置", "Con-\ncerns"),
        right=(3, 4, 5, 6, 7, 8, 9),
        whole=(1, 2),
    )
    for _, row in sorted(rows.items()):
        counts = row.get("counts", {})
        made.add_row(str(row.get("name") or row["area"]), *_cells(scene, counts, contact(scene, row)))
    sums = total(rows)
    made.add_section()
    made.add_row(say("合计", "Total"), *_cells(scene, sums, ""), style="bold")
    top = scene.top
    title = f"{top.get('name') or scene.board.key} · {say.word('area_level', str(top.get('level', '')))}"
    return frame(scene, title, made, *_own(scene, top), *concerns(scene), *operations(scene))


def _cells(scene: Scene, counts: Mapping[str, int], heard: str) -> tuple[Text | str, ...]:
    """The three clocks are those of the communities below: told, of these signed, of these ready."""

    def number(name: str) -> int:
        return counts.get(name, 0)

    level = level_of(counts)
    overdue, worries = number("overdue"), number("concerns")
    return (
        scene.mode(mode_of(counts).value),
        scene.say(scene.say.word("level", level), level) if level else "",
        _share(number("signed"), number("to_sign"), "yellow"),
        _share(number("ready"), number("to_sign"), "yellow"),
        heard,
        _share(number("filled"), number("needed"), "red" if number("must_short") else ""),
        _figures(number("called"), number("answered"), number("arrived")),
        Text(_figures(number("open"), overdue, number("done")), "red" if overdue else ""),
        Text(str(worries or ""), "bold red" if worries else ""),
    )


def _share(done: int, of: int, short: str) -> Text:
    """Blank where nothing is asked: a nought would say that something is missing."""
    return Text(f"{done}/{of}", "" if done == of else short) if of else Text()


def _figures(*numbers: int) -> str:
    return "/".join(map(str, numbers)) if any(numbers) else ""


def _own(scene: Scene, top: JsonObject) -> list[Text]:
    """What has a home in no child: people who are unaccounted for are said aloud."""
    lost = max(top.get("counts", {}).get("lost", 0), total(scene.board.section("rows")).get("lost", 0))
    return [Text(scene.say(f"失联 {lost} 人", f"{lost} unaccounted for"), "bold red")] if lost else []
