"""While a file is loaded others read and write: what they wrote is met, and what is loaded is the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dinh.directory.tests.cast import MONDAY_MORNING, Cast
from dinh.registers import actions, imports, queries
from dinh.registers.imports import planning
from dinh.registers.imports.digests import broken_batches
from dinh.registers.models import Record
from dinh.registers.tests.files import MAI, PHUC, bring, read

pytestmark = pytest.mark.django_db
LATER = date(2026, 12, 23)
LAN = ("HS003", "Hoàng Thị Lan", "", "2014", "Nữ", "TH Cốc San")


@pytest.mark.django_db(transaction=True)
def test_outside_of_a_transaction_the_stage_is_copied_and_says_the_same(
    file: Callable[..., Path], cast: Cast, small_batches: None
) -> None:
    bring(file(PHUC, MAI, ("", "Không mã", "", "", "", "")), cast.cocsan)

    done = bring(file((*PHUC[:5], "TH Ún Tà"), MAI, LAN), cast.cocsan, on=LATER)

    assert (done.entered, done.changed, done.unchanged) == (1, 1, 1)
    phuc = Record.objects.get(number="HS001")
    assert [one["data"]["school"] for one in queries.versions(phuc)] == ["TH Cốc San", "TH Ún Tà"]
    assert sorted(Record.objects.values_list("sequence", flat=True)) == [1, 2, 3]
    assert not broken_batches("pupils")


def test_what_somebody_wrote_while_it_was_planned_is_met_again(
    file: Callable[..., Path], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(file(PHUC), cast.cocsan)
    makes = planning.Plan.make

    def make_then_somebody_writes(self: planning.Plan, *args: Any) -> None:
        makes(self, *args)
        monkeypatch.setattr(planning.Plan, "make", makes)
        row = Record.objects.get()
        actions.amend(
            row=row, changes={"grade": 5}, reason="Sửa", provenance="correction", by=None, at=MONDAY_MORNING
        )

    monkeypatch.setattr(planning.Plan, "make", make_then_somebody_writes)
    done = bring(file(PHUC), cast.cocsan, on=LATER)

    assert (done.changed, done.unchanged) == (1, 0)
    assert Record.objects.get().version == 3


def test_how_far_it_is_can_be_written_down_from_beside_while_it_is_loaded(
    file: Callable[..., Path], cast: Cast, small_batches: None
) -> None:
    row = read(file(PHUC, MAI, LAN, ("HS9", "Cúc", "", "", "", "")), cast.cocsan)
    told: list[int] = []

    with imports.Stage(row.pk) as beside:

        def progress(written: int, _all: int) -> None:
            beside.tell(written=written)
            told.append(written)

        imports.load(row=row, by=None, at=MONDAY_MORNING, progress=progress)

    assert told == [1, 2, 3, 4]
