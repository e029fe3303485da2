from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ("dispatch", "0006_gathering"),
        ('transport', '0004_what_the_carrier_says'),
        ('workers', '0002_worker_by_name'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RealNameList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(max_length=400)),
                ('requested_at', models.DateTimeField(auto_now_add=True)),
                ('released_at', models.DateTimeField(null=True)),
                ('expires_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('closed_why', models.CharField(blank=True, max_length=400)),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dispatch.plan')),
                ('released_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('trip', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='real_name_lists', to='transport.trip')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='RealNameLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('revoked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('names', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='dispatch.realnamelist')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='CarrierAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('rows', models.PositiveIntegerField(default=0)),
                ('new', models.PositiveIntegerField(default=0)),
                ('changed', models.PositiveIntegerField(default=0)),
                ('unchanged', models.PositiveIntegerField(default=0)),
                ('empty', models.PositiveIntegerField(default=0)),
                ('changes', models.JSONField(default=list)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('link', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dispatch.realnamelink')),
                ('names', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='dispatch.realnamelist')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='RealNameTaking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('rows', models.PositiveIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('people', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('link', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dispatch.realnamelink')),
                ('names', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='takings', to='dispatch.realnamelist')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dispatch.plan')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Ticket',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('coach', models.CharField(blank=True, max_length=10)),
                ('seat', models.CharField(blank=True, max_length=10)),
                ('number', models.CharField(blank=True, max_length=40)),
                ('given_at', models.DateTimeField()),
                ('answer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='dispatch.carrieranswer')),
                ('registration', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='workers.registration')),
                ('trip', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='transport.trip')),
            ],
        ),
        migrations.AddConstraint(
            model_name='realnamelist',
            constraint=models.CheckConstraint(condition=models.Q(('purpose__regex', '\\S')), name='real_names_for_a_purpose'),
        ),
        migrations.AddConstraint(
            model_name='realnamelist',
            constraint=models.CheckConstraint(condition=models.Q(('released_by__isnull', True), models.Q(('released_by', models.F('requested_by')), _negated=True), _connector='OR'), name='real_names_released_by_a_second_person'),
        ),
        migrations.AddConstraint(
            model_name='realnamelist',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('expires_at__isnull', True), ('released_at__isnull', True), ('released_by__isnull', True)), models.Q(('expires_at__gt', models.F('released_at')), ('released_at__isnull', False), ('released_by__isnull', False)), _connector='OR'), name='real_names_released_with_who_when_and_how_long'),
        ),
        migrations.AddConstraint(
            model_name='realnamelist',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('closed_by__isnull', True), ('closed_why', '')), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False), ('closed_why__regex', '\\S')), _connector='OR'), name='real_names_closed_with_who_when_and_why'),
        ),
        migrations.AddConstraint(
            model_name='realnamelist',
            constraint=models.UniqueConstraint(models.F('trip'), condition=models.Q(('closed_at__isnull', True)), name='real_names_one_open_list_per_trip'),
        ),
        migrations.AddConstraint(
            model_name='realnamelink',
            constraint=models.UniqueConstraint(models.F('names'), condition=models.Q(('revoked_at__isnull', True)), name='real_names_one_open_link_per_list'),
        ),
        migrations.AddConstraint(
            model_name='realnamelink',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('revoked_at__isnull', True), ('revoked_by__isnull', True)), models.Q(('revoked_at__isnull', False), ('revoked_by__isnull', False)), _connector='OR'), name='real_name_link_revoked_with_who_and_when'),
        ),
        migrations.AddConstraint(
            model_name='carrieranswer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('by__isnull', False), ('link__isnull', True)), models.Q(('by__isnull', True), ('link__isnull', False)), _connector='OR'), name='carrier_answer_by_somebody_known'),
        ),
        migrations.AddConstraint(
            model_name='carrieranswer',
            constraint=models.CheckConstraint(condition=models.Q(('rows', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('new'), '+', models.F('changed')), '+', models.F('unchanged')), '+', models.F('empty')))), name='carrier_answer_adds_up'),
        ),
        migrations.AddConstraint(
            model_name='realnametaking',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('by__isnull', False), ('link__isnull', True)), models.Q(('by__isnull', True), ('link__isnull', False)), _connector='OR'), name='real_names_taken_by_somebody_known'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.UniqueConstraint(models.F('trip'), models.F('registration'), name='ticket_once_per_person_and_trip'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(('coach', ''), ('number', ''), ('seat', ''), _negated=True), name='ticket_says_something'),
        ),
        migrations.RunSQL((SQL / "real_names.sql").read_text(encoding="utf-8")),
    ]
