"""Exit codes of `pingji`: part of the interface, the same for every command."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    OK = 0
    FAILED = 1
    USAGE = 2
    VALIDATION = 3
    """What was given is wrong: the message says where and what would be right."""
    REFUSED = 4
    """A rule said no, or a second person has to approve."""
    DEPENDENCY = 5
    """A server is down or not to be reached; trying again makes sense."""
