"""A client on the hub's side of the wire: takes frames when it likes, and keeps its boards as the SDK does."""

from __future__ import annotations

from coordinator.domain.refusal import Refused
from coordinator.wire.board import Board, BoardKey, Cursor
from coordinator.wire.messages import SERVER, Delta, Snapshot


def payload_of(frame: bytes) -> bytes:
    """The payload of one unmasked text frame, checked as a client would."""
    assert frame[0] == 0x81, "not a final text frame"
    length, start = frame[1], 2
    if length == 126:
        length, start = int.from_bytes(frame[2:4], "big"), 4
    elif length == 127:
        length, start = int.from_bytes(frame[2:10], "big"), 10
    assert len(frame) == start + length
    return frame[start:]


class FakeClient:
    def __init__(self) -> None:
        self.reading = True
        self.frames: list[bytes] = []
        self.messages: list[Snapshot | Delta] = []
        self.boards: dict[str, Board] = {}
        self.parts: dict[str, list[str]] = {}
        self.dropped_boards: list[tuple[BoardKey, str]] = []

    # --- as the hub sees it -----------------------------------------------------------------------------

    def ready(self) -> bool:
        return self.reading

    def write(self, frame: bytes) -> None:
        assert self.reading, "written to though it does not read"
        self.frames.append(frame)
        message = SERVER.validate_json(payload_of(frame))
        assert isinstance(message, Snapshot | Delta)
        self.messages.append(message)
        board = self.boards.setdefault(message.board, Board(message.board))
        if isinstance(message, Snapshot):
            self.parts[message.board] = message.parts
            board.snapshot(message.part, message.cursor, message.entries, message.at)
        else:
            board.delta(message.part, message.since, message.cursor, message.set, message.gone, message.at)

    def dropped(self, board: BoardKey, refused: Refused) -> None:
        self.dropped_boards.append((board, refused.code))

    # --- as a test sees it ------------------------------------------------------------------------------

    def cursors(self, board: BoardKey) -> dict[str, Cursor]:
        return self.boards[str(board)].cursor if str(board) in self.boards else {}
