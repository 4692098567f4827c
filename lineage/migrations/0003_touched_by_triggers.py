"""The database notes which pairs of assets have had their edges changed, whoever did it and how: COPY, a merge of assets,
a cascade. One statement costs one insert, however many rows it changed."""

from django.db import migrations

CREATE = """
CREATE FUNCTION lineage_note_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO lineage_touched (xid, upstream, downstream)
  SELECT DISTINCT pg_current_xact_id()::text::bigint, upstream_id, downstream_id FROM fresh;
  RETURN NULL;
END $$;

CREATE FUNCTION lineage_note_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO lineage_touched (xid, upstream, downstream)
  SELECT DISTINCT pg_current_xact_id()::text::bigint, upstream_id, downstream_id FROM stale;
  RETURN NULL;
END $$;

-- that an edge was seen again changes nothing of the graph
CREATE FUNCTION lineage_note_edge_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO lineage_touched (xid, upstream, downstream)
  SELECT DISTINCT pg_current_xact_id()::text::bigint, pair.upstream, pair.downstream
  FROM stale JOIN fresh USING (id)
  CROSS JOIN LATERAL (VALUES (stale.upstream_id, stale.downstream_id), (fresh.upstream_id, fresh.downstream_id))
    AS pair (upstream, downstream)
  WHERE (stale.upstream_id, stale.downstream_id, stale.closed_at, stale.overruled, stale.detail)
    IS DISTINCT FROM (fresh.upstream_id, fresh.downstream_id, fresh.closed_at, fresh.overruled, fresh.detail);
  RETURN NULL;
END $$;

CREATE FUNCTION lineage_note_column_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO lineage_touched (xid, upstream, downstream)
  SELECT DISTINCT pg_current_xact_id()::text::bigint, pair.upstream, pair.downstream
  FROM stale JOIN fresh USING (id)
  CROSS JOIN LATERAL (VALUES (stale.upstream_id, stale.downstream_id), (fresh.upstream_id, fresh.downstream_id))
    AS pair (upstream, downstream);
  RETURN NULL;
END $$;

CREATE TRIGGER edge_made AFTER INSERT ON lineage_edge REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION lineage_note_new();
CREATE TRIGGER edge_gone AFTER DELETE ON lineage_edge REFERENCING OLD TABLE AS stale
  FOR EACH STATEMENT EXECUTE FUNCTION lineage_note_gone();
CREATE TRIGGER edge_changed AFTER UPDATE ON lineage_edge REFERENCING OLD TABLE AS stale NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION lineage_note_edge_changed();
CREATE TRIGGER column_edge_made AFTER INSERT ON lineage_columnedge REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION lineage_note_new();
CREATE TRIGGER column_edge_gone AFTER DELETE ON lineage_columnedge REFERENCING OLD TABLE AS stale
  FOR EACH STATEMENT EXECUTE FUNCTION lineage_note_gone();
CREATE TRIGGER column_edge_changed AFTER UPDATE ON lineage_columnedge REFERENCING OLD TABLE AS stale NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION lineage_note_column_changed();
"""

DROP = """
DROP TRIGGER edge_made ON lineage_edge;
DROP TRIGGER edge_gone ON lineage_edge;
DROP TRIGGER edge_changed ON lineage_edge;
DROP TRIGGER column_edge_made ON lineage_columnedge;
DROP TRIGGER column_edge_gone ON lineage_columnedge;
DROP TRIGGER column_edge_changed ON lineage_columnedge;
DROP FUNCTION lineage_note_new();
DROP FUNCTION lineage_note_gone();
DROP FUNCTION lineage_note_edge_changed();
DROP FUNCTION lineage_note_column_changed();
"""


class Migration(migrations.Migration):
    dependencies = [("lineage", "0002_edges_know_themselves")]
    operations = [migrations.RunSQL(CREATE, DROP)]
