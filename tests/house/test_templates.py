"""Templates obey the content security policy before a browser has to say so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.source import name, templates

TAG = re.compile(r"<[a-zA-Z][^<>]*(?:\{[{%].*?[%}]\}[^<>]*)*>", re.DOTALL)
INLINE_SCRIPT = re.compile(r"<script\b(?![^>]*\bsrc=)", re.IGNORECASE)
STYLE = re.compile(r"\sstyle\s*=|<style\b", re.IGNORECASE)
HANDLER = re.compile(r"\son[a-z]+\s*=|\shx-on", re.IGNORECASE)
ELSEWHERE = re.compile(
    r"<(?:script|link|img|iframe|source|video|audio|use)\b[^>]*(?:src|href)=[\"'](?:https?:)?//", re.I
)
UNSAFE = re.compile(r"\|\s*safe\b|autoescape\s+off|\|\s*safeseq")


@pytest.mark.parametrize("path", templates(), ids=name)
def test_a_template_has_nothing_inline_and_nothing_from_elsewhere(path: Path) -> None:
    text = path.read_text()
    for rule in (INLINE_SCRIPT, STYLE, ELSEWHERE, UNSAFE):
        assert rule.findall(text) == [], rule.pattern
    assert [tag for tag in TAG.findall(text) if HANDLER.search(tag)] == []


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (INLINE_SCRIPT, "<script>x</script>"),
        (STYLE, '<p class="a" style="color:red">'),
        (STYLE, "<style>"),
        (ELSEWHERE, '<script src="https://cdn.example/x.js">'),
        (ELSEWHERE, '<link rel="x" href="//cdn.example/x.css">'),
        (UNSAFE, "{{ text|safe }}"),
        (UNSAFE, "{% autoescape off %}"),
        (HANDLER, '<a href="x" onclick="x()">'),
    ],
)
def test_the_rules_find_what_they_look_for(rule: re.Pattern[str], text: str) -> None:
    assert rule.search(text)


def test_every_form_that_posts_has_its_csrf_token() -> None:
    for path in templates():
        for form in re.findall(r"<form\b[^>]*method=\"post\".*?</form>", path.read_text(), re.DOTALL | re.IGNORECASE):
            assert "{% csrf_token %}" in form, name(path)


def test_no_stylesheet_fetches_anything_from_elsewhere() -> None:
    for path in (templates()[0].parents[1] / "static" / "css").rglob("*.css"):
        assert not re.search(r"url\(\s*['\"]?(https?:)?//|@import", path.read_text()), name(path)
