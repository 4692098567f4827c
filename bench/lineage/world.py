"""A platform in layers: raw, staging, intermediate …, marts, and at the end dashboards, models and endpoints that read them.
Filled by SQL out of numbers that follow from the place alone, so the same size is always the same graph."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

LAYERS = 12
ENDS = 20  # one asset in so many is a dashboard, a model or an endpoint
DOMAINS = 20
RESTRICTED = 2


@dataclass(frozen=True, slots=True)
class Size:
    name: str
    assets: int
    edges: int
    columns: int = 0  # edges of columns; every pair is told in full where there are some


ASSETS = """
INSERT INTO catalog_asset (id, uuid, kind, platform, namespace, name, database, schema, title, path, address, section,
  description, domain_id, tier, tags, terms, pii, url, column_count, popularity, stub, meta,
  deprecation_note, created_at, changed_at)
SELECT n, gen_random_uuid(), kind, 'snowflake', 'snowflake://bench', 'analytics.' || title, 'analytics', 'marts',
  title, 'marts.' || title, 'marts.' || title, CASE kind WHEN 'table' THEN 'datasets' ELSE kind END, '',
  (SELECT min(id) FROM catalog_domain) + n %% %(domains)s, '', '{}', '{}', '{}', '', 10, 0, false, '{}', '', now(), now()
FROM (SELECT n, 't' || n AS title, CASE WHEN n <= %(tables)s THEN 'table'
    ELSE (ARRAY['dashboard', 'ml_model', 'endpoint'])[1 + n %% 3] END AS kind FROM generate_series(1, %(assets)s) n) AS made
"""
# upstream stands in the layer before, mostly near: things belong together; a few are read by very many
EDGES = """
INSERT INTO lineage_edge (id, upstream_id, downstream_id, source_id, confidence, detail, digest, overruled, reason,
  first_seen, last_seen)
SELECT row_number() OVER (), upstream, downstream, (SELECT min(id) FROM catalog_source), 'declared', %(detail)s, '', false,
  '', now(), now()
FROM (
  SELECT DISTINCT greatest(1, downstream - width + least(width - 1, (near * width / 50)::bigint
      + (CASE WHEN chance > 0.97 THEN random() * width / 2 ELSE random() * 40 END)::bigint)) AS upstream, downstream
  FROM (
    SELECT width + 1 + (random() * (%(assets)s - width - 1))::bigint AS downstream, width, random() AS chance,
      floor(random() * 3) AS near
    FROM generate_series(1, %(edges)s), (SELECT %(assets)s / %(layers)s AS width) AS one) AS picked
) AS pairs WHERE upstream < downstream AND upstream <= %(tables)s
"""
COLUMNS = """
INSERT INTO lineage_columnedge (edge_id, upstream_id, downstream_id, upstream_column, downstream_column, use, live)
SELECT id, upstream_id, downstream_id, 'c' || (id + place) %% 10,
  CASE WHEN place = 9 AND id %% 7 = 0 THEN '' ELSE 'c' || (id + 3 * place) %% 10 END,
  CASE WHEN place = 9 AND id %% 7 = 0 THEN 8 ELSE place %% 3 END, true
FROM lineage_edge, generate_series(0, %(each)s - 1) AS place
"""


def fill(size: Size) -> None:
    """In place of what is there. Triggers are off: nobody has to hear of it."""
    values = {
        "assets": size.assets,
        "tables": size.assets - size.assets // ENDS,
        "edges": size.edges,
        "domains": DOMAINS,
        "layers": LAYERS,
        "detail": 2 if size.columns else 0,
        "each": max(1, size.columns // size.edges),
    }
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("TRUNCATE catalog_asset, lineage_edge, lineage_columnedge, lineage_touched CASCADE")
        cursor.execute("SELECT setseed(0.5)")
        for statement in (ASSETS, EDGES, *((COLUMNS,) if size.columns else ())):
            cursor.execute(statement, values)
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('lineage_edge', 'id'), (SELECT max(id) FROM lineage_edge))"
        )
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE catalog_asset, lineage_edge, lineage_columnedge")


def domains() -> None:
    from catalog.models import Domain, Source  # noqa: PLC0415 - needs the portal's settings

    for number in range(DOMAINS):
        Domain.objects.create(slug=f"d{number}", name=f"Domain {number}", restricted=number < RESTRICTED)
    Source.objects.create(slug="bench", title="bench", kind="dbt", namespace="snowflake://bench")
