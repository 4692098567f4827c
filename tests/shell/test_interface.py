"""The interface's tags, its icons, and what the security policy asks of every template."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils import timezone
from django.utils.safestring import mark_safe

from catalog.kinds import KINDS
from portal.kernel import words
from portal.kernel.slots import Badge

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=\"|javascript:|<script(?![^>]*\ssrc=)|hx-on|hx-vars", re.IGNORECASE)


def render(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


def test_no_template_has_inline_script_or_style() -> None:
    assert {path.name: found for path in TEMPLATES if (found := INLINE.findall(path.read_text()))} == {}


def test_every_icon_that_is_named_is_fetched() -> None:
    fetched = set(json.loads((ROOT / "package.json").read_text())["gazetteer"]["icons"])
    named = {look.icon for look in KINDS.values()}
    for path in TEMPLATES:
        text = path.read_text()
        named |= set(re.findall(r'{% icon "([a-z0-9-]+)"', text))
        named |= set(re.findall(r'{% (?:card|banner|activity)[^%]*\bicon="([a-z0-9-]+)"', text))
    assert named - fetched == set()


def test_no_colour_is_named_outside_the_tokens() -> None:
    sheets = [path for path in (ROOT / "static" / "css").glob("*.css") if path.name != "tokens.css"]
    assert [path.name for path in sheets if re.search(r"#[0-9a-f]{3,8}\b|rgb\(|hsl\(", path.read_text())] == []


def test_names_and_words_of_others_are_escaped() -> None:
    evil = '<img src=x onerror="alert(1)">_a.b'
    for tag in (
        "{% data_name v %}",
        "{% data_name v sought=w %}",
        "{{ v|breakable }}",
        "{% pill v %}",
        "{{ v|markdown }}",
    ):
        assert "<img" not in render(tag, v=evil, w=["img"])
    badge = Badge(word=evil, tone="good", icon="check", title=evil)
    assert "<img" not in render("{% badge b %}{% fact v %}{{ v }}{% endfact %}{% avatar v %}", b=badge, v=evil)


def test_a_name_can_be_broken_and_its_match_is_marked() -> None:
    assert render("{{ 'a_b.c'|breakable }}") == "a_<wbr>b.<wbr>c"
    assert "<mark>rev</mark>enue" in render("{% data_name 'revenue' sought=w %}", w=["rev"])


def test_markdown_is_out_of_reach_of_htmx() -> None:
    assert render("{{ '**a**'|markdown }}").startswith('<div class="prose" hx-disable>')
    assert render("{{ ''|markdown }}") == ""


def test_a_status_has_colour_shape_and_word() -> None:
    for status, word in (("pass", "passed"), ("fail", "failed"), ("", "not run")):
        html = render("{% status s %}", s=status)
        assert "pill-" in html
        assert "<svg" in html
        assert word in html


@pytest.mark.parametrize(
    ("seconds", "told"), [(2, "just now"), (70, "1 min ago"), (7300, "2 h ago"), (-90000, "in 1 d"), (4e7, "1 y ago")]
)
def test_times_are_relative_with_the_exact_one_beside(seconds: float, told: str) -> None:
    html = render(
        "{{ at|ago }}", at=timezone.now() - timedelta(seconds=seconds, milliseconds=-500 if seconds < 0 else 500)
    )
    assert told in html
    assert 'title="' in html


def test_figures_in_words() -> None:
    assert words.figure(1234567) == "1\u202f234\u202f567"
    assert words.figure(None) == words.figure("") == "–"
    assert [words.compact(number) for number in (980, 12_400, 3_100_000)] == ["980", "12.4k", "3.1M"]
    assert [words.duration(s) for s in (0.42, 12, 200, 7500)] == ["0.4 s", "12 s", "3 min 20 s", "2 h 5 min"]
    assert words.filesize(1_500_000) == "1.5 MB"
    assert words.as_text({"a": 1}) == '{"a": 1}'


def test_a_meter_fills_its_width() -> None:
    html = render("{% meter 1 1 2 %}")
    assert sum(float(width) for width in re.findall(r'width="([\d.]+)"', html)) == 100


def test_the_query_keeps_what_it_does_not_change(rf: object) -> None:
    request = rf.get("/search/?q=a&page=3&kind=table")  # type: ignore[attr-defined]  # pytest-django's request factory
    assert render("{% with_query sort='name' %}", request=request) == "?q=a&amp;kind=table&amp;sort=name"


def test_the_open_part_of_the_site_is_marked() -> None:
    request = SimpleNamespace(path="/domains/finance/")
    assert "aria-current" in render("{% current '/domains/' %}", request=request)
    assert "aria-current" not in render("{% current '/' %}", request=request)


def test_the_style_guide_is_for_the_demo_alone(as_viewer: Client, settings: SimpleNamespace) -> None:
    settings.DEMO = True
    assert as_viewer.get("/styleguide/").status_code == 200
    settings.DEMO = False
    assert as_viewer.get("/styleguide/").status_code == 404


@pytest.mark.parametrize(
    "path", ["/", "/search/", "/search/?q=orders&kind=table", "/search/typeahead/?q=ord", "/people/"]
)
def test_pages_of_an_empty_catalog(as_viewer: Client, path: str) -> None:
    assert as_viewer.get(path).status_code == 200


def test_fragments_carry_no_page(as_viewer: Client) -> None:
    html = as_viewer.get("/search/typeahead/?q=zz", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in html
    assert "Nothing is called" in html


def test_a_component_that_is_kept_forgets_no_difference_between_safe_text_and_other() -> None:
    template = "{% pill word %}"
    assert "<b>x</b>" in render(template, word=mark_safe("<b>x</b>"))
    assert "&lt;b&gt;x&lt;/b&gt;" in render(template, word="<b>x</b>")


def test_no_kind_of_asset_wears_the_icon_of_peeking() -> None:
    """The two stand side by side in results."""
    assert "eye" not in {look.icon for look in KINDS.values()}
