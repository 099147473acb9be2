"""Codes of households: continuous within a commune, given once, also to clerks who ask at the same moment."""

from __future__ import annotations

import threading

import pytest
from django.db import close_old_connections, connection

from dinh.directory.tests.cast import MONDAY_MORNING, Cast, people
from dinh.lib.errors import Invalid
from dinh.population.actions import register_household
from dinh.population.models import Household
from dinh.population.tests.givens import a_household

WRITERS, EACH = 6, 5


@pytest.mark.django_db
def test_codes_go_on_behind_those_that_a_list_brought_in(cast: Cast) -> None:
    first = a_household(cast).code
    Household.objects.bulk_create(
        Household(code=f"02746-{number:05d}", unit=cast.cocsan, address="nhà") for number in (2, 3, 40)
    )
    a_household(cast, code="02746-0041")  # of another form: it holds nothing up

    assert (first, a_household(cast).code) == ("02746-00001", "02746-00041")


@pytest.mark.django_db
def test_a_commune_with_codes_of_before_begins_behind_them(cast: Cast) -> None:
    Household.objects.create(code="02746-01279", unit=cast.cocsan, address="nhà")

    assert a_household(cast).code == "02746-01280"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_clerks_at_the_same_moment_get_codes_of_their_own() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite in memory has one writer")
    unit = people().cocsan
    failures: list[BaseException] = []
    begin = threading.Barrier(WRITERS)

    def write() -> None:
        try:
            begin.wait()
            for _ in range(EACH):
                register_household(unit=unit, address="nhà", by=None, at=MONDAY_MORNING)
        except BaseException as error:
            failures.append(error)
        finally:
            close_old_connections()
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not failures
    codes = sorted(Household.objects.values_list("code", flat=True))
    assert codes == [f"02746-{number:05d}" for number in range(1, WRITERS * EACH + 1)]


@pytest.mark.django_db
def test_a_code_too_long_to_keep_is_a_fault_on_either_database(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        a_household(cast, code="H" * 25)

    assert [f.code for f in refused.value.faults] == ["population.too_long"]
