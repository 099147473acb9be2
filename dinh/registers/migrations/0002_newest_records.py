"""The newest records of a book of one unit, from an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registers", "0001_initial"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                fields=["register", "unit", "registered_on", "sequence"], name="record_newest"
            ),
        ),
    ]
