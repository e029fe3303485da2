"""Two entries that are one person: the rules that hold of them, and the short list of those registered twice."""
from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ("workers", "0004_list_imports"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="registration",
            index=models.Index(
                fields=["campaign"], name="registration_duplicates", condition=models.Q(outcome="duplicate")),
        ),
        migrations.RunSQL((SQL / "merging.sql").read_text(encoding="utf-8")),
    ]
