"""The file format of registers: named columns of numbers and text, written the same way every time and read
where they lie. It knows no area and no person; the `register_*.py` beside it say what the columns mean.

    magic (8 bytes) | length of header (u8) | header (JSON) | padding | column | padding | column | padding

Every column starts at a multiple of eight, so an array over it is aligned. A column of text is two:
`NAME.ends` (where each value starts and ends) and `NAME.text` (UTF-8, one value after the other).
"""

from __future__ import annotations

import hashlib
import mmap
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final, NewType, TypeVar, overload

import msgspec
import numpy as np
from numpy.typing import NDArray

Digest = NewType("Digest", str)
"""BLAKE2b-256 of all bytes of a register, in hex: its name."""

Buffer = bytes | mmap.mmap
Number = TypeVar("Number", bound=np.generic)
Column = NDArray[np.generic] | Sequence[str]
"""What is written: an array of numbers, or values of text."""

MAGIC: Final = b"PINGJI\x00\x01"
"""The last byte is the version of the format."""
ALIGNMENT: Final = 8
PREFIX: Final = len(MAGIC) + 8
DTYPES: Final = {name: np.dtype(name) for name in ("|u1", "<u2", "<u4", "<i4", "<u8")}


class BrokenRegister(ValueError):
    """These bytes are no register, or not the one that was asked for. Nothing of them is used."""


class ColumnEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a column lies: `offset` in bytes from the end of the padded header, `length` in values."""

    name: str
    dtype: str
    offset: int
    length: int


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What kind of register this is, the short lists its numbers point into, and its columns."""

    kind: str
    names: dict[str, tuple[str, ...]]
    columns: tuple[ColumnEntry, ...]


def digest_of(data: Buffer) -> Digest:
    return Digest(hashlib.blake2b(data, digest_size=32).hexdigest())


def write_columns(kind: str, names: Mapping[str, Sequence[str]], columns: Mapping[str, Column]) -> bytes:
    """The bytes of a register. The same arguments give the same bytes, on every machine and for ever."""
    entries: list[ColumnEntry] = []
    parts: list[bytes] = []
    offset = 0
    for name, array in _plain(columns):
        data = array.tobytes()
        entries.append(ColumnEntry(name, array.dtype.str, offset, len(array)))
        parts += [data, bytes(-len(data) % ALIGNMENT)]
        offset = _aligned(offset + len(data))
    header = msgspec.json.encode(
        Header(kind, {key: tuple(names[key]) for key in sorted(names)}, tuple(entries)), order="deterministic"
    )
    start = [MAGIC, len(header).to_bytes(8, "little"), header, bytes(-(PREFIX + len(header)) % ALIGNMENT)]
    return b"".join(start + parts)


def _plain(columns: Mapping[str, Column]) -> list[tuple[str, NDArray[np.generic]]]:
    """Every column as arrays of the five number types, in the order given."""
    plain: list[tuple[str, NDArray[np.generic]]] = []
    for name, column in columns.items():
        if isinstance(column, np.ndarray):
            array = np.ascontiguousarray(column, dtype=column.dtype.newbyteorder("<"))
            if array.dtype.str not in DTYPES or array.ndim != 1:
                raise TypeError(f"column {name}: {array.ndim} dimensions of {array.dtype.str}")
            plain.append((name, array))
        else:
            values = [value.encode() for value in column]
            ends = np.zeros(len(values) + 1, dtype="<u8")
            np.cumsum([len(value) for value in values], out=ends[1:])
            if ends[-1] >= 2**32:
                raise ValueError(f"column {name}: more than 4 GiB of text")
            plain.append((f"{name}.ends", ends.astype("<u4")))
            plain.append((f"{name}.text", np.frombuffer(b"".join(values), dtype="|u1")))
    return plain


def _aligned(offset: int) -> int:
    return offset + -offset % ALIGNMENT


