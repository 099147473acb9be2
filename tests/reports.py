"""A report that was made of the commune here, in which all small numbers are hidden: whoever reads its board opens it."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from dinh.catalogue import store
from dinh.indicators.models import Report
from dinh.indicators.reports.asking import figures_of
from dinh.indicators.reports.document import Block, Document
from tests.house import House

MONTH = 202610


def report(house: House) -> UUID:
    """Return its id."""
    item, leader = store.get().reports["commune_month"], house.here.staff["leader"]
    agency = {"parent": "", "name": "Ủy ban nhân dân xã", "place": "xã"}
    document = Document(
        title="Báo cáo", about="Kết quả", symbol="BC-UBND", agency=agency, place_date="", locked=False, basis=(), to=(),
        signer="Chủ tịch", links="", blocks=(Block("text", "Không có."),),
    )  # fmt: skip
    row, _new = Report.objects.get_or_create(
        report=item.id, unit=house.here.unit.pk, month=MONTH,
        defaults={
            "edition": item.version, "account": leader.pk, "asked_by": leader.pk, "asked_at": timezone.now(),
            "state": Report.State.MADE, "hidden": list(figures_of(item)), "content": document.as_json(),
            "made_at": timezone.now(),
        },
    )  # fmt: skip
    return row.pk
