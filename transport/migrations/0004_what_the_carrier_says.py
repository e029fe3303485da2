from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("transport", "0003_seat_maps")]
    operations = [
        migrations.AddField("trip", "plate_given", models.CharField(blank=True, db_default="", default="", max_length=20)),
        migrations.AddField("trip", "driver", models.CharField(blank=True, db_default="", default="", max_length=40)),
        migrations.AddField("trip", "driver_phone", models.CharField(blank=True, db_default="", default="", max_length=20)),
        migrations.AddField("trip", "crew_given_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddConstraint(
            "trip",
            models.CheckConstraint(
                name="trip_crew_says_when_it_was_given",
                condition=models.Q(plate_given="", driver="", driver_phone="") | models.Q(crew_given_at__isnull=False),
            ),
        ),
        migrations.RunSQL((SQL / "crew.sql").read_text(encoding="utf-8")),
    ]
