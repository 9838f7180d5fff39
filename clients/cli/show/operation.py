"""The board of an operation: the receipt tree, with the times each street took and the slow ones by name."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from clients.cli.show.instants import age, span
from clients.cli.show.scene import Scene, frame, operations, table
from coordinator.domain.area import DIGITS, AreaLevel
from coordinator.domain.operation import Operation
from coordinator.wire.receipts import STREET, Branch, Clock, ReceiptTree, receipts

MOST = 40


def tree_of(scene: Scene) -> ReceiptTree:
    """By street; by district where the operation reaches over more than one."""
    switches = list(scene.board.section("switches").values())
    found = scene.records("operations", Operation)
    wide = any(len(one.area) < DIGITS[AreaLevel.DISTRICT] for one in found)
    return receipts(switches, DIGITS[AreaLevel.DISTRICT] if wide and len(switches) > MOST else STREET)


def shown_areas(tree: ReceiptTree) -> set[str]:
    """The areas that the screen will name."""
    areas = {branch.area for branch in tree.branches[:MOST]}
    for branch in (tree.whole, *tree.branches[:MOST]):
        for times in (branch.signed, branch.ready):
            areas.update(one.area for one in times.waiting[:1])
            areas.update(one.area for one in times.slowest[:1])
    for times in (tree.whole.signed, tree.whole.ready):
        areas.update(one.area for one in times.waiting)
        areas.update(one.area for one in times.slowest)
    return areas


def show_operation(scene: Scene, tree: ReceiptTree) -> Group:
    say = scene.say
    made = table(
        say("区域", "Area"),
        say("下达", "Told"),
        say("签收", "Signed"),
        say("签收用时 p50/p95/p99", "To sign p50/p95/p99"),
        say("到位", "Ready"),
        say("到位用时 p50/p95/p99", "To be ready p50/p95/p99"),
        say("最慢", "Slowest"),
        title=say("签收树", "Receipts"),
        right=(1, 2, 3, 4, 5),
    )
    for branch in tree.branches[:MOST]:
        made.add_row(scene.name(branch.area), *_cells(scene, branch))
    made.add_section()
    made.add_row(say("合计", "Total"), *_cells(scene, tree.whole), style="bold")
    body: list[RenderableType] = [made]
    for label, times in (
        (say("签收", "sign"), tree.whole.signed),
        (say("到位", "be ready"), tree.whole.ready),
    ):
        body += _slow(scene, label, times)
    return frame(scene, scene.board.key.partition(":")[2], *operations(scene), *body)


def _cells(scene: Scene, branch: Branch) -> tuple[str | Text, ...]:
    slow = branch.signed if branch.signed.waiting else branch.ready
    named = slow.waiting[0].area if slow.waiting else slow.slowest[0].area if slow.slowest else ""
    return (
        str(branch.places),
        Text(str(branch.signed.done), "" if branch.signed.done == branch.places else "yellow"),
        _times(scene, branch.signed),
        Text(str(branch.ready.done), "" if branch.ready.done == branch.places else "yellow"),
        _times(scene, branch.ready),
        scene.name(named) if named else "",
    )


def _times(scene: Scene, times: Clock) -> str:
    if times.times is None:
        return "—"
    return "/".join(span(one, scene.say) for one in (times.times.p50, times.times.p95, times.times.p99))


def _slow(scene: Scene, label: str, times: Clock) -> list[Text]:
    """By name: who has not done it yet, else who took longest."""
    say = scene.say
    if times.waiting:
        named = "、".join(f"{scene.name(one.area)} {age(one.since, scene.now, say)}" for one in times.waiting)
        return [Text(say(f"等待{label}最久：{named}", f"Waiting longest to {label}: {named}"), "yellow")]
    if times.slowest:
        named = "、".join(f"{scene.name(one.area)} {span(one.seconds, say)}" for one in times.slowest)
        return [Text(say(f"{label}最慢：{named}", f"Slowest to {label}: {named}"))]
    return []
