"""Keeps the search entries in step with what they index: one statement a batch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection

# Parts of snake_case, camelCase and dotted names are words of their own; the name run together is one more, so that
# "revenuebyday" finds revenue_by_day. Glossary terms stand as "#slug", which no text can hold. Lengths are cut well below
# tsvector's limit of 1 MB. Words of descriptions stand as stems and as they are written: near words are looked for as
# written, because only a word that is itself in something visible may be proposed.
REFRESH = r"""
WITH told AS MATERIALIZED (
  SELECT a.id, a.title, catalog_name_parts(a.title) AS title_parts,
         catalog_name_parts(c.names) AS columns,
         catalog_name_parts(concat_ws(' ', array_to_string(a.tags, ' '), c.tags, o.names)) AS labels,
         concat_ws(' ', a.path, a.database, a.platform, d.name) AS place,
         left(concat_ws(' ', left(a.description, 20000), c.descriptions), 60000) AS prose,
         ARRAY(SELECT DISTINCT '#' || slug FROM unnest(a.terms || c.terms) AS slug WHERE slug <> '') AS terms
  FROM catalog_asset a
  LEFT JOIN catalog_domain d ON d.id = a.domain_id
  LEFT JOIN LATERAL (
    SELECT string_agg(left(name, 200), ' ' ORDER BY position) AS names,
           string_agg(left(description, 300), ' ' ORDER BY position) AS descriptions,
           string_agg(array_to_string(tags, ' '), ' ') FILTER (WHERE tags <> '{}') AS tags,
           string_to_array(string_agg(array_to_string(terms, ' '), ' ') FILTER (WHERE terms <> '{}'), ' ') AS terms
    FROM catalog_column WHERE asset_id = a.id AND retired_at IS NULL) c ON TRUE
  LEFT JOIN LATERAL (
    SELECT string_agg(name || ' ' || email, ' ') AS names FROM catalog_assetowner WHERE asset_id = a.id) o ON TRUE
  WHERE a.id = ANY(%s)
)
INSERT INTO catalog_searchentry (asset_id, names, words)
SELECT id, to_tsvector('simple', left(title_parts, 3000)),
  setweight(to_tsvector('simple', left(title_parts || ' ' || regexp_replace(title, '[^[:alnum:]]+', '', 'g'), 3000)), 'A')
  || setweight(to_tsvector('english', left(title_parts, 3000)), 'A')
  || setweight(to_tsvector('simple', left(concat_ws(' ', labels, columns), 60000)), 'B')
  || setweight(to_tsvector('english', left(columns, 60000)), 'B')
  || setweight(to_tsvector('simple', left(catalog_name_parts(place), 3000)), 'C')
  || setweight(to_tsvector('english', prose), 'D') || setweight(to_tsvector('simple', prose), 'D')
  || array_to_tsvector(terms)
FROM told
ON CONFLICT (asset_id) DO UPDATE SET words = EXCLUDED.words, names = EXCLUDED.names
"""


def refresh(asset_ids: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(REFRESH, [list(asset_ids)])


def add_words(words: Iterable[str]) -> None:
    """Words are never taken out: one that no longer occurs widens a query by nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalog_searchword (word) SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING", [sorted(words)]
        )
