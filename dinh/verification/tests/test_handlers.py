"""Whoever changes a register that was verified need not think of verifying it again."""

from __future__ import annotations

from pathlib import Path

import pytest

from dinh.directory.tests.cast import MONDAY_MORNING, Cast
from dinh.journal.handlers import all_handlers
from dinh.journal.models import Entry
from dinh.registers.tests.files import PHUC, TITLES, bring, csv_file
from dinh.verification.handlers import on_imported
from dinh.verification.models import Submission

pytestmark = pytest.mark.django_db


def test_a_file_brought_into_a_register_that_was_verified_asks_for_one_verification(
    tmp_path: Path, cast: Cast
) -> None:
    bring(csv_file(tmp_path, (TITLES, PHUC)), cast.cocsan)
    entry = Entry.objects.get(kind="registers.imported")

    on_imported(entry)
    assert not Submission.objects.exists()  # never verified: whoever keeps it begins
    Submission.objects.create(register="pupils", unit=cast.cocsan, state="done", at=MONDAY_MORNING)
    for _twice in range(2):
        on_imported(entry)

    assert Submission.objects.filter(state="waiting", register="pupils", unit=cast.cocsan).count() == 1
    assert [one.task for one in all_handlers() if one.wants(entry.kind)] == [
        f"{on_imported.__module__}:on_imported"
    ]
