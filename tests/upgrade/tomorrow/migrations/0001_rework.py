"""Change tables and rows of several packages, as a real release would."""

from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies = [("dossiers", "0001_initial"), ("population", "0001_initial")]
    operations = [
        migrations.RunSQL("CREATE TABLE tomorrow_thing (id integer PRIMARY KEY)"),
        migrations.RunSQL("ALTER TABLE dossiers_dossier ADD COLUMN tomorrow integer NOT NULL DEFAULT 7"),
        migrations.RunSQL("UPDATE population_person SET full_name = 'Nobody'"),
        migrations.RunSQL("DELETE FROM dossiers_rating"),
    ]
