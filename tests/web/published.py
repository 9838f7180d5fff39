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

from coordinator.api.entries import entry_schemas
from coordinator.api.openapi import openapi
from coordinator.wire.close_codes import CloseCode
from coordinator.wire.errors import CLOSED_WITH, ERRORS
from coordinator.wire.words import VOCABULARIES
from tests.web.node import WEB, node

TYPES: Final = WEB / "types" / "src"
WORDS: Final = WEB / "shared" / "src" / "words.json"
FILES: Final = (TYPES / "openapi.ts", TYPES / "entries.ts", WORDS)


def entries_document() -> dict[str, Any]:
    """The records of boards as an OpenAPI document, for the same generator."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "entries of boards", "version": "1"},
        "paths": {},
        "components": {"schemas": entry_schemas()},
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
