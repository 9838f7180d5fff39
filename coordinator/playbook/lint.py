"""`pingji playbook lint`: everything that is wrong in one file, at once, each with its place and a way out.

Reads and judges; whoever wants to use the playbook calls `loader.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

import msgspec
from pydantic import BaseModel, ValidationError

from coordinator.playbook.checks import cross_checks
from coordinator.playbook.complaints import complaints
from coordinator.playbook.finding import MAX_FINDINGS, Finding, finding
from coordinator.playbook.schema import Document
from coordinator.playbook.source import MAX_BYTES, Source, read_source

Form = TypeVar("Form", bound=BaseModel)


class Examined(msgspec.Struct, frozen=True):
    """A file after reading: its document, if nothing is wrong, or all that is."""

    document: Document | None
    findings: tuple[Finding, ...]


def lint(path: Path) -> tuple[Finding, ...]:
    """All findings of one file, in the order of its lines; empty when it is good."""
    return examine_file(path).findings


def examine_file(path: Path) -> Examined:
    try:
        text = read_at_most(path)
    except OSError as wrong:
        return Examined(None, (finding("unreadable", str(path), 1, 1, problem=str(wrong.strerror)),))
    return examine(text, str(path))


def read_at_most(path: Path) -> bytes:
    """A little more than a file may have at most, so that a huge one costs nothing. Raises `OSError`."""
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def examine(text: bytes, file: str) -> Examined:
    return Examined(*judge(read_source(text, file), Document, cross_checks))


def judge(
    source: Source, form: type[Form], checks: Callable[[Source], Iterable[Finding]]
) -> tuple[Form | None, tuple[Finding, ...]]:
    """Shape first, then what entries say about each other; both speak, however much is wrong."""
    findings = list(source.findings)
    document: Form | None = None
    if not source.is_spoiled(()):
        try:
            document = form.model_validate_json(json.dumps(source.data))
        except ValidationError as error:
            findings += complaints(error, source, form)
        findings += checks(source)
    if not findings:
        return document, ()
    unique = sorted(set(findings), key=lambda each: (each.line, each.column, each.code, each.message_en))
    return None, tuple(unique[:MAX_FINDINGS])
