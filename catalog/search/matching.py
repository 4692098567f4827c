"""Which assets match some words: how they are looked for, and what is tried where nothing has them all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import FloatField, Value
from django.db.models.expressions import RawSQL

from catalog.models.assets import AssetQuerySet
from catalog.search import near, vocabulary
from catalog.search import text as texts
from catalog.search.ranking import COMMON, Rank, Word, rank
from catalog.search.sight import Rows, fetch
from catalog.search.synonyms import Meaning, meanings

MAX_WIDENED = 3  # words of one search; more typing errors than that are another language

# One union of index look-ups: with OR, PostgreSQL would read every entry
MATCHED = """
SELECT asset_id FROM catalog_assetname WHERE lower(name) = %s
UNION SELECT id FROM catalog_asset WHERE lower(path) = %s
"""
IN_ENTRIES = """
UNION SELECT asset_id FROM catalog_searchentry WHERE names @@ {named}
UNION SELECT asset_id FROM catalog_searchentry WHERE words @@ {query}
"""
# OFFSET 0: from the entries to their assets, not the other way round. The planner does not know how early this ends.
COUNTED = """(SELECT count(*) FROM (
  SELECT FROM catalog_searchentry entry WHERE {matches}
  AND EXISTS (SELECT FROM ({rows}) one WHERE one.pk = entry.asset_id OFFSET 0) LIMIT {cap}) seen)
"""
CALLED = """entry.asset_id IN (
  SELECT asset_id FROM catalog_assetname WHERE lower(name) = %s
  UNION ALL SELECT id FROM catalog_asset WHERE lower(path) = %s
  UNION ALL SELECT id FROM catalog_asset WHERE lower(title) = %s)
"""
Condition = tuple[str, Sequence[Any]]  # on a search entry, with its parameters


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

    def within(self, rows: AssetQuerySet) -> Any:
        """All of the rows that match, annotated with ``rank``; ``catalog.search.finding`` has the best of them sooner."""
        low = self.text.lower()
        sql, params = MATCHED, [low, low]
        if self.words:
            sql += IN_ENTRIES.format(named=self.named.sql, query=self.query.sql)
            params += [*self.named.params, *self.query.params]
        if self.text:
            rows = rows.filter(pk__in=RawSQL(sql, params))  # noqa: S611 - of constants; what people typed are parameters
        score = Rank(self.text, rank(self.text, self.words, self.meanings)) if self.words else Value(0.0, FloatField())
        return rows.annotate(rank=score)


def whole(user: Any, text: str) -> Plan:
    """All words, each counting as much as the others: what most searches need. The last one may still be written; of the
    others it is known which words they begin."""
    text = text.strip()
    found = list(dict.fromkeys(texts.words(text)))
    words = _known(found) if len(found) > 1 else [Word(word) for word in found]
    return Plan(text, words, meanings(user, found) if found else ())


def _known(found: Sequence[str]) -> list[Word]:
    known = vocabulary.known(found)
    words = [Word(word, begins=known[word].begins, strange=known[word].strange) for word in found]
    return [*words[:-1], replace(words[-1], begins=None)]


def attempts(planned: Plan, visible: Rows) -> Iterator[Plan]:
    """The plan, and where nothing visible has all of its words: near words in place of those that nothing has, all that
    begins with them, then some of the words, of which rare ones count for more.

    Where a word looks like a slip of the key the words are counted first: most such plans find nothing, and the count
    tells it for less."""
    strange = any(word.strange for word in planned.words)
    if not strange:
        yield planned
    if not planned.words:
        return
    called, *counts = _counts(visible, [_called(planned.text), *map(_has, _widest(planned.words))])
    missing = _missing(planned, counts)
    if strange and (called or not missing):
        yield planned
    counted = [replace(word, count=count) for word, count in zip(planned.words, counts, strict=True)]
    for place in missing[:MAX_WIDENED]:
        counted[place] = replace(counted[place], near=near.alternatives(visible, counted[place].text))
    nearby, widest = any(word.near for word in counted), _widest(counted)
    if nearby:
        yield replace(planned, words=counted)
    if widest != counted and (nearby or not missing):
        yield replace(planned, words=widest)
    yield replace(planned, words=widest, any_word=True)


def _widest(words: Sequence[Word]) -> list[Word]:
    """Anything that begins with them."""
    return [replace(word, begins=None) for word in words]


def respelled(user: Any, text: str, visible: Rows) -> Mapping[str, Sequence[str]]:
    """The words of the text that nothing visible has, and near ones that something has."""
    return next((planned.widened for planned in attempts(whole(user, text), visible) if planned.widened), {})


def plan(user: Any, text: str, visible: Rows) -> Plan:
    """The first that finds anything visible."""
    chosen = Plan()
    for chosen in attempts(whole(user, text), visible):
        if not chosen.words or finds(chosen, visible):
            break
    return chosen


def finds(planned: Plan, visible: Rows) -> bool:
    return bool(planned.words) and bool(_counts(visible, [_has(planned)], cap=1)[0])


def _counts(visible: Rows, sought: Sequence[Condition], cap: int = COMMON) -> tuple[int, ...]:
    """How many visible assets meet each, up to where it is common."""
    counts = ", ".join(COUNTED.format(matches=sql, rows=visible.sql, cap=cap) for sql, _ in sought)
    return fetch(f"SELECT {counts}", [param for _, params in sought for param in (*params, *visible.params)])[0]


def _has(one: Word | Plan) -> Condition:
    sql, params = f"entry.words @@ {one.query.sql}", one.query.params
    if one.named == one.query:
        return sql, params
    return f"({sql} OR entry.names @@ {one.named.sql})", (*params, *one.named.params)


def _called(text: str) -> Condition:
    low = text.lower()
    return CALLED, (low, low, low)


def _missing(planned: Plan, counts: Sequence[int]) -> list[int]:
    """Places of the words that nothing has and the glossary does not know."""
    known = {place for meaning in planned.meanings for place in range(meaning.start, meaning.end)}
    return [place for place, count in enumerate(counts) if not count and place not in known]
