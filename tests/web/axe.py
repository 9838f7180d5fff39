"""axe-core in a page: what it finds serious or critical, colours among it.

It is evaluated by the browser's own tools, so that the policy of the page stands as it is.
"""

from __future__ import annotations

from typing import Any, Final

from playwright.async_api import Page

from tests.web.node import WEB, install_tools

SOURCE: Final = WEB / "node_modules" / "axe-core" / "axe.min.js"
GRAVE: Final = frozenset({"serious", "critical"})
RUN: Final = """() => axe.run(document, {
  resultTypes: ["violations"],
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
})"""


async def findings(page: Page) -> list[str]:
    """Each as `rule: what is asked, at which element`; empty where there is nothing grave."""
    if not await page.evaluate("() => typeof axe === 'object'"):
        install_tools()
        await page.evaluate(SOURCE.read_text(encoding="utf-8"))
    found: dict[str, Any] = await page.evaluate(RUN)
    return [
        f"{rule['id']}: {rule['help']}, at {' '.join(map(str, node['target']))} {node['html'][:120]}"
        for rule in found["violations"]
        if rule["impact"] in GRAVE
        for node in rule["nodes"][:5]
    ]
