"""Style sheets as they are served."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portal.running import stylesheets

STATIC = Path(__file__).parents[2] / "static"


@pytest.mark.parametrize(
    ("css", "served"),
    [
        (".a{x:y}", ".a{x:y}"),
        (".a,.row>[class*=col-],.b{x:y}", ".a,.b{x:y}"),
        ("[class^=container]{x:y}.b{z:1}", ".b{z:1}"),
        ("@media(width>1px){.row>[class*=col-]{x:y}.b{z:1}}", "@media(width>1px){.b{z:1}}"),
        ('.t>tr:not(:is([class^=bg-],[style*="x, y"]))>td,.c{x:y}', ".c{x:y}"),
        ('[data-class=x]{x:url("a,[classy")}', '[data-class=x]{x:url("a,[classy")}'),
    ],
)
def test_selectors_by_a_part_of_a_class_are_left_out(css: str, served: str) -> None:
    assert stylesheets.served(css) == served


def test_no_style_sheet_has_the_browser_look_at_everything_where_a_class_changes() -> None:
    sheets = [*STATIC.glob("css/*.css"), STATIC / "vendor/tabler.min.css"]
    assert {
        sheet.name for sheet in sheets if re.search(r"\[(class|style)\b", sheet.read_text(encoding="utf-8"))
    } == set()
    assert len(sheets) > 10
