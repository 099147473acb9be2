"""Settings of the test suite: a home of its own, fast password hashing, tasks in the database."""

import os
import tempfile

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

if "pool" in DATABASES["default"].get("OPTIONS", {}):  # noqa: F405
    # Two processes make their databases at once, on machines with other work: wait longer, and copy
    # the template that nobody can be connected to.
    DATABASES["default"]["OPTIONS"]["pool"]["timeout"] = 90  # noqa: F405
    DATABASES["default"]["TEST"] = {"TEMPLATE": "template0"}  # noqa: F405
