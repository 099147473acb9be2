"""Fail in the middle, or lose power there when `DINH_TEST_POWER_CUT` is set."""

import os
import signal

from django.db import migrations


def fail(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("DELETE FROM tomorrow_thing")
    if os.environ.get("DINH_TEST_POWER_CUT"):
        os.kill(os.getpid(), signal.SIGKILL)
    raise OSError("this release has a fault")


class Migration(migrations.Migration):
    dependencies = [("tomorrow", "0001_rework")]
    operations = [migrations.RunPython(fail)]
