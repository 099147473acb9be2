"""Eight officers enter into one book at the same moment: no number twice, none left out."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import close_old_connections, connection

from dinh.directory.tests.cast import MONDAY_MORNING, people
from dinh.lib.errors import Refused
from dinh.registers import actions
from dinh.registers.models import Record
from dinh.registers.tests.conftest import BIRTH

WRITERS, EACH = 8, 6


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_book_has_neither_duplicates_nor_gaps() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite in memory has one writer")
    unit = people().cocsan
    failures: list[BaseException] = []

    def write(writer: int) -> None:
        try:
            for line in range(EACH):
                try:
                    enter_or_fail(fails=(writer + line) % 3 == 0)
                except Refused:
                    continue
        except BaseException as error:
            failures.append(error)
        finally:
            close_old_connections()
            connection.close()

    def enter_or_fail(*, fails: bool) -> None:
        from django.db import transaction

        with transaction.atomic():
            actions.enter(
                register="births", unit=unit, data=BIRTH, registered_on=date(2026, 11, 23), provenance="import",
                by=None, at=MONDAY_MORNING,
            )  # fmt: skip
            if fails:
                raise Refused("test.rolled_back")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not failures
    numbers = sorted(Record.objects.values_list("sequence", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) == WRITERS * EACH - sum((w + n) % 3 == 0 for w in range(WRITERS) for n in range(EACH))
