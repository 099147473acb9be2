"""Indexes for worklists in the order of names and of filing, instead of one over the names as they are searched.

What is open is asked for most and is little: the index over all of a commune's dossiers read years of them for it.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0005_applicant_order")]

    operations = [
        migrations.RemoveIndex(model_name="dossier", name="dossier_applicant_key"),
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(
                fields=["unit", "applicant_order", "id"],
                name="dossier_open_by_name",
                condition=models.Q(status__in=[1, 2, 4, 5, 6, 9]),
            ),
        ),
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(
                fields=["unit", "applicant_order", "id"],
                name="dossier_done_by_name",
                condition=models.Q(status__in=[3, 7, 8, 9, 10]),
            ),
        ),
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(
                fields=["unit", "filed_at", "id"],
                name="dossier_open_by_filed",
                condition=models.Q(status__in=[1, 2, 4, 5, 6, 9]),
            ),
        ),
    ]
