"""A change is applied in one step: units, offices, staff, rights."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from dinh.directory import policy, queries, tree
from dinh.directory.changes import proving
from dinh.directory.changes.applying import apply
from dinh.directory.changes.decisions import of_data
from dinh.directory.changes.drafting import draft, drop, preview, redraft
from dinh.directory.changes.touched import Conflict
from dinh.directory.models import Account, Grant, Office, Unit, UnitChange, UnitVersion
from dinh.directory.tests.cast import Cast, make_account, make_grant
from dinh.directory.tests.changes.settings import (
    COCSAN,
    DAY,
    LATER,
    NEXT,
    NOON,
    amendment,
    applied,
    code_of,
    division,
    merger,
)  # fmt: skip
from dinh.journal.models import Entry
from dinh.lib.errors import Broken, Invalid, NotFound, NotPermitted, Refused, Stale

pytestmark = pytest.mark.usefixtures("roles")
BEFORE = DAY - timedelta(days=1)


def made(name: str = "Mây Xanh") -> Unit:
    return UnitVersion.objects.get(name=name).unit


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


def test_a_division_sends_each_village_where_it_goes(cast: Cast) -> None:
    applied(division(cast))

    pink, white = made("Mây Hồng"), made("Mây Trắng")
    assert tree.with_parents(cast.un_ta.pk, DAY)[1] == pink.pk
    assert tree.with_parents(cast.tan_son.pk, DAY)[1] == white.pk
    assert tree.owner(cast.cocsan.pk, DAY) == white.pk
    assert code_of(cast.un_ta, DAY).startswith("02999-")
    assert cast.cocsan.pk not in tree.subtree(pink.pk, DAY)


@pytest.mark.parametrize(
    ("kind", "change", "title", "code"),
    [
        ("rename", {"unit": COCSAN, "name": "Mây Xanh"}, "xã Mây Xanh", COCSAN),
        ("upgrade", {"unit": COCSAN, "type": "phường"}, "phường Cốc San", COCSAN),
        ("recode", {"unit": COCSAN, "code": "02990"}, "xã Cốc San", "02990"),
    ],
)
def test_an_amended_commune_stays_itself(
    cast: Cast, kind: str, change: dict[str, str], title: str, code: str
) -> None:
    applied(amendment(kind, change))

    assert queries.unit_title(cast.cocsan.pk, DAY, with_parents=False) == title
    assert queries.unit_title(cast.cocsan.pk, BEFORE, with_parents=False) == "xã Cốc San"
    assert queries.get_unit(code, DAY) == cast.cocsan
    assert {one.code[:5] for one in queries.villages_of(cast.cocsan, DAY)} == {code}
    assert queries.office(cast.cocsan, "service_centre", DAY).name.endswith(title)


def test_a_village_goes_to_another_commune(cast: Cast) -> None:
    village = code_of(cast.un_ta, BEFORE)

    applied(amendment("transfer", {"unit": village, "parent": NEXT}))

    assert tree.with_parents(cast.un_ta.pk, DAY)[1] == cast.next_commune.pk
    assert code_of(cast.un_ta, DAY).startswith(f"{NEXT}-")
    assert tree.with_parents(cast.un_ta.pk, BEFORE)[1] == cast.cocsan.pk


def test_a_commune_begins(cast: Cast) -> None:
    made_ = {"code": "02997", "name": "Đảo Xa", "type": "đặc khu", "parent": "15"}
    parent = code_of(cast.province, BEFORE)

    applied({**merger(), "kind": "create", "parts": [], "makes": [{**made_, "parent": parent}]})

    assert queries.get_unit("02997", DAY) == made("Đảo Xa")


def test_a_commune_ends_in_another(cast: Cast) -> None:
    applied({**merger(), "kind": "dissolve", "makes": [], "parts": [{"from": NEXT, "to": COCSAN}]})

    assert tree.owner(cast.next_commune.pk, DAY) == cast.cocsan.pk
    assert Grant.objects.filter(queries.in_force(DAY), unit=cast.cocsan, account=cast.next_leader).exists()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (merger(parts=[{"from": "09999", "to": COCSAN}, {"from": COCSAN, "to": COCSAN}]), "unknown"),
        (
            merger(code="02998", parts=[{"from": NEXT, "to": "02998"}, {"from": COCSAN, "to": "02997"}]),
            "to_unknown",
        ),
        (merger(parts=[{"from": COCSAN, "to": COCSAN}]), "form"),
        (merger(kind="tidy"), "literal_error"),
        (amendment("rename", {"unit": COCSAN, "type": "phường"}), "nothing"),
        (amendment("upgrade", {"unit": COCSAN, "type": "làng chài"}), "type"),
        (amendment("recode", {"unit": COCSAN, "code": NEXT}), "code_used"),
    ],
)
def test_a_wrong_decision_says_what_is_wrong(cast: Cast, data: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        applied(data)

    assert code in {fault.code for fault in refused.value.faults}
    assert UnitChange.objects.count() == 0


@pytest.mark.parametrize(
    ("one", "two", "code"),
    [("1/3", "1/3", "shares"), ("x", "2/3", "share"), ("0", "1", "share"), ("1/3", "0.6666", "shares")],
)
def test_shares_sum_to_one(cast: Cast, one: str, two: str, code: str) -> None:
    data = division(cast)
    data["parts"][0]["share"], data["parts"][1]["share"] = one, two

    with pytest.raises(Invalid) as refused:
        of_data(data)

    assert {fault.code for fault in refused.value.faults} == {code}


def test_every_village_of_a_divided_commune_is_placed(cast: Cast) -> None:
    data = division(cast)
    data["parts"][0]["villages"] = []

    with pytest.raises(Invalid) as refused:
        applied(data)

    assert {fault.code for fault in refused.value.faults} == {"not_placed"}


def test_a_change_is_not_applied_twice(cast: Cast) -> None:
    change = applied(merger())

    with pytest.raises(Refused) as refused:
        apply(change=change, by=None, at=LATER)
    with pytest.raises(Invalid) as again:
        draft(decision=of_data(merger()), by=None, at=LATER)

    assert refused.value.code == "directory.change_not_open"
    assert "ended" in {fault.code for fault in again.value.faults}


def test_of_two_drafts_about_one_commune_one_is_applied(cast: Cast) -> None:
    first = draft(decision=of_data(merger()), by=None, at=NOON)
    second = draft(decision=of_data(amendment("rename", {"unit": COCSAN, "name": "Xa"})), by=None, at=NOON)
    apply(change=first, by=None, at=NOON)

    with pytest.raises(Invalid):
        apply(change=second, by=None, at=NOON)


def test_who_saw_an_older_draft_is_told(cast: Cast) -> None:
    change = draft(decision=of_data(merger()), by=None, at=NOON)
    old = UnitChange.objects.get(pk=change.pk)
    redraft(change=change, decision=of_data(merger(name="Mây Vàng")), by=None, at=NOON)

    with pytest.raises(Stale):
        apply(change=old, by=None, at=NOON)


def test_it_waits_for_its_day(cast: Cast) -> None:
    change = draft(decision=of_data(merger()), by=None, at=NOON)

    with pytest.raises(Refused) as refused:
        apply(change=change, by=None, at=NOON - timedelta(days=1))

    assert refused.value.code == "directory.change_too_early"


def test_a_draft_is_dropped(cast: Cast) -> None:
    change = draft(decision=of_data(merger()), by=None, at=NOON)
    drop(change=change, by=None, at=NOON)

    with pytest.raises(Refused):
        apply(change=UnitChange.objects.get(pk=change.pk), by=None, at=NOON)


def test_two_offices_of_one_kind_want_a_seat(cast: Cast) -> None:
    data = merger(makes=[{"code": COCSAN, "name": "Mây Xanh", "type": "xã"}])
    change = draft(decision=of_data(data), by=None, at=NOON)

    with pytest.raises(Invalid) as refused:
        apply(change=change, by=None, at=NOON)

    assert {fault.path for fault in refused.value.faults} == {"seat"}
    assert not preview(change).may_apply


@pytest.mark.parametrize("settled", ["same", "different"])
def test_two_accounts_of_one_person_are_settled_first(cast: Cast, settled: str) -> None:
    for name, unit in (("moi1", cast.cocsan), ("moi2", cast.next_commune)):
        make_grant(make_account(name, "Cư Thị Mới", unit=unit), "reception", unit)
    with pytest.raises(Invalid) as refused:
        applied(merger())
    told = (
        {"same_person": [{"keep": "moi1", "close": "moi2"}]}
        if settled == "same"
        else {"different_people": [["moi1", "moi2"]]}
    )

    applied(merger(**told))

    assert {fault.path for fault in refused.value.faults} == {"same_person"}
    assert Account.objects.get(username="moi2").is_active is (settled == "different")


def test_a_package_may_stand_against_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    locked = [Conflict("locked", "Tháng 12 đã khóa.")]
    monkeypatch.setattr("dinh.directory.changes.touched._conflicts", {"figures": lambda plan: locked})

    with pytest.raises(Invalid) as refused:
        applied(merger())

    assert [fault.path for fault in refused.value.faults] == ["locked"]


def test_only_who_manages_all_its_units_drafts_and_applies_it(cast: Cast) -> None:
    with pytest.raises(NotPermitted):
        draft(decision=of_data(merger()), by=cast.administrator, at=NOON)


def test_a_failure_in_the_middle_leaves_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    change = draft(decision=of_data(merger()), by=None, at=NOON)
    monkeypatch.setattr(proving, "proof", lambda *given: {"equal": False, "unequal": ["population.person"]})

    with pytest.raises(Broken), transaction.atomic():
        apply(change=change, by=None, at=NOON)

    tree.forget()
    assert UnitChange.objects.get(pk=change.pk).state == UnitChange.State.DRAFT
    assert Unit.objects.get(pk=cast.cocsan.pk).closed_on is None
    assert not UnitVersion.objects.filter(name="Mây Xanh").exists()


def test_the_preview_counts_and_lists(cast: Cast) -> None:
    change = draft(decision=of_data(merger()), by=None, at=NOON)

    told = {one.table.name: one for one in preview(change).touched}

    assert told["directory.office"].count == 8
    assert told["directory.grant"].count > 5


def test_a_code_of_before_leads_to_who_has_what_it_had(cast: Cast) -> None:
    applied(merger())

    assert queries.get_heir(NEXT, DAY) == queries.get_heir(COCSAN, DAY) == made()
    assert queries.get_heir(NEXT, BEFORE) == cast.next_commune
    with pytest.raises(NotFound):
        queries.get_heir("09999", DAY)
