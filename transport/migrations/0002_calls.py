from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("transport", "0001_initial")]
    operations = [
        migrations.RunSQL((SQL / "calls.sql").read_text(encoding="utf-8")),
    ]
