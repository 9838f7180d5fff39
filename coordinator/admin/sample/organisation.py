"""Draws the organisation of a sampled tree: offices and duty rosters, units, facilities, routine work. All
names are generic and made from the name of the place; nobody real and no real firm stands behind them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from coordinator.admin.sample.skills import DEPARTMENTS
from coordinator.domain.area import Area, AreaCode, AreaLevel
from coordinator.domain.register import Office, Place, Routine, Unit
from coordinator.store.registers import AreaColumns

DUTY_PERSONS: Final = 3
EMPLOYERS: Final = {"first": ("第一", True), "second": ("第二", False)}
"""Per street: the first is twinned with the street 1:1, the second with its communities 1:N."""
MOST_TWINNED: Final = 4

OFFICES: Final = {
    AreaLevel.PROVINCE: "应急指挥中心",
    AreaLevel.CITY: "应急指挥中心",
    AreaLevel.DISTRICT: "应急指挥中心",
    AreaLevel.STREET: "应急值班室",
    AreaLevel.COMMUNITY: "值班室",
}
PLACES: Final = {
    AreaLevel.COMMUNITY: {
        "shelter": ("安置点", 150, 400),
        "party_service_centre": ("党群服务中心", 60, 120),
        "sampling_site": ("采样点", 40, 100),
        "warm_station": ("取暖驿站", 30, 80),
        "temp_assembly": ("临时集合点", 300, 800),
        "school": ("学校", 200, 600),
    },
    AreaLevel.STREET: {
        "school_gym": ("学校体育馆", 300, 600),
        "open_shelter": ("室外避难场所", 1000, 3000),
        "metro_underpass": ("地下通道", 200, 500),
        "hotel": ("征用酒店", 80, 200),
        "isolation_site": ("隔离点", 60, 150),
        "stadium_park": ("体育公园", 2000, 6000),
    },
}
"""Kind, name, and the capacities between which one is drawn."""
ROUTINES: Final = {
    AreaLevel.STREET: {"project_works": ("项目施工", 168)},
    AreaLevel.COMMUNITY: {
        "household_visit": ("入户走访", 168),
        "service_window": ("服务窗口", 24),
        "community_event": ("社区活动", 336),
        "facility_booking": ("场地预约", 72),
    },
    AreaLevel.GRID: {"routine_patrol": ("日常巡查", 24)},
}
"""Key as a playbook's suspension names it, name, and every how many hours."""


def short_name(name: str) -> str:
    """仙林新村社区居委会 -> 仙林新村社区: the place without its committee."""
    for ending in ("居民委员会", "村民委员会", "居委会", "村委会"):
        if name.endswith(ending) and len(name) > len(ending):
            stem = name.removesuffix(ending)
            return stem + "村" if ending.startswith("村") and not stem.endswith("村") else stem
    return name


def codes_of(tree: AreaColumns, level: AreaLevel) -> list[AreaCode]:
    """All areas of a level, placeholders left out, by code."""
    return sorted(code for root in tree.roots() for code in tree.below(root, level))


def all_of(tree: AreaColumns, level: AreaLevel) -> list[Area]:
    return [tree[code] for code in codes_of(tree, level)]


def department_id(district: AreaCode, department: str) -> str:
    return f"unit:{district}:{department}"


def employer_id(street: AreaCode, employer: str) -> str:
    return f"unit:{street}:{employer}"


def firm_id(community: AreaCode, firm: str = "property") -> str:
    return f"unit:{community}:{firm}"


def draw_offices(tree: AreaColumns) -> Iterator[Office]:
    for level, word in OFFICES.items():
        for area in all_of(tree, level):
            duty = tuple(f"d-{area.code}-{turn}" for turn in range(1, DUTY_PERSONS + 1))
            yield Office(f"office:{area.code}", short_name(area.name) + word, area.code, duty)


def draw_units(tree: AreaColumns) -> Iterator[Unit]:
    for district in all_of(tree, AreaLevel.DISTRICT):
        for key, (word, _) in DEPARTMENTS.items():
            name = f"{district.name}{word}保障单位"
            yield Unit(department_id(district.code, key), name, "department", district.code)
    for street in all_of(tree, AreaLevel.STREET):
        communities = tuple(tree.below(street.code, AreaLevel.COMMUNITY)[:MOST_TWINNED])
        for employer, (word, with_street) in EMPLOYERS.items():
            twinned = (street.code,) if with_street else communities
            name = f"{street.name}{word}联系单位"
            yield Unit(employer_id(street.code, employer), name, "employer", street.code, twinned)
    for community in all_of(tree, AreaLevel.COMMUNITY):
        name = f"{short_name(community.name)}物业服务单位"
        yield Unit(firm_id(community.code), name, "property", community.code)


def draw_places(tree: AreaColumns, rng: np.random.Generator) -> Iterator[Place]:
    for level, kinds in PLACES.items():
        areas = all_of(tree, level)
        for kind, (word, low, high) in kinds.items():
            capacities = rng.integers(low // 10, high // 10, len(areas), endpoint=True) * 10
            for area, capacity in zip(areas, capacities.tolist(), strict=True):
                name = short_name(area.name) + word
                yield Place(f"place:{area.code}:{kind}", kind, name, area.code, capacity)


def draw_routines(tree: AreaColumns) -> Iterator[Routine]:
    for level, keys in ROUTINES.items():
        for area in all_of(tree, level):
            for key, (word, every_hours) in keys.items():
                yield Routine(f"routine:{area.code}:{key}", key, word, area.code, every_hours)
