"""Words that somebody may have meant: what is one slip of a key away, two words run together, what shares most trigrams.

Judged by what its asker may see alone: a hidden name must not show in the way in which a query is widened.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection, transaction

from catalog.search.sight import Rows, fetch

SHORTEST = 3  # letters; two are an abbreviation, not a typing error
LONGEST = 30
LETTERS = "abcdefghijklmnopqrstuvwxyz"
DIGITS = "0123456789"  # tried only for who typed some: they are a quarter of all slips
SLIPS = """
SELECT word FROM (
  SELECT word, similarity(word, %s) AS likeness FROM catalog_searchword WHERE word = ANY(%s)
  ORDER BY likeness DESC, word OFFSET 0) near
WHERE {seen} LIMIT 6
"""
HALVES = """
SELECT head, tail FROM (
  SELECT a.word AS head, b.word AS tail FROM unnest(%s::text[], %s::text[]) AS split (head, tail)
  JOIN catalog_searchword a ON a.word = split.head JOIN catalog_searchword b ON b.word = split.tail
  ORDER BY least(length(a.word), length(b.word)) DESC, a.word OFFSET 0) near
WHERE {seen_head} AND {seen_tail} LIMIT 1
"""
LIKE = """
SELECT word FROM (
  SELECT word, similarity(word, %s) AS likeness FROM catalog_searchword
  WHERE word %% %s AND length(word) BETWEEN %s AND %s
  ORDER BY likeness DESC, word OFFSET 0) near
WHERE {seen} LIMIT 6
"""
SEEN = """EXISTS (SELECT FROM catalog_searchentry entry JOIN ({visible}) visible ON visible.pk = entry.asset_id
WHERE entry.words @@ quote_literal({word})::tsquery)"""


def alternatives(visible: Rows, word: str) -> list[list[str]]:
    """Likely first; each is a word, or the two that the typed one runs together."""
    if not SHORTEST <= len(word) <= LONGEST:
        return []
    if found := _slips(visible, word):
        return [[other] for other in found]
    return _halves(visible, word) or [[other] for other in _like(visible, word)]


def variants(word: str) -> set[str]:
    """Everything that is one slip away: a letter too many or too few, a wrong one, two the wrong way round.

    >>> {"day", "dy", "days"} <= variants("dya") | variants("day")
    True
    """
    return set(_edits(word)) - {word}


def _edits(word: str) -> Iterator[str]:
    keys = LETTERS if word.isalpha() else LETTERS + DIGITS
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        yield from (head + letter + tail for letter in keys)
        if tail:
            yield head + tail[1:]
            yield from (head + letter + tail[1:] for letter in keys)
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]


def _slips(visible: Rows, word: str) -> list[str]:
    near = [other for other in variants(word) if len(other) >= SHORTEST]
    sql = SLIPS.format(seen=_seen(visible, "near.word"))
    return [other for (other,) in fetch(sql, [word, near, *visible.params])]


def _halves(visible: Rows, word: str) -> list[list[str]]:
    places = range(SHORTEST, len(word) - SHORTEST + 1)
    if not places:
        return []
    sql = HALVES.format(seen_head=_seen(visible, "near.head"), seen_tail=_seen(visible, "near.tail"))
    heads, tails = [word[:at] for at in places], [word[at:] for at in places]
    return [list(row) for row in fetch(sql, [heads, tails, *visible.params, *visible.params])]


def _like(visible: Rows, word: str) -> list[str]:
    sql = LIKE.format(seen=_seen(visible, "near.word"))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL pg_trgm.similarity_threshold = 0.3")
        rows = fetch(sql, [word, word, len(word) - 3, len(word) + 3, *visible.params])
    return [other for (other,) in rows]


def _seen(visible: Rows, word: str) -> str:
    """Tried in order and only until there are enough, for it is the dear part."""
    return SEEN.format(visible=visible.sql, word=word)
