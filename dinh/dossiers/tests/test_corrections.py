"""A row of a register that says otherwise is put right by the approval, where the examiner marked it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from dinh.catalogue import store
from dinh.directory.tests.cast import make_grant
from dinh.dossiers import actions, corrections
from dinh.dossiers.models import Dossier
from dinh.dossiers.tests.world import NOW, World, received
from dinh.journal.models import Entry
from dinh.lib.dates import local_date
from dinh.lib.errors import Refused
from dinh.registers import actions as registers
from dinh.registers.models import Record

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
PENSION = "social_pension"


def a_row(world: World, **changes: Any) -> Record:
    """Return Mrs Lý's row of social protection."""
    data = {
        "file_number": "BT-17", "full_name": "Lý Thị Mẩy", "number": world.elder.number, "birth": "1949", "sex": "2",
        **changes,
    }  # fmt: skip
    return registers.enter(
        register="social_protection", unit=world.cast.cocsan, data={k: v for k, v in data.items() if v}, person=world.elder,
        person_name=data["full_name"], registered_on=local_date(NOW), provenance="import", by=None, at=NOW,
    )  # fmt: skip


def differing(dossier: Dossier, world: World) -> list[corrections.Difference]:
    procedure = store.get_procedure(dossier.procedure, dossier.procedure_version)
    return corrections.differences(dossier, procedure, world.cast.social, local_date(NOW))


def examine(dossier: Dossier, world: World, **more: Any) -> Dossier:
    return actions.examine(dossier=dossier, by=world.cast.social, at=LATER, **more)


def approve(dossier: Dossier, world: World) -> Dossier:
    return actions.approve(dossier=dossier, by=world.cast.leader, at=LATER + timedelta(hours=1))


def test_what_a_row_says_otherwise_is_found_without_its_value(world: World) -> None:
    a_row(world, full_name="Lý Thị Mảy", birth="1948")

    dossier = received(world, PENSION)

    found = [one for one in dossier.findings if one["code"] == corrections.CODE]
    assert [(one["field"], one["typed"]) for one in found] == [
        ("elder.full_name", "Lý Thị Mẩy"), ("elder.birth", "1949"),
    ]  # fmt: skip
    assert "Mảy" not in str(found) and "1948" not in str(found)


def test_what_is_marked_is_corrected_with_the_dossier_as_provenance(world: World) -> None:
    row = a_row(world, full_name="Lý Thị Mảy", birth="1948")
    dossier = received(world, PENSION)
    name, birth = differing(dossier, world)

    examine(dossier, world, amends=[name.key])
    assert [one.marked for one in differing(dossier, world)] == [True, False]
    approve(dossier, world)

    row.refresh_from_db()
    version = row.versions.get(version=2)
    assert (row.data["full_name"], row.person_name, row.data["birth"]) == ("Lý Thị Mẩy", "Lý Thị Mẩy", "1948")
    assert (version.provenance, version.provenance_id) == ("dossier", dossier.pk)
    assert (birth.says, birth.value) == ("1948", "1949")
    amended = Entry.objects.get(kind="registers.amended")
    assert amended.cause == Entry.objects.get(kind="dossiers.approved").pk


def test_nothing_is_corrected_unless_it_was_marked(world: World) -> None:
    row = a_row(world, birth="1948")
    dossier = received(world, PENSION)

    approve(examine(dossier, world), world)

    row.refresh_from_db()
    assert (row.version, row.data["birth"]) == (1, "1948")


def test_an_examination_anew_forgets_what_was_marked(world: World) -> None:
    a_row(world, birth="1948")
    dossier = received(world, PENSION)
    examine(dossier, world, amends=[differing(dossier, world)[0].key])
    actions.send_back(dossier=dossier, reason="Xem lại ngày sinh", by=world.cast.leader, at=LATER)

    examine(dossier, world)

    assert [one.marked for one in differing(dossier, world)] == [False]


def test_what_was_put_right_meanwhile_stays_as_it_is(world: World) -> None:
    row = a_row(world, birth="1948")
    dossier = received(world, PENSION)
    examine(dossier, world, amends=[differing(dossier, world)[0].key])
    registers.amend(
        row=row, changes={"birth": "1949-02-03"}, reason="", provenance="correction", by=None, at=LATER
    )

    approve(dossier, world)

    row.refresh_from_db()
    assert (row.version, row.data["birth"]) == (2, "1949-02-03")


def test_nobody_marks_what_does_not_differ_or_is_not_theirs(world: World) -> None:
    row = a_row(world, birth="1948")
    dossier = received(world, PENSION)
    with pytest.raises(Refused, match="nothing_to_correct"):
        examine(dossier, world, amends=[f"{row.pk}:full_name"])

    stranger = make_grant(world.cast.clerk, "civil_status_officer", world.cast.cocsan).account
    procedure = store.get_procedure(dossier.procedure, dossier.procedure_version)
    assert corrections.differences(dossier, procedure, stranger, local_date(NOW)) == []


def test_a_procedure_that_corrects_nothing_asks_nothing(world: World, django_assert_num_queries: Any) -> None:
    a_row(world, birth="1948")
    dossier = received(world)
    procedure = store.get_procedure(dossier.procedure, dossier.procedure_version)

    with django_assert_num_queries(0):
        assert corrections.find(dossier, procedure, dossier.answers) == []
        assert corrections.differences(dossier, procedure, world.cast.social, local_date(NOW)) == []
        corrections.apply(dossier, procedure, by=world.cast.leader, at=LATER)
