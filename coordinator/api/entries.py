"""What stands on a board, as schemas: each section with the record its entries hold. For the published documents.

A record leaves out what has its default; `at` of the frame says when all of it was true.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import msgspec

from coordinator.boards.shape import SHOWN
from coordinator.domain.area import AreaLevel
from coordinator.domain.tables import TABLES

JsonObject = dict[str, Any]

ROW: Final[JsonObject] = {
    "title": "Row",
    "description": "An area and what adds up in it; `counts` leaves out what is 0. `contact`: when last heard of.",
    "type": "object",
    "properties": {
        "area": {"type": "string"},
        "name": {"type": "string"},
        "level": {"enum": [level.value for level in AreaLevel]},
        "type": {"type": "string"},
        "counts": {"type": "object", "additionalProperties": {"type": "integer"}},
        "contact": {"type": "string", "format": "date-time"},
    },
    "required": ["area", "name", "level", "type", "counts"],
    "additionalProperties": False,
}
"""`row` is the board's own area, `rows` those below it. Made by `boards`, from more than one record."""


@cache
def section_records() -> dict[str, type[msgspec.Struct]]:
    """Section of a board -> the record of its entries."""
    return {name: TABLES[name].record for name in SHOWN if name != "rows"}


@cache
def entry_schemas(prefix: str = "") -> JsonObject:
    """Schemas by name, each behind `prefix`. `Sections` has a property for each section: the schema of its entries."""
    records = section_records()
    template = f"#/components/schemas/{prefix}{{name}}"
    _, made = msgspec.json.schema_components(list(records.values()), ref_template=template)
    names = {"row": "Row", "rows": "Row", **{name: record.__name__ for name, record in records.items()}}
    made["Row"] = ROW
    made["Sections"] = {
        "title": "Sections",
        "description": "What the entry `SECTION/KEY` of a snapshot or a delta holds.",
        "type": "object",
        "properties": {name: {"$ref": template.format(name=record)} for name, record in names.items()},
        "required": list(names),
    }
    return {f"{prefix}{name}": schema for name, schema in made.items()}
