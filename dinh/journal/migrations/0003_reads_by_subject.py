"""Who looked at a dossier, from an index; operations are applied as they arrive, so none is held."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0002_guards"),
    ]

    operations = [
        migrations.AlterField(
            model_name="intake",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("applied", "applied"),
                    ("merged", "merged"),
                    ("review", "waiting for a person"),
                    ("refused", "refused"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddIndex(
            model_name="access",
            index=models.Index(fields=["subject", "at"], name="access_subject_at"),
        ),
    ]
