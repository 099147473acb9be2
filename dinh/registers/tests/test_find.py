"""Records are found by name or number, opened with a trace, and tell what they know of a person."""

from __future__ import annotations

from datetime import date

import pytest

from dinh.directory import policy
from dinh.directory.tests.cast import MONDAY_MORNING, Cast, make_grant
from dinh.journal.models import Access
from dinh.lib.errors import NotFound, NotPermitted
from dinh.lib.ids import uuid7
from dinh.population.models import Person
from dinh.registers import actions, queries
from dinh.registers.tests.conftest import BIRTH, EnterBirth

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("text", ["phúc vàng", "VANG VAN", "vàng văn phúc", "1/2026", "1", " phuc "])
def test_a_record_is_found_by_words_of_the_name_or_its_number(enter_birth: EnterBirth, text: str) -> None:
    row = enter_birth()
    enter_birth(person_name="Lý Thị Mai", data=BIRTH | {"full_name": "Lý Thị Mai"})

    assert [one.pk for one in queries.find_records("births", text)] == [row.pk]


def test_ten_does_not_find_line_one_hundred_and_one(enter_birth: EnterBirth) -> None:
    for _ in range(11):
        enter_birth()

    assert [one.number for one in queries.find_records("births", "1")] == ["1/2026"]


def test_closed_records_are_not_found(enter_birth: EnterBirth, cast: Cast) -> None:
    actions.close(row=enter_birth(), reason="x", provenance="correction", by=cast.examiner, at=MONDAY_MORNING)

    assert queries.find_records("births", "phuc") == []


def test_the_scope_of_an_officer_bounds_what_is_found(enter_birth: EnterBirth, cast: Cast) -> None:
    enter_birth(unit=cast.next_commune)
    scope = policy.scope(cast.examiner, "registers.read", date(2026, 11, 23))

    assert queries.find_records("births", "phuc", scope=scope) == []
    assert len(queries.find_records("births", "phuc")) == 1


def test_opening_writes_an_access_row_with_the_person_and_the_purpose(
    enter_birth: EnterBirth, cast: Cast, phuc: Person
) -> None:
    row = enter_birth(person=phuc)

    queries.open_record(account=cast.examiner, record_id=row.pk, at=MONDAY_MORNING, purpose="dossier:H38-1")

    seen = Access.objects.get()
    assert (seen.actor, seen.subject, seen.person, seen.purpose) == (
        cast.examiner.pk, row.pk, phuc.pk, "dossier:H38-1",
    )  # fmt: skip


@pytest.mark.parametrize(
    "who", ["next_reception", "police_officer", "social", "administrator", "representative"]
)
def test_who_has_no_right_to_it_opens_nothing_and_leaves_no_row(
    enter_birth: EnterBirth, cast: Cast, who: str
) -> None:
    row = enter_birth()

    with pytest.raises(NotPermitted):
        queries.open_record(account=getattr(cast, who), record_id=row.pk, at=MONDAY_MORNING, purpose="look")

    assert not Access.objects.exists()


def test_a_citizen_opens_the_record_about_herself(enter_birth: EnterBirth, cast: Cast, phuc: Person) -> None:
    row = enter_birth(person=phuc)

    assert (
        queries.open_record(account=cast.citizen, record_id=row.pk, at=MONDAY_MORNING, purpose="own") == row
    )


def test_a_record_that_is_not_there_is_not_found(cast: Cast) -> None:
    with pytest.raises(NotFound):
        queries.open_record(account=cast.examiner, record_id=uuid7(), at=MONDAY_MORNING, purpose="look")


def test_facts_of_a_person_are_named_by_register_and_the_newer_record_alone_speaks(
    enter_birth: EnterBirth, phuc: Person
) -> None:
    enter_birth(person=phuc, data=BIRTH | {"mother_name": "Lù Thị Mẩy"}, registered_on=date(1999, 4, 2))
    enter_birth(person=phuc, data=BIRTH | {"birth_place": "Lào Cai"})

    facts = queries.record_facts(phuc)

    assert "births.mother_name" not in facts  # it would be shown as said by line 1/2026
    assert facts["births.birth_place"] == "Lào Cai"
    assert (facts["births.line"], facts["births.registered_on"]) == ("1/2026", "2026-11-23")


def test_the_number_of_the_person_is_not_hidden_by_that_of_the_line(
    enter_birth: EnterBirth, phuc: Person
) -> None:
    enter_birth(person=phuc, data=BIRTH | {"number": "010051001234"})

    assert queries.record_facts(phuc)["births.number"] == "010051001234"


def test_a_record_concerns_its_person_and_its_parties_and_nobody_else(
    enter_birth: EnterBirth, cast: Cast, phuc: Person
) -> None:
    other = Person.objects.create(full_name="A", name_key="a", name_words="a")
    about = enter_birth(person=other, parties=[(phuc, "father"), (phuc, "informant")])
    own = enter_birth(person=phuc)
    closed = enter_birth(person=phuc)
    actions.close(row=closed, reason="x", provenance="correction", by=cast.examiner, at=MONDAY_MORNING)

    assert queries.records_concerning([phuc.pk], "births") == [own, about]
    assert queries.records_concerning([other.pk, phuc.pk], "births", 1) == [own]
    assert queries.records_concerning([other.pk], "births") == [about]
    assert queries.records_concerning([phuc.pk], "deaths") == []
    assert queries.records_concerning([], "births") == []


def test_a_register_is_read_where_the_role_that_reads_it_is_held(enter_birth: EnterBirth, cast: Cast) -> None:
    here, there = enter_birth(), enter_birth(unit=cast.next_commune)
    on = MONDAY_MORNING.date()
    make_grant(cast.police_officer, "civil_status_officer", cast.next_commune)

    scope = queries.scope_of(cast.police_officer, "births", on)

    assert [row.pk for row in queries.find_records("births", scope=scope)] == [there.pk]
    assert queries.open_record(
        account=cast.police_officer, record_id=there.pk, at=MONDAY_MORNING, purpose="x"
    )
    with pytest.raises(NotPermitted):
        queries.open_record(account=cast.police_officer, record_id=here.pk, at=MONDAY_MORNING, purpose="x")
    assert not queries.scope_of(cast.social, "births", on)
    assert queries.scope_of(cast.examiner, "births", on).allows(cast.cocsan.pk)
