"""A province with several communes, read and approved above them: every page stands, and asks as often for many as for few."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dinh.catalogue import store
from dinh.config.demo import province
from dinh.directory import tree
from dinh.directory.models import Account, Level
from dinh.directory.tests.cast import make_unit
from dinh.indicators.actions import told
from dinh.indicators.engine import definitions
from dinh.indicators.models import Period, ProvinceApproval, Told
from dinh.indicators.queries import places
from dinh.indicators.queries.figures import figure
from dinh.indicators.rules.months import later, month_of
from dinh.web.board.asking import written

pytestmark = pytest.mark.long  # a province is made for each test
BOARD = "/vi/board/"
COMMUNES = 8
FEW = {"firms", "work_files", "firms_qr", "work_files_online", "petitions_open"}
MONTH = later(month_of(timezone.localdate()), -1)


@pytest.fixture
def laid(db: None) -> dict[str, Any]:
    for memory in (definitions, places, tree):
        memory.forget()
    values: dict[str, Any] = dict(store.get().scenarios["lao_cai"].values)
    above = make_unit(Level.PROVINCE, str(values["province_code"]), "Lào Cai", "tỉnh")
    for number in range(COMMUNES):
        make_unit(Level.COMMUNE, f"9{number:04d}", f"Xã {number + 1}", "xã", above)
    values |= {"communes": COMMUNES, "months": 2}
    values |= {kind: {id: one for id, one in values[kind].items() if id in FEW} for kind in ("whole", "part")}
    told = province.lay(values, 7, timezone.now(), lambda stage, done, total: None)
    places.forget()
    return told


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username))
    return client


def test_a_province_reads_and_approves_what_its_communes_told(laid: dict[str, Any]) -> None:
    reader, approver = signed_in("tinh"), signed_in("duyet")
    month = written(MONTH)
    for address in ("", "months/", "targets/", "questions/", "score/", "difficulties/", "reports/", "figure/work_files_online_rate/"):  # fmt: skip
        shown = reader.get(f"{BOARD}{address}", {"month": month})
        assert shown.status_code == 200, address
    states = sorted(Period.objects.filter(month=MONTH).values_list("state", flat=True))
    assert states == ["approved", "locked", "locked", "submitted", "submitted"]
    assert sum(Told.objects.filter(month=MONTH).values_list("value", flat=True)) > 0

    page = f"{BOARD}months/?month={month}"
    assert approver.post(page, {"do": "approve", "reason": ""}).status_code == 422
    assert approver.post(page, {"do": "approve", "reason": "Ba xã mất mạng"}).status_code == 302
    row = ProvinceApproval.objects.get(month=MONTH)
    assert (len(row.communes), len(row.missing), row.reason) == (3, 5, "Ba xã mất mạng")
    said = approver.get(page).content.decode()
    assert "Ba xã mất mạng" in said and "xã Xã 1" in said
    before = ProvinceApproval.objects.get(month=later(MONTH, -1))
    assert (len(before.communes), before.missing) == (COMMUNES, [])


def test_units_together_are_worked_out_of_their_numbers(laid: dict[str, Any]) -> None:
    above = UUID(laid["province"])
    before = later(MONTH, -1)
    (value,) = figure("work_files_online_rate", [above], before, before)
    parts, wholes = (
        sum(Told.objects.filter(month=before, measure=id).values_list("value", flat=True))
        for id in ("work_files_online", "work_files")
    )
    assert (value.numerator, value.denominator, value.locked, value.told) == (parts, wholes, True, COMMUNES)


def test_a_list_of_months_asks_as_often_for_many_communes_as_for_one(laid: dict[str, Any]) -> None:
    reader = signed_in("tinh")

    def queries(**found: str) -> int:
        address = {"month": written(MONTH), **found}
        reader.get(f"{BOARD}months/", address)
        with CaptureQueriesContext(connection) as asked:
            assert reader.get(f"{BOARD}months/", address).status_code == 200
        return len(asked)

    assert queries() <= queries(q="Xã 8") + 1


def test_a_day_passes_before_the_province_sees_a_correction(laid: dict[str, Any]) -> None:
    commune = Account.objects.get(username="ke1")
    unit = Period.objects.get(month=later(MONTH, -1), submitted_by=commune.pk).unit
    told.tell("firms", unit, MONTH, 7, by=commune, at=timezone.now())
    today = timezone.localdate()
    close = today - timedelta(days=1)
    values = [
        figure("firms_qr_rate", [unit], MONTH, MONTH, close=day)[0].denominator for day in (close, None)
    ]
    assert values == [None, 7]
