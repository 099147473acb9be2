"""Checks of badges and attendances are written into the journal: each counts its entries."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outreach", "0005_operations_settled")]

    operations = [
        migrations.AddField("badgecheck", "version", models.PositiveIntegerField(default=1)),
        migrations.AddField("attendance", "version", models.PositiveIntegerField(default=1)),
    ]
