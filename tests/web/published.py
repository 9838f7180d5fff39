"""What the pages are generated from: the server's own documents, records and words, as the pages' build takes them.

`python -m tests.web.published` writes the files anew; a test fails when they differ from what stands in the tree.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Final

import msgspec

from coordinator.api.openapi import openapi
from coordinator.domain.call_out import CallOut
from coordinator.domain.concern import Concern
from coordinator.domain.confirmed_call import ConfirmedCall
from coordinator.domain.drill import Drill
from coordinator.domain.facility import Facility
from coordinator.domain.follow_on import Receipt, Standing
from coordinator.domain.help import HelpRequest
from coordinator.domain.inject import Inject, Observation
from coordinator.domain.operation import Operation, PendingChange
from coordinator.domain.order import Order
from coordinator.domain.post import Post
from coordinator.domain.routine import RoutineWork
from coordinator.domain.situation import HazardPoint, Report, Tally
from coordinator.domain.switch_over import PlaceSwitch
from coordinator.domain.task import Task
from coordinator.domain.team import TeamStatus
from coordinator.wire.close_codes import CloseCode
from coordinator.wire.errors import CLOSED_WITH, ERRORS
from coordinator.wire.words import VOCABULARIES
from tests.web.node import WEB, node

TYPES: Final = WEB / "types" / "src"
WORDS: Final = WEB / "shared" / "src" / "words.json"
FILES: Final = (TYPES / "openapi.ts", TYPES / "entries.ts", WORDS)

SECTIONS: Final[dict[str, type[msgspec.Struct]]] = {
    "switches": PlaceSwitch,
    "posts": Post,
    "call_outs": CallOut,
    "tasks": Task,
    "facilities": Facility,
    "routines": RoutineWork,
    "tallies": Tally,
    "hazards": HazardPoint,
    "reports": Report,
    "help_requests": HelpRequest,
    "calls": ConfirmedCall,
    "concerns": Concern,
    "operations": Operation,
    "pending": PendingChange,
    "teams": TeamStatus,
    "orders": Order,
    "receipts": Receipt,
    "standings": Standing,
    "drills": Drill,
    "injects": Inject,
    "observations": Observation,
}
"""Each section of a board with the record that stands in it. Rows are made by the boards and typed by hand."""


def entries_document() -> dict[str, Any]:
    """The records of boards as an OpenAPI document, for the same generator."""
    _, components = msgspec.json.schema_components(
        list(SECTIONS.values()), ref_template="#/components/schemas/{name}"
    )
    components["Sections"] = {
        "type": "object",
        "properties": {
            name: {"$ref": f"#/components/schemas/{record.__name__}"} for name, record in SECTIONS.items()
        },
        "required": list(SECTIONS),
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "entries of boards", "version": "1"},
        "paths": {},
        "components": {"schemas": components},
    }


def words() -> dict[str, Any]:
    """Vocabularies, errors and close codes, in both languages."""
    return {
        "vocabularies": {
            name: {code: [text.zh, text.en] for code, text in vocabulary.items()}
            for name, vocabulary in VOCABULARIES.items()
        },
        "errors": {code: [error.zh, error.en] for code, error in sorted(ERRORS.items())},
        "closed_with": {str(int(code)): CLOSED_WITH[code] for code in CloseCode if code in CLOSED_WITH},
    }


def generated() -> dict[Path, str]:
    """Every generated file with its content."""
    text = json.dumps(words(), ensure_ascii=False, indent=1) + "\n"
    return dict(zip(FILES, (_typescript(openapi()), _typescript(entries_document()), text), strict=True))


def _typescript(document: dict[str, Any]) -> str:
    """What has a default may be left out by whoever sends it, and is left out of records."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "openapi.json", Path(folder) / "openapi.ts"
        source.write_bytes(msgspec.json.encode(document))
        command = [
            "node_modules/openapi-typescript/bin/cli.js",
            *(str(source), "-o", str(target), "--immutable", "--alphabetize"),
            "--default-non-nullable=false",
        ]
        node(command, stdout=subprocess.DEVNULL)
        return target.read_text(encoding="utf-8")


if __name__ == "__main__":
    for path, content in generated().items():
        path.write_text(content, encoding="utf-8")