class TextColumn(Sequence[str]):
    """A column of text, decoded value by value when asked for."""

    def __init__(self, ends: NDArray[np.uint32], text: NDArray[np.uint8]) -> None:
        self._ends = ends
        self._text = text.data

    def __len__(self) -> int:
        return len(self._ends) - 1

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[str]: ...
    def __getitem__(self, at: int | slice) -> str | Sequence[str]:
        if isinstance(at, slice):
            return [self[index] for index in range(*at.indices(len(self)))]
        if at < 0:
            at += len(self)
        if not 0 <= at < len(self):
            raise IndexError(at)
        return str(self._text[self._ends.item(at) : self._ends.item(at + 1)], "utf-8")

    def find(self, value: str) -> int:
        """Where `value` stands in a column that was written sorted; -1 if it does not."""
        at = bisect_left(self, value)
        return at if at < len(self) and self[at] == value else -1

    def decoded(self) -> list[str]:
        """All values at once; for columns that are asked all the time, such as the codes of areas."""
        whole = bytes(self._text)
        if whole.isascii():
            text = whole.decode("ascii")
            return [text[start:end] for start, end in pairwise(self._ends.tolist())]
        return [whole[start:end].decode() for start, end in pairwise(self._ends.tolist())]


class ColumnFile:
    """An opened register: read-only arrays over its bytes. Whoever holds an array holds the file."""

    def __init__(self, data: Buffer, kind: str, expected: str = "") -> None:
        self.digest = digest_of(data)
        if expected not in ("", self.digest):
            raise BrokenRegister(f"the bytes of {expected} have another digest")
        header, start = _header(data)
        if header.kind != kind:
            raise BrokenRegister(f"this is a register of {header.kind}, not of {kind}")
        self.names = header.names
        self._arrays: dict[str, NDArray[np.generic]] = {}
        end = 0
        for column in header.columns:
            dtype = DTYPES.get(column.dtype)
            if dtype is None or column.length < 0 or column.offset != end or column.name in self._arrays:
                raise BrokenRegister(f"column {column.name}: header says {column}")
            end = _aligned(end + column.length * dtype.itemsize)
            if start + end > len(data):
                raise BrokenRegister(f"truncated: column {column.name} ends after byte {len(data)}")
            self._arrays[column.name] = np.frombuffer(data, dtype, column.length, start + column.offset)
            self._arrays[column.name].flags.writeable = False
        if start + end != len(data):
            raise BrokenRegister(f"{len(data) - start - end} bytes too many")

    def list_of(self, name: str) -> tuple[str, ...]:
        if name not in self.names:
            raise BrokenRegister(f"list {name} is missing")
        return self.names[name]

    def array(self, name: str, dtype: type[Number], length: int | None = None) -> NDArray[Number]:
        array = self._arrays.get(name)
        if array is None or array.dtype != np.dtype(dtype):
            raise BrokenRegister(f"column {name} of {np.dtype(dtype)} is missing")
        if length is not None and len(array) != length:
            raise BrokenRegister(f"column {name} has {len(array)} values, not {length}")
        return array.view(dtype)

    def indexes(
        self, name: str, dtype: type[Number], length: int, *, into: int, lowest: int = 0
    ) -> NDArray[Number]:
        """A column that points into another one of `into` values; with `lowest` -1 also nowhere."""
        array = self.array(name, dtype, length)
        if length and not (lowest <= int(array.min()) and int(array.max()) < into):
            raise BrokenRegister(f"column {name} points outside of what it points into")
        return array

    def text(self, name: str, length: int | None = None) -> TextColumn:
        ends = self.array(f"{name}.ends", np.uint32, None if length is None else length + 1)
        text = self.array(f"{name}.text", np.uint8)
        if not len(ends) or ends[0] != 0 or ends[-1] != len(text) or bool((ends[1:] < ends[:-1]).any()):
            raise BrokenRegister(f"column {name}: the ends of its values do not fit its text")
        return TextColumn(ends, text)


def _header(data: Buffer) -> tuple[Header, int]:
    """The header, and where the columns begin."""
    if data[: len(MAGIC)] != MAGIC:
        raise BrokenRegister("this is no register, or one of another version")
    end = PREFIX + int.from_bytes(data[len(MAGIC) : PREFIX], "little")
    if len(data) < max(PREFIX, end):
        raise BrokenRegister("truncated: the header is not whole")
    try:
        return msgspec.json.decode(data[PREFIX:end], type=Header), _aligned(end)
    except msgspec.DecodeError as wrong:
        raise BrokenRegister(f"the header cannot be read: {wrong}") from wrong


def map_file(path: Path) -> mmap.mmap:
    """The bytes of a file, shared by all processes that map it, read when touched."""
    with path.open("rb") as file:
        try:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError as empty:
            raise BrokenRegister(f"{path.name} is empty") from empty
