"""When the longer limit of a procedure began to hold, because verification was needed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0002_promised_on")]

    operations = [
        migrations.AddField(
            model_name="dossier",
            name="extended_at",
            field=models.DateTimeField(null=True),
        ),
    ]
