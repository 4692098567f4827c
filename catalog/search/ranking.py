"""How well an asset answers a search. A number between 0 and about 3, made in the database over what matched.

Each word counts by how rare it is among what its asker may see, and by where it stands: in the name, in a column, a tag
or an owner, in the path, in prose. On top come words that stand together as they were typed, names that hold little
else, and, gently, what people use and trust. Tuned on ``shared/corpus/search`` by kind of query (``bench/search``).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, FloatField, Func

from catalog.search import text as texts
from catalog.search.synonyms import Meaning

BEGUN = 3  # letters
COMMON = 100  # matches from which on a word is simply common

# Where a word stands, best place first. Of near words and synonyms a share counts.
NAME, NAME_STEM, NAME_PREFIX = 1.0, 0.95, 0.8
COLUMN, COLUMN_STEM, COLUMN_PREFIX = 0.62, 0.56, 0.4
PLACE, PROSE, ANYWHERE = 0.45, 0.5, 0.3
AND_PROSE = 0.12  # in prose too
NEAR, SYNONYM = 0.8, 0.7

TOGETHER_IN_NAME, TOGETHER_IN_COLUMN = 0.35, 0.4
SHARE_OF_NAME = 0.3
EXACT, CALLED_TABLE, CALLED, BEGINS = 100.0, 51.0, 50.0, 0.5

# Use, trust and age: together less than a better place of a word
ESTEEM = """
  + 0.06 * least(ln(asset.popularity + 1.0) / ln(10000.0), 1.0) + CASE WHEN asset.certified_at IS NULL THEN 0 ELSE 0.06 END
  + CASE WHEN asset.tier = '' THEN 0 ELSE 0.03 END
  - CASE WHEN asset.deprecated_at IS NULL THEN 0 ELSE 0.15 END - CASE WHEN asset.stub THEN 0.2 ELSE 0 END
"""
# Who types a name mostly means the table
CALLED_SO = f"""
  + CASE WHEN near.place = 1 THEN {EXACT}
         WHEN lower(asset.title) = %s THEN CASE asset.section WHEN 'datasets' THEN {CALLED_TABLE} ELSE {CALLED} END
         WHEN starts_with(lower(asset.title), %s) THEN {BEGINS} ELSE 0 END
"""


OF_ONE = """(
SELECT {score} FROM catalog_asset asset LEFT JOIN catalog_searchentry entry ON entry.asset_id = asset.id CROSS JOIN LATERAL (
  SELECT CASE WHEN lower(asset.path) = %s OR EXISTS (
    SELECT FROM catalog_assetname WHERE asset_id = asset.id AND lower(name) = %s) THEN 1 ELSE 2 END AS place) near
WHERE asset.id = {pk})"""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a search: how many visible assets have it, where that was asked, and what is looked for besides."""

    text: str
    count: int = 0
    near: Sequence[Sequence[str]] = ()
    begins: Sequence[str] | None = None  # all words of names that begin so, where they are few
    strange: bool = False  # no word of a name begins so, not even with its stem

    @property
    def weight(self) -> float:
        """Inverse document frequency over at most ``COMMON`` matches, so that it costs no full count."""
        return math.log(1 + 2 * COMMON / max(self.count, 1))

    @property
    def prefix(self) -> texts.Query:
        """The word as somebody may have begun to type it."""
        return texts.any_of([texts.prefix(self.text), *self._others])

    @property
    def named(self) -> texts.Query:
        """For names: the same, but an index finds few whole words much sooner than everything that begins so."""
        if self.begins is None:
            return self.prefix
        whole = dict.fromkeys([self.text, *self.begins])
        return texts.any_of([*map(texts.raw, whole), texts.stem(self.text), *self._others])

    @property
    def query(self) -> texts.Query:
        """For everything: the beginning of a word as soon as it says something. Half of all words begin with some letter."""
        if len(self.text) >= BEGUN:
            return self.named
        return texts.any_of([texts.raw(self.text), texts.stem(self.text), *self._others])

    @property
    def _others(self) -> list[texts.Query]:
        return [texts.all_of(map(texts.raw, words)) for words in self.near]


