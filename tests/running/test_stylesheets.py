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
        (".a>:not(template)~:not(template),.b{x:y}", ".b{x:y}"),
        (".a > * + *{x:y}.b+.c{z:1}", ".b+.c{z:1}"),
        ("legend+*,.d:not(.e)+.f{x:y}", ".d:not(.e)+.f{x:y}"),
        ('[data-class=x]{x:url("a,[classy")}', '[data-class=x]{x:url("a,[classy")}'),
    ],
)
def test_selectors_that_make_small_changes_dear_are_left_out(css: str, served: str) -> None:
    assert stylesheets.served(css) == served


def test_no_style_sheet_has_the_browser_look_at_everything_where_a_class_changes() -> None:
    sheets = [*STATIC.glob("css/*.css"), STATIC / "vendor/tabler.min.css"]
    dear = re.compile(r"\[(class|style)\b|[~+]\s*(\*|:not\([^()]*\))\s*[,{]")
    assert {sheet.name for sheet in sheets if dear.search(sheet.read_text(encoding="utf-8"))} == set()
    assert len(sheets) > 10
