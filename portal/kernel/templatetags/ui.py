"""Tags and filters of the interface, built into every template (settings.TEMPLATES). All are shown on ``/styleguide/``.

A component with a body is a block tag, one without is an inclusion tag; its markup stands in ``templates/ui/``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from portal.kernel import markdown as safe_markdown
from portal.kernel import words

register = template.Library()

_ICON_NAME = re.compile(r"[a-z0-9-]+\Z")
_BREAKS = re.compile(r"([._/:])")
_CHROME = re.compile(r'\s+(?:class|width|height)="[^"]*"')
_TONE_ICONS = {
    "good": "circle-check",
    "attention": "alert-triangle",
    "bad": "alert-octagon",
    "info": "info-circle",
    "quiet": "circle-dashed",
}

# --- icons and names ---------------------------------------------------------------------------------------------------


class MissingIcon(LookupError):
    """A template names an icon that the set-up did not bring."""


@lru_cache(maxsize=512)
def _svg(name: str) -> str:
    """The icon's markup without its own size and classes; empty where the file is absent."""
    if not _ICON_NAME.match(name):
        return ""
    path = Path(settings.BASE_DIR) / "static" / "vendor" / "icons" / f"{name}.svg"
    if not path.is_file():
        return ""
    markup = path.read_text(encoding="utf-8")
    markup = markup[markup.index("<svg") :]
    head, _, rest = markup.partition(">")
    return f"{_CHROME.sub('', head)}>{rest}".replace("\n", " ")


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """``{% icon "table" %}``: inline and hidden from screen readers, a word always stands beside it.

    Raises:
        MissingIcon: in debug mode, where somebody can add it to package.json; a test looks at all names.
    """
    drawn = _drawn(name, css)
    if settings.DEBUG and not drawn:
        raise MissingIcon(f"static/vendor/icons/{name}.svg; is it listed in package.json under gazetteer.icons?")
    return drawn


@lru_cache(maxsize=1024, typed=True)
def _drawn(name: str, css: str) -> SafeString:
    markup = _svg(name)
    if not markup:
        return SafeString("")
    classes = conditional_escape(f"icon {css}".strip())
    return mark_safe(  # noqa: S308 - the file is one of ours, the classes are escaped
        markup.replace("<svg", f'<svg class="{classes}" aria-hidden="true" focusable="false"', 1)
    )


@register.filter
def breakable(name: object) -> SafeString:
    """A data name that may be broken after dots, slashes and underscores, and is copied without the breaks."""
    return SafeString(_BREAKS.sub(r"\1<wbr>", escape(str(name))))


@lru_cache(maxsize=64)
def _parts(sought: tuple[str, ...]) -> re.Pattern[str]:
    pattern = "|".join(re.escape(word) for word in sorted(sought, key=len, reverse=True))
    return re.compile(f"({pattern})", re.IGNORECASE)


def _marked(name: str, sought: Sequence[str]) -> SafeString:
    """The name with the parts that were searched for marked."""
    pieces = enumerate(_parts(tuple(sought)).split(name))
    return SafeString("".join(f"<mark>{escape(piece)}</mark>" if at % 2 else breakable(piece) for at, piece in pieces))


@register.simple_tag
def data_name(name: object, href: str = "", css: str = "", sought: Sequence[str] = ()) -> SafeString:
    """The name of a thing in the data: in the monospaced face, breakable, optionally a link, with ``sought`` words marked."""
    classes = f"data-name {css}".strip()
    shown = _marked(str(name), sought) if sought else breakable(name)
    if href:
        return format_html('<a class="{}" href="{}">{}</a>', classes, href, shown)
    return format_html('<span class="{}">{}</span>', classes, shown)


@register.simple_tag
def marked(text: str, pattern: str) -> SafeString:
    """Prose with everything that matches the regular expression marked."""
    pieces: list[SafeString] = []
    at = 0
    for found in re.finditer(pattern, text, re.IGNORECASE):
        pieces += [
            conditional_escape(str(text[at : found.start()])),
            format_html("<mark>{}</mark>", found.group()),
        ]
        at = found.end()
    return SafeString("".join([*pieces, conditional_escape(str(text[at:]))]))


# --- text, times, figures ----------------------------------------------------------------------------------------------


@register.filter
def markdown(text: str | None) -> SafeString:
    """Safe HTML in an element where htmx is off: text by others never becomes behaviour."""
    if not (text and text.strip()):
        return SafeString("")
    return format_html('<div class="prose" hx-disable>{}</div>', safe_markdown.to_html(text))


@register.filter
def plain(text: str | None) -> str:
    """One line of text out of Markdown."""
    return safe_markdown.to_text(text) if text else ""


@register.filter
def ago(at: datetime | None) -> SafeString:
    """Relative time with the exact one on hover; js/times.js keeps it true while the page is open."""
    if at is None:
        return SafeString('<span class="faint">never</span>')
    seconds = (timezone.now() - at).total_seconds()
    told = (
        "just now"
        if abs(seconds) < 5
        else f"{words.span(seconds)} ago"
        if seconds > 0
        else f"in {words.span(-seconds)}"
    )
    return format_html(
        '<time datetime="{}" title="{}" data-ago>{}</time>', at.isoformat(), f"{at:%A, %-d %B %Y, %H:%M:%S} UTC", told
    )


