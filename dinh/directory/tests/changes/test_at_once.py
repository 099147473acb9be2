"""Two administrators apply at once: one of them does, the other is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import connection, connections

from dinh.directory.changes.applying import apply
from dinh.directory.models import UnitChange, UnitVersion
from dinh.directory.tests.cast import people
from dinh.directory.tests.changes.settings import COCSAN, NOON, amendment, drafted
from dinh.lib.errors import Refused

pytestmark = pytest.mark.skipif(
    connection.vendor != "postgresql",
    reason="SQLite has one writer at a time: the second begins after the first",
)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same", [True, False])
def test_one_applies_and_the_other_is_told(roles: None, same: bool) -> None:
    people()
    first = drafted()
    second = first if same else drafted(amendment("rename", {"unit": COCSAN, "name": "Xa"}))

    def tried(pk: UUID) -> bool:
        try:
            apply(change=UnitChange.objects.get(pk=pk), by=None, at=NOON)
        except Refused:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(tried, [first.pk, second.pk]))

    assert sorted(done) == [False, True]
    assert UnitChange.objects.filter(state=UnitChange.State.APPLIED).count() == 1
    assert UnitVersion.objects.filter(unit__versions__code=COCSAN, valid_to=None).distinct().count() == 1
