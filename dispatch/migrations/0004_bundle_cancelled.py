from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dispatch', '0003_rosters'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='rosterbundle', name='roster_bundle_state_known'),
        migrations.AddField(
            model_name='rosterbundle', name='read_at', field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='rosterbundle', name='state',
            field=models.CharField(choices=[('queued', 'waiting for a worker'), ('running', 'being written'), ('finished', 'ready'), ('failed', 'failed'), ('cancelled', 'stopped, nothing kept')], default='queued', max_length=10),
        ),
        migrations.AddConstraint(
            model_name='rosterbundle',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'running', 'finished', 'failed', 'cancelled'])), name='roster_bundle_state_known'),
        ),
    ]
