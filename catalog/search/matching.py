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
  SELECT FROM catalog_searchentry entry WHERE {matches}
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
        """What is looked for everywhere."""
        return self._joined([word.query for word in self.words])

    @property
    def named(self) -> texts.Query:
        """What is looked for in names."""
        return self._joined([word.named for word in self.words])

    def _joined(self, each: Sequence[texts.Query]) -> texts.Query:
        parts: list[texts.Query] = []
        place = 0
        starts = {meaning.start: meaning for meaning in self.meanings}
        while place < len(self.words):
            meaning = starts.get(place)
            end = meaning.end if meaning else place + 1
            here = texts.all_of(each[place:end])
            parts.append(here | meaning.query if meaning else here)
            place = end
        return texts.any_of(parts) if self.any_word else texts.all_of(parts)

    def within(self, rows: AssetQuerySet, cap: int | None = None, *, ranked: bool = True) -> Any:
        """Those of the rows that match, annotated with ``rank``. With ``cap`` at most so many are looked at, those whose
        names match apart from the others: a word that everything has is not worth ranking everything."""
        chosen = rows.filter(pk__in=self._candidates(rows, cap)) if self.words or self.text else rows
        if not ranked:
            return chosen
        if not self.words:
            return chosen.annotate(rank=Value(0.0, FloatField()))
        return chosen.annotate(rank=rank(self.text, self.words, self.meanings))

    def _candidates(self, rows: AssetQuerySet, cap: int | None) -> RawSQL:
        low = self.text.lower()
        sql, params = CALLED, [low, low]
        inside = rows_of(rows) if cap else Rows("", ())
        for column, query in (("names", self.named), ("words", self.query)) if self.words else ():
            part = CAPPED if cap else MATCHED
            sql += part.format(field=column, query=query.sql, rows=inside.sql, cap=cap)
            params += [*query.params, *inside.params]
        return RawSQL(sql, params)  # noqa: S611 - of constants and compiled queries; what people typed are parameters


def whole(user: Any, text: str) -> Plan:
    """All words, each counting as much as the others: what most searches need."""
    text = text.strip()
    found = list(dict.fromkeys(texts.words(text)))
    return Plan(text, [Word(word) for word in found], meanings(user, found) if found else ())


def forgiving(planned: Plan, visible: AssetQuerySet) -> Plan:
    """Where nothing visible has all words: with near words in place of those that nothing has, or some of the words, of
    which rare ones then count for more. Where something has them, the plan as it is."""
    if not planned.words:
        return planned
    seen = rows_of(visible)
    if _counts(seen, [planned], cap=1)[0]:
        return planned
    counts = _counts(seen, planned.words)
    words = [replace(word, count=count) for word, count in zip(planned.words, counts, strict=True)]
    planned = replace(planned, words=_widened(seen, replace(planned, words=words)))
    near_too = any(word.near for word in planned.words) and _counts(seen, [planned], cap=1)[0]
    return planned if near_too else replace(planned, any_word=True)


def plan(user: Any, text: str, visible: AssetQuerySet) -> Plan:
    return forgiving(whole(user, text), visible)


def _counts(visible: Rows, sought: Sequence[Word | Plan], cap: int = COMMON) -> tuple[int, ...]:
    """How many visible assets match each, up to where it is common."""
    each: list[str] = []
    params: list[Any] = []
    for one in sought:
        matches = f"entry.words @@ {one.query.sql}"
        params += one.query.params
        if one.named != one.query:
            matches = f"({matches} OR entry.names @@ {one.named.sql})"
            params += one.named.params
        each.append(COUNTED.format(matches=matches, rows=visible.sql, cap=cap))
        params += visible.params
    return fetch("SELECT " + ", ".join(each), params)[0]


def _widened(visible: Rows, planned: Plan) -> list[Word]:
    """With near words for those that nothing has and the glossary does not know."""
    known = {place for meaning in planned.meanings for place in range(meaning.start, meaning.end)}
    missing = [place for place, word in enumerate(planned.words) if not word.count and place not in known]
    words = list(planned.words)
    for place in missing[:MAX_WIDENED]:
        words[place] = replace(words[place], near=near.alternatives(visible, words[place].text))
    return words
