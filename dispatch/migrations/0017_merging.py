"""Who becomes one person keeps a place in a published plan only as far as that person may have it."""
from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"
BACK = """
DROP TRIGGER merged_people_fit_the_published_plan ON workers_worker;
DROP FUNCTION dispatch_worker_merges;
"""


class Migration(migrations.Migration):

    dependencies = [
        ("dispatch", "0015_run_parts"),
        ("workers", "0008_merging"),
    ]

    operations = [
        migrations.RunSQL((SQL / "merging.sql").read_text(encoding="utf-8"), BACK),
    ]
