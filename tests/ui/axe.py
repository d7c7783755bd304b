"""axe-core of npm, the newest rules, run in a page whose content policy would refuse a script tag."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_FILE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@cache
def _script() -> str:
    return _FILE.read_text("utf-8")


def violations(page: Page) -> list[str]:
    """What axe finds, one line each: rule, first element, why. Raises FileNotFoundError before `npm ci`."""
    page.evaluate(_script())
    found: dict[str, Any] = page.evaluate("(tags) => axe.run(document, { runOnly: tags })", _TAGS)
    return [
        f"{rule['id']}: {node['target'][0]} – {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"][:3]
    ]
