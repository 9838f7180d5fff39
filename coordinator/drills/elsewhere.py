"""A drill script moved to another part of the tree: the same night for a street of one's own, to be read and changed.

Moves codes and the Chinese names that go with them, by their order among their neighbours, and leaves all else as it
was written, comments too. Whether what comes out can be played is for `lint` to say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from coordinator.domain.area import Area, AreaCode
from coordinator.domain.register import AreaRegister

LONGEST_ID: Final = 32
_CODE: Final = r"""(?P<quote>["'])(?P<code>[0-9]{2,20})(?P=quote)"""
"""Without quotes YAML takes it for a number, which no script may have in its place."""
_ID: Final = re.compile(r"^id: *([a-z][a-z0-9-]*)", re.MULTILINE)
_COMMITTEE: Final = re.compile(r"(?<=村)民?委会$|居民?委会$")
"""居委会, 村委会: texts call a place by its name without the committee that runs it."""


class NoCounterpart(Exception):
    """The other part of the tree has nothing that could stand for this place; says why in both languages."""


def elsewhere(text: str, place: AreaCode, home: AreaRegister, to: AreaCode, areas: AreaRegister) -> str:
    """`place`: the script's first, in `home`; `to`: what stands for it, in `areas`. Raises `NoCounterpart`."""
    if home[place].level is not areas[to].level:
        raise NoCounterpart(
            f"脚本写的是 {place}（{home[place].name}），{to} {areas[to].name} 与它不是同一级：请选同级的区域。"
            f"\nThe script is for {place}, a {home[place].level.value}; {to} is a {areas[to].level.value}: "
            "choose one of the same level."
        )
    above = dict(zip(home.path(place), areas.path(to), strict=False))
    codes = {
        code: _counterpart(code, above, home, areas)
        for code in {hit["code"] for hit in re.finditer(_CODE, text)}
        if code in above or (code in home and home.within(code, place))
    }
    if place not in codes:
        raise NoCounterpart(
            f'脚本里找不到写作 "{place}" 的代码，无法换地方：请给每个区域代码加上双引号。'
            f'\nNo code is written as "{place}" in the script: put every area code in double quotes.'
        )
    names = {home[code].name: areas[other].name for code, other in codes.items()}
    names |= {_short(home[code]): _short(areas[other]) for code, other in codes.items() if len(code) < 14}
    ranked = sorted(names, key=len, reverse=True)

    def moved(hit: re.Match[str]) -> str:
        code, quote = hit["code"], hit["quote"]
        return f"{quote}{codes.get(code, code)}{quote}" if code else names[hit[0]]

    found = re.sub("|".join([_CODE, *map(re.escape, ranked)]), moved, text)
    return _ID.sub(lambda hit: f"id: {_named(hit[1], to)}", found, count=1)


def _counterpart(
    code: AreaCode, above: Mapping[AreaCode, AreaCode], home: AreaRegister, areas: AreaRegister
) -> AreaCode:
    """The same one in the row of its neighbours; where there are fewer of them, counted round."""
    if code in above:
        return above[code]
    parent = _counterpart(home.parent(code), above, home, areas)
    there = _inhabited(areas, parent)
    if not there:
        raise NoCounterpart(
            f"{parent} {areas[parent].name} 之下没有区域，{code} 无处可换。"
            f"\nNothing lies below {parent}: {code} has no counterpart."
        )
    return there[_inhabited(home, home.parent(code)).index(code) % len(there)]


def _inhabited(areas: AreaRegister, parent: AreaCode) -> list[AreaCode]:
    return [code for code in sorted(areas.children(parent)) if not areas[code].placeholder]


def _short(area: Area) -> str:
    return _COMMITTEE.sub("", area.name)


def _named(script: str, to: AreaCode) -> str:
    """An id of its own: one that comes with the project would be found in its place."""
    return f"{script[: LONGEST_ID - len(to) - 1].rstrip('-')}-{to}"
