from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0001_initial"), ("audit", "0002_append_only"), ("transport", "0002_calls")]
    operations = [
        migrations.RunSQL((SQL / "plan_rules.sql").read_text(encoding="utf-8")),
        migrations.RunSQL((SQL / "publishing.sql").read_text(encoding="utf-8")),
        migrations.RunSQL((SQL / "the_ground_moves.sql").read_text(encoding="utf-8")),
        migrations.RunSQL((SQL / "nobody_vanishes.sql").read_text(encoding="utf-8")),
    ]
