"""Fixtures of the tests inside the packages, and which of them run a second time on PostgreSQL."""

import pytest
from django.db import connection

from dinh.directory.tests.fixtures import all_answered, cast, cocsan, fresh_memory, own_home

__all__ = ["all_answered", "cast", "cocsan", "fresh_memory", "own_home"]

ASK_A_DATABASE = {"db", "transactional_db", "live_server", "django_db_setup"}
# These start programs of their own, which open the database by themselves.
START_PROGRAMS = ("dinh/config/", "tests/")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out on PostgreSQL what asks no database: it ran on SQLite, and would say the same again."""
    if connection.vendor != "postgresql":
        return
    left_out = [item for item in items if not _asks_a_database(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if _asks_a_database(item)]


def _asks_a_database(item: pytest.Item) -> bool:
    marked = item.get_closest_marker("django_db") is not None
    return (
        marked
        or item.nodeid.startswith(START_PROGRAMS)
        or bool(ASK_A_DATABASE & set(getattr(item, "fixturenames", ())))
    )
