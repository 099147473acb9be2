"""The working time of a decision is kept when it is taken: what was decided before has none."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0006_worklist_orders")]

    operations = [
        migrations.AddField(
            model_name="dossier",
            name="worked_minutes",
            field=models.PositiveIntegerField(null=True),
        ),
    ]
