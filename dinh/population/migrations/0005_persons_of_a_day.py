"""The persons born on one day, with their names, from an index: who is meant when a name is mistyped."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("population", "0004_persons_of_a_unit_by_name"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["birth", "name_key"], name="person_birth"),
        ),
    ]
