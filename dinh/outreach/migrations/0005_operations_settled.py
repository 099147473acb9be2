from datetime import UTC, datetime

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outreach", "0004_report_editions")]

    operations = [
        migrations.RemoveConstraint(model_name="operation", name="operation_sequence_once"),
        migrations.AddConstraint(
            model_name="operation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("code", "digest_clash"), _negated=True),
                fields=("device", "seq"),
                name="operation_sequence_once",
            ),
        ),
        migrations.AddField(
            model_name="operation",
            name="changed_at",
            field=models.DateTimeField(default=datetime(2026, 1, 1, tzinfo=UTC)),
            preserve_default=False,
        ),
        migrations.AddField(model_name="operation", name="replaces", field=models.UUIDField(null=True)),
        migrations.AddIndex(
            model_name="operation",
            index=models.Index(fields=["device", "changed_at"], name="operation_changed"),
        ),
        migrations.RemoveField(model_name="held", name="raw"),
        migrations.AddField(
            model_name="held",
            name="prev",
            field=models.PositiveBigIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="factchange", name="correct", field=models.BooleanField(default=False)
        ),
        migrations.AddField(
            model_name="factchange", name="reason", field=models.CharField(blank=True, max_length=200)
        ),
        migrations.AddField(
            model_name="factchange",
            name="entity_version",
            field=models.PositiveIntegerField(default=0),
            preserve_default=False,
        ),
    ]
