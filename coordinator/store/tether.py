"""A program that ends with its parent: asks for SIGTERM when the parent dies, then becomes the program.

Run as a script, by `tethered`; imports nothing of the project, to cost a few milliseconds. The kernel means
the parent's *thread*: start such a child from the main thread, for any other's ends with that thread.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1


def tethered(command: Sequence[str]) -> list[str]:
    """The command line of a child that gets SIGTERM when this process ends, also by `kill -9`. Linux only:
    elsewhere the child just runs."""
    return [sys.executable, "-I", "-S", str(Path(__file__)), str(os.getpid()), *command]


def _become(parent: int, command: Sequence[str]) -> None:
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:  # it died before the kernel was told
            sys.exit(1)
    os.execv(command[0], list(command))


if __name__ == "__main__":
    _become(int(sys.argv[1]), sys.argv[2:])
