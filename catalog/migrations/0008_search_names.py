"""The parts of a name apart from everything else that search reads."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models

FILL = """
UPDATE catalog_searchentry e SET names = to_tsvector('simple', left(catalog_name_parts(a.title), 3000))
FROM catalog_asset a WHERE a.id = e.asset_id
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0007_edits_and_contracts_append_only")]
    operations = [
        migrations.AddField(
            model_name="searchentry",
            name="names",
            field=django.contrib.postgres.search.SearchVectorField(
                db_default=models.Value("", output_field=django.contrib.postgres.search.SearchVectorField())
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="searchentry",
            index=django.contrib.postgres.indexes.GinIndex(fields=["names"], name="search_names"),
        ),
    ]
