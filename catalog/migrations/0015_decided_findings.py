from django.db import migrations, models

DECIDED = """
UPDATE catalog_piifinding f SET decided = TRUE WHERE EXISTS (
  SELECT FROM catalog_annotation a
  WHERE a.asset_id = f.asset_id AND a.field = 'pii' AND upper(a."column") = upper(f."column"))
"""
# who is known here owns a thing once: what a person wrote, else the older row, stays
ONCE = """
DELETE FROM catalog_assetowner WHERE id IN (
  SELECT id FROM (
    SELECT id, row_number() OVER (PARTITION BY asset_id, user_id, team_id ORDER BY because = '', id) AS place
    FROM catalog_assetowner WHERE user_id IS NOT NULL OR team_id IS NOT NULL) ranked
  WHERE place > 1)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0014_kinds_of_lineage"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="piifinding", name="pii_finding_surest"),
        migrations.AddField(model_name="piifinding", name="decided", field=models.BooleanField(default=False)),
        migrations.AddIndex(
            model_name="piifinding",
            index=models.Index(
                fields=["-confidence", "id"], condition=models.Q(("decided", False)), name="pii_finding_waits"
            ),
        ),
        migrations.RunSQL(DECIDED, migrations.RunSQL.noop),
        migrations.RunSQL(ONCE, migrations.RunSQL.noop),
    ]
