"""The file format: what is written is read again, the same bytes every time; what is damaged is never opened."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.store.columns import BrokenRegister, ColumnFile, digest_of, map_file, write_columns

TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"])))


def small() -> bytes:
    return write_columns(
        "things",
        {"colours": ["red", "green"]},
        {
            "name": ["甲", "", "third"],
            "size": np.array([1, 2, 3], dtype="<u4"),
            "mark": np.array([7], dtype="|u1"),
        },
    )


@given(TEXTS, st.lists(st.integers(0, 2**64 - 1)))
def test_what_is_written_is_read_again(texts: list[str], numbers: list[int]) -> None:
    data = write_columns("things", {}, {"text": texts, "number": np.array(numbers, dtype="<u8")})
    opened = ColumnFile(data, "things")
    assert list(opened.text("text")) == texts == opened.text("text").decoded()
    assert opened.array("number", np.uint64).tolist() == numbers


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), unique=True), st.text())
def test_a_sorted_column_finds_what_it_has_and_nothing_else(texts: list[str], other: str) -> None:
    texts.sort()
    column = ColumnFile(write_columns("things", {}, {"text": texts}), "things").text("text")
    assert [column.find(text) for text in texts] == list(range(len(texts)))
    assert (column.find(other) >= 0) == (other in texts)


def test_the_same_content_has_the_same_digest_and_another_another() -> None:
    assert digest_of(small()) == digest_of(small())
    assert ColumnFile(small(), "things").digest == digest_of(small())
    assert digest_of(write_columns("things", {}, {})) != digest_of(write_columns("others", {}, {}))


def test_columns_lie_aligned_and_cannot_be_written() -> None:
    opened = ColumnFile(small(), "things")
    sizes = opened.array("size", np.uint32)
    assert sizes.ctypes.data % 4 == 0
    with pytest.raises(ValueError, match="read-only"):
        sizes[0] = 9


@pytest.mark.parametrize("missing", [1, 7, 8, 40])
def test_a_truncated_file_is_refused(missing: int) -> None:
    with pytest.raises(BrokenRegister, match="truncated"):
        ColumnFile(small()[:-missing], "things")


def test_every_prefix_of_a_file_is_refused() -> None:
    data = small()
    for length in range(len(data)):
        with pytest.raises(BrokenRegister):
            ColumnFile(data[:length], "things")


def test_surplus_bytes_another_kind_and_another_format_are_refused() -> None:
    with pytest.raises(BrokenRegister, match="too many"):
        ColumnFile(small() + bytes(8), "things")
    with pytest.raises(BrokenRegister, match="register of things, not of others"):
        ColumnFile(small(), "others")
    with pytest.raises(BrokenRegister, match="no register"):
        ColumnFile(b"PK\x03\x04" + small(), "things")


def test_a_column_that_is_not_there_or_does_not_fit_is_named() -> None:
    opened = ColumnFile(small(), "things")
    with pytest.raises(BrokenRegister, match="column weight"):
        opened.array("weight", np.uint32)
    with pytest.raises(BrokenRegister, match="column size"):
        opened.array("size", np.uint64)
    with pytest.raises(BrokenRegister, match="3 values, not 4"):
        opened.array("size", np.uint32, 4)
    with pytest.raises(BrokenRegister, match="points outside"):
        opened.indexes("size", np.uint32, 3, into=3)
    with pytest.raises(BrokenRegister, match="list shapes"):
        opened.list_of("shapes")


def test_a_flipped_byte_gives_another_digest_than_the_expected_one() -> None:
    data = bytearray(small())
    data[-8] ^= 1
    with pytest.raises(BrokenRegister, match="another digest"):
        ColumnFile(bytes(data), "things", expected=digest_of(small()))


def test_a_mapped_file_is_read_like_its_bytes_and_an_empty_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / "small").write_bytes(small())
    assert list(ColumnFile(map_file(tmp_path / "small"), "things").text("name")) == ["甲", "", "third"]
    (tmp_path / "empty").write_bytes(b"")
    with pytest.raises(BrokenRegister, match="empty"):
        map_file(tmp_path / "empty")
