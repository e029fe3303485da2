"""Who becomes one person keeps a place in a published plan only as far as that person may have it."""
from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ("dispatch", "0015_run_parts"),
        ("workers", "0008_merging"),
    ]

    operations = [
        migrations.RunSQL((SQL / "merging.sql").read_text(encoding="utf-8")),
    ]
