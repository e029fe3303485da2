from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0007_real_names"), ("transport", "0005_withheld_seats")]
    operations = [migrations.RunSQL((SQL / "withheld_seats.sql").read_text(encoding="utf-8"))]
