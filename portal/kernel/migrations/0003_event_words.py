"""Free text of the audit is found by an index of trigrams, however long the record grows."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

WORDS = "upper(name || ' ' || subject || ' ' || payload::text)"


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_append_only_and_chained")]
    operations = [
        TrigramExtension(),
        migrations.RunSQL(
            f"CREATE INDEX kernel_event_words ON kernel_event USING gin (({WORDS}) gin_trgm_ops)",
            "DROP INDEX kernel_event_words",
        ),
        migrations.RunSQL(
            "CREATE INDEX kernel_event_actor_newest ON kernel_event (actor_id, id DESC)",
            "DROP INDEX kernel_event_actor_newest",
        ),
    ]
