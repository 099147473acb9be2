"""The place of an applicant's name in a Vietnamese list, filled from the names that are there."""

from django.db import migrations, models

from dinh.lib.names import column_key

ROWS = 2000


def fill(apps, schema_editor):
    connection, dossier = schema_editor.connection, apps.get_model("dossiers", "Dossier")
    key = dossier._meta.pk
    rows = dossier.objects.order_by("pk").values_list("pk", "applicant_name")
    chunk = list(rows[:ROWS])
    with connection.cursor() as cursor:
        while chunk:
            cursor.executemany(
                'UPDATE "dossiers_dossier" SET "applicant_order" = %s WHERE "id" = %s',
                [(column_key(name)[:200], key.get_db_prep_value(pk, connection)) for pk, name in chunk],
            )
            chunk = list(rows.filter(pk__gt=chunk[-1][0])[:ROWS])


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0004_worklist_indexes")]

    operations = [
        migrations.AddField(
            model_name="dossier",
            name="applicant_order",
            field=models.CharField(default="", max_length=200),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
