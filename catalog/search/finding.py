"""The statement that finds: what a plan matches among some rows, as much of it as is worth counting, and the best of that.

One match serves everything, so that nothing is looked for twice: facets count the ``sample``, and the ``best`` are ranked
out of it. In the sample stands first what is called exactly so, then what has the words in its name, then everything else:
a word that everything has is not worth reading everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from catalog.models import Asset
from catalog.models.assets import AssetQuerySet
from catalog.search.matching import Plan, plan
from catalog.search.ranking import Score, rank
from catalog.search.sight import Rows, fetch, rows_of

CAP = 1000  # matches that are counted
RANKED = 500  # that are ranked, of names and of everything else

RELEVANCE = "rank DESC, asset.deprecated_at ASC NULLS FIRST, asset.path, asset.id"
ORDERS = {
    "relevance": RELEVANCE,
    "name": "asset.path, asset.id",
    "changed": "asset.changed_at DESC, asset.id",
    "popularity": "asset.popularity DESC, asset.path, asset.id",
}
BY_KEY = "near.sort_key DESC NULLS LAST, asset.path, asset.id"  # of a room above the catalog

# A name or a path is one thing's; a title may be many things'
CALLED = """
called AS MATERIALIZED (
  SELECT id, min(place) AS place FROM (
    SELECT 1 AS place, asset_id AS id FROM catalog_assetname WHERE lower(name) = %s
    UNION ALL SELECT 1, id FROM catalog_asset WHERE lower(path) = %s
    UNION ALL SELECT 2, id FROM catalog_asset WHERE lower(title) = %s) so GROUP BY id)
"""
MATCHES = """
  UNION ALL SELECT 2, asset_id FROM catalog_searchentry
    WHERE names @@ {named} AND asset_id NOT IN (SELECT id FROM called)
  UNION ALL SELECT 3, asset_id FROM catalog_searchentry
    WHERE words @@ {query} AND NOT names @@ {named} AND asset_id NOT IN (SELECT id FROM called)
"""
# OFFSET 0: from what matches to its asset, one after the other until there are enough. The planner does not know how
# early this ends.
SAMPLE = """,
sample AS MATERIALIZED (
  SELECT found.place, seen.* FROM (SELECT place, id FROM called {matches}) found
  CROSS JOIN LATERAL (SELECT * FROM ({rows}) one WHERE one.pk = found.id OFFSET 0) seen
  LIMIT {cap})
"""
EVERYTHING = """
sample AS MATERIALIZED (SELECT 3 AS place, one.* FROM ({rows}) one ORDER BY uuid LIMIT {cap})
"""
BEST = """,
best AS MATERIALIZED (
  SELECT asset.*, {score} AS rank FROM (
    (SELECT * FROM sample WHERE place < 3 LIMIT {most}) UNION ALL (SELECT * FROM sample WHERE place = 3 LIMIT {most})) near
  JOIN catalog_asset asset ON asset.id = near.pk
  LEFT JOIN catalog_searchentry entry ON entry.asset_id = near.pk
  ORDER BY {order} LIMIT {limit} OFFSET {offset})
"""
IDS = "WITH {} SELECT id FROM best"


def sample(planned: Plan, rows: Rows, cap: int = CAP + 1) -> Rows:
    """At most ``cap`` of the rows that match, with their ``place``: 1 called so, 2 by name, 3 by anything else."""
    low = planned.text.lower()
    matches, params = "", [low, low, low]
    if planned.words:
        named, query = planned.named, planned.query
        matches = MATCHES.format(named=named.sql, query=query.sql)
        params += [*named.params, *query.params, *named.params]
    return Rows(CALLED + SAMPLE.format(matches=matches, rows=rows.sql, cap=cap), (*params, *rows.params))


def anything(rows: Rows, cap: int = CAP + 1) -> Rows:
    """A fair sample where no text is asked for: public ids are random. The rows must tell theirs."""
    return Rows(EVERYTHING.format(rows=rows.sql, cap=cap), rows.params)


def best(planned: Plan, limit: int, offset: int = 0, order: str = RELEVANCE, most: int = RANKED) -> Rows:
    """The best of the sample. By relevance, at most ``most`` that match by name and as many others are looked at."""
    score = rank(planned.text, planned.words, planned.meanings) if order == RELEVANCE else Score("0")
    most = most if order == RELEVANCE else CAP + 1
    return Rows(BEST.format(score=score.sql, most=most, order=order, limit=limit, offset=offset), score.params)


def best_of(user: Any, text: str, visible: AssetQuerySet, limit: int) -> list[Asset]:
    """For who wants nothing else."""
    rows = rows_of(visible)
    if rows.are_none or not (planned := plan(user, text, rows)).text:
        return []
    found, chosen = sample(planned, rows, 2 * RANKED), best(planned, limit)
    ids = [pk for (pk,) in fetch(IDS.format(found.sql + chosen.sql), [*found.params, *chosen.params])]
    return in_order(visible, ids)


def in_order(rows: AssetQuerySet, ids: Sequence[int]) -> list[Asset]:
    found = {asset.pk: asset for asset in rows.filter(pk__in=ids)} if ids else {}
    return [found[pk] for pk in ids if pk in found]
