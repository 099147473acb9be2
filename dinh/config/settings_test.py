"""Settings of the test suite: a home of its own, fast password hashing, tasks in the database."""

import os
import tempfile

os.environ.setdefault("DINH_HOME", tempfile.mkdtemp(prefix="dinh-test-"))
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
