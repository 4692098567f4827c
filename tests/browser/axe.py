"""What is wrong with how a page is shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

AXE = Axe()


def faults(page: Page) -> list[str]:
    """Rules of accessibility that are broken, and whether anything is wider than the window."""
    found = [fault["id"] for fault in AXE.run(page, options={"resultTypes": ["violations"]}).response["violations"]]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append("wider than the window")
    return found


def faulty(visitor: Any, paths: Iterable[str]) -> dict[str, list[str]]:
    """Those of the pages that have any, with their faults."""
    found = {path: faults(visitor.go(path)) for path in paths}
    return {path: wrong for path, wrong in found.items() if wrong}
