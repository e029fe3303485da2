from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0009_roster_locks")]
    operations = [
        migrations.CreateModel(
            name="EndedTicket",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("coach", models.CharField(blank=True, max_length=10)),
                ("seat", models.CharField(blank=True, max_length=10)),
                ("number", models.CharField(blank=True, max_length=40)),
                ("given_at", models.DateTimeField()),
                ("answer", models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="ended_tickets", to="dispatch.carrieranswer")),
                ("change", models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="ended_tickets", to="dispatch.planchange")),
                ("registration", models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="ended_tickets", to="workers.registration")),
                ("trip", models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="ended_tickets", to="transport.trip")),
            ],
            options={"ordering": ["-id"]},
        ),
        migrations.RunSQL((SQL / "tickets_end.sql").read_text(encoding="utf-8")),
    ]
