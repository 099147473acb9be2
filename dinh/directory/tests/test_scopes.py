"""Rows in reach of an account; offices stand for any table with a unit, their keys for procedures."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dinh.directory import policy
from dinh.directory.models import Office
from dinh.directory.tests.cast import Cast, make_account, make_grant

pytestmark = pytest.mark.usefixtures("roles")

ON = date(2026, 11, 23)


def test_an_officer_of_one_commune_reads_by_one_equality(cast: Cast, django_assert_num_queries: Any) -> None:
    scope = policy.scope(cast.reception, "population.read", ON)

    with django_assert_num_queries(0):
        query = scope.filter(Office.objects.all(), procedure_field=None)

    assert set(query) == set(cast.offices.values())
    assert " IN " not in str(query.query)


def test_a_province_reads_the_offices_of_all_its_communes(cast: Cast) -> None:
    scope = policy.scope(cast.province_viewer, "figures.read", ON)

    assert scope.filter(Office.objects.all(), procedure_field=None).count() == 8


def test_nobody_reads_nothing(cast: Cast) -> None:
    scope = policy.scope(cast.citizen, "dossiers.read", ON)

    assert not scope
    assert list(scope.filter(Office.objects.all())) == []


def test_everything_is_everything(cast: Cast) -> None:
    assert policy.EVERYTHING.filter(Office.objects.all()).count() == 8
    assert policy.EVERYTHING.allows(None)


def test_rows_of_procedures_out_of_reach_are_left_out(cast: Cast) -> None:
    newcomer = make_account("moi", "Cư Thị Mới")
    make_grant(newcomer, "leader", cast.cocsan, procedures=["police"])
    make_grant(newcomer, "leader", cast.next_commune)
    scope = policy.scope(newcomer, "dossiers.read", ON)

    # The key of an office stands in for the procedure of a dossier.
    found = scope.filter(Office.objects.all(), procedure_field="key")

    assert set(found) == {cast.offices["police"], *cast.next_offices.values()}
    assert scope.allows(cast.cocsan.pk, "police")
    assert not scope.allows(cast.cocsan.pk, "service_centre")
    assert scope.allows(cast.next_commune.pk, "service_centre")


def test_two_grants_over_one_commune_add_up(cast: Cast) -> None:
    newcomer = make_account("moi", "Cư Thị Mới")
    make_grant(newcomer, "leader", cast.cocsan, procedures=["police"])
    make_grant(newcomer, "leader", cast.cocsan)

    scope = policy.scope(newcomer, "dossiers.read", ON)

    assert scope.procedures is None
    assert scope.filter(Office.objects.all(), procedure_field="key").count() == 4


def test_a_grant_over_a_village_reaches_rows_of_that_village(cast: Cast) -> None:
    newcomer = make_account("moi", "Cư Thị Mới")
    make_grant(newcomer, "reception_officer", cast.un_ta)

    scope = policy.scope(newcomer, "population.read", ON)

    assert scope.units == {cast.un_ta.pk}
    assert not scope.allows(cast.cocsan.pk)
