"""A PDF file of pages of drawing commands, with three fonts that no file has to carry: readers bring them along.

Latin is Helvetica, which every reader has; Chinese is STSong by Adobe's GB1 character set, which readers map to a font
of the system's. Knows pages and bytes, and nothing of papers.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Final

A4: Final = (595, 842)
"""Points."""

_FONTS: Final = (
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
    "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light-UniGB-UCS2-H /Encoding /UniGB-UCS2-H "
    "/DescendantFonts [<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light "
    "/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /DW 1000 "
    "/FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] "
    "/ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >> >>] >>",
)
LATIN, BOLD, CHINESE = "F1", "F2", "F3"


def pdf(pages: Sequence[str], title: str, *, compress: bool = True) -> bytes:
    """`pages`: the content of each, in drawing commands. The same pages give the same file, to the byte."""
    width, height = A4
    objects: list[bytes] = []

    def add(body: bytes) -> int:
        objects.append(body)
        return len(objects)

    catalog, tree = add(b""), add(b"")
    fonts = [add(font.encode()) for font in _FONTS]
    names = " ".join(f"/F{at} {number} 0 R" for at, number in enumerate(fonts, start=1))
    kids = []
    for content in pages:
        stream = content.encode("ascii")
        coded = zlib.compress(stream, 9) if compress else stream
        kind = "/Filter /FlateDecode " if compress else ""
        body = f"<< {kind}/Length {len(coded)} >>\nstream\n".encode() + coded + b"\nendstream"
        drawn = add(body)
        page = (
            f"<< /Type /Page /Parent {tree} 0 R /MediaBox [0 0 {width} {height}] /Contents {drawn} 0 R "
            f"/Resources << /Font << {names} >> >> >>"
        )
        kids.append(add(page.encode()))
    about = add(f"<< /Title <feff{title.encode('utf-16-be').hex()}> /Producer (pingji) >>".encode())
    objects[catalog - 1] = f"<< /Type /Catalog /Pages {tree} 0 R >>".encode()
    listed = " ".join(f"{kid} 0 R" for kid in kids)
    objects[tree - 1] = f"<< /Type /Pages /Kids [{listed}] /Count {len(kids)} >>".encode()
    return _written(objects, catalog, about)


def _written(objects: list[bytes], catalog: int, about: int) -> bytes:
    data = bytearray(b"%PDF-1.5\n%\xe5\xb9\xb3\xe6\x80\xa5\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(data))
        data += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(data)
    data += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    data += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    trailer = f"trailer\n<< /Size {len(objects) + 1} /Root {catalog} 0 R /Info {about} 0 R >>\n"
    data += f"{trailer}startxref\n{start}\n%%EOF\n".encode()
    return bytes(data)