for _write in (words.title_words, words.duration, words.figure, words.compact, words.filesize, words.as_text):
    register.filter(_write.__name__, _write)


@register.simple_tag
def count(number: int, word: str, plural: str = "") -> str:
    """``1 column``, ``40 columns``."""
    return f"{words.figure(number)} {word if number == 1 else plural or word + 's'}"


# --- small components --------------------------------------------------------------------------------------------------


@lru_cache(maxsize=2048, typed=True)  # typed: a text that is safe equals one that is not
def _small(template: str, **values: object) -> SafeString:
    """A component that stands on pages by the dozen and says the same each time."""
    return render_to_string(template, values)


@register.simple_tag
def badge(item: Any) -> SafeString:
    """A ``portal.kernel.slots.Badge``."""
    return _small("ui/badge.html", word=item.word, tone=item.tone, icon=item.icon, title=item.title)


@register.simple_tag
def pill(word: object, tone: str = "quiet", icon: str = "", title: str = "", dot: bool = False) -> SafeString:
    """A status: colour by ``tone``, shape by its icon, and the word. ``dot`` leaves the icon out (tags, plain words)."""
    shape = "" if dot else icon or _TONE_ICONS[tone]
    return _small("ui/badge.html", word=word, tone=tone, icon=shape, title=title)


_STATUSES = {
    "pass": ("passed", "good", "circle-check"),
    "succeeded": ("Succeeded", "good", "circle-check"),
    "warn": ("warned", "attention", "alert-triangle"),
    "error": ("could not run", "attention", "alert-circle"),
    "fail": ("failed", "bad", "circle-x"),
    "failed": ("Failed", "bad", "circle-x"),
    "running": ("Running", "info", "progress"),
    "queued": ("Waiting", "quiet", "clock"),
}


@register.simple_tag
def status(value: str, title: str = "", word: str = "") -> SafeString:
    """How something came out, or how far it is; what is not known is "not run"."""
    said, tone, icon = _STATUSES.get(value, ("not run", "quiet", "circle-dashed"))
    return _small("ui/badge.html", word=word or said, tone=tone, icon=icon, title=title)


@register.filter
def tone(value: str) -> str:
    """The tone of a status, for charts and marks whose words stand elsewhere."""
    return _STATUSES.get(value, ("", "quiet", ""))[1]


@register.simple_tag
def avatar(person: Any, size: str = "") -> SafeString:
    """A person or a team by initials; the name stands beside it or is its title."""
    name = str(person)
    initials = "".join(word[0] for word in name.split()[:2]).upper()
    return _small("ui/avatar.html", name=name, initials=initials, size=size, shade=sum(map(ord, name)) % 5)


@register.simple_tag
def kind(look: Any, word: bool = False) -> SafeString:
    """Icon of an asset's kind (``asset.look``), with its word if asked."""
    return _small("ui/kind.html", shape=look.icon, label=look.label, word=bool(word))


@register.inclusion_tag("ui/progress.html")
def progress(value: float | None, maximum: float = 100, label: str = "", tone: str = "info") -> dict[str, Any]:
    """A bar; without ``value`` it only says that something is going on."""
    return {"value": value, "max": maximum, "label": label, "tone": tone}


@register.inclusion_tag("ui/figures.html")
def figures(*pairs: Any) -> dict[str, Any]:
    """``{% figures "Created" 12 "Changed" 3 %}``"""
    return {"items": list(zip(pairs[::2], pairs[1::2], strict=True))}


@register.inclusion_tag("ui/meter.html")
def meter(good: int, attention: int = 0, bad: int = 0, unknown: int = 0) -> dict[str, Any]:
    """A strip that shows how many of a whole are well; the numbers stand beside it as words."""
    total = good + attention + bad + unknown
    parts, at = [], 0.0
    for tone, amount in (("good", good), ("attention", attention), ("bad", bad), ("quiet", unknown)):
        if amount:
            width = 100 * amount / total
            parts.append({"tone": tone, "x": f"{at:.2f}", "width": f"{width:.2f}", "amount": amount})
            at += width
    return {"parts": parts, "total": total}


@register.inclusion_tag("ui/strands.html")
def strands(number: int, into: bool = True) -> dict[str, Any]:
    """Curves between ``number`` evenly spaced things and one in the middle; ``into`` runs to the one."""
    ends = [100 * (at + 0.5) / number for at in range(number)]
    paths = [f"M0 {y:.1f}C55 {y:.1f} 45 50 100 50" if into else f"M0 50C55 50 45 {y:.1f} 100 {y:.1f}" for y in ends]
    return {"paths": paths, "number": number}


@register.inclusion_tag("ui/breadcrumb.html")
def breadcrumb(*pairs: str) -> dict[str, Any]:
    """``{% breadcrumb "Domains" domains_url "Finance" "" %}``"""
    return {"items": list(zip(pairs[::2], pairs[1::2], strict=True))}


