"""Frames of RFC 6455 as a server sends them: unmasked, whole, uncompressed. Made once, written to many.

aiohttp's own writer would frame a message anew for every client and wait for the slowest of them.
"""

from __future__ import annotations

from typing import Final

from coordinator.wire.close_codes import CloseCode

_FIN: Final = 0x80
_TEXT: Final = 0x1
_CLOSE: Final = 0x8
_PING: Final = 0x9
_PONG: Final = 0xA

NORMAL: Final = 1000
"""RFC 6455: the client closed, and is answered."""


def _frame(opcode: int, payload: bytes) -> bytes:
    length = len(payload)
    if length < 126:
        return bytes((_FIN | opcode, length)) + payload
    if length < 1 << 16:
        return bytes((_FIN | opcode, 126)) + length.to_bytes(2, "big") + payload
    return bytes((_FIN | opcode, 127)) + length.to_bytes(8, "big") + payload


def text_frame(payload: bytes) -> bytes:
    return _frame(_TEXT, payload)


def close_frame(code: CloseCode | int, reason: str = "") -> bytes:
    """`reason` must stay under 124 bytes: control frames are short."""
    return _frame(_CLOSE, int(code).to_bytes(2, "big") + reason.encode())


def pong_frame(payload: bytes) -> bytes:
    return _frame(_PONG, payload)


PING: Final = _frame(_PING, b"")
