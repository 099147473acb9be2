"""To whom figures belong in the boundaries of then and of any day."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest

from dinh.directory import tree
from dinh.directory.lines import AsWas, Boundaries, On, ancestors
from dinh.directory.models import Level, Unit, UnitChange, UnitLink, UnitVersion
from dinh.directory.tests.cast import Cast, make_unit

LONG_AGO, MERGED, NOW = date(2025, 7, 1), date(2026, 7, 1), date(2026, 11, 23)
ONE = Fraction(1)


def ended(unit: Unit, on: date = MERGED, heir: Unit | None = None) -> None:
    Unit.objects.filter(pk=unit.pk).update(closed_on=on)
    UnitVersion.objects.filter(unit=unit, valid_to=None).update(valid_to=on, heir=heir)
    tree.forget()


def linked(*links: tuple[Unit, Unit, str, bool], whole: bool = False, on: date = MERGED) -> None:
    change = UnitChange.objects.create(
        kind="split", effective_on=on, decree="1/NQ", title="x", state="applied"
    )
    part = UnitLink.Part.WHOLE if whole else UnitLink.Part.SHARE
    for before, after, share, heir in links:
        UnitLink.objects.create(
            change=change, predecessor=before, successor=after, part=part, share=share, heir=heir
        )


def of(unit: Unit, level: str, boundaries: Boundaries) -> dict[UUID, Fraction]:
    return dict(ancestors([unit.pk], level, boundaries)[unit.pk])


@pytest.fixture
def new(cast: Cast) -> Unit:
    """A commune that began on the day of the change."""
    return make_unit(Level.COMMUNE, "02999", "Mây Xanh", "xã", cast.province, MERGED)


@pytest.fixture
def other(cast: Cast) -> Unit:
    """Another one."""
    return make_unit(Level.COMMUNE, "02998", "Mây Hồng", "xã", cast.province, MERGED)


def test_a_village_belongs_to_its_commune_and_its_province(cast: Cast) -> None:
    assert of(cast.un_ta, Level.VILLAGE, On(NOW)) == {cast.un_ta.pk: ONE}
    assert of(cast.un_ta, Level.COMMUNE, On(NOW)) == {cast.cocsan.pk: ONE}
    assert of(cast.un_ta, Level.PROVINCE, AsWas(NOW)) == {cast.province.pk: ONE}


def test_a_commune_belongs_to_no_village(cast: Cast) -> None:
    assert of(cast.cocsan, Level.VILLAGE, On(NOW)) == {}


def test_an_unknown_place_is_itself(db: None) -> None:
    unknown = UUID(int=7)

    assert ancestors([unknown], Level.COMMUNE, On(NOW)) == {unknown: ((unknown, ONE),)}


def test_a_commune_that_was_merged_goes_on_in_its_successor(cast: Cast, new: Unit) -> None:
    ended(cast.cocsan, heir=new)
    ended(cast.next_commune, heir=new)
    linked((cast.cocsan, new, "", True), (cast.next_commune, new, "", True), whole=True)

    assert of(cast.cocsan, Level.COMMUNE, On(NOW)) == {new.pk: ONE}
    assert of(cast.cocsan, Level.COMMUNE, AsWas(LONG_AGO)) == {cast.cocsan.pk: ONE}
    assert of(cast.cocsan, Level.COMMUNE, AsWas(MERGED)) == {new.pk: ONE}


def test_what_was_made_of_several_cannot_be_taken_apart(cast: Cast, new: Unit) -> None:
    ended(cast.cocsan, heir=new)
    ended(cast.next_commune, heir=new)
    linked((cast.cocsan, new, "", True), (cast.next_commune, new, "", True), whole=True)

    assert of(new, Level.COMMUNE, On(LONG_AGO)) == {new.pk: ONE}
    assert of(new, Level.PROVINCE, On(LONG_AGO)) == {cast.province.pk: ONE}


def test_a_divided_commune_is_its_heirs_as_it_was_and_shared_out_on_a_day(
    cast: Cast, new: Unit, other: Unit
) -> None:
    ended(cast.cocsan, heir=other)
    linked((cast.cocsan, new, "1/3", False), (cast.cocsan, other, "2/3", True))

    assert of(cast.cocsan, Level.COMMUNE, AsWas(NOW)) == {other.pk: ONE}
    assert of(cast.cocsan, Level.COMMUNE, On(NOW)) == {new.pk: Fraction(1, 3), other.pk: Fraction(2, 3)}
    assert of(cast.cocsan, Level.PROVINCE, On(NOW)) == {cast.province.pk: ONE}
    assert of(new, Level.COMMUNE, On(LONG_AGO)) == {cast.cocsan.pk: ONE}


def test_a_division_without_figures_is_not_guessed(cast: Cast, new: Unit, other: Unit) -> None:
    ended(cast.cocsan)
    linked((cast.cocsan, new, "", False), (cast.cocsan, other, "", False))

    assert of(cast.cocsan, Level.COMMUNE, On(NOW)) == {cast.cocsan.pk: ONE}
    assert of(cast.cocsan, Level.PROVINCE, On(NOW)) == {cast.province.pk: ONE}


def test_a_village_that_moved_is_where_it_was_on_the_day(cast: Cast) -> None:
    was = UnitVersion.objects.get(unit=cast.un_ta)
    UnitVersion.objects.filter(pk=was.pk).update(valid_to=MERGED)
    was.pk, was.parent, was.valid_from = None, cast.next_commune, MERGED
    was.save()
    tree.forget()

    assert of(cast.un_ta, Level.COMMUNE, AsWas(LONG_AGO)) == {cast.cocsan.pk: ONE}
    assert of(cast.un_ta, Level.COMMUNE, On(NOW)) == {cast.next_commune.pk: ONE}


def test_a_circle_of_successions_ends(cast: Cast) -> None:
    ended(cast.cocsan)
    ended(cast.next_commune)
    linked((cast.cocsan, cast.next_commune, "", True), whole=True)
    linked((cast.next_commune, cast.cocsan, "", True), whole=True)

    assert sum(of(cast.cocsan, Level.COMMUNE, On(NOW)).values()) == ONE


def test_many_units_cost_two_queries_and_then_none(cast: Cast, django_assert_num_queries: Any) -> None:
    units = [cast.un_ta.pk, cast.tan_son.pk, cast.cocsan.pk, cast.next_commune.pk]

    with django_assert_num_queries(2):  # the units themselves, and the province above them
        ancestors(units, Level.PROVINCE, On(NOW))
    with django_assert_num_queries(0):
        ancestors(units, Level.COMMUNE, On(NOW))
