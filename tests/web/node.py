"""Node for the tests of the web pages: the same as the build uses, with the pages' development tools installed."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import hatch_build

ROOT: Final = Path(__file__).parents[2]
WEB: Final = ROOT / "clients" / "web"


def node(command: Sequence[str], **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a script in `clients/web`. Raises `subprocess.CalledProcessError` with what it said."""
    install_tools()
    npm, environment = hatch_build.with_node()
    program = npm[0] if len(npm) == 2 else "node"
    return subprocess.run(
        [program, *command], cwd=WEB, env=environment, check=True, text=True, encoding="utf-8", **options
    )


def install_tools() -> None:
    """Once: the wheel's build has left the packages it needed, or nothing."""
    if not (hatch_build.installed(WEB) and (WEB / "node_modules" / "vitest").exists()):
        hatch_build.install(WEB, tools=True)
