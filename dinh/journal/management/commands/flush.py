"""Django's `flush` empties every table; a journal is not emptied, except in a test database."""

from __future__ import annotations

from typing import Any

from django.core.management import CommandError
from django.core.management.commands import flush
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from dinh.journal import guards


class Command(flush.Command):
    """Refuses on a node; in a test database it lifts the journal's guards meanwhile."""

    def handle(self, **options: Any) -> None:
        connection = connections[options["database"]]
        if not is_test_database(connection):
            raise CommandError(
                "The journal of a node is not emptied. To begin anew, begin with a new DINH_HOME."
            )
        with guards.lifted(connection):
            super().handle(**options)


def is_test_database(connection: BaseDatabaseWrapper) -> bool:
    """Return whether this is a database that a test run made."""
    name = str(connection.settings_dict["NAME"])
    return name.startswith("test_") or ":memory:" in name or "mode=memory" in name
