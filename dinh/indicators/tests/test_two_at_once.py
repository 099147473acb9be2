"""Two people act on the figures of one month at once: the second sees what the first did."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import connection, connections, transaction

from dinh.directory.tests.cast import HANOI, make_account, make_data_officer, make_grant, people
from dinh.indicators.actions import periods, told
from dinh.indicators.models import Period, Told
from dinh.lib.errors import Invalid

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one writer in at a time"),
]
AT = datetime(2026, 11, 23, 8, 0, tzinfo=HANOI)
MONTH = 202610


def _waits() -> None:
    """Wait until another connection of this database waits for a lock. Raises TimeoutError after 20 seconds."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise TimeoutError


def test_what_is_verified_meanwhile_is_not_told_otherwise() -> None:
    cast = people()
    verifies, tells = make_data_officer(cast), make_account("khai", "Má Seo Khai")
    make_grant(tells, "digital_officer", cast.cocsan)
    unit = cast.cocsan.pk
    told.tell("petitions_received", unit, MONTH, 7, by=tells, at=AT)
    period = Period.objects.create(unit=unit, month=MONTH, state="submitted")

    def tell() -> list[str]:
        try:
            told.tell("petitions_received", unit, MONTH, 8, by=tells, at=AT)
        except Invalid as refused:
            return [fault.code for fault in refused.faults]
        finally:
            connections.close_all()
        return []

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            periods.verify(period, by=verifies, at=AT)
            second = pool.submit(tell)
            _waits()
        assert second.result(timeout=20) == ["verified"]
    assert Told.objects.get().value == 7
