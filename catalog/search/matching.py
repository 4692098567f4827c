"""Which assets match some words, best first. Everything starts from what the asker may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import FloatField, Value
from django.db.models.expressions import RawSQL

from catalog.models.assets import AssetQuerySet
from catalog.search import near
from catalog.search import text as texts
from catalog.search.ranking import COMMON, Word, rank
from catalog.search.sight import Rows, fetch, rows_of
from catalog.search.synonyms import Meaning, meanings

MAX_WIDENED = 3  # words of one search; more typing errors than that are another language

CALLED = """
SELECT asset_id FROM catalog_assetname WHERE lower(name) = %s
UNION SELECT id FROM catalog_asset WHERE lower(path) = %s
"""
# One union of index look-ups: with OR, PostgreSQL would read every entry
MATCHED = " UNION SELECT asset_id FROM catalog_searchentry WHERE {field} @@ {query}"
CAPPED = """
 UNION (SELECT entry.asset_id FROM catalog_searchentry entry WHERE entry.{field} @@ {query}
        AND EXISTS (SELECT FROM ({rows}) one (id) WHERE one.id = entry.asset_id OFFSET 0) LIMIT {cap})
"""
# OFFSET 0: from the entries to their assets, not the other way round. The planner does not know how early this ends.
COUNTED = """(SELECT count(*) FROM (
  SELECT FROM catalog_searchentry entry WHERE entry.words @@ {query}
  AND EXISTS (SELECT FROM ({rows}) one (id) WHERE one.id = entry.asset_id OFFSET 0) LIMIT {cap}) seen)
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a text is searched for: decided once, by what its asker may see, and good for any narrowing of it.

    ``any_word`` says that not all words have to occur.
    """

    text: str = ""
    words: Sequence[Word] = ()
    meanings: Sequence[Meaning] = ()
    any_word: bool = False

    @property
    def found(self) -> list[str]:
        return [word.text for word in self.words]

    @property
    def widened(self) -> Mapping[str, list[str]]:
        """A word that nothing visible has, and the words that are tried instead."""
        return {word.text: [" ".join(others) for others in word.near] for word in self.words if word.near}

    @property
    def also(self) -> list[str]:
        """Other names of the same thing, out of the glossary."""
        return [name for meaning in self.meanings for name in meaning.names]

    @property
    def query(self) -> texts.Query:
        parts: list[texts.Query] = []
        place = 0
        starts = {meaning.start: meaning for meaning in self.meanings}
        while place < len(self.words):
            meaning = starts.get(place)
            end = meaning.end if meaning else place + 1
            here = [word.query for word in self.words[place:end]]
            parts.append(texts.all_of(here) | meaning.query if meaning else here[0])
            place = end
        return texts.any_of(parts) if self.any_word else texts.all_of(parts)

    def within(self, rows: AssetQuerySet, cap: int | None = None, *, ranked: bool = True) -> Any:
        """Those of the rows that match, annotated with ``rank``. With ``cap`` at most so many are looked at, those whose
        names match apart from the others: a word that everything has is not worth ranking everything."""
        chosen = rows.filter(pk__in=self._candidates(rows, cap, ranked)) if self.words or self.text else rows
        if not ranked:
            return chosen
        if not self.words:
            return chosen.annotate(rank=Value(0.0, FloatField()))
        return chosen.annotate(rank=rank(self.text, self.words, self.meanings))

    def _candidates(self, rows: AssetQuerySet, cap: int | None, ranked: bool) -> RawSQL:
        low = self.text.lower()
        sql, params = CALLED, [low, low]
        if self.words and cap is None:
            query = self.query
            sql += MATCHED.format(field="words", query=query.sql)
            params += query.params
        elif self.words:
            query, inside = self.query, rows_of(rows)
            for column in ("names", "words") if ranked else ("words",):
                sql += CAPPED.format(field=column, query=query.sql, rows=inside.sql, cap=cap)
                params += [*query.params, *inside.params]
        return RawSQL(sql, params)  # noqa: S611 - of constants and compiled queries; what people typed are parameters


def plan(user: Any, text: str, visible: AssetQuerySet) -> Plan:
    """All words; with near words in place of those that nothing has; or some of the words."""
    text = text.strip()
    found = list(dict.fromkeys(texts.words(text)))
    if not found:
        return Plan(text)
    seen = rows_of(visible)
    planned = Plan(text, [Word(word, 0) for word in found], meanings(user, found))
    each = [word.query for word in planned.words]
    counts = _counts(seen, each if [planned.query] == each else [*each, planned.query])
    whole = counts[-1]
    words = [replace(word, count=count) for word, count in zip(planned.words, counts, strict=False)]
    planned = replace(planned, words=words)
    if whole:
        return planned
    planned = replace(planned, words=_widened(seen, planned))
    (whole,) = _counts(seen, [planned.query])
    return planned if whole else replace(planned, any_word=True)


def _counts(visible: Rows, queries: Sequence[texts.Query]) -> tuple[int, ...]:
    """How many visible assets match each, up to where it is common."""
    each = [COUNTED.format(query=query.sql, rows=visible.sql, cap=COMMON) for query in queries]
    params = [param for query in queries for param in (*query.params, *visible.params)]
    return fetch("SELECT " + ", ".join(each), params)[0]


def _widened(visible: Rows, planned: Plan) -> list[Word]:
    """With near words for those that nothing has and the glossary does not know."""
    known = {place for meaning in planned.meanings for place in range(meaning.start, meaning.end)}
    missing = [place for place, word in enumerate(planned.words) if not word.count and place not in known]
    words = list(planned.words)
    for place in missing[:MAX_WIDENED]:
        words[place] = replace(words[place], near=near.alternatives(visible, words[place].text))
    return words
