"""The day that the office promises when it is late."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="dossier",
            name="promised_on",
            field=models.DateField(null=True),
        ),
    ]
