"""A change is applied in one step: units, offices, staff, rights."""

from __future__ import annotations

import pytest
from django.db import transaction

from dinh.directory import policy, queries, tree
from dinh.directory.changes import proving
from dinh.directory.changes.applying import apply
from dinh.directory.models import Account, Grant, Office, Unit, UnitChange, UnitVersion
from dinh.directory.tests.cast import Cast
from dinh.directory.tests.changes.settings import (
    BEFORE,
    COCSAN,
    DAY,
    NEXT,
    NOON,
    applied,
    drafted,
    made,
    merger,
)  # fmt: skip
from dinh.journal.models import Entry
from dinh.lib.errors import Broken, NotFound

pytestmark = pytest.mark.usefixtures("roles")


def test_a_merger_makes_one_commune_of_two(cast: Cast) -> None:
    change = applied(merger())

    new = made()
    assert change.state == UnitChange.State.APPLIED
    assert {one.unit_id for one in queries.villages_of(new, DAY)} == {cast.un_ta.pk, cast.tan_son.pk}
    assert queries.unit_title(cast.un_ta.pk, DAY).endswith("xã Mây Xanh, tỉnh Lào Cai")
    assert queries.unit_title(cast.un_ta.pk, BEFORE).endswith("xã Cốc San, tỉnh Lào Cai")
    assert queries.unit_title(cast.cocsan.pk, DAY, with_parents=False) == "xã Mây Xanh"
    assert tree.with_parents(cast.cocsan.pk, DAY) == (cast.cocsan.pk, new.pk, cast.province.pk)
    assert {cast.cocsan.pk, cast.next_commune.pk} <= tree.subtree(new.pk, DAY)
    assert {cast.cocsan.pk, cast.next_commune.pk} <= tree.subtree(cast.province.pk, DAY, villages=False)
    assert tree.with_inherited(new.pk) == {new.pk, cast.cocsan.pk, cast.next_commune.pk}
    assert tree.with_inherited(new.pk, BEFORE) == {new.pk}


def test_staff_go_on_in_the_new_commune_and_over_what_was_written_in_the_old(cast: Cast) -> None:
    applied(merger())

    new, reception = made(), Account.objects.get(pk=cast.reception.pk)
    assert policy.may(reception, "population.read", unit=new.pk, on=DAY)
    assert policy.may(reception, "population.read", unit=cast.next_commune.pk, on=DAY)
    assert policy.may(reception, "population.read", unit=cast.cocsan.pk, on=BEFORE)
    assert not policy.may(reception, "population.read", unit=cast.next_commune.pk, on=BEFORE)
    scope = policy.scope(reception, "population.read", DAY)
    assert set(scope.filter(Office.objects.all(), procedure_field=None).values_list("unit", flat=True)) == {
        new.pk, cast.cocsan.pk, cast.next_commune.pk
    }  # fmt: skip


def test_the_staff_of_the_new_commune_is_that_of_the_old_ones(cast: Cast) -> None:
    Account.objects.filter(pk=cast.reception.pk).update(unit=cast.cocsan)

    applied(merger())

    assert Account.objects.get(pk=cast.reception.pk).unit == made()
    assert not Grant.objects.filter(queries.in_force(DAY), unit__in=[cast.cocsan, cast.next_commune]).exists()


def test_offices_open_anew_at_the_seat(cast: Cast) -> None:
    Office.objects.filter(unit=cast.cocsan, key="service_centre").update(address="Thôn Ún Tà")

    applied(merger())

    new = queries.office(made(), "service_centre", DAY)
    assert new.address == "Thôn Ún Tà"
    assert new.name == "Trung tâm Phục vụ hành chính công xã Mây Xanh"
    assert queries.office_now(Office.objects.get(pk=cast.offices["service_centre"].pk)) == new
    assert queries.office_now(new) == new
    assert queries.offices_of(cast.cocsan, DAY) == queries.offices_of(made(), DAY)


def test_the_proof_counts_the_same_before_and_after(cast: Cast) -> None:
    change = applied(merger())

    assert change.proof["equal"] and change.proof["lines"]
    assert change.proof_digest == proving.digest(UnitChange.objects.get(pk=change.pk).proof)


def test_every_write_of_it_names_the_change_as_its_cause(cast: Cast) -> None:
    change = applied(merger())

    own = Entry.objects.get(kind="directory.change_applied")
    assert own.subject == change.pk
    caused = Entry.objects.filter(cause=own.pk).values_list("kind", flat=True)
    assert {
        "directory.unit_began",
        "directory.unit_ended",
        "directory.office_opened",
        "directory.appointed",
    } <= set(caused)


def test_a_failure_in_the_middle_leaves_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    change = drafted()
    monkeypatch.setattr(proving, "proof", lambda *given: {"equal": False, "unequal": ["population.person"]})

    with pytest.raises(Broken), transaction.atomic():
        apply(change=change, by=None, at=NOON)

    tree.forget()
    assert UnitChange.objects.get(pk=change.pk).state == UnitChange.State.DRAFT
    assert Unit.objects.get(pk=cast.cocsan.pk).closed_on is None
    assert not UnitVersion.objects.filter(name="Mây Xanh").exists()


def test_a_code_of_before_leads_to_who_has_what_it_had(cast: Cast) -> None:
    applied(merger())

    assert queries.get_heir(NEXT, DAY) == queries.get_heir(COCSAN, DAY) == made()
    assert queries.get_heir(NEXT, BEFORE) == cast.next_commune
    with pytest.raises(NotFound):
        queries.get_heir("09999", DAY)
