"""The persons of a commune in order of name, from an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("population", "0003_household_codes"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["unit", "name_key", "id"], name="person_unit_name"),
        ),
    ]
