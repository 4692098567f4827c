"""What is wrong with how a page is shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

AXE = Axe()
Theme = Literal["light", "dark"]
# A page in the dark has the words and the structure that it has in the light, in other colours
OF_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


def faults(page: Page, theme: Theme = "light") -> list[str]:
    """Rules of accessibility that are broken, and whether anything is wider than the window."""
    options = {"resultTypes": ["violations"], **(OF_COLOURS if theme == "dark" else {})}
    found = [fault["id"] for fault in AXE.run(page, options=options).response["violations"]]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append("wider than the window")
    return found


def faulty(visitor: Any, paths: Iterable[str], theme: Theme) -> dict[str, list[str]]:
    """Those of the pages that have any, with their faults."""
    found = {path: faults(visitor.go(path), theme) for path in paths}
    return {path: wrong for path, wrong in found.items() if wrong}
