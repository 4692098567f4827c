"""Which name is the identity, and how names fall into words."""

from django.db import migrations, models

PARTS = r"""
CREATE FUNCTION catalog_name_parts(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT regexp_replace(regexp_replace(coalesce(name, ''), '([[:lower:][:digit:]])([[:upper:]])', '\1 \2', 'g'),
                        '[^[:alnum:]]+', ' ', 'g')
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_changes_append_only")]
    operations = [
        migrations.AddField("assetname", "canonical", models.BooleanField(default=False)),
        migrations.RunSQL(PARTS, "DROP FUNCTION catalog_name_parts(text)"),
    ]
