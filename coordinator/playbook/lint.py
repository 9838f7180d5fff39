"""`pingji playbook lint`: everything that is wrong in one file, at once, each with its place and a way out.

Reads and judges; whoever wants to use the playbook calls `loader.py`.
"""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
from pydantic import ValidationError

from coordinator.playbook.checks import cross_checks
from coordinator.playbook.complaints import complaints
from coordinator.playbook.finding import MAX_FINDINGS, Finding, finding
from coordinator.playbook.schema import Document
from coordinator.playbook.source import MAX_BYTES, read_source


class Examined(msgspec.Struct, frozen=True):
    """A file after reading: its document, if nothing is wrong, or all that is."""

    document: Document | None
    findings: tuple[Finding, ...]


def lint(path: Path) -> tuple[Finding, ...]:
    """All findings of one file, in the order of its lines; empty when it is good."""
    return examine_file(path).findings


def examine_file(path: Path) -> Examined:
    """Read at most a little more than a playbook may have, so that a huge file costs nothing."""
    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES + 1)
    except OSError as wrong:
        return Examined(None, (finding("unreadable", str(path), 1, 1, problem=str(wrong.strerror)),))
    return examine(text, str(path))


def examine(text: bytes, file: str) -> Examined:
    """Shape first, then what entries say about each other; both speak, however much is wrong."""
    source = read_source(text, file)
    findings = list(source.findings)
    document: Document | None = None
    if not source.is_spoiled(()):
        try:
            document = Document.model_validate_json(json.dumps(source.data))
        except ValidationError as error:
            findings += complaints(error, source)
        findings += cross_checks(source)
    if not findings:
        return Examined(document, ())
    unique = sorted(set(findings), key=lambda each: (each.line, each.column, each.code, each.message_en))
    return Examined(None, tuple(unique[:MAX_FINDINGS]))
