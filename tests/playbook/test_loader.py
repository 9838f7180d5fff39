"""A published version comes back from its stored bytes as it was, under the digest of those bytes."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.domain.area import AreaLevel
from coordinator.domain.mode import ResponseLevel
from coordinator.playbook.fields import MAX_MINUTES, duration
from coordinator.playbook.finding import PlaybookRefused
from coordinator.playbook.heads import reference
from coordinator.playbook.library import bundled, bundled_ids, find, from_json, skills, to_json
from coordinator.playbook.loader import load, read
from coordinator.playbook.measures import resolve
from coordinator.playbook.vocabulary import SKILLS


@pytest.mark.parametrize("name", bundled_ids())
def test_there_and_back_resolves_identically(name: str) -> None:
    playbook = bundled(name)
    again = from_json(to_json(playbook))
    assert again.digest == playbook.digest == blake2b(to_json(playbook), digest_size=32).hexdigest()
    assert again.document == playbook.document
    for level in ResponseLevel:
        for scope in (AreaLevel.GRID, AreaLevel.COMMUNITY, AreaLevel.STREET):
            counts = reference(scope)
            assert resolve(again, level, "x", scope, counts) == resolve(playbook, level, "x", scope, counts)


def test_the_digest_is_of_the_content_not_of_the_layout(small: str) -> None:
    reordered = small.replace("hazard: small\n", "").replace(
        "id: small", "hazard: small\nid: small  # a remark"
    )
    assert read(reordered).digest == read(small).digest
    assert read(small.replace("heads: 2\n", 'heads: "2"\n')).digest == read(small).digest
    assert read(small.replace("heads: 2\n", "heads: 3\n")).digest != read(small).digest


def test_a_digest_is_of_the_stored_bytes_whatever_the_schema_would_write_today(small: str) -> None:
    stored = json.loads(to_json(read(small)))
    del stored["words"]  # as if written before there was such a key
    older = json.dumps(stored, separators=(",", ":")).encode()
    assert from_json(older).digest == blake2b(older, digest_size=32).hexdigest()
    assert to_json(from_json(older)) == older


@given(st.integers(0, MAX_MINUTES))
def test_durations_are_written_so_that_they_are_read_alike(minutes: int) -> None:
    count = int(duration(minutes).rstrip("dhmin"))
    assert count * {"d": 1440, "h": 60, "n": 1}[duration(minutes)[-1]] == minutes


@pytest.mark.parametrize(
    "stored", [b"", b"[]", b"{}", b"null", b'{"format": 1}', b"\xff", b"[" * 100_000, b" " * 2**21]
)
def test_bytes_that_are_no_playbook_are_refused(stored: bytes) -> None:
    with pytest.raises(PlaybookRefused):
        from_json(stored)


def test_a_refused_playbook_says_everything(broken: Callable[[str, str], str]) -> None:
    with pytest.raises(PlaybookRefused) as refused:
        read(broken("by: 30min", "by: soon").replace("hazard: small", "hazard: small\nx: 1"), "mine.yaml")
    assert [each.code for each in refused.value.findings] == ["unknown_key", "bad_duration"]
    assert "mine.yaml:6:1" in str(refused.value)


def test_playbooks_are_found_by_id_and_by_file(small: str, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(small, encoding="utf-8")
    assert (
        find(str(tmp_path / "mine.yaml")).digest == load(tmp_path / "mine.yaml").digest == read(small).digest
    )
    assert find("flood_typhoon") is find("flood-typhoon")
    with pytest.raises(PlaybookRefused) as refused:
        find("flod-typhoon")
    assert '"flood-typhoon"' in refused.value.findings[0].hint.en


def test_skills_are_those_that_posts_ask_for() -> None:
    assert skills([bundled("snow-cold")]) == (
        "driver", "electric", "first_aid", "lifting", "plough", "plumber", "registrar",
    )  # fmt: skip
    assert set(skills(map(bundled, bundled_ids()))) == set(SKILLS)
