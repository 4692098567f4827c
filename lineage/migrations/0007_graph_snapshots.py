"""What snapshots of the graph need: which notes are forgotten, and notes of assets whose part in answers has changed."""

from django.db import migrations, models

# an asset that changed is noted as a pair with itself, which is no edge
CREATE = """
CREATE FUNCTION lineage_note_asset_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO lineage_touched (xid, upstream, downstream)
  VALUES (pg_current_xact_id()::text::bigint, NEW.id, NEW.id);
  RETURN NULL;
END $$;

CREATE TRIGGER asset_changed_in_graph AFTER UPDATE OF kind, domain_id, retired_at ON catalog_asset
  FOR EACH ROW
  WHEN ((OLD.kind, OLD.domain_id, OLD.retired_at IS NULL) IS DISTINCT FROM (NEW.kind, NEW.domain_id, NEW.retired_at IS NULL))
  EXECUTE FUNCTION lineage_note_asset_changed();
"""

DROP = """
DROP TRIGGER asset_changed_in_graph ON catalog_asset;
DROP FUNCTION lineage_note_asset_changed();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("lineage", "0006_openlineage_runs"),
    ]

    operations = [
        migrations.CreateModel(
            name="Horizon",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("before", models.BigIntegerField()),
            ],
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
