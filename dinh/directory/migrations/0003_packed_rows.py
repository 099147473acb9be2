"""Rows that a change gave away are kept as one list a table; a decision may be agreed before its day."""

import json
from collections import defaultdict

import django.db.models.deletion
from django.db import migrations, models


def pack(apps, schema_editor):
    """Keep what changes of the last days gave away in its new form; ids as this database writes them."""
    moved, packed = apps.get_model("directory", "MovedRow"), apps.get_model("directory", "MovedRows")
    field, connection = moved._meta.get_field("row"), schema_editor.connection
    found = defaultdict(list)
    for change, what, row, was in moved.objects.order_by("pk").values_list("change", "what", "row", "was").iterator():
        found[change, what, was].append(str(field.get_db_prep_value(row, connection)))
    for (change, what, was), rows in found.items():
        packed.objects.create(change_id=change, what=what, was=was, rows=json.dumps(rows))


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0002_changes"),
    ]

    operations = [
        migrations.AddField("unitchange", "agreed_at", models.DateTimeField(null=True)),
        migrations.AddField("unitchange", "agreed_by", models.UUIDField(null=True)),
        migrations.AddField("unitchange", "stopped_at", models.DateTimeField(null=True)),
        migrations.AddField("unitchange", "stopped_because", models.JSONField(default=list)),
        migrations.AlterField(
            "unitchange",
            "state",
            models.CharField(
                choices=[
                    ("listed", "known from the national list"),
                    ("draft", "being prepared"),
                    ("agreed", "agreed, takes effect on its day"),
                    ("applied", "applied"),
                    ("undone", "undone"),
                    ("dropped", "dropped"),
                ],
                default="listed",
                max_length=7,
            ),
        ),
        migrations.CreateModel(
            name="MovedRows",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.CharField(max_length=60)),
                ("was", models.UUIDField()),
                ("rows", models.TextField()),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="moved", to="directory.unitchange"
                    ),
                ),
            ],
        ),
        migrations.RunPython(pack, migrations.RunPython.noop),
        migrations.DeleteModel(name="MovedRow"),
    ]
