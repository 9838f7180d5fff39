"""The contact list of an area on paper: who commands, units, teams, facilities, grid teams. From registers, and the
roster where it can be read.

Who has no entry there stands on it with the id, and there is room to write the name in by hand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from coordinator.admin.playbook.show import KINDS
from coordinator.domain.area import AreaCode, AreaLevel
from coordinator.domain.register import Kind, Place, Responder, Team, Unit
from coordinator.domain.text import Text
from coordinator.paper.sheets import Block, Sheet
from coordinator.playbook.vocabulary import FACILITIES, SKILLS
from coordinator.store.registers import RegisterSet
from coordinator.store.roster import Entry, PersonId
from coordinator.wire.words import Language, said, word

BY_HAND: Final = Text("姓名、电话（手填）", "name, phone (by hand)")
CORRECTED: Final = Text("更正（手填）", "corrected (by hand)")
ERASED: Final = Text("已删除", "erased")
NONE: Final = Text("没有登记", "none registered")
UNIT_KINDS: Final = {
    "employer": Text("单位", "employer"),
    "department": Text("部门", "department"),
    "property": Text("物业", "property firm"),
}
TEAM_KINDS: Final = {
    "shock_team": Text("应急突击队", "shock team"),
    "liaison": Text("联系社区工作队", "liaison team"),
    "volunteer": Text("志愿者队", "volunteer team"),
}
ALL_BY_ID: Final = frozenset({AreaLevel.COMMUNITY, AreaLevel.GRID})
"""So small an area gets everybody by id; a larger one its grid staff and numbers."""


Names = Mapping[PersonId, Entry | None]


def contact_sheets(
    registers: RegisterSet, area: AreaCode, lang: Language, names: Names | None = None
) -> list[Sheet]:
    """Command, units and teams, facilities, grid teams; each on pages of its own."""
    return _Contacts(registers, area, lang, names or {}).sheets()


def people_of(registers: RegisterSet, area: AreaCode) -> set[PersonId]:
    """Everybody who stands on the sheets of this area."""
    contacts = _Contacts(registers, area, "zh", {})
    contacts.sheets()
    return contacts.mentioned


class _Contacts:
    def __init__(self, registers: RegisterSet, area: AreaCode, lang: Language, names: Names) -> None:
        self.mentioned: set[PersonId] = set()
        self._names = names
        self._registers, self._area, self._lang = registers, area, lang
        self._tree, self._organisation = registers.areas, registers.organisation
        streets = self._tree.below(area, AreaLevel.STREET)
        communities = self._tree.below(area, AreaLevel.COMMUNITY)
        self._grids = self._tree.below(area, AreaLevel.GRID)
        self._above = [code for code in self._tree.path(area) if code != area]
        self._below = [code for code in (*streets, *communities) if code != area]

    def sheets(self) -> list[Sheet]:
        return [
            Sheet(self._say("指挥和值班", "Command and duty"), [self._offices(True), self._offices(False)]),
            Sheet(self._say("单位和队伍", "Units and teams"), [self._units(), self._teams()]),
            Sheet(self._say("阵地", "Facilities"), [self._places()]),
            Sheet(self._say("网格力量", "Grid teams"), self._people()),
        ]

    def _offices(self, upwards: bool) -> Block:
        """Up the tree: whom this area asks and hears. Down: whom it calls."""
        places = [self._area, *self._above] if upwards else self._below
        rows = [
            (self._name(code), office.name, self._persons(office.duty), "")
            for code in places
            for office in self._organisation.offices_of(code)
        ]
        title = self._say("本级和上级（按逐级次序）", "Here and above, level by level")
        if not upwards:
            title = self._say("下级值班室", "Duty rooms below")
        columns = self._columns("区域|机构|值班（依次）|", "area|office|on duty, then substitutes|")
        return self._table(title, (*columns[:3], self._by_hand()), rows)

    def _units(self) -> Block:
        places = [self._area, *self._above, *self._below]
        found = {unit.id: unit for code in places for unit in self._organisation.units_of(code)}
        wanted = {self._area, *self._below}
        here = [unit for unit in found.values() if self._concerns(unit, wanted)]
        rows = [
            (
                said(UNIT_KINDS.get(unit.kind, Text(unit.kind, unit.kind)), self._lang),
                unit.name,
                "、".join(self._name(code) for code in unit.twinned if code in self._tree),
                "",
            )
            for unit in sorted(here, key=lambda one: (one.kind, one.id))
        ]
        columns = self._columns("类别|名称|对口联系|", "kind|name|twinned with|")
        return self._table(self._say("单位", "Units"), (*columns[:3], said(BY_HAND, self._lang)), rows)

    def _concerns(self, unit: Unit, wanted: set[AreaCode]) -> bool:
        """Of the area, twinned with it, or a department of a higher level that serves it."""
        return unit.area in wanted or not wanted.isdisjoint(unit.twinned) or unit.kind == "department"

    def _teams(self) -> Block:
        streets = [code for code in (self._area, *self._above, *self._below) if self._is_street(code)]
        teams: Iterable[Team] = (team for code in streets for team in self._organisation.teams_of(code))
        rows = [
            (
                said(TEAM_KINDS.get(team.kind, Text(team.kind, team.kind)), self._lang),
                f"{self._name(team.area)} {team.name}",
                str(len(team.members)),
                self._persons(team.members),
                "",
            )
            for team in teams
        ]
        columns = self._columns(
            "类别|队伍|人数|队员（队长在前）|", "kind|team|people|members, the leader first|"
        )
        return self._table(self._say("队伍", "Teams"), (*columns[:4], self._by_hand()), rows)

    def _is_street(self, code: AreaCode) -> bool:
        return self._tree[code].level is AreaLevel.STREET

    def _places(self) -> Block:
        streets = [code for code in self._above if self._is_street(code)]
        districts = [code for code in self._above if self._tree[code].level is AreaLevel.DISTRICT]
        found: list[Place] = [
            place
            for code in (self._area, *self._below, *streets, *districts)
            for place in self._organisation.places_in(code)
        ]
        rows = [
            (
                said(FACILITIES.get(place.kind, Text(place.kind, place.kind)), self._lang),
                place.name,
                self._name(place.area),
                str(place.capacity),
                "",
            )
            for place in sorted(found, key=lambda one: (one.kind, one.area, one.id))
        ]
        columns = self._columns("类别|名称|区域|容量|", "kind|name|area|capacity|")
        return self._table(
            "", (*columns[:4], self._say("负责人、钥匙（手填）", "in charge, keys (by hand)")), rows
        )

    def _people(self) -> list[Block]:
        everyone = self._tree[self._area].level in ALL_BY_ID
        blocks = [self._figures()]
        for grid in self._grids:
            people = self._living_in(grid)
            if everyone:
                blocks.append(self._by_id(grid, people))
        return blocks

    def _living_in(self, grid: AreaCode) -> list[Responder]:
        found = (self._registers.people.get(one) for one in self._registers.people.living_in(grid))
        return [one for one in found if one is not None and one.adult and not one.exempt]

    def _figures(self) -> Block:
        rows = []
        for grid in self._grids:
            counts = self._tree.attributes(grid)
            people = self._living_in(grid)
            staff = [one.id for one in people if Kind.GRID_STAFF in one.kinds]
            kinds = Counter(kind for one in people for kind in sorted(one.kinds) if kind != Kind.GRID_STAFF)
            others = " ".join(f"{self._kind(kind)}{number}" for kind, number in sorted(kinds.items()))
            numbers = (str(counts["pop"]), str(counts["vuln"]), str(counts["evac"]))
            rows.append(
                (f"{self._name(grid)} {grid}", *numbers, self._persons(staff), f"{len(people)}: {others}")
            )
        columns = self._columns(
            "网格|居民|需帮助|应转移|网格员|可征召",
            "grid|residents|need help|to move|grid staff|can be called",
        )
        return self._table(self._say("各网格", "Grid by grid"), columns, rows)

    def _by_id(self, grid: AreaCode, people: Sequence[Responder]) -> Block:
        rows = [
            (
                one.id,
                self._named(one.id),
                "、".join(self._kind(kind) for kind in sorted(one.kinds)),
                "、".join(said(SKILLS.get(key, Text(key, key)), self._lang) for key in sorted(one.skills)),
                "",
            )
            for one in people
        ]
        columns = self._columns("编号|姓名、电话|身份|技能|", "id|name, phone|kind|skills|")
        return self._table(self._name(grid), (*columns[:4], self._by_hand()), rows)

    def _persons(self, people: Iterable[PersonId]) -> str:
        return self._say("；", "; ").join(map(self._person, people))

    def _person(self, person: PersonId) -> str:
        """Name and whole phone, to be called from; the id of whom the roster does not have."""
        self.mentioned.add(person)
        if person not in self._names:
            return person
        entry = self._names[person]
        return f"{entry.name} {entry.phone}".strip() if entry else f"{person} {said(ERASED, self._lang)}"

    def _named(self, person: PersonId) -> str:
        """The same where the id stands beside it."""
        found = self._person(person)
        return found if person in self._names else ""

    def _by_hand(self) -> str:
        return said(CORRECTED if self._names else BY_HAND, self._lang)

    def _kind(self, kind: str) -> str:
        return said(KINDS[Kind(kind)], self._lang) if kind in set(Kind) else kind

    def _name(self, code: AreaCode) -> str:
        """第一网格 says nothing alone: a grid is named with its community."""
        area = self._tree[code]
        above = self._tree[area.parent].name + " " if area.level is AreaLevel.GRID else ""
        return above + area.name

    def _table(self, title: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Block:
        return Block(title, columns=columns, rows=list(rows), none=said(NONE, self._lang))

    def _columns(self, zh: str, en: str) -> tuple[str, ...]:
        return tuple(self._say(zh, en).split("|"))

    def _say(self, zh: str, en: str) -> str:
        return en if self._lang == "en" else zh


def head(registers: RegisterSet, area: AreaCode, lang: Language) -> str:
    """湖北省 武汉市 青山区 红卫路街道, with the level and the code."""
    tree = registers.areas
    path = " ".join(tree[code].name for code in reversed(tree.path(area)))
    return f"{path}（{word('area_level', tree[area].level.value, lang)} {area}）"
