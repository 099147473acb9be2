"""A release that is not there yet: one app more, whose second migration fails."""

from dinh.config.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "tests.upgrade.tomorrow"]  # noqa: F405
