"""The words of names: which of them begin as a word does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog.search.sight import fetch

MOST = 20  # words that begin alike; of more, the beginning itself is looked for
LAST = "\U0010ffff"
# By bytes, as the index for beginnings is in order, whatever the database's own order of letters
BEGUN = """
SELECT typed.word, ARRAY(
  SELECT word FROM catalog_searchword WHERE word ~>=~ typed.word AND word ~<~ (typed.word || %s) LIMIT %s),
  EXISTS (SELECT FROM catalog_searchword WHERE word ~>=~ typed.stem AND word ~<~ (typed.stem || %s))
FROM (SELECT word, coalesce(rtrim((ts_lexize('english_stem', word))[1], 'i'), word) AS stem
      FROM unnest(%s::text[]) AS given (word)) typed
"""
SHORTEST = 3  # letters of the words that are kept


@dataclass(frozen=True, slots=True)
class Known:
    """Of one typed word: what begins with it, None where that is many; ``strange`` if not even its stem begins a word (that of
    "history" is "histori")."""

    begins: Sequence[str] | None
    strange: bool


def known(words: Sequence[str]) -> Mapping[str, Known]:
    """Known to everybody, told to nobody: what is looked for by it is then filtered by what its asker may see."""
    found = fetch(BEGUN, [LAST, MOST + 1, LAST, list(words)]) if words else []
    return {
        word: Known(others if len(others) <= MOST else None, not stem and len(word) >= SHORTEST)
        for word, others, stem in found
    }
