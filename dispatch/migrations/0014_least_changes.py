from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dispatch', '0013_pins'),
    ]

    operations = [
        migrations.AddField(
            model_name='unplaced',
            name='changes',
            field=models.JSONField(blank=True, null=True),
        ),
    ]
