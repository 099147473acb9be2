"""Indexes for the counts of the worklist, and over held dossiers alone: most are held by nobody."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0003_extended_at")]

    operations = [
        migrations.RemoveIndex(model_name="dossier", name="dossier_holder"),
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(
                fields=["holder", "due_at"], name="dossier_held", condition=models.Q(holder__isnull=False)
            ),
        ),
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(
                fields=["unit", "status", "local_status", "procedure", "due_at"], name="dossier_counts"
            ),
        ),
    ]
