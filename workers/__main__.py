"""`python -m workers QUEUE`: how the supervisor, systemd or a container starts a worker."""

from __future__ import annotations

import sys

from workers.main import run

if __name__ == "__main__":
    sys.exit(run(*sys.argv[1:]))
