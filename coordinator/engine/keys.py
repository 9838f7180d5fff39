"""What the coordinator draws by chance: keys of its own commands (UUIDs of version 7, dated by the log server's clock)
and tokens."""

from __future__ import annotations

import secrets
from datetime import datetime


def fresh_key(now: datetime) -> str:
    milliseconds = int(now.timestamp() * 1000)
    value = (milliseconds << 80) | (7 << 76) | (secrets.randbits(12) << 64) | (2 << 62) | secrets.randbits(62)
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def new_token() -> str:
    """256 bits of chance; only its hash is ever stored in the log."""
    return "pj_" + secrets.token_urlsafe(32)
