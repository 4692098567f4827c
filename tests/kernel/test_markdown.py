"""Markdown by others: what it may show, and that nothing in it can act."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.template import Context, Template
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.kernel.markdown import to_html, to_text
from tests.security import payloads
from tests.security.dom import Dom

PIECES = [
    *payloads.ALL,
    *("<", ">", '"', "'", "`", "```", "[", "](", ")", "![", "javascript:", "&#x6a;", "\n", "\n\n", "    ", "|", "---"),
    *(
        "<script",
        "</script>",
        "onerror=pwned()",
        "hx-get=/pwned",
        "style=",
        "<!--",
        "-->",
        "\\",
        "\0",
        "\u202e",
        "<a href=",
    ),
]
hostile = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=12).map("".join)


def test_the_corpus_is_large_enough() -> None:
    assert len(set(payloads.ALL)) == len(payloads.ALL) >= 50


@pytest.mark.parametrize("payload", payloads.ALL)
def test_nothing_in_a_text_can_act(payload: str) -> None:
    for around in ("{}", "text {} text", "- {}", "[{}](https://example.com)", "| a |\n|---|\n| {} |", "**{}**", "# {}"):
        assert Dom(to_html(around.replace("{}", payload))).foreign_faults() == []


@settings(max_examples=150, deadline=None)
@given(hostile)
def test_nothing_in_any_mixture_can_act(text: str) -> None:
    assert Dom(to_html(text)).foreign_faults() == []


@settings(max_examples=80, deadline=None)
@given(hostile)
def test_a_line_of_plain_text_becomes_no_markup_on_a_page(text: str) -> None:
    page = Template("{% load ui %}<p>{{ text|plain }}</p>").render(Context({"text": text}))
    assert [element.tag for element in Dom(page).elements] == ["p"]
    assert "\n" not in to_text(text)


@settings(max_examples=300, deadline=None)
@given(st.text("ab 1.9,:;?!'\"()/%-_\n", max_size=14))
def test_text_that_is_not_parsed_is_what_parsing_it_would_leave(text: str) -> None:
    blocks = re.sub(r"</?(?:em|strong)>", "", to_html(text))
    assert to_text(text) == " ".join(unescape(re.sub(r"<[^>]*>", " ", blocks)).split())


@pytest.mark.parametrize("text", ["Customers & payments", "a < b > c", "snake_case and 'quotes'", "it's 5 % of (all)"])
def test_a_line_of_plain_text_is_not_escaped_twice(text: str) -> None:
    assert to_text(text) == text


def test_a_link_leads_out_without_telling_where_from() -> None:
    (link,) = Dom(to_html("[docs](https://example.com/a)")).elements[1:]
    assert link.attributes == {"href": "https://example.com/a", "rel": "noopener noreferrer nofollow"}


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("**a**", "strong"),
        ("# a", "h1"),
        ("- a", "li"),
        ("`a`", "code"),
        ("| a |\n|--|\n| b |", "table"),
        ("> a", "blockquote"),
    ],
)
def test_ordinary_markdown_is_shown(text: str, tag: str) -> None:
    assert tag in Dom(to_html(text)).tags()


def test_on_a_page_htmx_is_off_inside_the_text() -> None:
    page = Template("{% load ui %}{{ text|markdown }}").render(Context({"text": "hello"}))
    assert Dom(page).elements[0].attributes == {"class": "prose", "hx-disable": ""}


def test_a_text_without_end_is_cut_and_deep_nesting_is_no_crash() -> None:
    assert len(to_html("a" * 1_000_000)) < 40_000
    assert Dom(to_html(">" * 20_000 + "a" + "[" * 5_000)).foreign_faults() == []
