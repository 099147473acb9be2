"""One index of the persons of a commune instead of two, and none of household codes for LIKE.

A merger of communes writes every index of all its people again. Persons of a commune are read in order of name; the
year of birth in the same index leaves out the others without a look at their rows. Codes are looked up whole, in
capitals or within a commune.
"""

from django.db import migrations, models


def drop(apps, schema_editor):
    """Drop the second index that PostgreSQL has for LIKE, by the name it has here; SQLite has none."""
    with schema_editor.connection.cursor() as cursor:
        told = schema_editor.connection.introspection.get_constraints(cursor, "population_household")
        for name, one in told.items():
            if one["index"] and one["columns"] == ["code"] and not one["unique"] and name.endswith("_like"):
                cursor.execute(f"DROP INDEX {schema_editor.quote_name(name)}")


class Migration(migrations.Migration):
    dependencies = [
        ("population", "0007_indexes_of_what_is_known"),
    ]

    operations = [
        migrations.AddIndex(
            "person",
            models.Index(fields=["unit", "name_key", "id", "birth_year"], name="person_unit_names"),
        ),
        migrations.RemoveIndex("person", "person_unit_name"),
        migrations.RemoveIndex("person", "person_unit_year"),
        migrations.RunPython(drop, migrations.RunPython.noop),
    ]
