"""How a token is named where it must not stand itself: by its SHA-256. Tokens carry 256 bits, so no salt is needed."""

from __future__ import annotations

import hashlib


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
