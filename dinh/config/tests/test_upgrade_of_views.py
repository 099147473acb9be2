"""An upgrade meets no view: they are dropped before the first migration and made after the last."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from dinh.config import setting_up
from dinh.database import published


@pytest.mark.django_db
def test_an_upgrade_drops_views_before_its_first_migration(monkeypatch: pytest.MonkeyPatch) -> None:
    assert published.there(connection)
    seen: list[set[str]] = []
    migrate = MigrationExecutor.migrate

    def watched(self: MigrationExecutor, *args: Any, **options: Any) -> Any:
        seen.append(published.there(connection))
        return migrate(self, *args, **options)

    monkeypatch.setattr(MigrationExecutor, "migrate", watched)
    setting_up._migrate(lambda what, done, total: None)
    assert seen and not any(seen)
    assert published.there(connection) == set(published.views())


@pytest.mark.django_db(transaction=True)
def test_a_column_that_a_view_shows_can_be_taken_back_and_put_in_again() -> None:
    call_command("migrate", "dossiers", "0006", verbosity=0, interactive=False)
    assert not published.there(connection)  # tables are not those of this release
    call_command("migrate", verbosity=0, interactive=False)
    assert published.there(connection) == set(published.views())
