from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workers", "0001_initial")]
    operations = [
        migrations.AddIndex(
            model_name="worker",
            index=models.Index(fields=["name"], name="worker_by_name", opclasses=["varchar_pattern_ops"]),
        ),
    ]
