"""Who is likely to know what: the chances with which the sample hands out skills. Figures are invented, so
chosen that the built-in playbooks find most of whom they ask for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from coordinator.domain.register import Kind

DEFAULT_SKILLS: Final = (
    "boat",
    "building_map",
    "data",
    "dialect",
    "disinfection",
    "driver",
    "electric",
    "fire",
    "first_aid",
    "lift",
    "lifting",
    "logistics",
    "medic",
    "medic_sampling",
    "operator",
    "organiser",
    "plough",
    "plumber",
    "police_support",
    "psych",
    "pump",
    "radio",
    "registrar",
    "rescue_basic",
    "saw",
    "traffic",
)
"""Skills that playbooks ask for when the caller names no others."""

SHOCK, CADRE, VOLUNTEER, GRID = Kind.SHOCK_TEAM, Kind.CADRE, Kind.VOLUNTEER, Kind.GRID_STAFF
PROPERTY, COURIER, PROFESSIONAL = Kind.PROPERTY_STAFF, Kind.COURIER, Kind.PROFESSIONAL

UNKNOWN: Final = dict.fromkeys(Kind, 0.05)
"""For a skill that this file has never heard of."""

CHANCES: Final[Mapping[str, Mapping[Kind, float]]] = {
    "boat": {SHOCK: 0.20, VOLUNTEER: 0.02},
    "building_map": {PROPERTY: 0.60, GRID: 0.70, CADRE: 0.10},
    "data": {CADRE: 0.30, GRID: 0.30, VOLUNTEER: 0.06},
    "dialect": {VOLUNTEER: 0.55, GRID: 0.70, CADRE: 0.30, PROPERTY: 0.40, COURIER: 0.15},
    "disinfection": {PROPERTY: 0.35, VOLUNTEER: 0.06, SHOCK: 0.15},
    "driver": {COURIER: 0.60, VOLUNTEER: 0.25, CADRE: 0.35, SHOCK: 0.40, PROPERTY: 0.15},
    "electric": {PROPERTY: 0.25, SHOCK: 0.10, VOLUNTEER: 0.02},
    "fire": {PROPERTY: 0.30, SHOCK: 0.25},
    "first_aid": {VOLUNTEER: 0.22, SHOCK: 0.50, CADRE: 0.20, GRID: 0.40, PROPERTY: 0.20},
    "lift": {PROPERTY: 0.15},
    "lifting": {VOLUNTEER: 0.20, SHOCK: 0.70, PROPERTY: 0.40, COURIER: 0.60, CADRE: 0.25},
    "logistics": {COURIER: 0.60, CADRE: 0.25, VOLUNTEER: 0.10},
    "medic": {VOLUNTEER: 0.03},
    "medic_sampling": {VOLUNTEER: 0.02},
    "operator": {CADRE: 0.35, VOLUNTEER: 0.12, GRID: 0.30},
    "organiser": {CADRE: 0.50, GRID: 0.50, VOLUNTEER: 0.10},
    "plough": {PROPERTY: 0.10, SHOCK: 0.10},
    "plumber": {PROPERTY: 0.25, VOLUNTEER: 0.02},
    "police_support": {PROPERTY: 0.25, VOLUNTEER: 0.05, SHOCK: 0.15},
    "psych": {CADRE: 0.08, VOLUNTEER: 0.05},
    "pump": {PROPERTY: 0.35, SHOCK: 0.40},
    "radio": {GRID: 0.70, CADRE: 0.35, PROPERTY: 0.40, SHOCK: 0.40},
    "registrar": {CADRE: 0.50, GRID: 0.60, VOLUNTEER: 0.20},
    "rescue_basic": {SHOCK: 0.60, VOLUNTEER: 0.05},
    "saw": {SHOCK: 0.35, PROPERTY: 0.15},
    "traffic": {VOLUNTEER: 0.20, GRID: 0.30, PROPERTY: 0.30, SHOCK: 0.25, CADRE: 0.15},
    # Some playbooks ask for who somebody is where others ask for what somebody can do.
    "courier": {COURIER: 1.0},
    "grid_member": {GRID: 1.0},
    "property_staff": {PROPERTY: 1.0},
    "resident": {VOLUNTEER: 1.0, GRID: 1.0},
}

DEPARTMENTS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "power": ("供电", ("electric", "driver")),
    "gas": ("燃气", ("plumber", "fire")),
    "water": ("供水", ("pump", "plumber")),
    "fire": ("消防", ("fire", "rescue_basic", "first_aid", "boat", "saw")),
    "health": ("卫健", ("medic", "medic_sampling", "psych", "disinfection", "first_aid")),
    "police": ("公安", ("police", "police_support", "traffic", "radio")),
    "transport": ("交通", ("driver", "plough", "traffic")),
    "housing": ("住建", ("building_map", "lift", "saw")),
}
"""Of a district: its word on screen, and what its professionals know."""
DEPARTMENT_CHANCE: Final = 0.7
"""How many professionals of a department have each of its skills."""
