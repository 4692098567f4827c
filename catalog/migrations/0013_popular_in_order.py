"""What is read most, in one order that needs no sorting."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0012_splits_and_things_apart")]
    operations = [
        migrations.RemoveIndex(model_name="asset", name="asset_live_popular"),
        migrations.AddIndex(
            model_name="asset",
            index=models.Index(
                fields=["-popularity", "path", "id"], condition=models.Q(retired_at=None), name="asset_popular_path"
            ),
        ),
    ]
