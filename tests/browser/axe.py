"""What is wrong with how a page is shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

AXE = Axe()
Theme = Literal["light", "dark"]
SIZES: dict[str, ViewportSize] = {"wide": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
LOOKS: tuple[tuple[str, Theme], ...] = (("wide", "light"), ("wide", "dark"), ("phone", "light"))
# A page in the dark has the words and the structure that it has in the light, in other colours
OF_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


def faults(page: Page, theme: Theme = "light") -> list[str]:
    """Rules of accessibility that are broken, and whether anything is wider than the window."""
    options = {"resultTypes": ["violations"], **(OF_COLOURS if theme == "dark" else {})}
    found = [fault["id"] for fault in AXE.run(page, options=options).response["violations"]]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append("wider than the window")
    return found


def in_all_looks(page: Page) -> dict[str, list[str]]:
    """Faults by look, where there are any: the page changes its window and its colours. A phone has the colours of the wide
    window, so its dark theme says nothing new."""
    found = {}
    for size, theme in LOOKS:
        page.set_viewport_size(SIZES[size])
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        found[f"{size} {theme}"] = faults(page, theme)
    return {look: wrong for look, wrong in found.items() if wrong}


def faulty(visitor: Any, paths: Iterable[str]) -> dict[str, dict[str, list[str]]]:
    """Those of the pages that have any, with their faults."""
    found = {path: in_all_looks(visitor.go(path)) for path in paths}
    return {path: wrong for path, wrong in found.items() if wrong}
