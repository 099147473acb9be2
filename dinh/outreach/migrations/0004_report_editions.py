"""A report that was sent stays; a correction is another edition. An official attends a training once."""

from django.conf import settings
from django.db import migrations, models

TEAM_NULL = models.Q(("team__isnull", True))
TEAM_SET = models.Q(("team__isnull", False))


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0003_kiosks_and_commons"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="fieldreport", name="field_report_of_unit_once"),
        migrations.RemoveConstraint(model_name="fieldreport", name="field_report_of_team_once"),
        migrations.AddField("fieldreport", "edition", models.PositiveSmallIntegerField(default=1)),
        migrations.AddField("fieldreport", "reason", models.CharField(blank=True, max_length=200)),
        migrations.AddConstraint(
            "fieldreport",
            models.UniqueConstraint(
                condition=TEAM_NULL,
                fields=("unit", "from_on", "until_on", "edition"),
                name="field_report_of_unit_once",
            ),
        ),
        migrations.AddConstraint(
            "fieldreport",
            models.UniqueConstraint(
                condition=TEAM_SET,
                fields=("team", "from_on", "until_on", "edition"),
                name="field_report_of_team_once",
            ),
        ),
        migrations.AddConstraint(
            "attendance",
            models.UniqueConstraint(
                condition=models.Q(("account__isnull", False)),
                fields=("workshop", "account"),
                name="attendance_of_official_once",
            ),
        ),
    ]
