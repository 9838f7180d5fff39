"""The text of a file as offices send it: gzipped or not, with the mark of a spreadsheet or without, never in GBK.

It reads bytes and says what is wrong with them as a whole; of rows and columns it knows nothing.
"""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import Path
from typing import Final

LIMIT_MB: Final = 128
"""The areas of the whole country, 660,000 rows, are 40 MB; beyond it something else was unpacked."""


class Unreadable(Exception):
    """The file as a whole cannot be read."""

    def __init__(self, line: int, code: str, **facts: object) -> None:
        super().__init__(code)
        self.line, self.code, self.facts = line, code, facts


def csv_text(source: Path | bytes | str, most_mb: int = 0) -> str:
    """`most_mb`: instead of the usual. Raises `Unreadable`, whose code is one of `faults.FILE_FAULTS`."""
    if isinstance(source, str):
        return source
    limit_mb = most_mb or LIMIT_MB
    limit = limit_mb * 2**20
    try:
        with source.open("rb") if isinstance(source, Path) else io.BytesIO(source) as stream:
            raw = stream.read(limit + 1)
        if raw.startswith(b"PK\x03\x04"):
            raise Unreadable(1, "file_spreadsheet")
        if raw.startswith(b"\x1f\x8b"):
            with gzip.open(io.BytesIO(raw)) as unpacked:
                raw = unpacked.read(limit + 1)
    except (OSError, EOFError, zlib.error) as wrong:
        raise Unreadable(1, "file_unreadable", why=wrong) from wrong
    if len(raw) > limit:
        raise Unreadable(1, "file_too_large", limit=limit_mb)
    return _decoded(raw)


def _decoded(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable(1, "encoding_utf_16")
    try:
        return raw.decode("utf-8-sig")  # a spreadsheet's "CSV UTF-8" begins with a mark
    except UnicodeDecodeError as wrong:
        line = raw.count(b"\n", 0, wrong.start) + 1
        try:
            raw.decode("gb18030")
        except UnicodeDecodeError:
            raise Unreadable(line, "encoding_unknown") from wrong
        raise Unreadable(line, "encoding_gbk") from wrong
