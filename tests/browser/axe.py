"""What is wrong with how a page is shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

AXE = Axe()
Theme = Literal["light", "dark"]
SIZES: dict[str, ViewportSize] = {"wide": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
# In the dark a page has the words and the structure that it has in the light, in other colours; on a phone the same colours
OF_COLOURS = ["color-contrast", "link-in-text-block"]
ASKED: dict[tuple[str, Theme], dict[str, Any]] = {
    ("wide", "light"): {},
    ("wide", "dark"): {"runOnly": {"type": "rule", "values": OF_COLOURS}},
    ("phone", "light"): {"rules": {rule: {"enabled": False} for rule in OF_COLOURS}},
}


def faults(page: Page, asked: dict[str, Any] | None = None) -> list[str]:
    """Rules of accessibility that are broken, and whether anything is wider than the window."""
    options = {"resultTypes": ["violations"], **(asked or {})}
    found = [fault["id"] for fault in AXE.run(page, options=options).response["violations"]]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append("wider than the window")
    return found


def in_all_looks(page: Page) -> dict[str, list[str]]:
    """Faults by look, where there are any: the page changes its window and its colours."""
    found = {}
    for (size, theme), asked in ASKED.items():
        page.set_viewport_size(SIZES[size])
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        found[f"{size} {theme}"] = faults(page, asked)
    return {look: wrong for look, wrong in found.items() if wrong}


def faulty(visitor: Any, paths: Iterable[str]) -> dict[str, dict[str, list[str]]]:
    """Those of the pages that have any, with their faults."""
    found = {path: in_all_looks(visitor.go(path)) for path in paths}
    return {path: wrong for path, wrong in found.items() if wrong}
