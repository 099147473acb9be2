"""A record changes: guarded, with a reason, never losing what it said before."""

from __future__ import annotations

from typing import Any

import pytest

from dinh.directory.tests.cast import MONDAY_MORNING, Cast
from dinh.journal.fold import fold
from dinh.journal.models import Entry
from dinh.lib.errors import Invalid, Refused, Stale
from dinh.registers import actions, queries
from dinh.registers.models import Record
from dinh.registers.tests.conftest import BIRTH, EnterBirth

pytestmark = pytest.mark.django_db
WHY: dict[str, Any] = {"reason": "Sửa theo quyết định", "provenance": "correction", "at": MONDAY_MORNING}


def test_a_change_keeps_the_earlier_content_in_its_versions(enter_birth: EnterBirth, cast: Cast) -> None:
    row = enter_birth(data=BIRTH | {"home_place": "Ún Tà"})

    actions.amend(
        row=row,
        changes={"birth": "1952", "home_place": None},
        person_name="Vàng A Phúc",
        by=cast.examiner,
        **WHY,
    )

    row.refresh_from_db()
    assert row.data == BIRTH | {"birth": "1952"}
    assert (row.version, row.name_key) == (2, "vang a phuc")
    said = queries.versions(row)
    assert [one["data"]["birth"] for one in said] == ["1951-03-12", "1952"]
    assert said[1]["reason"] == "Sửa theo quyết định"


def test_of_two_who_change_at_once_the_second_is_told_and_changes_nothing(
    enter_birth: EnterBirth, cast: Cast
) -> None:
    enter_birth()
    first, second = Record.objects.get(), Record.objects.get()
    actions.amend(row=first, changes={"birth": "1952"}, by=cast.examiner, **WHY)

    with pytest.raises(Stale):
        actions.amend(row=second, changes={"birth": "1953"}, by=cast.clerk, **WHY)

    assert Record.objects.get().data["birth"] == "1952"


def test_a_change_that_breaks_the_declaration_is_refused(enter_birth: EnterBirth, cast: Cast) -> None:
    row = enter_birth()

    with pytest.raises(Invalid):
        actions.amend(row=row, changes={"birth": None}, by=cast.examiner, **WHY)

    assert Record.objects.get().version == 1


def test_a_closed_record_is_neither_changed_nor_closed_again(enter_birth: EnterBirth, cast: Cast) -> None:
    row = actions.close(row=enter_birth(), by=cast.examiner, **WHY)

    with pytest.raises(Refused, match="closed"):
        actions.amend(row=row, changes={"birth": "1952"}, by=cast.examiner, **WHY)
    with pytest.raises(Refused, match="closed"):
        actions.close(row=row, by=cast.examiner, **WHY)
    assert Record.objects.get().state == Record.State.CLOSED


def test_a_closed_record_is_put_in_force_again_once(enter_birth: EnterBirth, cast: Cast) -> None:
    closed = actions.close(row=enter_birth(), by=cast.examiner, **WHY)

    row = actions.reopen(row=closed, by=cast.examiner, **WHY)

    assert (row.state, row.version, row.data) == (Record.State.VALID, 3, BIRTH)
    assert [one["state"] for one in queries.versions(row)] == ["valid", "closed", "valid"]
    with pytest.raises(Refused, match="not_closed"):
        actions.reopen(row=row, by=cast.examiner, **WHY)
    assert Entry.objects.filter(kind="registers.reopened").count() == 1


def test_the_row_is_the_fold_of_its_entries(enter_birth: EnterBirth, cast: Cast) -> None:
    row = enter_birth()
    actions.amend(row=row, changes={"birth": "1952"}, person_name="Vàng A Phúc", by=cast.examiner, **WHY)
    actions.close(row=row, by=cast.examiner, **WHY)
    actions.reopen(row=row, by=cast.examiner, **WHY)

    folded = fold(list(Entry.objects.filter(subject=row.pk)))

    row = Record.objects.get()
    for field in Record._meta.concrete_fields:
        if field.attname not in {"id", "version"}:
            assert field.to_python(folded[field.attname]) == getattr(row, field.attname), field.attname
    assert Entry.objects.filter(subject=row.pk).count() == row.version == 4
