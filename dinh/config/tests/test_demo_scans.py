"""The paper book of the demonstration has work for everybody: pages to key, entries to verify and to decide."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dinh.config.demo.scans import begin_book
from dinh.directory.tests.cast import MONDAY_MORNING, Cast, make_account, make_grant
from dinh.lib.dates import local_date
from dinh.registers.models import Record, ScanEntry
from dinh.registers.scans import queries, rights

pytestmark = pytest.mark.django_db


def test_a_book_is_begun_with_work_left_for_everybody(cast: Cast, settings: Any, tmp_path: Path) -> None:
    settings.DINH_HOME = tmp_path
    staff = {name: make_account(f"so-{name}", f"Lý Thị {name.title()}") for name in ("nga", "minh", "yen")}
    for name, role in {
        "nga": "data_officer",
        "minh": "civil_status_officer",
        "yen": "civil_status_officer",
    }.items():
        make_grant(staff[name], role, cast.cocsan)

    book = begin_book(
        cast.cocsan, staff, year=1984, at=MONDAY_MORNING, tell=lambda what, done, total: None, pages=4
    )

    done = queries.progress([book])[book.pk]
    assert (done.uploaded, done.keyed, done.verified, done.entered, done.differing) == (4, 3, 2, 4, 1)
    assert Record.objects.filter(register=book.register, provenance="scan").count() == 4
    assert queries.waiting_by_book(staff["yen"], [book.pk])[book.pk] == (1, 2)
    assert rights.keys(staff["nga"], book, local_date(MONDAY_MORNING))
    assert ScanEntry.objects.filter(state="keyed").count() == 1
