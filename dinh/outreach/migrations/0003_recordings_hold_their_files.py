"""A recording holds its file: nobody's `forget` of the same content takes it away any more.

Recordings whose file is gone already are taken out: nobody could hear them, and their sentences are asked for anew.
"""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def drop_silent(apps: Any, schema_editor: Any) -> None:
    """Take out recordings without a file."""
    known = apps.get_model("papers", "Blob").objects.values("pk")
    apps.get_model("outreach", "Recording").objects.exclude(blob__in=known).delete()


class Migration(migrations.Migration):
    dependencies = [("outreach", "0002_initial"), ("papers", "0001_initial")]

    operations = [
        migrations.RunPython(drop_silent, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="recording",
            name="blob",
            field=models.ForeignKey(
                db_column="blob",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="recordings",
                to="papers.blob",
            ),
        ),
    ]
