"""Telling a person what a switch-over would come to. Every number is read from `Feasibility`; none is made here."""

from __future__ import annotations

from typing import Final

from rich.console import Console
from rich.table import Table

from coordinator.admin.run.ground import Ground
from coordinator.admin.terminal import minutes, table
from coordinator.domain.area import AreaLevel
from coordinator.domain.text import Text
from coordinator.planner.outlook import Feasibility, Need, Unstaffed
from coordinator.playbook.loader import Playbook
from coordinator.playbook.measures import up_to
from coordinator.playbook.vocabulary import FACILITIES, SKILLS
from coordinator.wire.marks import mark
from coordinator.wire.words import Language, said, word

ANYONE: Final = Text("不限技能", "anyone")
NAMED_AT_MOST: Final = 20
"""Areas that cannot be staffed are named one by one up to here; `--json` has all of them."""


def tell_plan(
    console: Console, found: Feasibility, playbook: Playbook, ground: Ground, rows: int, lang: Language
) -> None:
    """To standard output, the most important first: can it be done, and where not."""
    _Telling(console, found, playbook, ground, lang).tell(rows)


class _Telling:
    def __init__(
        self, console: Console, found: Feasibility, playbook: Playbook, ground: Ground, lang: Language
    ) -> None:
        self._console, self._found, self._playbook, self._ground = console, found, playbook, ground
        self._lang: Language = lang
        self._mark = mark(ground.world)
        own = playbook.document.words
        self._skills = {**SKILLS, **{key: words.text for key, words in own.skills.items()}}
        self._facilities = {**FACILITIES, **{key: words.text for key, words in own.facilities.items()}}
        levels = (playbook.document.levels[level] for level in up_to(found.level))
        self._posts = {post.key: said(post.name.text, lang) for each in levels for post in each.people}

    def tell(self, rows: int) -> None:
        self._heading()
        self._whether()
        self._by_scope()
        self._by_area(rows)
        self._shifts()
        self._by_skill()
        self._work()
        self._unstaffed()

    def _heading(self) -> None:
        found, zh = self._found, self._lang == "zh"
        level = f"{found.level.zh}响应" if zh else f"level {found.level.value}"
        self._console.rule(f"{self._mark}{said(self._playbook.name, self._lang)} {level} · {found.name}")
        if self._ground.sampled:
            self._print("人员名册为生成的，不是真人。", "The people are generated, not real.")
        self._print(
            "只是测算，没有下达任何指令。已在别处的岗位不计。",
            "Computed only, nothing was ordered. Posts held elsewhere are not taken into account.",
        )

    def _whether(self) -> None:
        found = self._found
        need = found.total
        grids, all_grids = found.staffed(AreaLevel.GRID), found.places[AreaLevel.GRID]
        communities, all_communities = found.staffed(AreaLevel.COMMUNITY), found.places[AreaLevel.COMMUNITY]
        verb = Text("富余" if found.balance >= 0 else "缺口", "surplus" if found.balance >= 0 else "deficit")
        self._print(
            f"可征召 {found.supply} 人；24 小时需 {need.heads_24h} 人次，{verb.zh} {abs(found.balance)}。"
            f"首班需 {need.heads} 人，派不出 {need.short} 人。",
            f"{found.supply} people can be called; 24 h take {need.heads_24h} heads: "
            f"{verb.en} {abs(found.balance)}. "
            f"The first shift takes {need.heads}; for {need.short} of these nobody is found.",
        )
        self._print(
            f"首班能配齐：网格 {grids}/{all_grids}，社区 {communities}/{all_communities}。",
            f"Fully staffed in the first shift: grids {grids}/{all_grids}, "
            f"communities {communities}/{all_communities}.",
        )

    def _by_scope(self) -> None:
        made = self._needs("按岗位所在", "By where the posts stand")
        for scope, need in self._found.by_scope.items():
            name = f"{word('area_level', scope.value, self._lang)} × {self._found.places[scope]}"
            made.add_row(name, *_cells(need))
        made.add_row("Total" if self._lang == "en" else "合计", *_cells(self._found.total))
        self._console.print(made)

    def _by_area(self, rows: int) -> None:
        shown = self._found.rows[:rows] if rows else self._found.rows
        made = self._needs("按区域", "By area")
        for row in shown:
            own = (" (itself)" if self._lang == "en" else "（本级）") if row.own else ""
            made.add_row(f"{row.name}{own} {row.area}", *_cells(row.need))
        self._console.print(made)
        left = len(self._found.rows) - len(shown)
        if left:
            self._print(f"另有 {left} 行：--rows 0", f"{left} more rows: --rows 0")

    def _needs(self, zh: str, en: str) -> Table:
        zh_names = ("", "岗位", "首班人数", "24小时人次", "首班缺", "24小时缺")
        en_names = ("", "posts", "first shift", "24 h", "short", "short in 24 h")
        names = en_names if self._lang == "en" else zh_names
        return table(self._mark + (en if self._lang == "en" else zh), *names, right=(1, 2, 3, 4, 5))

    def _shifts(self) -> None:
        zh, en = ("班次", "需要", "拟征召", "缺"), ("shift", "heads", "called", "short")
        names = en if self._lang == "en" else zh
        made = table("By shift" if self._lang == "en" else "按班次", *names, right=(1, 2, 3))
        for shift in self._found.shifts:
            made.add_row(str(shift.shift), str(shift.heads), str(shift.called), str(shift.short))
        self._console.print(made)

    def _by_skill(self) -> None:
        zh = ("技能（任一）", "24小时人次", "具备的人", "供减需", "24小时缺")
        en = ("skill (any of)", "24 h", "who have it", "supply - demand", "short in 24 h")
        names = en if self._lang == "en" else zh
        made = table("By skill" if self._lang == "en" else "按技能", *names, right=(1, 2, 3, 4))
        for one in self._found.skills:
            words = [said(self._skills.get(key, Text(key, key)), self._lang) for key in one.skills]
            cells = (one.heads_24h, one.people, f"{one.balance:+}", one.short_24h)
            made.add_row(" / ".join(words) or said(ANYONE, self._lang), *map(str, cells))
        self._console.print(made)

    def _work(self) -> None:
        lang, found = self._lang, self._found
        must = "must" if lang == "en" else "必备"
        names = (
            ("task", "scope", "within", "places", "") if lang == "en" else ("任务", "范围", "时限", "处", "")
        )
        tasks = table("Tasks" if lang == "en" else "任务", *names, right=(3,))
        for task in found.tasks:
            scope = word("area_level", task.scope.value, lang)
            cells = (said(task.name, lang), scope, minutes(task.by_minutes, lang), str(task.places))
            tasks.add_row(*cells, must if task.must else "")
        self._console.print(tasks)
        zh, en = (
            ("设施", "转为", "用途", "时限", "处", "没有的区域"),
            ("facility", "to", "use", "within", "buildings", "areas without"),
        )
        buildings = table(
            "Facilities" if lang == "en" else "阵地转换", *(en if lang == "en" else zh), right=(4, 5)
        )
        for each in found.conversions:
            buildings.add_row(
                said(self._facilities.get(each.kind, Text(each.kind, each.kind)), lang),
                word("facility", each.to, lang),
                said(each.use, lang),
                minutes(each.by_minutes, lang),
                str(each.buildings),
                str(each.places_without),
            )
        self._console.print(buildings)
        listed = [f"{said(one.name, lang)} {one.routines}" for one in found.suspensions]
        total = sum(one.routines for one in found.suspensions)
        self._print(
            f"暂停的日常工作 {total} 项：{'、'.join(listed)}",
            f"Routine work suspended, {total} in all: {', '.join(listed)}",
        )

    def _unstaffed(self) -> None:
        """The communities and streets first, then the grids; within these the worst first."""
        order = {AreaLevel.STREET: 0, AreaLevel.COMMUNITY: 1, AreaLevel.GRID: 2}
        worst = sorted(
            self._found.unstaffed,
            key=lambda one: (not one.must_short, order[one.level], -one.short, one.area),
        )
        if not worst:
            self._print("首班全部配齐。", "Every first shift can be filled.")
            return
        zh, en = (
            ("配不齐的区域", "", "缺", "其中必备", "岗位"),
            ("cannot be staffed", "", "short", "of must", "posts"),
        )
        made = table("", *(en if self._lang == "en" else zh), right=(2, 3))
        for one in worst[:NAMED_AT_MOST]:
            posts = ", ".join(f"{self._posts[key]} {heads}" for key, heads in one.posts.items())
            made.add_row(self._full_name(one), one.area, str(one.short), str(one.must_short), posts)
        self._console.print(made)
        left = len(worst) - NAMED_AT_MOST
        if left > 0:
            self._print(f"另有 {left} 个：--json", f"{left} more: --json")

    def _full_name(self, one: Unstaffed) -> str:
        """第一网格 says nothing alone: a grid is named with its community."""
        areas = self._ground.registers.areas
        above = areas[areas.parent(one.area)].name if one.level is AreaLevel.GRID else ""
        return f"{above} {one.name}".strip()

    def _print(self, zh: str, en: str) -> None:
        self._console.print(en if self._lang == "en" else zh)


def _cells(need: Need) -> tuple[str, ...]:
    return tuple(map(str, (need.posts, need.heads, need.heads_24h, need.short, need.short_24h)))
