"""Indexes that are written for each person and found by nobody go: every move of a person wrote them again.

Parents are indexed where they are known; numbers are looked up whole, so PostgreSQL needs no second index for LIKE.
"""

import django.db.models.deletion
from django.db import migrations, models

PARENTS = ("mother_id", "father_id")
NUMBERS = ("number", "old_number")


def drop(apps, schema_editor):
    """Drop them by the names they have here; altering the column would copy the whole table on SQLite."""
    with schema_editor.connection.cursor() as cursor:
        told = schema_editor.connection.introspection.get_constraints(cursor, "population_person")
        for name, one in told.items():
            if not one["index"] or one["unique"] or one["foreign_key"] or len(one["columns"]) != 1:
                continue
            (column,) = one["columns"]
            if column in PARENTS or (column in NUMBERS and name.endswith("_like")):
                cursor.execute(f"DROP INDEX {schema_editor.quote_name(name)}")


def _parent(name):
    return models.ForeignKey(
        db_index=False,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name=f"children_of_{name}",
        to="population.person",
    )


def _known(name):
    condition = models.Q((f"{name}__isnull", False))
    return migrations.AddIndex(
        "person", models.Index(condition=condition, fields=[name], name=f"person_{name}")
    )


class Migration(migrations.Migration):
    dependencies = [
        ("population", "0006_fewer_indexes"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop, migrations.RunPython.noop)],
            state_operations=[
                migrations.AlterField("person", "mother", _parent("mother")),
                migrations.AlterField("person", "father", _parent("father")),
            ],
        ),
        _known("mother"),
        _known("father"),
    ]
