"""What was cut off the end of the database, or out of `heads.log`, and what a restore lost."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from dinh.journal import sealer
from dinh.journal.models import Entry, Epoch, Position, Seal, Stream
from dinh.journal.tests.acts import AT, make
from dinh.journal.verify import verify

pytestmark = pytest.mark.django_db


def test_a_tail_cut_off_is_found_in_heads_log(sealed: None) -> None:
    cut_after(2)

    bad = verify().first_bad

    assert bad is not None
    assert (bad.code, bad.position, bad.until, bad.seal) == ("cut_off", 7, 9, 3)


def test_a_tail_cut_off_and_written_over_is_found_in_heads_log(sealed: None) -> None:
    cut_after(2)
    for _ in range(3):
        make()
    sealer.seal_once()

    bad = verify().first_bad

    assert bad is not None
    assert (bad.code, bad.position, bad.until) == ("heads_differ", 7, 9)


def test_a_head_taken_out_of_the_log_is_found(sealed: None, home: Path) -> None:
    lines = (home / "heads.log").read_text().splitlines(keepends=True)
    (home / "heads.log").write_text("".join(line for line in lines if json.loads(line)["number"] != 2))

    bad = verify().first_bad

    assert bad is not None
    assert (bad.code, bad.position, bad.until) == ("heads_missing", 4, 6)


def test_a_log_that_lags_is_forgiven_for_two_minutes(home: Path) -> None:
    make()
    sealer.seal_once(log_heads=False)

    assert verify().ok
    assert [f.code for f in verify(at=timezone.now() + timedelta(minutes=3)).faults] == ["heads_missing"]


def test_what_a_restore_lost_is_counted_and_no_fault(sealed: None) -> None:
    cut_after(2)
    sealer.open_epoch("restored from the copy of 1 March", AT)
    make()
    sealer.seal_once()

    report = verify()

    assert (report.ok, report.lost_in_restore) == (True, 1)
    assert Seal.objects.get(stream=Stream.LOG, number=3).epoch == 2


def test_an_epoch_written_into_the_database_alone_hides_nothing(sealed: None) -> None:
    cut_after(2)
    Epoch.objects.create(node="test", number=2, opened_at=AT, reason="nothing to see here")
    make()
    sealer.seal_once()

    bad = verify().first_bad

    assert bad is not None
    assert (bad.code, bad.position) == ("heads_differ", 7)


def cut_after(number: int) -> None:
    gone = Position.objects.filter(stream=Stream.LOG, seal__number__gt=number)
    Entry.objects.filter(pk__in=list(gone.values_list("item", flat=True))).delete()
    gone.delete()
    Seal.objects.filter(stream=Stream.LOG, number__gt=number).delete()
