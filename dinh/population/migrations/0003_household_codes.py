"""Household codes given from a series of each commune, and found in capitals or not from an index."""

from django.db import migrations, models
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    dependencies = [
        ("population", "0002_name_words"),
    ]

    operations = [
        migrations.CreateModel(
            name="HouseholdSeries",
            fields=[
                ("prefix", models.CharField(max_length=17, primary_key=True, serialize=False)),
                ("last", models.PositiveIntegerField()),
            ],
        ),
        migrations.AddIndex(
            model_name="household",
            index=models.Index(Upper("code"), name="household_code"),
        ),
    ]
