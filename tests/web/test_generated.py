"""What is generated from the server stands in the tree as the server says it now; and what the pages' own tools say."""

from __future__ import annotations

import json
import re

import pytest

from tests.web import published, vectors
from tests.web.node import ROOT, WEB, node

LOCK = WEB / "package-lock.json"


@pytest.fixture(scope="module")
def fresh() -> dict[str, str]:
    return {str(path.relative_to(ROOT)): content for path, content in published.generated().items()}


@pytest.mark.parametrize("path", sorted(str(p.relative_to(ROOT)) for p in published.FILES))
def test_generated_files_are_as_the_server_says_now(fresh: dict[str, str], path: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == fresh[path], "python -m tests.web.published"


def test_the_sdk_still_does_what_was_recorded() -> None:
    assert vectors.FILE.read_text(encoding="utf-8") == vectors.encoded(), "python -m tests.web.vectors"


def test_types_of_the_pages_hold() -> None:
    node(["node_modules/vue-tsc/bin/vue-tsc.js", "--noEmit", "-p", "tsconfig.json"])


def test_the_pages_own_tests_pass() -> None:
    node(["node_modules/vitest/vitest.mjs", "run", "--reporter=dot"])


def test_no_committed_file_names_a_host_to_load_from() -> None:
    lock = LOCK.read_text(encoding="utf-8")
    assert "://" not in lock, "npm run lock"
    packages = json.loads(lock)["packages"].items()
    assert all(
        one.get("integrity") or one.get("link") or not name.startswith("node_modules/")
        for name, one in packages
    )
    for path in (*WEB.glob("*/index.html"), *WEB.glob("*/src/**/*.vue"), *WEB.glob("*/src/**/*.css")):
        assert not re.search(
            r"(?:src|href|url\()=?[\"'(]?(?:https?:)?//", path.read_text(encoding="utf-8")
        ), path
