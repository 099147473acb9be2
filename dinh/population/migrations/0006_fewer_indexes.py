"""Indexes of one column go where a longer one begins with it: they were written a second time for nothing."""

import django.db.models.deletion
from django.db import migrations, models

TWICE = (
    ("population_household", "unit_id"),
    ("population_person", "unit_id"),
    ("population_residence", "person_id"),
    ("population_residence", "unit_id"),
)


def drop(apps, schema_editor):
    """Drop them by the names they have here; altering the column would copy the whole table on SQLite."""
    with schema_editor.connection.cursor() as cursor:
        for table, column in TWICE:
            told = schema_editor.connection.introspection.get_constraints(cursor, table)
            for name, one in told.items():
                alone = one["index"] and one["columns"] == [column] and not one["unique"]
                if alone and not one["foreign_key"]:
                    cursor.execute(f"DROP INDEX {schema_editor.quote_name(name)}")


def _unit(name, null=False):
    return models.ForeignKey(
        db_index=False,
        null=null,
        on_delete=django.db.models.deletion.PROTECT,
        related_name=name,
        to="directory.unit",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("population", "0005_persons_of_a_day"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop, migrations.RunPython.noop)],
            state_operations=[
                migrations.AlterField("household", "unit", _unit("households")),
                migrations.AlterField("person", "unit", _unit("people", null=True)),
                migrations.AlterField("residence", "unit", _unit("residences")),
                migrations.AlterField(
                    "residence",
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="residences",
                        to="population.person",
                    ),
                ),
            ],
        ),
    ]
