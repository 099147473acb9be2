# Decisions are drafted, applied, proved and undone; a unit that ceases has an heir.

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='MovedRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(max_length=60)),
                ('row', models.UUIDField()),
                ('was', models.UUIDField()),
            ],
        ),
        migrations.AddField(
            model_name='unit',
            name='inherits',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='unitchange',
            name='applied_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='unitchange',
            name='applied_by',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='unitchange',
            name='before',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='unitchange',
            name='decision',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='unitchange',
            name='made_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='unitchange',
            name='made_by',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='unitchange',
            name='proof',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='unitchange',
            name='proof_digest',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='unitchange',
            name='state',
            field=models.CharField(choices=[('listed', 'known from the national list'), ('draft', 'being prepared'), ('applied', 'applied'), ('undone', 'undone'), ('dropped', 'dropped')], default='listed', max_length=7),
        ),
        migrations.AddField(
            model_name='unitchange',
            name='undone_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='unitchange',
            name='undone_by',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='unitlink',
            name='basis',
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name='unitlink',
            name='heir',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='unitlink',
            name='share',
            field=models.CharField(blank=True, max_length=24),
        ),
        migrations.AddField(
            model_name='unitversion',
            name='heir',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='inherited_versions', to='directory.unit'),
        ),
        migrations.AddIndex(
            model_name='unitchange',
            index=models.Index(fields=['state', 'effective_on'], name='unit_change_state'),
        ),
        migrations.AddField(
            model_name='movedrow',
            name='change',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='moved', to='directory.unitchange'),
        ),
        migrations.AddIndex(
            model_name='movedrow',
            index=models.Index(fields=['change', 'what'], name='moved_row_change'),
        ),
    ]
