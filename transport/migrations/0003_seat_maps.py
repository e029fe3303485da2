from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from transport.seat_maps import STANDARD


def add_standard_maps(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    seat_map = apps.get_model("transport", "SeatMap")
    for standard in STANDARD:
        seat_map.objects.update_or_create(
            code=standard.code,
            defaults={"name": standard.name, "coaches": list(standard.coaches), "seats": standard.seats},
        )


class Migration(migrations.Migration):
    dependencies = [("transport", "0002_calls")]
    operations = [migrations.RunPython(add_standard_maps, migrations.RunPython.noop)]
