"""Each kind of contradiction that a register can declare, in registers of a few rows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dinh.catalogue import store
from dinh.catalogue.shapes.base import Text
from dinh.catalogue.shapes.register import Contradiction, Register
from dinh.directory.tests.cast import MONDAY_MORNING, Cast
from dinh.population.models import Person
from dinh.registers import actions as registers
from dinh.registers.models import Record
from dinh.verification.models import Finding, Match, Submission
from dinh.verification.runs import contradictions
from dinh.verification.words import say

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 23)
PEOPLE = {"lan": "2012-05-01", "hung": "1980-02-03", "mai": "1951-07-20"}
WORKER = {"full_name": "Lan", "employer": "HTX Cốc San", "status": "employed"}


@pytest.fixture
def people(cast: Cast) -> dict[str, Person]:
    return {
        name: Person.objects.create(full_name=name.title(), name_key=name, name_words=name, birth=birth, birth_year=int(birth[:4]), number=f"01000000000{n}")
        for n, (name, birth) in enumerate(PEOPLE.items())
    }  # fmt: skip


@pytest.fixture
def enter(cast: Cast) -> Any:
    """Enter a row and say whose it is, as a verification would."""

    def run(
        register: str, person: Person | None, verdict: str = "verified", unit: Any = None, **data: Any
    ) -> Record:
        unit = unit or cast.cocsan
        shape = store.get().registers[register]
        given = {"full_name": "Ai", shape.key: f"{Record.objects.count():012}", **data}
        given = {name: value for name, value in given.items() if shape.field(name)}
        row = registers.enter(
            register=register,
            unit=unit,
            data=given,
            registered_on=ON,
            provenance="import",
            by=None,
            at=MONDAY_MORNING,
        )
        run_, _new = Submission.objects.get_or_create(
            register=register, unit=unit, defaults={"at": MONDAY_MORNING}
        )
        Match.objects.create(
            record=row, submission=run_, register=register, unit=unit, record_version=1, person=person, verdict=verdict,
            score=20, dung=True, du=True, sach=True, song=True,
        )  # fmt: skip
        return row

    return run


def declared(register: str, kind: Any, **more: Any) -> Register:
    """Return a register that declares one contradiction alone."""
    one = Contradiction(
        id="odd", title=Text(vi="Lạ"), advice=Text(vi="Xem"), kind=kind, source="test", **more
    )
    return store.get().registers[register].model_copy(update={"contradictions": (one,)})


def found(shape: Register, cast: Cast) -> list[tuple[Any, Any]]:
    """Reconcile and return (record, other) of what stands open."""
    count = contradictions.reconcile(shape, cast.cocsan.pk, on=ON, at=MONDAY_MORNING)
    rows = list(
        Finding.objects.filter(state="open", kind="contradiction")
        .order_by("record")
        .values_list("record", "other")
    )
    assert count == len(rows)
    return rows


def test_deceased(cast: Cast, people: dict[str, Person], enter: Any) -> None:
    Person.objects.filter(pk=people["mai"].pk).update(status="dead")
    paid = enter("people_of_merit", people["mai"], status="paid")
    enter("people_of_merit", people["mai"], status="stopped")
    enter("people_of_merit", people["hung"], status="paid")
    enter("people_of_merit", people["mai"], verdict="ambiguous", status="paid")

    assert found(declared("people_of_merit", "deceased", where='status == "paid"'), cast) == [(paid.pk, None)]


def test_twice_with_and_without_a_field(cast: Cast, people: dict[str, Person], enter: Any) -> None:
    first = enter("pupils", people["lan"], school="TH Cốc San")
    same = enter("pupils", people["lan"], school="th coc san")
    other = enter("pupils", people["lan"], school="TH Ún Tà")
    enter("pupils", people["hung"], school="TH Cốc San")

    assert found(declared("pupils", "twice", field="school"), cast) == [(other.pk, first.pk)]
    assert found(declared("pupils", "twice"), cast) == [(same.pk, first.pk), (other.pk, first.pk)]


def test_twice_in_two_communes_is_told_to_the_later_one(
    cast: Cast, people: dict[str, Person], enter: Any
) -> None:
    first = enter("pupils", people["lan"], unit=cast.next_commune)
    second = enter("pupils", people["lan"])

    assert found(declared("pupils", "twice"), cast) == [(second.pk, first.pk)]


def test_also_in_and_not_in_another_register(cast: Cast, people: dict[str, Person], enter: Any) -> None:
    pupil = enter("pupils", people["lan"], status="studying")
    enter("pupils", people["mai"], status="left")
    staff = enter("education_staff", people["lan"])
    teacher = enter("education_staff", people["mai"])

    also = declared("education_staff", "also_in", other="pupils", other_where='status == "studying"')
    assert found(also, cast) == [(staff.pk, pupil.pk)]
    missing = declared("education_staff", "not_in", other="pupils", other_where='status == "studying"')
    assert found(missing, cast) == [(teacher.pk, None)]


def test_what_others_declare_against_a_register_is_found_when_it_changes(
    cast: Cast, people: dict[str, Person], enter: Any
) -> None:
    staff = enter("education_staff", people["lan"], unit=cast.next_commune)
    enter("education_staff", people["hung"])
    pupil = enter("pupils", people["lan"], status="studying")
    asked: Any = {"on": ON, "at": MONDAY_MORNING}

    count = contradictions.reconcile_others("pupils", cast.cocsan.pk, **asked)

    one = Finding.objects.get()
    assert (count, one.record, one.other, one.code) == (1, staff, pupil, "teacher_and_pupil")
    registers.close(row=pupil, reason="x", provenance="correction", by=None, at=MONDAY_MORNING)
    Match.objects.filter(record=pupil).delete()  # as the verification that follows does
    assert contradictions.reconcile_others("pupils", cast.cocsan.pk, **asked) == 0
    assert Finding.objects.get().state == "gone"


def test_differs_between_two_registers(cast: Cast, people: dict[str, Person], enter: Any) -> None:
    enter("pupils", people["lan"], birth="2012-05-01")
    enter("union_members", people["lan"], birth="2012")  # agrees as far as it says
    there = enter("pupils", people["hung"], birth="1981-02-03")
    here = enter("union_members", people["hung"], birth="1980-02-03")

    shape = declared("union_members", "differs", other="pupils", field="birth", other_field="birth")
    assert found(shape, cast) == [(here.pk, there.pk)]


def test_age_out_of_bounds(cast: Cast, people: dict[str, Person], enter: Any) -> None:
    young = enter("employment", people["lan"], status="employed")
    old = enter("employment", people["mai"], status="employed")
    enter("employment", people["hung"], status="employed")
    enter("employment", people["lan"], status="unemployed")

    shape = declared("employment", "age", minimum_age=15, maximum_age=70, where='status == "employed"')
    assert found(shape, cast) == [(young.pk, None), (old.pk, None)]


def test_a_pension_from_70_is_for_poor_and_near_poor_households(
    cast: Cast, people: dict[str, Person], enter: Any
) -> None:
    Person.objects.filter(pk=people["mai"].pk).update(birth="1953-07-20", birth_year=1953)
    common = {"birth": "1953-07-20", "amount_vnd": 540_000, "from_on": "2026-08-01"}
    wrong, *_right = [
        enter("social_pensions", people["mai"], group=group, **common)
        for group in ("age_75", "poor_70", "near_poor_70")
    ]

    assert found(store.get().registers["social_pensions"], cast) == [(wrong.pk, None)]


def test_expired_also_of_rows_about_nobody(cast: Cast, enter: Any) -> None:
    past = enter(
        "office_equipment", None, verdict="not_found", kind="signature_token", certificate_to="2026-11-22"
    )
    enter("office_equipment", None, verdict="not_found", kind="signature_token", certificate_to="2026-11-23")
    enter("office_equipment", None, verdict="not_found", kind="computer", certificate_to="2020-01-01")

    shape = declared("office_equipment", "expired", field="certificate_to", where='kind == "signature_token"')
    assert found(shape, cast) == [(past.pk, None)]


def test_somebody_else_whom_a_row_names_is_known_by_the_number(
    cast: Cast, people: dict[str, Person], enter: Any
) -> None:
    Person.objects.filter(pk=people["hung"].pk).update(status="dead")
    row = enter(
        "tax_dependants", people["lan"], taxpayer_code="8000000001", taxpayer_number=people["hung"].number
    )
    enter("tax_dependants", people["lan"], taxpayer_code="8000000001", taxpayer_number=people["mai"].number)

    assert found(declared("tax_dependants", "deceased", role="taxpayer"), cast) == [(row.pk, None)]


def test_what_does_not_contradict_any_more_is_gone_and_comes_back_open(
    cast: Cast, people: dict[str, Person], enter: Any
) -> None:
    shape = declared("employment", "age", minimum_age=15)
    row = enter("employment", people["lan"])
    assert found(shape, cast) == [(row.pk, None)]

    Match.objects.filter(record=row).update(person=people["hung"])
    assert found(shape, cast) == []
    assert Finding.objects.get().state == "gone"

    Match.objects.filter(record=row).update(person=people["lan"])
    assert found(shape, cast) == [(row.pk, None)]
    assert Finding.objects.count() == 1


def test_every_declared_contradiction_can_be_asked(cast: Cast) -> None:
    for shape in store.get().registers.values():
        assert contradictions.reconcile(shape, cast.cocsan.pk, on=ON, at=MONDAY_MORNING) == 0
        for one in shape.contradictions:
            assert say(one.id, shape.id).title == one.title.vi
