"""The questions to PostgreSQL's catalog: one of each a database, whatever it holds.

Partitions are not asked for, their parent stands for them. Temporary tables, system schemas and what an extension brings
are nobody's data.
"""

from __future__ import annotations

SERVER = """
SELECT current_database() AS database, current_setting('server_version') AS version,
    pg_encoding_to_char(d.encoding) AS encoding, pg_get_userbyid(d.datdba) AS owner,
    shobj_description(d.oid, 'pg_database') AS comment
FROM pg_database d WHERE d.datname = current_database()
"""

SCHEMAS = r"""
SELECT n.oid, n.nspname AS name, pg_get_userbyid(n.nspowner) AS owner, obj_description(n.oid, 'pg_namespace') AS comment
FROM pg_namespace n
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
ORDER BY n.nspname
"""

RELATIONS = """
SELECT c.oid, c.relnamespace AS schema, c.relname AS name, c.relkind AS kind, pg_get_userbyid(c.relowner) AS owner,
    obj_description(c.oid, 'pg_class') AS comment, c.reltuples AS rows, c.relpages AS pages,
    CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid, true) END AS code,
    CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS partitioned_by,
    server.srvname AS server, s.last_analyze, s.last_autoanalyze, s.last_vacuum, s.last_autovacuum
FROM pg_class c
LEFT JOIN pg_foreign_table foreign_table ON foreign_table.ftrelid = c.oid
LEFT JOIN pg_foreign_server server ON server.oid = foreign_table.ftserver
LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND c.relnamespace = ANY(%(schemas)s)
    AND c.relpersistence <> 't' AND NOT EXISTS (
        SELECT FROM pg_depend d
        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
    )
ORDER BY c.relnamespace, c.relname
"""

SIZES = """
SELECT oid, pg_total_relation_size(oid) AS bytes FROM unnest(%(oids)s::oid[]) AS oid
"""

PARTITIONS = """
SELECT root.oid, count(*) FILTER (WHERE leaf.isleaf) AS partitions, sum(c.relpages::bigint) AS pages,
    sum(c.reltuples::bigint) FILTER (WHERE leaf.isleaf AND c.reltuples >= 0) AS rows
FROM pg_class root
CROSS JOIN LATERAL pg_partition_tree(root.oid) AS leaf
JOIN pg_class c ON c.oid = leaf.relid
WHERE root.relkind = 'p' AND NOT root.relispartition AND root.relnamespace = ANY(%(schemas)s)
GROUP BY root.oid
"""

COLUMNS = """
SELECT a.attrelid AS relation, a.attnum AS number, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
    a.attnotnull AS not_null, col_description(a.attrelid, a.attnum) AS comment, a.attidentity AS identity,
    a.attgenerated AS generated, pg_get_expr(d.adbin, d.adrelid) AS default_value, a.atttypid AS type_oid
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE c.oid = ANY(%(oids)s) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum
"""

# of the types in use those that have parts or labels, or stand for another type, however deep
TYPES = """
WITH RECURSIVE used(oid) AS (
    SELECT unnest(%(oids)s::oid[])
    UNION
    SELECT inner_type.oid FROM used
    JOIN pg_type t ON t.oid = used.oid
    CROSS JOIN LATERAL (
        SELECT t.typelem WHERE t.typcategory = 'A'
        UNION ALL SELECT t.typbasetype WHERE t.typtype = 'd'
        UNION ALL SELECT a.atttypid FROM pg_attribute a
            WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
    ) AS inner_type(oid)
)
SELECT t.oid, t.typtype AS kind, CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE 0 END AS element,
    t.typrelid AS relation, t.typbasetype AS base_oid,
    CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END AS base,
    ARRAY(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder) AS labels
FROM used JOIN pg_type t ON t.oid = used.oid
WHERE t.typtype IN ('c', 'e', 'd') OR t.typcategory = 'A'
"""

PARTS = """
SELECT a.attrelid AS relation, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, a.atttypid AS type_oid,
    col_description(a.attrelid, a.attnum) AS comment
FROM pg_attribute a
WHERE a.attrelid = ANY(%(oids)s) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum
"""

CONSTRAINTS = """
SELECT c.conrelid AS relation, c.conname AS name, c.contype AS kind, c.conkey::int[] AS columns, c.confrelid AS target,
    c.confkey::int[] AS target_columns, pg_get_constraintdef(c.oid) AS definition
FROM pg_constraint c
WHERE c.conrelid = ANY(%(oids)s) AND c.contype IN ('p', 'u', 'f', 'c')
ORDER BY c.conrelid, c.contype, c.conname
"""

# what a view's rule depends on; a view names its own columns too, that is no edge
DEPENDENCIES = """
SELECT DISTINCT d.refobjid AS upstream, r.ev_class AS downstream
FROM pg_rewrite r
JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
WHERE r.ev_class = ANY(%(oids)s) AND d.refobjid <> r.ev_class
"""

EXTENSION = """
SELECT n.nspname AS schema, pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') AS all_of_them,
    to_regclass(quote_ident(n.nspname) || '.pg_stat_statements_info') IS NOT NULL AS has_info
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname = 'pg_stat_statements'
"""

READS = """
SELECT left(s.query, 200001) AS query, coalesce(r.rolname, '') AS principal, sum(s.calls)::bigint AS calls
FROM {schema}.pg_stat_statements s
LEFT JOIN pg_roles r ON r.oid = s.userid
WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND s.query NOT LIKE '%%' || %(mark)s || '%%'
GROUP BY s.query, r.rolname
"""

SINCE = "SELECT stats_reset AS since FROM {schema}.pg_stat_statements_info"
