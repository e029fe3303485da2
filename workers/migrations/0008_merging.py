"""Two entries that are one person: the rules that hold of them, and the short list of those registered twice."""
from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent / "sql"
BACK = """
DROP TRIGGER worker_merges_in_no_circle ON workers_worker;
DROP TRIGGER merged_worker_goes_nowhere ON workers_worker;
DROP TRIGGER worker_merged_says_who ON workers_worker;
DROP TRIGGER worker_begins_merged_says_who ON workers_worker;
DROP TRIGGER registration_is_of_who_is_there ON workers_registration;
DROP TRIGGER registration_goes_to_who_is_there ON workers_registration;
DROP TRIGGER worker_merge_has_merged ON workers_workermerge;
DROP TRIGGER worker_merge_is_only_undone ON workers_workermerge;
DROP FUNCTION workers_merges_in_no_circle, workers_merged_goes_nowhere, workers_merged_says_who,
  workers_registration_is_of_who_is_there, workers_registration_goes_to, workers_merge_has_merged,
  workers_merge_is_only_undone, workers_merge_is_on_record, workers_end_of, workers_fail;
"""


class Migration(migrations.Migration):

    dependencies = [
        ("workers", "0005_intake"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="registration",
            index=models.Index(
                fields=["campaign"], name="registration_duplicates", condition=models.Q(outcome="duplicate")),
        ),
        migrations.RunSQL((SQL / "merging.sql").read_text(encoding="utf-8"), BACK),
    ]
