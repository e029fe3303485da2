from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0011_reason_pinned_out"), ("transport", "0006_load_rule")]
    operations = [migrations.RunSQL((SQL / "load_rule.sql").read_text(encoding="utf-8"))]
