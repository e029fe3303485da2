from pathlib import Path

import django.contrib.postgres.fields
from django.db import migrations, models
from django.db.models import F, Q

SQL = Path(__file__).parent / "sql"


def _seats() -> django.contrib.postgres.fields.ArrayField:
    return django.contrib.postgres.fields.ArrayField(
        models.PositiveSmallIntegerField(), default=list, db_default=[], editable=False, size=None
    )


class Migration(migrations.Migration):
    dependencies = [("transport", "0004_what_the_carrier_says")]
    operations = [
        migrations.AddField("trip", "escort_seats", models.PositiveSmallIntegerField(
            default=0, db_default=0, verbose_name="seats for escorts")),
        migrations.AddField("trip", "isolation_seats", models.PositiveSmallIntegerField(
            default=0, db_default=0, verbose_name="seats for isolation")),
        migrations.AddField("trip", "escort_on", _seats()),
        migrations.AddField("trip", "isolation_on", _seats()),
        # The matching numbered seats from the front, so those that it left free are at the back.
        migrations.RunSQL("UPDATE transport_trip SET isolation_seats = withheld WHERE withheld > 0",
                          "UPDATE transport_trip SET withheld = escort_seats + isolation_seats"),
        migrations.RemoveConstraint("trip", "trip_withholds_no_more_than_its_seats"),
        migrations.RemoveField("trip", "withheld"),
        migrations.AddField("trip", "withheld", models.GeneratedField(
            expression=F("escort_seats") + F("isolation_seats"), db_persist=True,
            output_field=models.PositiveSmallIntegerField(), verbose_name="seats withheld")),
        migrations.AddConstraint("trip", models.CheckConstraint(
            name="trip_withholds_no_more_than_its_seats", condition=Q(withheld__lte=F("seats")))),
        migrations.RunSQL((SQL / "withheld_seats.sql").read_text(encoding="utf-8"), """
            DROP TRIGGER trip_withholds ON transport_trip;
            DROP FUNCTION transport_trip_withholds();
            DROP FUNCTION transport_seats_withheld(jsonb, integer, integer, integer)"""),
    ]
