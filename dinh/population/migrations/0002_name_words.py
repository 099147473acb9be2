"""The index of words by which persons are searched, filled from the names that are there."""

from itertools import islice

import django.db.models.deletion
from django.db import migrations, models

PERSONS = 2000


def fill(apps, schema_editor):
    connection, person = schema_editor.connection, apps.get_model("population", "Person")
    key = person._meta.pk
    rows = person.objects.order_by("pk").values_list("pk", "name_key").iterator(PERSONS)
    with connection.cursor() as cursor:
        while chunk := list(islice(rows, PERSONS)):
            cursor.executemany(
                'INSERT INTO "population_nameword" ("person_id", "word", "name_key") VALUES (%s, %s, %s)',
                [
                    (key.get_db_prep_value(pk, connection), word, name_key)
                    for pk, name_key in chunk
                    for word in sorted(set(name_key.split()))
                ],
            )


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0001_initial"),
        ("population", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="NameWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.CharField(max_length=120)),
                ("name_key", models.CharField(max_length=120)),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="words",
                        to="population.person",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="nameword",
            constraint=models.UniqueConstraint(fields=("person", "word"), name="name_word_once"),
        ),
        migrations.AddIndex(
            model_name="nameword",
            index=models.Index(
                fields=["word", "name_key", "person"],
                name="name_word",
                opclasses=["varchar_pattern_ops", "varchar_ops", "uuid_ops"],
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