@dataclass(frozen=True, slots=True)
class Score:
    """The whole score as an expression over ``asset``, its ``entry`` and its ``near.place`` (see ``catalog.search.finding``)."""

    sql: str
    params: tuple[str, ...] = ()


def rank(text: str, words: Sequence[Word], meanings: Sequence[Meaning]) -> Score:
    total = sum(word.weight for word in words)
    by_place: Mapping[int, Meaning] = {at: found for found in meanings for at in range(found.start, found.end)}
    sql: list[str] = ["0"]
    params: list[str] = []
    for place, word in enumerate(words):
        here, there = _stands(word, by_place.get(place)), [(texts.stem(word.text, ":D"), AND_PROSE)]
        sql.append(f"{word.weight / total:.6f} * ({_case(here)} + {_case(there)})")
        sql.append(
            f"{SHARE_OF_NAME} * CASE WHEN entry.names @@ {word.prefix.sql} THEN 1.0 / length(entry.names) ELSE 0 END"
        )
        params += [*_params(here), *_params(there), *word.prefix.params]
    together = _together([word.text for word in words])
    sql.append(_case(together))
    low = text.lower()
    params += [*_params(together), low, low.replace(" ", "_")]
    return Score(f"({' + '.join(sql)}{CALLED_SO}{ESTEEM})::float8", tuple(params))


class Rank(Func):
    """The same as an annotation, for lists that are not drawn from a sample."""

    output_field = FloatField()

    def __init__(self, text: str, score: Score) -> None:
        super().__init__(F("pk"))
        self.low, self.score = text.lower(), score

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **extra: Any) -> Any:
        pk, params = compiler.compile(self.source_expressions[0])
        return OF_ONE.format(score=self.score.sql, pk=pk), [*self.score.params, self.low, self.low, *params]


Places = Sequence[tuple[texts.Query, float]]


def _stands(word: Word, meaning: Meaning | None) -> Places:
    """Where the word may stand, best first."""
    text = word.text
    places = [
        (texts.raw(text, ":A"), NAME),
        (texts.stem(text, ":A"), NAME_STEM),
        (texts.raw(text, ":*A"), NAME_PREFIX),
        (texts.raw(text, ":B"), COLUMN),
        (texts.stem(text, ":B"), COLUMN_STEM),
        (texts.raw(text, ":*B"), COLUMN_PREFIX),
        (texts.raw(text, ":C"), PLACE),
        (texts.stem(text, ":D"), PROSE),
        (texts.prefix(text), ANYWHERE),
    ]
    for others in word.near:
        places.append((texts.all_of(texts.raw(other, ":A") for other in others), NAME * NEAR))
        places.append((texts.all_of(texts.raw(other, ":ABC") for other in others), COLUMN * NEAR))
        places.append((texts.all_of(map(texts.raw, others)), PROSE * NEAR))
    if meaning:
        places.append((meaning.query, SYNONYM))
    return sorted(places, key=lambda place: -place[1])


def _together(words: Sequence[str]) -> Places:
    """The whole search, word after word, in one column or in one name."""
    if len(words) < 2:
        return []
    return [
        (texts.in_a_row(words, ":B"), TOGETHER_IN_COLUMN),
        (texts.in_a_row(words, ":A"), TOGETHER_IN_NAME),
    ]


def _case(places: Places) -> str:
    whens = "".join(f" WHEN entry.words @@ {query.sql} THEN {value:.3f}" for query, value in places)
    return f"CASE{whens} ELSE 0 END" if whens else "0"


def _params(places: Iterable[tuple[texts.Query, float]]) -> list[str]:
    return [param for query, _ in places for param in query.params]
