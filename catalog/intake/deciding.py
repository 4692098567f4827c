"""Which findings nobody needs to look at any more, because a person has decided on their column. Stands with the findings
themselves, so that what waits is found by an index where nearly everything is decided."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

# columns are the same in letters of either case, as everywhere in people's words
_MARK = """
UPDATE catalog_piifinding f SET decided = NOT f.decided WHERE f.asset_id = ANY(%s) AND f.decided <> EXISTS (
  SELECT FROM catalog_annotation a
  WHERE a.asset_id = f.asset_id AND a.field = 'pii' AND upper(a."column") = upper(f."column"))
"""


def mark_decided(asset_ids: Collection[int]) -> None:
    """To be asked whenever findings or decisions of these assets have come, gone or changed hands."""
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [list(asset_ids)])
