from django.db import migrations, models

# As the table of cells: one measure is read as one stretch, and its texts compare with those of cells.
COLUMNS = "series smallint NOT NULL, dims varchar(80) {collation} NOT NULL, month integer NOT NULL, place integer NOT NULL, day integer NOT NULL, value bigint NULL"
KEY = "PRIMARY KEY (series, dims, month, place, day)"


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        columns = COLUMNS.format(collation='COLLATE "C"')
        schema_editor.execute(f"CREATE TABLE indicators_cellbefore ({columns}, {KEY})")
    else:
        schema_editor.execute(f"CREATE TABLE indicators_cellbefore ({COLUMNS.format(collation='')}, {KEY}) WITHOUT ROWID")


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE indicators_cellbefore")


class Migration(migrations.Migration):

    dependencies = [
        ('indicators', '0007_surveys'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(make, drop, elidable=False)],
            state_operations=[
                migrations.CreateModel(
                    name='CellBefore',
                    fields=[
                        ('pk', models.CompositePrimaryKey('series', 'dims', 'month', 'place', 'day', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('series', models.SmallIntegerField()),
                        ('dims', models.CharField(max_length=80)),
                        ('month', models.IntegerField()),
                        ('place', models.IntegerField()),
                        ('day', models.IntegerField()),
                        ('value', models.BigIntegerField(null=True)),
                    ],
                ),
            ],
        ),
        migrations.AddField(
            model_name='source',
            name='begun',
            field=models.IntegerField(null=True),
        ),
    ]
