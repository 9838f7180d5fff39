"""An outbox with a file forgets nothing: what was not answered is there after a restart, in order."""

from __future__ import annotations

from pathlib import Path

import pytest

from clients.sdk.outbox import Outbox, State


def test_what_waits_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "outbox.jsonl"
    first = Outbox(path)
    for key in ("1", "2", "3"):
        first.add(key, "CompleteTask", {"task": key, "text": "办结"})
    first.drop("2")
    first.expire("1")
    second = Outbox(path)
    assert [(one.key, one.state) for one in second] == [("1", State.EXPIRED), ("3", State.WAITING)]
    assert second.get("3").body == {"task": "3", "text": "办结"}  # type: ignore[union-attr]
    assert [one.key for one in second.front(5)] == ["3"]
    second.issue_anew("1", "4")
    assert [(one.key, one.name) for one in Outbox(path)] == [("3", "CompleteTask"), ("4", "CompleteTask")]


def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "outbox.jsonl"
    Outbox(path).add("1", "ReportHome", {})
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("text", ["{}", "half a li", '{"key":"1","name":"A","body":3,"expired":false}'])
def test_a_damaged_file_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "outbox.jsonl"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"outbox\.jsonl, line 1"):
        Outbox(path)


def test_in_memory_it_writes_nothing(tmp_path: Path) -> None:
    outbox = Outbox()
    outbox.add("1", "ReportHome", {})
    outbox.drop("1")
    outbox.drop("1")
    assert len(outbox) == 0 and "1" not in outbox and list(tmp_path.iterdir()) == []
