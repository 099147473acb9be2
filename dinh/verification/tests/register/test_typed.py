"""What an officer types, or a person says, may describe a candidate: it is no word against him."""

from __future__ import annotations

import duckdb
import pytest

from dinh.directory.tests.cast import MONDAY_MORNING
from dinh.verification import actions
from dinh.verification.models import Finding, Match
from dinh.verification.runs import material
from dinh.verification.tests.register.conftest import Town

pytestmark = pytest.mark.django_db


def test_only_neither_speaks_against_candidates(town: Town) -> None:
    one, other = Finding.objects.filter(kind="choose").order_by("record__sequence")[:2]
    right = Match.objects.get(record=one.record).proposed or {"note": "Đã hỏi gia đình"}
    actions.decide(finding=one, decision="corrected", values=right, by=town.officer, at=MONDAY_MORNING)
    actions.decide(finding=other, decision="neither", by=town.officer, at=MONDAY_MORNING)

    path = material.write_decided("pupils", one.unit_id, town.home / "decided.parquet")

    rows = duckdb.read_parquet(str(path)).fetchall()
    assert {rid.replace("-", "") for rid, _pid, _same in rows} == {other.record_id.hex}
    assert not any(same for _rid, _pid, same in rows)


def test_no_and_nought_are_answers_and_not_the_absence_of_one(town: Town) -> None:
    one = Finding.objects.filter(kind="choose").order_by("record__sequence")[0]

    actions.decide(
        finding=one, decision="corrected", values={"disability": False, "note": ""}, by=town.officer, at=MONDAY_MORNING
    )  # fmt: skip

    one.record.refresh_from_db()
    assert one.record.data["disability"] is False
    assert "note" not in one.record.data
