from pathlib import Path

import django.contrib.postgres.fields
from django.db import migrations, models
from django.db.models import Q

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("transport", "0005_withheld_seats")]
    operations = [
        migrations.AddField("trip", "load_rule", models.CharField(
            max_length=10, default="full", db_default="full", verbose_name="load rule",
            choices=[("full", "all seats"), ("half", "half of the seats"), ("alternate", "every second seat of a row"),
                     ("rows", "every second row")])),
        migrations.AddField("trip", "empty_on", django.contrib.postgres.fields.ArrayField(
            models.PositiveSmallIntegerField(), default=list, db_default=[], editable=False, size=None)),
        migrations.AddField("trip", "places", models.SmallIntegerField(
            default=0, db_default=0, editable=False, verbose_name="people at once")),
        migrations.AddConstraint("trip", models.CheckConstraint(
            name="trip_load_rule_known", condition=Q(load_rule__in=["full", "half", "alternate", "rows"]))),
        # The old function, dropped on the way back, is what 0005 made: its text is read from there.
        migrations.RunSQL((SQL / "load_rule.sql").read_text(encoding="utf-8"),
                          (SQL / "load_rule_back.sql").read_text(encoding="utf-8")
                          + (SQL / "withheld_seats.sql").read_text(encoding="utf-8")),
        migrations.AddConstraint("trip", models.CheckConstraint(
            name="trip_withholds_no_more_than_the_load_rule_leaves", condition=Q(places__gte=0))),
    ]
