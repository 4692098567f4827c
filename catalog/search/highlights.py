"""Why something was found: the words to mark in names and prose, the columns that match, what tells namesakes apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.models import Asset, Column
from catalog.models.assets import AssetQuerySet
from catalog.search import text as texts
from catalog.search.matching import Plan, plan
from catalog.search.request import SearchRequest
from catalog.search.sight import fetch, rows_of
from portal.kernel import markdown

COLUMNS = 4  # that are named of each hit
EXCERPT = 240
STEMS = "SELECT DISTINCT unnest(tsvector_to_array(to_tsvector('english', %s)))"
NAMESAKES = "SELECT path FROM ({visible}) one WHERE path = ANY(%s) GROUP BY path HAVING count(*) > 1"


@dataclass(frozen=True, slots=True)
class Marks:
    """``words`` are marked wherever they stand in names; ``stems`` begin the words that are marked in prose."""

    words: Sequence[str] = ()
    stems: Sequence[str] = ()
    columns: Sequence[str] = field(default=())  # what filters ask of columns' names

    def excerpt(self, description: str) -> str:
        """One line of plain text, from shortly before the first word that matches."""
        text = " ".join(markdown.to_text(description).split()) if description else ""
        if len(text) <= EXCERPT or not self.stems:
            return text[:1000]
        found = re.search(self.pattern, text, re.IGNORECASE)
        if found is None or found.end() < EXCERPT - 40:
            return text[:1000]
        start = text.rfind(" ", 0, max(found.start() - 60, 0)) + 1
        return "… " + text[start : start + 1000]

    @property
    def sought(self) -> list[str]:
        """What is marked in names."""
        return [*self.words, *(value.lower() for value in self.columns)]

    def first(self, columns: Sequence[Column], limit: int) -> list[Column]:
        """As many as fit, those that match in any case, in their own order."""
        matched = [column for column in columns if any(word in column.name.lower() for word in self.sought)][:limit]
        others = [column for column in columns if column not in matched][: limit - len(matched)]
        return sorted([*matched, *others], key=lambda column: column.position)

    @property
    def pattern(self) -> str:
        """Of words of prose that match."""
        begun = "|".join(re.escape(stem) for stem in sorted(self.stems, key=len, reverse=True))
        return rf"\b(?:{begun})\w*" if begun else r"(?!)"


def marks(planned: Plan, request: SearchRequest) -> Marks:
    """Of what was searched for, of what was taken in its stead, and of what the glossary knows besides."""
    typed = [word.text for word in request.words if word.phrase and not word.negated]
    near = [" ".join(others) for word in planned.words for others in word.near]
    whole = " ".join([*planned.found, *near, *planned.also, *typed])
    words = list(dict.fromkeys(part for text in whole.split() for part in texts.words(text)))
    columns = [value for one in request.active if one.name == "column" and not one.negated for value in one.values]
    return Marks(words, _stems(words), columns)


def marks_of(user: Any, request: SearchRequest) -> Marks:
    """Of a search that is only looked back at."""
    if request.is_bare:
        return Marks()
    return marks(plan(user, request.text, rows_of(Asset.objects.visible_now(user).live())), request)


def _stems(words: Sequence[str]) -> list[str]:
    """Beginnings that all forms of the words share: "categori" of PostgreSQL's stemmer is "categor" of every form."""
    if not words:
        return []
    stems = [stem for (stem,) in fetch(STEMS, [" ".join(words)])]
    return [stem[:-1] if len(stem) > 4 and stem[-1] in "iey" else stem for stem in stems]


def columns(asset_ids: Sequence[int], marks: Marks) -> dict[int, list[str]]:
    """Names of columns of these assets that match, those with most of the words first."""
    sought = marks.sought
    if not (sought and asset_ids):
        return {}
    rows = Column.objects.filter(asset__in=asset_ids, retired_at=None, name__iregex=pattern(sought)).order_by(
        "position"
    )
    found: dict[int, list[str]] = {}
    for asset_id, name in rows.values_list("asset_id", "name"):
        found.setdefault(asset_id, []).append(name)
    return {pk: best_columns(names, sought, COLUMNS) for pk, names in found.items()}


def pattern(sought: Sequence[str]) -> str:
    """Of names that hold any of the words."""
    return "|".join(map(re.escape, sought))


def best_columns(names: Sequence[str], sought: Sequence[str], limit: int) -> list[str]:
    """Those with most of the words first."""
    return sorted(names, key=lambda name: -sum(word in name.lower() for word in sought))[:limit]


def places(visible: AssetQuerySet, assets: Sequence[Asset]) -> dict[int, str]:
    """Where those live whose name others have too."""
    inside = rows_of(visible, "path")
    paths = sorted({asset.path for asset in assets})
    rows = fetch(NAMESAKES.format(visible=inside.sql), [*inside.params, paths]) if paths else []
    common = {path for (path,) in rows}
    return {asset.pk: place(asset.namespace, asset.database) for asset in assets if asset.path in common}


def place(namespace: str, database: str) -> str:
    """What tells namesakes apart: another database, or another instance."""
    return " · ".join(part for part in (namespace, database) if part)
