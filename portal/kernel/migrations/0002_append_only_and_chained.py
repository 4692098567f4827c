"""Events can only be added, and the chained ones cover one another (see portal.kernel.models.Event)."""

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION kernel_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON kernel_event
  FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
CREATE TRIGGER event_no_truncate BEFORE TRUNCATE ON kernel_event
  FOR EACH STATEMENT EXECUTE FUNCTION kernel_refuse_change();
"""

CHAIN = """
CREATE FUNCTION kernel_event_digest(e kernel_event) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT encode(sha256(convert_to(jsonb_build_array(
    e.chain_seq, e.chain_prev, e.name, to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
    e.actor_id, e.subject, e.request_id, e.payload)::text, 'UTF8')), 'hex')
$$;
CREATE FUNCTION kernel_event_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  newest record;
BEGIN
  IF NOT NEW.chained THEN
    NEW.chain_seq := NULL; NEW.chain_prev := ''; NEW.chain_hash := '';
    RETURN NEW;
  END IF;
  -- one writer at a time until commit: the next one must see this row to build on it
  PERFORM pg_advisory_xact_lock(823746101);
  SELECT chain_seq, chain_hash INTO newest FROM kernel_event
    WHERE chain_seq IS NOT NULL ORDER BY chain_seq DESC LIMIT 1;
  NEW.at := clock_timestamp();
  NEW.chain_seq := coalesce(newest.chain_seq, 0) + 1;
  NEW.chain_prev := coalesce(newest.chain_hash, '');
  NEW.chain_hash := '';
  NEW.chain_hash := kernel_event_digest(NEW);
  RETURN NEW;
END $$;
CREATE TRIGGER event_chain BEFORE INSERT ON kernel_event FOR EACH ROW EXECUTE FUNCTION kernel_event_chain();
"""

UNDO = """
DROP TRIGGER event_chain ON kernel_event;
DROP TRIGGER event_no_truncate ON kernel_event;
DROP TRIGGER event_append_only ON kernel_event;
DROP FUNCTION kernel_event_chain();
DROP FUNCTION kernel_event_digest(kernel_event);
DROP FUNCTION kernel_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]
    operations = [migrations.RunSQL(APPEND_ONLY + CHAIN, UNDO)]
