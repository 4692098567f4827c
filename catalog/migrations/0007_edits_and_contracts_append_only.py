"""What people wrote and what contracts said can only be added to."""

from django.db import migrations

TABLES = {"catalog_editline": "editline", "catalog_contractversion": "contractversion"}
FORWARD = "".join(
    f"""
CREATE TRIGGER {short}_append_only BEFORE UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
CREATE TRIGGER {short}_no_truncate BEFORE TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION kernel_refuse_change();
"""
    for table, short in TABLES.items()
)
BACKWARD = "".join(
    f"""
DROP TRIGGER {short}_no_truncate ON {table};
DROP TRIGGER {short}_append_only ON {table};
"""
    for table, short in TABLES.items()
)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0006_the_catalog_in_depth"), ("kernel", "0002_append_only_and_chained")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
