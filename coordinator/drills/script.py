"""A drill script ready for use, and `pingji drill lint`: read, judged whole, every finding with its place.

A script that is played is addressed by the digest of its canonical JSON, as a playbook is.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import msgspec
from pydantic import ValidationError

from coordinator.domain.register import AreaRegister
from coordinator.drills.checks import cross_checks
from coordinator.drills.practised import practised
from coordinator.drills.schema import Document
from coordinator.drills.sentences import SENTENCES, ScriptRefused, finding
from coordinator.playbook import library
from coordinator.playbook.finding import Finding, nearest
from coordinator.playbook.lint import judge, read_at_most
from coordinator.playbook.loader import Playbook, canonical, digest_of
from coordinator.playbook.source import read_source

PACKAGE = "playbooks"
FOLDER = "drills"


class Script(msgspec.Struct, frozen=True, eq=False):
    document: Document
    digest: str
    json: bytes

    @property
    def id(self) -> str:
        return self.document.id

    def playbook(self) -> Playbook | None:
        """The one that is practised, as it comes with the project; None where none is."""
        return library.bundled(self.document.playbook) if self.document.playbook else None


def examine(
    text: bytes, file: str, areas: AreaRegister | None = None, playbook: Playbook | None = None
) -> tuple[Document | None, tuple[Finding, ...]]:
    """Its document, if nothing is wrong, or all that is. Without areas its codes are not looked up; without a version
    of its playbook it is held against the one that comes with the project."""
    source = read_source(text, file, SENTENCES)
    return judge(source, Document, cross_checks(areas, practised(source, playbook)))


def lint(path: Path, areas: AreaRegister | None = None) -> tuple[Finding, ...]:
    """All findings of one file, in the order of its lines; empty when it is good."""
    try:
        text = read_at_most(path)
    except OSError as wrong:
        return (finding("unreadable", str(path), 1, 1, problem=str(wrong.strerror)),)
    return examine(text, str(path), areas)[1]


def first_place(path: Path) -> str:
    """The first of its places, as far as it can be read: whose register of areas it is held against."""
    try:
        source = read_source(read_at_most(path), str(path), SENTENCES)
    except OSError:
        return ""
    places = source.value(("places",))
    first = places[0] if isinstance(places, list) and places else ""
    return first if isinstance(first, str) else ""


def read(
    text: bytes,
    file: str = "drill.yaml",
    areas: AreaRegister | None = None,
    playbook: Playbook | None = None,
) -> Script:
    """Raises `ScriptRefused` with every finding."""
    document, findings = examine(text, file, areas, playbook)
    if document is None:
        raise ScriptRefused(findings)
    return of(document)


def of(document: Document) -> Script:
    stored = canonical(document)
    return Script(document, digest_of(stored), stored)


def from_json(stored: bytes) -> Script:
    """From the bytes beside a log. Raises `ScriptRefused` if they are not one."""
    try:
        document = Document.model_validate_json(stored)
    except ValidationError as error:
        first = error.errors()[0]
        problem = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        raise ScriptRefused([finding("invalid", "drill.json", 1, 1, problem=problem)]) from None
    return Script(document, digest_of(stored), stored)


def _folder() -> Traversable:
    return files(PACKAGE) / FOLDER


def bundled_ids() -> tuple[str, ...]:
    """Ids of the scripts that come with the project, sorted."""
    names = (entry.name for entry in _folder().iterdir() if entry.is_file())
    return tuple(sorted(name[:-5].replace("_", "-") for name in names if name.endswith(".yaml")))


@lru_cache(maxsize=32)
def bundled(script_id: str) -> Script:
    name = _file(script_id)
    return read((_folder() / name).read_bytes(), f"{PACKAGE}/{FOLDER}/{name}")


def _file(script_id: str) -> str:
    return script_id.replace("-", "_") + ".yaml"


def find(name: str, areas: AreaRegister | None = None, playbook: Playbook | None = None) -> Script:
    """By id or by path of a file. Raises `ScriptRefused`."""
    wanted = name.replace("_", "-")
    if wanted in bundled_ids() and playbook is None:
        return bundled(wanted)
    return read(source_of(name), name, areas, playbook)


def playbook_named(name: str) -> str:
    """Which playbook a script says that it practises, whether it is known or not; empty for none.

    Raises `ScriptRefused` where there is no such script.
    """
    named = read_source(source_of(name), name, SENTENCES).value(("playbook",))
    return named if isinstance(named, str) else ""


def source_of(name: str) -> bytes:
    """The file as it was written, by id or by path. Raises `ScriptRefused`."""
    wanted = name.replace("_", "-")
    if wanted in bundled_ids():
        return (_folder() / _file(wanted)).read_bytes()
    path = Path(name)
    if not path.exists() and path.suffix == "":
        near = nearest(wanted, bundled_ids())
        raise ScriptRefused(
            [finding("unknown_script", name, 1, 1, name=name, near_zh=near.zh, near_en=near.en)]
        )
    try:
        return read_at_most(path)
    except OSError as wrong:
        raise ScriptRefused([finding("unreadable", name, 1, 1, problem=str(wrong.strerror))]) from None
