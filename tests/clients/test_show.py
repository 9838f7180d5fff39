"""What a board looks like in the terminal: the figures, the worst first, the world in the title, the time below."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest
from rich.console import Console, Group

from clients.cli.show.area import show_area
from clients.cli.show.instants import age, clock, day_and_clock, left, span
from clients.cli.show.operation import show_operation, shown_areas, tree_of
from clients.cli.show.place import show_place
from clients.cli.show.plain import show_plain
from clients.cli.show.scene import Scene, areas_above_and_below
from clients.cli.tongue import Tongue
from coordinator.domain.concern import Severity
from coordinator.wire.board import START, Board, Cursor
from coordinator.wire.marks import mark

from . import entries
from .entries import NOW, Entries, ago

ZH, EN = Tongue("zh"), Tongue("en")


def scene(shown: Entries, key: str = "area:420107", say: Tongue = ZH, world: str = "DEMO") -> Scene:
    board = Board(key)
    board.snapshot("420107", START, shown, NOW)
    return Scene(board=board, world=world, now=NOW, say=say)


def operation_view(one: Scene) -> Group:
    return show_operation(one, tree_of(one))


def draw(view: Group) -> str:
    console = Console(width=200, record=True, file=None, force_terminal=False, color_system=None)
    with console.capture() as captured:
        console.print(view)
    return captured.get()


def line_of(text: str, word: str) -> str:
    return next(line for line in text.splitlines() if word in line)


def row_of(text: str, name: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(name))


def test_an_area_shows_a_row_per_child_with_the_totals_folded() -> None:
    text = draw(show_area(scene(entries.district())))
    assert text.startswith("【演示】青山区 · 区县")
    street = line_of(text, "红卫路街道 ")
    for cell in ("急时", "二级", "9/12", "4/12", "3分", "61/70", "90/72/61", "30/2/11"):
        assert cell in street
    assert row_of(text, "冶金街道").split()[1:3] == ["平时", "—"], "no level where there is none"
    assert "9/12" in line_of(text, "合计")
    assert "失联 1 人" in text


@pytest.mark.parametrize(("say", "mode", "level"), [(ZH, "急时", "二级"), (EN, "Emergency", "II")])
def test_on_a_narrow_terminal_no_column_vanishes(say: Tongue, mode: str, level: str) -> None:
    """What gives way is the name."""
    shown = scene(entries.district(), say=say)
    console = Console(width=80, force_terminal=False, color_system=None)
    with console.capture() as captured:
        console.print(show_area(shown))
    text = captured.get()
    street = row_of(text, "红卫路街道")
    for cell in (mode, level, "9/12", "4/12", "61/70", "90/72/61", "30/2/11", "2"):
        assert cell in street.split()


def test_what_needs_a_person_comes_worst_first_in_words() -> None:
    text = draw(show_area(scene(entries.district())))
    danger, urgent = text.index("未按时签收，正在叫应"), text.index("岗位“evac”缺 6 人")
    assert danger < urgent
    assert "防汛防台风" in text and "红卫路街道、冶金街道" in text
    assert "待批 change-1：启动，p2 提出，08:08:00 前有效" in text


def test_a_long_list_of_concerns_is_cut_and_says_so() -> None:
    shown = entries.district()
    for number in range(30):
        shown[f"concerns/x{number}"] = shown["concerns/gap:p"]
    assert "……还有 17 项" in draw(show_area(scene(shown)))


def test_names_that_the_board_has_not_are_taken_from_elsewhere() -> None:
    one = scene(entries.district())
    assert "420107001003" in areas_above_and_below(one)
    one.names["420107001003"] = "名流社区"
    assert "名流社区" in draw(show_area(one))


def test_a_community_shows_its_clocks_posts_tasks_and_figures() -> None:
    text = draw(show_place(scene(entries.community(), "area:420107001001", world="LIVE")))
    assert text.startswith("八大家花园社区 · 社区 · 转换中")
    assert "超5分" in line_of(text, "op-1")  # unsigned, by how much
    post = line_of(text, "转移小组*")
    assert "第一网格" in post and "2/4" in post and "还有40分" in post
    assert "在岗 1  失联 1" in text
    task = line_of(text, "重点人员逐户电话*")
    assert "超12分" in task and "20/33" in task and "完成数" in task
    assert "?/220" in line_of(text, "八大家安置点")
    assert "未报/8" in text  # unreported is never 0
    assert "深 27 厘米，上涨" in text and "已超时" in text and "已暂停 入户走访" in text
    assert "求助 help-1：车船，street-1 已接" in text
    assert "单人启动待确认" in text


def test_people_are_shown_by_name_and_whom_one_may_not_know_by_id() -> None:
    one = scene(entries.community(), "area:420107001001")
    assert {"p7", "p8"} <= one.persons()
    one.people |= {"p8": "甲无名", "p7": ""}
    text = draw(show_place(one))
    assert "甲无名" in text and "p7" in text and "p8" not in text
    assert text.index("p7") < text.index("甲无名")  # who is unaccounted for comes first
    pending = scene(entries.district())
    pending.people["p2"] = "乙无名"
    assert "乙无名 提出" in draw(show_area(pending))


def test_a_place_at_rest_says_so() -> None:
    quiet = {"row/420107001001": entries.row("420107001001", "八大家花园社区", "community")}
    assert "平时，没有应急事项" in draw(show_place(scene(quiet, "area:420107001001")))


def test_one_alone_where_two_are_asked_counts_as_none() -> None:
    shown = entries.community()
    shown["posts/post-1"]["present"] = 1
    assert "0/4" in line_of(draw(show_place(scene(shown))), "转移小组*")


def test_an_operation_shows_the_receipt_tree_with_the_slow_by_name() -> None:
    one = scene(entries.receipts(), "operation:op-1")
    assert shown_areas(tree_of(one)) >= {"420107001", "420107002", "420107002001"}
    one.names = {"420107001": "红卫路街道", "420107002": "冶金街道", "420107002001": "名流社区"}
    text = draw(operation_view(one))
    street = row_of(text, "红卫路街道")
    assert "1分/8分/8分" in street and "15分/15分/15分" in street
    assert text.index("\n冶金街道") < text.index("\n红卫路街道")  # who has not signed comes first
    assert "等待签收最久：名流社区 20分" in text


def test_a_large_operation_is_shown_by_district() -> None:
    shown = {"operations/op-1": entries.operation(area="4201")}
    for number in range(60):
        area = f"42010{number % 3 + 1}001{number:03}"
        shown[f"switches/op-1@{area}"] = entries.switch(area, ago(10))
    tree = tree_of(scene(shown, "operation:op-1"))
    assert [branch.area for branch in tree.branches] == ["420101", "420102", "420103"]


def test_orders_and_other_boards_are_listed() -> None:
    text = draw(show_plain(scene(entries.orders(), "orders:420107001001")))
    assert "启动" in text and "二级" in text and "未签" in text and "指令" in text
    team = {
        "teams/t": {
            "id": "t",
            "area": "420107001",
            "name": "突击一队",
            "readiness": "deployed",
            "at": NOW.isoformat(),
        }
    }
    text = draw(show_plain(scene(team, "team:t")))
    assert "突击一队" in text and "已投入" in text and "at=08:00:00" in text
    assert "没有事项" in draw(show_plain(scene({}, "responder:p1")))


def test_an_order_is_shown_with_its_words_and_how_to_acknowledge_it() -> None:
    said = msgspec.structs.replace(entries.ORDER, kind="drill_message", text="text-1")
    one = scene({"orders/o-1": entries.plain(said)}, "orders:420107001001")
    one.texts["text-1"] = "做好夜间转移准备"
    text = draw(show_plain(one))
    assert "做好夜间转移准备" in text and "o-1" in text and "pingji do AcknowledgeOrder order=" in text
    read = msgspec.structs.replace(said, acknowledged_at=ago(1))
    assert "AcknowledgeOrder" not in draw(
        show_plain(scene({"orders/o-1": entries.plain(read)}, "orders:420107001001"))
    )


def test_a_grid_is_named_with_its_community_unless_that_is_where_one_is() -> None:
    """Every community has a first grid: fifteen lines that all say so send nobody anywhere."""
    grid = "42010700100101"
    shown = {"concerns/1": entries.concern("gap", grid, Severity.URGENT, 5, post="evac", heads="6")}
    names = {"420107001001": "八大家花园社区", grid: "第一网格"}
    above, inside = scene(shown), scene(shown, "area:420107001001")
    above.names, inside.names = names, names
    assert "八大家花园社区 第一网格" in draw(show_area(above))
    assert "八大家花园社区 第一网格" not in draw(show_place(inside))
    assert {grid, "420107001001"} <= areas_above_and_below(above)


VIEWS: list[tuple[Callable[[Scene], Group], Entries, str]] = [
    (show_area, entries.district(), "area:420107"),
    (show_place, entries.community(), "area:420107001001"),
    (operation_view, entries.receipts(), "operation:op-1"),
    (show_plain, entries.orders(), "orders:420107"),
]


@pytest.mark.parametrize(("view", "shown", "key"), VIEWS, ids=[key for _, _, key in VIEWS])
@pytest.mark.parametrize("world", ["LIVE", "DEMO", "DRILL-7"])
def test_every_view_names_its_world_and_its_time(
    view: Callable[[Scene], Group], shown: Entries, key: str, world: str
) -> None:
    text = draw(view(scene(shown, key, world=world)))
    assert text.startswith({"LIVE": "", "DEMO": "【演示】", "DRILL-7": "【演练】"}[world])
    assert ("【" in text) == (world != "LIVE")
    assert "数据截至 08:00:00" in text and "在线" in text


@pytest.mark.parametrize(("view", "shown", "key"), VIEWS, ids=[key for _, _, key in VIEWS])
def test_every_view_speaks_english_but_for_names(
    view: Callable[[Scene], Group], shown: Entries, key: str
) -> None:
    text = draw(view(scene(shown, key, EN)))
    for word in ("数据截至", "签收", "区域", "响应", "急时", "转换中", "任务", "岗位", "缺"):
        assert word not in text
    assert "As of 08:00:00" in text


def test_what_is_cut_off_says_since_when() -> None:
    one = scene(entries.district())
    one.log_down_since = ago(2)
    assert "日志断开，自 07:58:00" in draw(show_area(one))
    one.offline_since = ago(1)
    assert "连接已断，自 07:59:00" in draw(show_area(one))


def test_an_older_part_is_not_hidden_by_a_newer() -> None:
    one = scene(entries.district())
    one.board.snapshot("420106", Cursor(1, 1), {}, ago(30))
    assert "最早的分区 07:30:00" in draw(show_area(one))


def test_instants_and_spans() -> None:
    assert clock(None) == day_and_clock(None) == age(None, NOW, ZH) == left(None, NOW, ZH) == "—"
    assert day_and_clock(NOW) == "07-01 08:00"
    assert [span(seconds, ZH) for seconds in (5, 65, 3905, 200_000)] == ["5秒", "1分", "1时05分", "2天"]
    assert [span(seconds, EN) for seconds in (5, 65, 3905, 200_000)] == ["5 s", "1 min", "1 h 05", "2 d"]
    assert left(NOW + timedelta(minutes=3), NOW, EN) == "in 3 min" and left(ago(3), NOW, EN) == "3 min late"
    assert age(NOW + timedelta(minutes=3), NOW, ZH) == "0秒"  # a clock a little ahead is no age


def test_anything_that_is_neither_live_nor_demo_is_a_drill() -> None:
    assert [mark(world) for world in ("LIVE", "DEMO", "DRILL-1", "")] == [
        "",
        "【演示】",
        "【演练】",
        "【演练】",
    ]
