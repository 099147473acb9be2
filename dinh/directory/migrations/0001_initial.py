import dinh.lib.ids
import django.db.models.deletion
from django.conf import settings
from django.core.management import call_command
from django.db import migrations, models



def make_cache_table(apps, schema_editor):
    """The cache that all processes share; codes that were used are remembered there."""
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('id', models.UUIDField(default=dinh.lib.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('username', models.CharField(max_length=64, unique=True)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('full_name', models.CharField(max_length=120)),
                ('kind', models.CharField(choices=[('staff', 'staff'), ('citizen', 'citizen'), ('system', 'system')], default='staff', max_length=8)),
                ('person', models.UUIDField(null=True, unique=True)),
                ('title', models.CharField(blank=True, max_length=120)),
                ('language', models.CharField(default='vi', max_length=2)),
                ('phone', models.CharField(blank=True, max_length=24)),
                ('is_active', models.BooleanField(default=True)),
                ('must_change_password', models.BooleanField(default=False)),
                ('demonstration', models.BooleanField(default=False)),
                ('date_joined', models.DateTimeField(auto_now_add=True)),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Office',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=160)),
                ('agency_code', models.CharField(blank=True, max_length=24)),
                ('address', models.CharField(blank=True, max_length=200)),
                ('phone', models.CharField(blank=True, max_length=24)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('level', models.CharField(choices=[('province', 'province'), ('district', 'district (until 30 June 2025)'), ('commune', 'commune'), ('village', 'village')], max_length=8)),
                ('opened_on', models.DateField()),
                ('closed_on', models.DateField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name='UnitChange',
            fields=[
                ('id', models.UUIDField(default=dinh.lib.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('create', 'creation'), ('rename', 'new name'), ('recode', 'new code'), ('merge', 'merger'), ('split', 'division'), ('transfer', 'transfer to another parent'), ('upgrade', 'change of type'), ('dissolve', 'end')], max_length=8)),
                ('effective_on', models.DateField()),
                ('decree', models.CharField(max_length=120)),
                ('title', models.CharField(max_length=200)),
                ('source', models.CharField(blank=True, max_length=200)),
                ('version', models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('key', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('scope', models.CharField(max_length=40)),
                ('count', models.PositiveIntegerField()),
                ('until', models.BigIntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['until'], name='attempt_until')],
            },
        ),
        migrations.CreateModel(
            name='Grant',
            fields=[
                ('id', models.UUIDField(default=dinh.lib.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('role', models.CharField(max_length=40)),
                ('procedures', models.JSONField(default=list)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='grants', to=settings.AUTH_USER_MODEL)),
                ('office', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='directory.office')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='directory.unit')),
            ],
        ),
        migrations.CreateModel(
            name='Delegation',
            fields=[
                ('id', models.UUIDField(default=dinh.lib.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('procedures', models.JSONField(default=list)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField()),
                ('reference', models.CharField(max_length=120)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('to', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='delegations', to=settings.AUTH_USER_MODEL)),
                ('grant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='delegations', to='directory.grant')),
            ],
        ),
        migrations.AddField(
            model_name='office',
            name='unit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offices', to='directory.unit'),
        ),
        migrations.AddField(
            model_name='account',
            name='unit',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='staff', to='directory.unit'),
        ),
        migrations.CreateModel(
            name='UnitLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(choices=[('whole', 'whole'), ('share', 'a part')], max_length=5)),
                ('to_verify', models.BooleanField(default=False)),
                ('change', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='directory.unitchange')),
                ('predecessor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='successor_links', to='directory.unit')),
                ('successor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='predecessor_links', to='directory.unit')),
            ],
        ),
        migrations.CreateModel(
            name='UnitTrait',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('trait', models.CharField(max_length=40)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(null=True)),
                ('source', models.CharField(blank=True, max_length=200)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='traits', to='directory.unit')),
            ],
        ),
        migrations.CreateModel(
            name='UnitVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.CharField(choices=[('province', 'province'), ('district', 'district (until 30 June 2025)'), ('commune', 'commune'), ('village', 'village')], max_length=8)),
                ('code', models.CharField(max_length=16)),
                ('name', models.CharField(max_length=80)),
                ('type', models.CharField(max_length=24)),
                ('name_en', models.CharField(blank=True, max_length=80)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(null=True)),
                ('decree', models.CharField(blank=True, max_length=120)),
                ('latitude', models.FloatField(null=True)),
                ('longitude', models.FloatField(null=True)),
                ('area_km2', models.FloatField(null=True)),
                ('search_key', models.CharField(max_length=255)),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='child_versions', to='directory.unit')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='directory.unit')),
            ],
        ),
        migrations.CreateModel(
            name='Closure',
            fields=[
                ('id', models.UUIDField(default=dinh.lib.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('on', models.DateField()),
                ('part', models.CharField(choices=[('day', 'whole day'), ('morning', 'morning'), ('afternoon', 'afternoon')], default='day', max_length=9)),
                ('reason', models.CharField(max_length=200)),
                ('version', models.PositiveIntegerField(default=1)),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='closures', to='directory.office')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('office', 'on', 'part'), name='closure_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='office',
            constraint=models.UniqueConstraint(fields=('unit', 'key', 'valid_from'), name='office_once'),
        ),
        migrations.AddIndex(
            model_name='grant',
            index=models.Index(fields=['account', 'valid_to'], name='grant_account'),
        ),
        migrations.AddConstraint(
            model_name='unitlink',
            constraint=models.UniqueConstraint(fields=('change', 'predecessor', 'successor'), name='unit_link_once'),
        ),
        migrations.AddIndex(
            model_name='unitversion',
            index=models.Index(fields=['parent', 'valid_to'], name='unit_children'),
        ),
        migrations.AddConstraint(
            model_name='unitversion',
            constraint=models.UniqueConstraint(fields=('level', 'code', 'valid_from'), name='unit_code_and_date'),
        ),
        migrations.RunPython(make_cache_table, migrations.RunPython.noop),
    ]
