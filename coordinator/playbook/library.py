"""Where playbooks are found: those that come with the project, by id; a user's own, by file.

Published versions live in the store by digest; `to_json` and `from_json` are the way there and back.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from coordinator.domain.mode import ResponseLevel
from coordinator.playbook.finding import PlaybookRefused, finding, nearest
from coordinator.playbook.loader import Playbook, digest_of, from_json, load, read, to_json

__all__ = ["bundled", "bundled_ids", "digest_of", "find", "from_json", "skills", "to_json"]

PACKAGE = "playbooks"


def bundled_ids() -> tuple[str, ...]:
    """Ids of the playbooks that come with the project, sorted."""
    names = (entry.name for entry in files(PACKAGE).iterdir() if entry.is_file())
    return tuple(sorted(_id(name.removesuffix(".yaml")) for name in names if name.endswith(".yaml")))


@lru_cache(maxsize=32)
def bundled(playbook_id: str) -> Playbook:
    """One of the project's own, read once per process."""
    name = playbook_id.replace("-", "_") + ".yaml"
    return read((files(PACKAGE) / name).read_bytes(), f"{PACKAGE}/{name}")


def text_of(playbook_id: str) -> str:
    """The file of one of the project's own, as it was written."""
    return (files(PACKAGE) / f"{playbook_id.replace('-', '_')}.yaml").read_text(encoding="utf-8")


def find(name: str) -> Playbook:
    """By id (`flood-typhoon`) or by path of a file. Raises `PlaybookRefused`."""
    if _id(name) in bundled_ids():
        return bundled(_id(name))
    path = Path(name)
    if not path.exists() and path.suffix == "":
        near = nearest(_id(name), bundled_ids())
        raise PlaybookRefused(
            [finding("unknown_playbook", name, 1, 1, name=name, near_zh=near.zh, near_en=near.en)]
        )
    return load(path)


def skills(playbooks: Iterable[Playbook]) -> tuple[str, ...]:
    """Every skill that some post of these playbooks asks for, sorted."""
    levels = (playbook.document.levels[level] for playbook in playbooks for level in ResponseLevel)
    return tuple(sorted({skill for level in levels for post in level.people for skill in post.skills}))


def _id(name: str) -> str:
    return name.replace("_", "-")
