"""A playbook ready for use: read from YAML, or from the canonical JSON under whose digest it was published.

A published version is immutable: its digest is that of the stored bytes, never of a later re-writing.
"""

from __future__ import annotations

import json
from hashlib import blake2b
from pathlib import Path

import msgspec
from pydantic import BaseModel, ValidationError

from coordinator.domain.text import Text
from coordinator.playbook.finding import PlaybookRefused, finding
from coordinator.playbook.lint import Examined, examine, examine_file
from coordinator.playbook.schema import Document
from coordinator.playbook.source import MAX_BYTES

_MAX_JSON: int = 4 * MAX_BYTES


class Playbook(msgspec.Struct, frozen=True, eq=False):
    """One version. Two are the same when their digests are."""

    document: Document
    digest: str
    """blake2b-256 of `json`, in hexadecimal digits."""
    json: bytes
    """Canonical: keys sorted, nothing between them, defaults written out."""

    @property
    def id(self) -> str:
        return self.document.id

    @property
    def version(self) -> int:
        return self.document.version

    @property
    def hazard(self) -> str:
        return self.document.hazard

    @property
    def name(self) -> Text:
        return self.document.name.text


def load(path: Path) -> Playbook:
    """From a file. Raises `PlaybookRefused` with every finding."""
    return _accept(examine_file(path))


def read(text: bytes | str, file: str = "playbook.yaml") -> Playbook:
    """From text that somebody sent. Raises `PlaybookRefused` with every finding."""
    return _accept(examine(text.encode() if isinstance(text, str) else text, file))


def _accept(examined: Examined) -> Playbook:
    if examined.document is None:
        raise PlaybookRefused(examined.findings)
    stored = canonical(examined.document)
    return Playbook(examined.document, digest_of(stored), stored)


def canonical(document: BaseModel) -> bytes:
    """The one way to write it: keys sorted, nothing between them, defaults written out."""
    written = document.model_dump(mode="json")
    return json.dumps(written, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def to_json(playbook: Playbook) -> bytes:
    """The bytes to store under `playbook.digest`."""
    return playbook.json


def from_json(stored: bytes) -> Playbook:
    """A published version from its stored bytes. Raises `PlaybookRefused` if they are not one."""
    try:
        if len(stored) > _MAX_JSON:
            raise ValueError("too large")
        document = Document.model_validate_json(stored)
    except ValidationError as error:
        first = error.errors()[0]
        problem = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        raise PlaybookRefused([finding("invalid", "playbook.json", 1, 1, problem=problem)]) from None
    except ValueError as error:
        raise PlaybookRefused([finding("invalid", "playbook.json", 1, 1, problem=str(error))]) from None
    return Playbook(document, digest_of(stored), stored)


def digest_of(stored: bytes) -> str:
    return blake2b(stored, digest_size=32).hexdigest()
