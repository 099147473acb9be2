"""Registering a person keeps names as written, refuses a number that is taken, and can be folded again."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError

from dinh.directory.tests.cast import Cast
from dinh.journal.fold import fold, history
from dinh.journal.models import Entry
from dinh.lib.errors import Invalid, Refused, Stale
from dinh.population.actions import add_residence, amend_person, close_person, register_person
from dinh.population.actions.rows import columns_of
from dinh.population.models import Household, Person, Residence
from dinh.population.tests.givens import AT, PHUC, a_person, phuc_at_home

pytestmark = pytest.mark.django_db


def test_a_name_is_kept_as_written_and_found_by_its_keys() -> None:
    person = a_person("  Vàng   A Phúc", birth="1951-03")

    assert (person.full_name, person.name_key, person.name_words) == (
        "Vàng A Phúc",
        "vang a phuc",
        "a phuc vang",
    )
    assert (person.birth, person.birth_year) == ("1951-03", 1951)


def test_persons_without_number_may_be_many() -> None:
    a_person()
    a_person(number="")

    assert Person.objects.filter(number=None).count() == 2


def test_a_number_that_is_taken_is_a_fault_and_nobody_is_merged() -> None:
    first = a_person(**PHUC)

    with pytest.raises(Invalid) as refused:
        a_person("Vàng A Páo", number="010 068 001 234")

    assert [(f.path, f.code) for f in refused.value.faults] == [("number", "population.number_taken")]
    assert Person.objects.get() == first
    assert "010068001234" not in str(refused.value)


def test_a_number_taken_a_moment_ago_is_the_same_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    a_person(**PHUC)
    monkeypatch.setattr("dinh.population.actions.persons._check", lambda *given: None)

    with pytest.raises(Invalid) as refused:
        a_person(**PHUC)

    assert refused.value.faults[0].code == "population.number_taken"
    assert not isinstance(refused.value.__cause__, IntegrityError)


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        a_person(
            "Vàng 4",
            birth="2026-11-24",
            number="123",
            old_number="12",
            sex="M",
            ethnicity="99",
            birth_place="x" * 201,
        )

    assert [(f.path, f.code) for f in refused.value.faults] == [
        ("full_name", "population.name_odd"),
        ("number", "citizen_number.wrong_length"),
        ("old_number", "citizen_number.wrong_length"),
        ("birth", "population.in_future"),
        ("sex", "population.not_in_list"),
        ("ethnicity", "population.not_in_list"),
        ("birth_place", "population.too_long"),
    ]
    assert not Person.objects.exists()
    assert not Entry.objects.exists()


def test_an_old_number_is_not_taken_for_a_citizen_number() -> None:
    with pytest.raises(Invalid) as refused:
        a_person(number="060123456")

    assert refused.value.faults[0].code == "population.number_kind"


def test_parents_give_their_names() -> None:
    mother = a_person("Lý Thị Mẩy")

    child = a_person("Vàng Thị Lan", mother=mother, father_name="Vàng Văn Phúc")

    assert (child.mother, child.mother_name, child.father_name) == (mother, "Lý Thị Mẩy", "Vàng Văn Phúc")


def test_the_entry_names_actor_unit_and_dossier(cast: Cast) -> None:
    dossier = UUID(int=7)

    person = register_person(**PHUC, unit=cast.cocsan, dossier=dossier, by=cast.examiner, at=AT)

    entry = Entry.objects.get(subject=person.pk)
    assert (entry.kind, entry.actor, entry.unit) == (
        "population.person_registered",
        cast.examiner.pk,
        cast.cocsan.pk,
    )
    assert entry.body is not None
    assert entry.body["dossier"] == str(dossier)


def test_registering_costs_five_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    a_person("Khởi động")

    with django_assert_max_num_queries(7):  # and two of the savepoint
        a_person(**PHUC, unit=cast.cocsan)


def test_amending_changes_keys_and_keeps_a_reason() -> None:
    person = a_person(**PHUC)

    amend_person(person=person, changes={"full_name": "Vàng A Phúc"}, reason="sai chữ đệm", by=None, at=AT)

    stored = Person.objects.get()
    assert (stored.full_name, stored.name_key, stored.version) == ("Vàng A Phúc", "vang a phuc", 2)
    assert history(person.pk)[-1].body["reason"] == "sai chữ đệm"  # type: ignore[index]


def test_amending_may_keep_the_number_but_not_take_anothers() -> None:
    person = a_person(**PHUC)
    a_person(number="010168004321")

    amend_person(person=person, changes={"number": PHUC["number"]}, by=None, at=AT)
    with pytest.raises(Invalid):
        amend_person(person=person, changes={"number": "010168004321"}, by=None, at=AT)


def test_amending_what_somebody_else_changed_is_stale() -> None:
    person = a_person()
    same = Person.objects.get()
    amend_person(person=person, changes={"sex": "2"}, by=None, at=AT)

    with pytest.raises(Stale):
        amend_person(person=same, changes={"sex": "1"}, by=None, at=AT)


def test_only_known_columns_are_amended() -> None:
    with pytest.raises(ValueError, match="status"):
        amend_person(person=a_person(), changes={"status": "dead"}, by=None, at=AT)


def test_a_death_closes_the_person_and_ends_every_residence(cast: Cast) -> None:
    person = phuc_at_home(cast)
    temporary = add_residence(
        person=person, kind="temporary", unit=cast.next_commune, address="nhà 3", from_on=date(2026, 1, 1),
        until_on=date(2026, 12, 31), by=None, at=AT,
    )  # fmt: skip

    close_person(person=person, died_on="2026-11-20", by=cast.examiner, at=AT)

    assert Person.objects.get(pk=person.pk).status == Person.Status.DEAD
    assert set(Residence.objects.values_list("ended_on", flat=True)) == {date(2026, 11, 20)}
    closing = Entry.objects.get(kind="population.person_closed")
    assert Entry.objects.get(subject=temporary.pk, subject_version=2).cause == closing.pk


@pytest.mark.parametrize(
    ("died_on", "code"),
    [
        ("2026-11-24", "population.in_future"),
        ("1968-05-19", "population.died_before_birth"),
        ("1967", "population.died_before_birth"),
    ],
)
def test_an_impossible_day_of_death_is_refused(died_on: str, code: str) -> None:
    person = a_person(**PHUC)

    with pytest.raises(Invalid) as refused:
        close_person(person=person, died_on=died_on, by=None, at=AT)

    assert refused.value.faults[0].code == code


def test_nobody_dies_twice() -> None:
    person = close_person(person=a_person(), died_on=date(2026, 11, 20), by=None, at=AT)

    with pytest.raises(Refused, match="population.dead"):
        close_person(person=person, died_on="2026-11-20", by=None, at=AT)


def test_a_person_is_the_fold_of_their_entries(cast: Cast) -> None:
    person = phuc_at_home(cast)
    amend_person(person=person, changes={"ethnicity": "25", "birth": "1968-05"}, by=None, at=AT)
    close_person(person=person, died_on="2026-11", by=None, at=AT)

    rows: list[Any] = [*Person.objects.all(), *Residence.objects.all(), *Household.objects.all()]
    assert len(rows) == 3
    for row in rows:
        folded = fold(history(row.pk))
        version = folded.pop("version")
        rebuilt = type(row)(id=row.pk, version=version, **_python(type(row), folded))
        assert columns_of(rebuilt) == columns_of(row)
        assert version == row.version


def _python(model: Any, folded: dict[str, Any]) -> dict[str, Any]:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return {name: fields[name].to_python(value) for name, value in folded.items()}
