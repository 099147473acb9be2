"""Refuse in the database what the journal never does; see `dinh.journal.guards`."""

from django.db import migrations

from dinh.journal import guards


def install(apps, schema_editor):
    guards.install(schema_editor.connection)


def remove(apps, schema_editor):
    guards.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]

    operations = [migrations.RunPython(install, remove, elidable=False)]
