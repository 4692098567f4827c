"""Markdown written by others, made safe: no raw HTML, no images, no scripts, no htmx attributes."""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_parser = MarkdownIt("js-default", {"linkify": False, "maxNesting": 20}).disable("image")
_TAGS = {
    *("p", "br", "hr", "em", "strong", "del", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
_MAX = 30_000  # characters; longer texts are cut, a description is no book


@lru_cache(maxsize=2048)
def to_html(text: str) -> SafeString:
    """Safe HTML of at most the first 30,000 characters."""
    html = nh3.clean(
        _parser.render(text[:_MAX]),
        tags=_TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes={"https", "http", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    return mark_safe(html)  # noqa: S308 - nh3 has just cleaned it against an allow-list


# what Markdown may read as its own; most texts have nothing of it, and parsing twenty of them is dear
_MARKS = re.compile(r"[^\w\s.,:;?!'\"()/%-]|(?<!\w)_|__|--|\t|^ {4}|^\s*(?:\d+[.)]|-)", re.MULTILINE)
_BLOCKS = re.compile(r"</(p|li|h\d|tr|blockquote|pre)>|<br>")


@lru_cache(maxsize=4096)
def to_text(text: str) -> str:
    """One line of plain text for cards and tables; no markup, so whoever shows it escapes it."""
    if not _MARKS.search(text):
        return " ".join(text[:2000].split())
    html = _BLOCKS.sub(" ", nh3.clean(_parser.render(text[:2000]), tags=_TAGS, attributes={}))
    return " ".join(unescape(nh3.clean(html, tags=set())).split())
