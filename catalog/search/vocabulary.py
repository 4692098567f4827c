"""The words of names: which of them begin as a word does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from catalog.search.sight import fetch

MOST = 20  # words that begin alike; of more, the beginning itself is looked for
LAST = "\U0010ffff"
# By bytes, as the index for beginnings is in order, whatever the database's own order of letters
BEGUN = """
SELECT typed.word, ARRAY(
  SELECT word FROM catalog_searchword WHERE word ~>=~ typed.word AND word ~<~ (typed.word || %s) LIMIT %s)
FROM unnest(%s::text[]) AS typed (word)
"""


def begun(words: Sequence[str]) -> Mapping[str, Sequence[str] | None]:
    """For each word those that begin with it; None where they are many. Known to everybody, told to nobody: what is
    looked for by them is then filtered by what its asker may see."""
    found = dict(fetch(BEGUN, [LAST, MOST + 1, list(words)])) if words else {}
    return {word: others if len(others) <= MOST else None for word, others in found.items()}
