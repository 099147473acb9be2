"""Settings of the test suite: a home of its own, fast password hashing, tasks in the database."""

import os
import sqlite3
import tempfile
from contextlib import closing
from typing import Any

from django.db.backends.signals import connection_created

if "DINH_HOME" not in os.environ:
    os.environ["DINH_HOME"] = tempfile.mkdtemp(prefix="dinh-test-")
elif "PYTEST_XDIST_WORKER" in os.environ:  # each of several processes has a home of its own
    own = f"/{os.environ['PYTEST_XDIST_WORKER']}"
    os.environ["DINH_HOME"] = os.environ["DINH_HOME"].removesuffix(own) + own
os.environ.setdefault("DINH_NODE", "test")
os.environ.setdefault("DINH_DEMO", "1")

from dinh.config.settings import *  # noqa: F403

SECRET_KEY = "only-for-tests"  # noqa: S105
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["*"]

# A database that was migrated once for several processes, each of which copies it: the path of an SQLite file, or the
# name of a database of PostgreSQL. Without it each process migrates its own, some twenty seconds long.
MIGRATED = os.environ.get("DINH_TEST_MIGRATED", "")


def _copy_migrated(connection: Any, **_signal: Any) -> None:
    """Fill the new, empty database in memory."""
    if connection.vendor != "sqlite" or not connection.is_in_memory_db():
        return
    if connection.connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None:
        with closing(sqlite3.connect(f"file:{MIGRATED}?mode=ro", uri=True)) as migrated:
            migrated.backup(connection.connection)


if "pool" in DATABASES["default"].get("OPTIONS", {}):  # noqa: F405
    # Two processes make their databases at once, on machines with other work: wait longer, and copy
    # a template that nobody can be connected to.
    DATABASES["default"]["OPTIONS"]["pool"]["timeout"] = 90  # noqa: F405
    DATABASES["default"]["TEST"] = {"TEMPLATE": MIGRATED or "template0"}  # noqa: F405
elif MIGRATED:
    connection_created.connect(_copy_migrated)