@register.inclusion_tag("ui/tabs.html")
def tabs(items: Iterable[Any], current: str, url: str, label: str = "Sections") -> dict[str, Any]:
    """``portal.kernel.slots.Tab``s; each is a link ``url?tab=name``, so that a tab can be shared."""
    return {"items": items, "current": current, "url": url, "label": label}


@register.inclusion_tag("ui/empty.html")
def empty(title: str, text: str = "", icon: str = "", href: str = "", action: str = "") -> dict[str, Any]:
    """Nothing here, why, and what to do about it."""
    return {"title": title, "text": text, "icon": icon, "href": href, "action": action}


@register.inclusion_tag("ui/skeleton.html")
def skeleton(lines: int = 3) -> dict[str, Any]:
    return {"lines": range(lines)}


@register.inclusion_tag("ui/field.html")
def field(bound: Any, autofocus: bool = False, plain: bool = False) -> dict[str, Any]:
    """A form's field with label, help and errors tied to it for screen readers. ``plain``: whether it is needed depends on
    another field, so nothing is said of that."""
    widget = type(bound.field.widget).__name__
    group = widget in {"CheckboxSelectMultiple", "RadioSelect"}
    single = widget == "CheckboxInput"
    css = "" if single else "form-select" if widget == "Select" else "form-control"
    described = [f"{bound.auto_id}_help"] if bound.help_text else []
    described += [f"{bound.auto_id}_error"] if bound.errors else []
    attributes: dict[str, Any] = {"class": f"{css} is-invalid" if bound.errors else css}
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if bound.errors:
        attributes["aria-invalid"] = "true"
    if autofocus:
        attributes["autofocus"] = True
    return {
        "field": bound,
        "group": group,
        "single": single,
        "optional": not (bound.field.required or plain),
        "control": "" if group else bound.as_widget(attrs=attributes),
    }


@register.simple_tag(takes_context=True)
def slot(context: Mapping[str, Any], part: Any) -> str:
    """A ``Panel`` of some room, rendered with its own context."""
    return render_to_string(part.template, dict(part.context), request=context["request"])


@register.simple_tag(takes_context=True)
def current(context: Mapping[str, Any], url: str) -> SafeString:
    """Marks the navigation's link to the part of the site that is open; a part within a part is its own."""
    path = context["request"].path
    here = path == url if url == "/" else path.startswith(url)
    if here and any(len(item.url) > len(url) and path.startswith(item.url) for item in context.get("nav", ())):
        here = False
    return SafeString(' aria-current="page"' if here else "")


# --- state in the URL --------------------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def with_query(context: Mapping[str, Any], **changes: object) -> str:
    """This page's query with some parameters changed; an empty value drops one. Going on to page 1 is implied."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.inclusion_tag("ui/sort.html", takes_context=True)
def sort_control(context: Mapping[str, Any], options: Sequence[tuple[str, str]], current: str) -> dict[str, Any]:
    """Links in a small menu; ``options`` are (value of ``sort``, label)."""
    label = next((text for value, text in options if value == current), options[0][1])
    return {"request": context["request"], "options": options, "current": current, "label": label}


@register.inclusion_tag("ui/pages.html", takes_context=True)
def pages(context: Mapping[str, Any], page: int, last: int) -> dict[str, Any]:
    """Links to the pages before and after; the number stands in ``?page=``."""
    query = context["request"].GET.copy()

    def url(number: int) -> str:
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    before, after = url(page - 1) if page > 1 else "", url(page + 1) if page < last else ""
    return {"page": page, "last": last, "before": before, "after": after}


# --- components with a body --------------------------------------------------------------------------------------------


@register.simple_block_tag
def card(
    content: str, title: str = "", icon: str = "", css: str = "", count: object = None, flush: bool = False
) -> str:
    """A sheet of paper. ``flush`` lets a table reach its edges."""
    values = {"content": content, "title": title, "icon": icon, "css": css, "count": count, "flush": flush}
    return render_to_string("ui/card.html", values)


@register.simple_block_tag
def banner(content: str, tone: str = "info", icon: str = "", title: str = "") -> str:
    """Something that the reader must know before the rest of the page."""
    values = {"content": content, "tone": tone, "icon": icon or _TONE_ICONS[tone], "title": title}
    return render_to_string("ui/banner.html", values)


@register.simple_block_tag
def fact(content: str, label: str, css: str = "") -> str:
    """One row of a key-value list (``<dl class="facts">``); says so where nothing is known."""
    text = content.strip()
    value = mark_safe(text) if text else SafeString('<span class="faint">–</span>')  # noqa: S308 - rendered by the template engine
    return format_html('<div class="fact {}"><dt>{}</dt><dd>{}</dd></div>', css, label, value)


@register.simple_block_tag
def activity(
    content: str, icon: str = "point", tone: str = "quiet", at: datetime | None = None, timed: bool = True
) -> str:
    """One row of a timeline (``<ol class="timeline">``)."""
    return render_to_string(
        "ui/activity.html", {"content": content, "icon": icon, "tone": tone, "at": at if timed else None}
    )
