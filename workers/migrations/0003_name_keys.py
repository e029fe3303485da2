"""What names are found by, for those that are there already; and telephones by their last digits."""
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import migrations, models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Reverse

from workers.name_keys import keys_of

BATCH = 5000


def fill(apps, schema_editor):
    """In batches, so that memory does not grow with the people."""
    last = 0
    with schema_editor.connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT id, name FROM workers_worker WHERE id > %s ORDER BY id LIMIT %s", [last, BATCH])
            rows = cursor.fetchall()
            if not rows:
                return
            ids, names = zip(*rows, strict=True)
            cursor.execute(
                """UPDATE workers_worker w SET name_keys = k.keys FROM unnest(%s::bigint[], %s::text[]) AS k (id, keys)
                    WHERE w.id = k.id""",
                [list(ids), [keys_of(name) for name in names]],
            )
            last = ids[-1]


class Migration(migrations.Migration):
    dependencies = [("workers", "0002_worker_by_name")]
    operations = [
        migrations.AddField("worker", "name_keys", models.TextField(editable=False, default=""), preserve_default=False),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="worker",
            constraint=models.CheckConstraint(name="worker_is_found_by_keys", condition=~Q(name_keys="")),
        ),
        migrations.AddIndex(
            model_name="worker",
            index=GinIndex(
                Func(
                    Func(F("name_keys"), Value(" "), function="string_to_array"),
                    function="array_to_tsvector", output_field=SearchVectorField(),
                ),
                name="worker_by_keys", gin_pending_list_limit=512,
            ),
        ),
        migrations.AddIndex(
            model_name="registration",
            index=models.Index(
                F("campaign"),
                OpClass(
                    Reverse(Func(F("contact_phone"), Value(" -+()"), Value(""), function="translate", output_field=models.TextField())),
                    "text_pattern_ops",
                ),
                name="registration_by_last_digits", condition=~Q(contact_phone=""),
            ),
        ),
    ]
