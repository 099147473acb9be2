"""A verification that goes wrong, is killed, or is of an agency's own file."""

from __future__ import annotations

import csv
import logging
import shutil
from collections import namedtuple
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.conf import settings
from django.utils import timezone

from dinh.directory.tests.cast import MONDAY_MORNING
from dinh.lib.errors import Refused
from dinh.lib.ids import uuid7
from dinh.population.models import Person
from dinh.verification import actions, queries
from dinh.verification.models import Match, Rate, Submission
from dinh.verification.runs import files, loading, material, running
from dinh.verification.tests.register.conftest import ON, Town

pytestmark = pytest.mark.django_db
AT = MONDAY_MORNING
LATER = AT + timedelta(days=400)


@pytest.fixture
def waiting(town: Town) -> Submission:
    return actions.submit(register="pupils", unit=town.cast.cocsan, by=town.officer, at=AT)


def test_a_second_request_is_the_first_one(town: Town, waiting: Submission) -> None:
    again = actions.submit(register="pupils", unit=town.cast.cocsan, full=True, by=town.officer, at=AT)

    assert again == waiting
    assert Submission.objects.get(pk=waiting.pk).full


def test_what_was_killed_while_it_loaded_is_loaded_again_without_the_engine(
    town: Town, waiting: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = list(Match.objects.order_by("record").values_list("record", "verdict"))
    shutil.copytree(
        files.folder(town.submission), files.folder(waiting), dirs_exist_ok=True
    )  # the engine has answered
    real, calls = loading._write, 0

    def killed(*arguments: Any) -> None:
        nonlocal calls
        calls += 1
        raise SystemExit(9)

    monkeypatch.setattr(running, "_engine", None)  # the answer is there: it is not asked again
    Match.objects.update(verdict="ambiguous")  # as if the answer had never been loaded
    files.set_current("pupils", town.cast.cocsan.pk, None)
    monkeypatch.setattr(loading, "_write", killed)
    with pytest.raises(SystemExit):
        running.run(waiting.pk, at=AT)
    assert Submission.objects.get(pk=waiting.pk).state == Submission.State.RUNNING
    assert files.current("pupils", town.cast.cocsan.pk) is None

    monkeypatch.setattr(loading, "_write", real)
    assert running.run(waiting.pk, at=AT) == Submission.State.DONE

    assert calls == 1
    assert list(Match.objects.order_by("record").values_list("record", "verdict")) == before
    assert running.run(waiting.pk, at=AT) == Submission.State.DONE  # nothing is done twice
    assert Rate.objects.filter(submission=waiting, commune="").count() == 1


def test_a_fault_of_ours_is_a_sentence_for_people_and_a_traceback_in_the_log(
    waiting: Submission, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*arguments: Any) -> None:
        raise running.EngineFailed("traceback of the engine")

    monkeypatch.setattr(running, "_engine", broken)
    caplog.set_level(logging.ERROR, "dinh.verification")

    assert running.run(waiting.pk, at=AT) == Submission.State.FAILED

    waiting.refresh_from_db()
    assert waiting.error == str(running.BROKEN)
    assert "traceback of the engine" in caplog.text


def test_a_full_disk_is_told_before_anything_is_written(
    town: Town, waiting: Submission, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(1, 1, 1 << 20))

    assert running.run(waiting.pk, at=AT) == Submission.State.FAILED

    waiting.refresh_from_db()
    assert "1 MB" in waiting.error
    given = tmp_path / "given.csv"
    given.write_text("a\n1\n")
    with pytest.raises(Refused, match="no_room"):
        actions.submit(
            register="pupils",
            unit=town.cast.cocsan,
            source="file",
            filename="a.csv",
            path=given,
            by=town.officer,
            at=AT,
        )


def test_the_population_is_written_anew_only_when_it_changed(town: Town) -> None:
    written = files.population().stat().st_mtime_ns
    material.write_population(ON)
    assert files.population().stat().st_mtime_ns == written

    person = Person.objects.filter(unit=town.cast.cocsan)[0]
    Person.objects.filter(pk=person.pk).update(full_name="Tên Mới", version=person.version + 1)
    material.write_population(ON)

    path = files.population()
    found = duckdb.read_parquet(str(path)).filter("name = 'Tên Mới'").project("place, commune").fetchall()
    assert found == [(f"{person.household.address}, xã Cốc San, tỉnh Lào Cai", "02746")]  # type: ignore[union-attr]


def test_an_agencys_file_is_answered_and_stays_its_own(town: Town, tmp_path: Path) -> None:
    """Two runs of the engine: a good file, and one without names."""
    people = list(Person.objects.filter(unit=town.cast.cocsan).order_by("pk")[:40])
    path = tmp_path / "trich.csv"
    with path.open("w", encoding="utf-8") as file:
        lines = csv.writer(file)
        lines.writerow(["STT", "Số CCCD", "Họ và tên", "Ngày sinh"])
        lines.writerows([n, one.number, one.full_name, one.birth] for n, one in enumerate(people, 1))
    rates = Rate.objects.count()

    row = actions.submit(
        register="person_extract", unit=town.cast.cocsan, source="file", filename="trich.csv", path=path, by=town.officer,
        at=AT,
    )  # fmt: skip
    assert running.run(row.pk, at=AT) == Submission.State.DONE, row.error

    row = queries.get_submission(town.officer, row.pk, ON)
    assert row.rows == 40
    assert row.summary["verdicts"] == {"verified": 40}
    assert files.answer(row).exists()
    assert Rate.objects.count() == rates
    path.write_text("STT,Số CCCD\n1,010200000001\n")
    bad = actions.submit(
        register="person_extract",
        unit=town.cast.cocsan,
        source="file",
        filename="x.csv",
        path=path,
        by=town.officer,
        at=AT,
    )
    assert running.run(bad.pk, at=AT) == Submission.State.FAILED
    bad.refresh_from_db()
    assert "full_name" in bad.error or "name" in bad.error
    assert str(settings.DINH_HOME) not in bad.error


def test_the_last_two_answers_are_kept_and_those_of_files_for_a_week(town: Town) -> None:
    def made(days_ago: int, source: str) -> str:
        row = Submission.objects.create(
            register="pupils", unit=town.cast.cocsan, source=source, state="done", at=AT,
            finished_at=LATER - timedelta(days=days_ago),
        )  # fmt: skip
        files.folder(row)
        return str(row.pk)

    _oldest, older, last = (made(days, "records") for days in (30, 20, 10))
    _file, new_file = made(8, "file"), made(6, "file")

    files.clear_all(LATER)

    kept = {one.name for one in files.folder_of("pupils", town.cast.cocsan.pk).iterdir() if one.is_dir()}
    assert kept == {older, last, new_file}


def test_what_was_lost_for_days_is_given_up(waiting: Submission) -> None:
    Submission.objects.filter(pk=waiting.pk).update(state="running", started_at=AT)
    assert running.give_up_lost(AT + timedelta(days=1)) == 0

    assert running.give_up_lost(AT + timedelta(days=3)) == 1

    waiting.refresh_from_db()
    assert (waiting.state, waiting.error) == ("failed", str(running.STOPPED))


def test_what_is_being_handed_in_is_not_cleared_and_what_a_kill_left_is(town: Town) -> None:
    coming = files.folder_of("pupils", town.cast.cocsan.pk) / str(uuid7())
    coming.mkdir()
    half = files.root() / ".people-1.text"
    half.touch()

    now = timezone.now()
    files.clear_all(now)
    assert coming.exists() and half.exists()

    files.clear_all(now + timedelta(days=2))
    assert not coming.exists() and not half.exists()
    assert files.population().exists()
