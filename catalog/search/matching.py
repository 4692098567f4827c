"""Which assets match a text, best first. Everything starts from what the asker may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection, transaction
from django.db.models import Case, F, FloatField, Q, Value, When
from django.db.models.functions import Lower

from catalog.models import Asset, AssetName, SearchEntry
from catalog.models.assets import AssetQuerySet
from catalog.search import text as texts

# Of D (description), C (path), B (columns, tags, owners), A (name)
WEIGHTS = [0.05, 0.15, 0.35, 1.0]
NEIGHBOURS = """
SELECT word FROM catalog_searchword WHERE word %% %s AND length(word) BETWEEN %s AND %s
ORDER BY similarity(word, %s) DESC, word LIMIT 6
"""


MAX_WIDENED = 3  # words of one query; more typing errors than that are another language


@dataclass(frozen=True, slots=True)
class Match:
    """``rows`` are the assets that match, annotated with ``rank``. ``widened`` maps a word that nothing visible has to
    the words that were tried instead; ``any_word`` says that not all words had to occur."""

    rows: AssetQuerySet
    words: Sequence[str]
    widened: dict[str, list[str]] = field(default_factory=dict)
    any_word: bool = False


def match(user: Any, text: str) -> Match:
    """Exact names first, then all words, then near words (typing errors), then some of the words."""
    visible = Asset.objects.visible_to(user).live().annotate(low_path=Lower("path"), low_title=Lower("title"))
    found = texts.words(text)
    if not found:
        named = visible.filter(_exactly(text)) if text else visible
        return Match(named.annotate(rank=Value(0.0, FloatField())), found)
    rows = _ranked(visible, text, texts.query(found))
    if rows.exists():
        return Match(rows, found)
    widened = _widened(visible, found)
    if widened:
        rows = _ranked(visible, text, texts.query(found, widened))
        if rows.exists():
            return Match(rows, found, widened)
    rows = _ranked(visible, text, texts.query(found, widened, any_word=True))
    return Match(rows, found, widened, any_word=True)


def _exactly(text: str) -> Q:
    """Any name by which the asset is known, without regard to case."""
    low = text.strip().lower()
    named = AssetName.objects.annotate(low=Lower("name")).filter(low=low).values("asset")
    return Q(low_path=low) | Q(pk__in=named)


def _ranked(visible: AssetQuerySet, text: str, query: texts.Query | None) -> AssetQuerySet:
    low = text.strip().lower()
    # one union of three index look-ups: with OR, PostgreSQL would read every entry
    words = SearchEntry.objects.filter(words=query).values("pk")
    names = AssetName.objects.annotate(low=Lower("name")).filter(low=low).values("asset")
    paths = Asset.objects.annotate(low_path=Lower("path")).filter(low_path=low).values("pk")
    rows = visible.filter(pk__in=words.union(names, paths))
    first = Case(
        When(_exactly(text), then=Value(100.0)),
        When(low_title=low, section="datasets", then=Value(51.0)),  # people who type a name mostly mean the table
        When(low_title=low, then=Value(50.0)),
        When(low_title__startswith=low.replace(" ", "_"), then=Value(2.0)),
        default=Value(0.0),
        output_field=FloatField(),
    )
    rank = SearchRank(F("search_entry__words"), query or "", weights=WEIGHTS, normalization=Value(1))
    return rows.annotate(rank=first + rank)


def _widened(visible: AssetQuerySet, found: Sequence[str]) -> dict[str, list[str]]:
    """Near words for those that nothing visible has. Judged on visible assets alone, so that a hidden name cannot be
    told by the way in which a query is widened."""
    widened: dict[str, list[str]] = {}
    for word in dict.fromkeys(found):
        if len(widened) == MAX_WIDENED:
            break
        query = texts.query([word])
        if len(word) >= 3 and not visible.filter(search_entry__words=query).exists():
            near = [other for other in _neighbours(word) if visible.filter(search_entry__words=_whole(other)).exists()]
            if near:
                widened[word] = near
    return widened


def _whole(word: str) -> SearchQuery:
    return SearchQuery(f"'{word}'", config="simple", search_type="raw")


def _neighbours(word: str) -> list[str]:
    """Words of the vocabulary that share enough trigrams, nearest first."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL pg_trgm.similarity_threshold = 0.25")
        cursor.execute(NEIGHBOURS, [word, len(word) - 3, len(word) + 3, word])
        return [found for (found,) in cursor.fetchall()]
