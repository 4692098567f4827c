"""An asset's activity can only be added to, like the events of the kernel."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER assetchange_append_only BEFORE UPDATE OR DELETE ON catalog_assetchange
  FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
CREATE TRIGGER assetchange_no_truncate BEFORE TRUNCATE ON catalog_assetchange
  FOR EACH STATEMENT EXECUTE FUNCTION kernel_refuse_change();
"""
BACKWARD = """
DROP TRIGGER assetchange_no_truncate ON catalog_assetchange;
DROP TRIGGER assetchange_append_only ON catalog_assetchange;
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial"), ("kernel", "0002_append_only_and_chained")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
