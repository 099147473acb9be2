"""Permanent residence moves; temporary residence and stays have an end."""

from datetime import date
from typing import Any

import pytest

from dinh.directory.tests.cast import Cast
from dinh.journal.models import Entry
from dinh.lib.errors import Invalid, Refused
from dinh.population.actions import add_residence, close_person, end_residence, move_residence
from dinh.population.models import Person, Residence
from dinh.population.queries import current_residence, residences_of
from dinh.population.tests.givens import AT, a_household, a_person, phuc_at_home

pytestmark = pytest.mark.django_db


def test_moving_ends_the_former_residence_and_the_person_follows(cast: Cast) -> None:
    phuc = phuc_at_home(cast)

    new = move_residence(
        person=phuc,
        unit=cast.next_commune,
        address="tổ 3",
        from_on=date(2026, 11, 23),
        by=cast.police_chief,
        at=AT,
    )

    former = Residence.objects.exclude(pk=new.pk).get()
    assert former.ended_on == date(2026, 11, 23)
    stored = Person.objects.get()
    assert (stored.unit, stored.household, stored.relation) == (cast.next_commune, None, "")
    assert current_residence(phuc, date(2026, 11, 22)) == former
    assert current_residence(phuc, date(2026, 11, 23)) == new
    assert residences_of(phuc) == [new, former]


def test_moving_writes_one_entry_for_each_row_that_changed(cast: Cast) -> None:
    phuc = phuc_at_home(cast)
    before = Entry.objects.count()

    move_residence(
        person=phuc, unit=cast.next_commune, address="tổ 3", from_on=date(2026, 11, 23), by=None, at=AT
    )

    moved = Entry.objects.filter(kind="population.residence_moved").latest("subject_version")
    assert Entry.objects.count() - before == 4
    assert set(Entry.objects.filter(cause=moved.pk).values_list("kind", flat=True)) == {
        "population.residence_ended", "population.residence_added", "population.head_left",
    }  # fmt: skip


def test_moving_into_a_household_takes_its_address_and_village(cast: Cast) -> None:
    household = a_household(cast)

    residence = move_residence(
        person=a_person(),
        unit=cast.cocsan,
        household=household,
        relation="01",
        from_on=date(2026, 1, 1),
        by=None,
        at=AT,
    )

    assert (residence.address, residence.village) == ("nhà 12", cast.un_ta)


def test_moving_costs_few_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    phuc = phuc_at_home(cast)

    with django_assert_max_num_queries(12):  # two of them the savepoint
        move_residence(
            person=phuc, unit=cast.next_commune, address="tổ 3", from_on=date(2026, 11, 23), by=None, at=AT
        )


def test_faults_of_a_move_are_told_together(cast: Cast) -> None:
    phuc = phuc_at_home(cast)

    with pytest.raises(Invalid) as refused:
        move_residence(
            person=phuc, unit=cast.next_commune, household=phuc.household, relation="77", from_on=date(2019, 12, 31),
            by=None, at=AT,
        )  # fmt: skip

    assert {f.code for f in refused.value.faults} >= {
        "population.other_commune",
        "population.before_the_last",
    }
    with pytest.raises(Invalid, match="address_missing"):
        move_residence(person=phuc, unit=cast.cocsan, from_on=date(2026, 1, 1), by=None, at=AT)


@pytest.mark.parametrize(
    ("kind", "until_on", "code"),
    [
        pytest.param("stay", "2026-12-21", None, id="29-days"),
        pytest.param("stay", "2026-12-22", "population.stay_too_long", id="30-days"),
        pytest.param("stay", "2026-11-23", None, id="one-night"),
        pytest.param("stay", "2026-11-22", "population.ends_before_it_begins", id="backwards"),
        pytest.param("temporary", "2028-11-23", None, id="two-years"),
        pytest.param("temporary", "2028-11-24", "population.temporary_too_long", id="two-years-and-a-day"),
        pytest.param("temporary", None, "population.until_missing", id="without-end"),
    ],
)
def test_how_long_a_stay_and_temporary_residence_may_last(
    cast: Cast, kind: str, until_on: str | None, code: str | None
) -> None:
    person = a_person()
    given: dict[str, Any] = {
        "person": person, "kind": kind, "unit": cast.cocsan, "address": "nhà 1", "from_on": date(2026, 11, 23),
        "until_on": date.fromisoformat(until_on) if until_on else None, "by": None, "at": AT,
    }  # fmt: skip

    if code is None:
        assert add_residence(**given).kind == kind
        assert Person.objects.get().unit is None
    else:
        with pytest.raises(Invalid) as refused:
            add_residence(**given)
        assert [f.code for f in refused.value.faults] == [code]


def test_two_years_from_a_leap_day_end_on_28_february(cast: Cast) -> None:
    given: dict[str, Any] = {
        "person": a_person(), "kind": "temporary", "unit": cast.cocsan, "address": "nhà 1", "from_on": date(2024, 2, 29),
        "by": None, "at": AT,
    }  # fmt: skip

    with pytest.raises(Invalid):
        add_residence(**given, until_on=date(2026, 3, 1))
    assert add_residence(**given, until_on=date(2026, 2, 28)).until_on == date(2026, 2, 28)


def test_a_stay_is_over_after_its_last_day(cast: Cast) -> None:
    person = a_person()
    stay = add_residence(
        person=person, kind="stay", unit=cast.cocsan, address="nhà 1", from_on=date(2026, 11, 23),
        until_on=date(2026, 11, 25), by=None, at=AT,
    )  # fmt: skip

    assert current_residence(person, date(2026, 11, 25), "stay") == stay
    assert current_residence(person, date(2026, 11, 26), "stay") is None


def test_ending_permanent_residence_leaves_the_person_without(cast: Cast) -> None:
    phuc = phuc_at_home(cast)

    end_residence(
        residence=Residence.objects.get(), ended_on=date(2026, 11, 20), reason="xóa đăng ký", by=None, at=AT
    )

    assert Person.objects.get().unit is None
    with pytest.raises(Refused, match="residence_ended"):
        end_residence(residence=Residence.objects.get(), ended_on=date(2026, 11, 21), by=None, at=AT)
    assert residences_of(phuc)[0].ended_on == date(2026, 11, 20)


def test_the_deceased_do_not_move(cast: Cast) -> None:
    person = close_person(person=a_person(), died_on="2026-11-01", by=None, at=AT)

    with pytest.raises(Refused, match="population.dead"):
        move_residence(
            person=person, unit=cast.cocsan, address="x", from_on=date(2026, 11, 23), by=None, at=AT
        )
    with pytest.raises(Refused, match="population.dead"):
        add_residence(
            person=person, kind="stay", unit=cast.cocsan, address="x", from_on=date(2026, 11, 23),
            until_on=date(2026, 11, 24), by=None, at=AT,
        )  # fmt: skip


def test_permanent_residence_is_not_added_beside_another(cast: Cast) -> None:
    with pytest.raises(ValueError, match="moved, not added"):
        add_residence(
            person=a_person(), kind="permanent", unit=cast.cocsan, address="x", from_on=date(2026, 11, 23), until_on=None,
            by=None, at=AT,
        )  # fmt: skip
