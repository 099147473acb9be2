"""Reports on the board: made by the worker, signed when the month is locked, a draft before; each by its reader's rights."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from xml.etree import ElementTree

import pytest
from django.test import Client

from dinh.catalogue import store
from dinh.dossiers.tests.world import NOW, World
from dinh.indicators.actions.snapshots import take
from dinh.indicators.models import Period, Report, ReportSchedule
from dinh.indicators.reports import actions, queries, scheduling
from dinh.indicators.reports.asking import Question
from dinh.indicators.reports.composing import compose
from dinh.indicators.reports.document import read
from dinh.indicators.rules.months import later
from dinh.journal.models import Entry, HandlerFailure
from dinh.journal.tasks import run_or_retry
from dinh.messages.models import Message
from dinh.papers.issuing import issue_paper
from dinh.papers.models import Paper
from dinh.papers.signing import authority
from dinh.papers.signing.examine import examine
from dinh.web.board.asking import written
from dinh.web.board.tests.test_pages import MONTH, sit
from dinh.web.board.tests.test_pages import world as world

REPORTS = "/vi/board/reports/"
NUMBER = NOW.year * 100 + NOW.month
AT = NOW + timedelta(days=1)


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    """A home of its own for papers and keys."""
    settings.DINH_HOME = tmp_path
    return tmp_path


def lock(world: World) -> str:
    """Lock the month; return the digest of its snapshot."""
    period = Period.objects.create(
        unit=world.cast.cocsan.pk, month=NUMBER, state=Period.State.LOCKED, locked_at=AT
    )
    return take(period, 0, reason="", by=world.cast.leader, at=AT).digest


def made(world: World, client: Client) -> Report:
    """Ask for the report of the month on the page, and let it be made as the worker does."""
    asked = {"do": "make", "report": "commune_month", "month": MONTH}
    response = client.post(f"{REPORTS}?month={MONTH}", asked)
    assert response.status_code == 302, response.content
    row = Report.objects.latest("asked_at")
    assert row.state == Report.State.ASKED
    return actions.make(row, at=AT)


def test_a_report_of_a_locked_month_is_numbered_and_signed_by_office_and_leader(
    world: World,
    home: Path,
) -> None:
    digest, client = lock(world), sit(world.cast.leader)
    row = made(world, client)
    assert (row.locked, row.number, row.basis) == (True, 1, digest)
    paper = issue_paper(Paper.objects.get(subject=row.pk).pk, at=AT)
    assert paper.blob is not None
    pdf = b"".join(client.get(f"{REPORTS}{row.pk}/file/pdf").streaming_content)  # type: ignore[attr-defined]
    found = examine(pdf, authority.root_path())
    assert [(one.intact, one.trusted) for one in found] == [(True, True)] * 2
    if shutil.which("pdftotext"):
        text = subprocess.run(
            ["pdftotext", "-layout", "-", "-"],
            input=pdf, capture_output=True, check=True,
        ).stdout.decode()  # fmt: skip
        assert "Số: 01/BC-UBND" in text
        assert "BÁO CÁO" in text
        assert "DỰ THẢO" not in text
        assert digest in re.sub(r"\s+", "", text)
    again = made(world, client)
    assert again.number == 1  # the same figures: another copy of the same document
    kinds = set(Entry.objects.filter(subject=row.pk).values_list("kind", flat=True))
    assert kinds == {"indicators.report_asked", "indicators.report_made"}


def test_reports_open_at_the_newest_month_that_is_over(world: World) -> None:
    shown = sit(world.cast.leader).get(REPORTS)

    assert shown.context["month_code"] == written(later(NUMBER, -1)) and shown.context["offered"]


def test_a_report_of_an_open_month_is_a_draft_that_nobody_signs(world: World) -> None:
    client = sit(world.cast.leader)
    row = made(world, client)
    assert (row.locked, row.number) == (False, None)
    paper = Paper.objects.get(subject=row.pk)
    assert (paper.signers, paper.number) == ([], "")
    shown = client.get(f"{REPORTS}look/commune_month/?month={MONTH}").content.decode()
    assert "DỰ THẢO – SỐ LIỆU TẠM TÍNH" in shown
    assert "tiếp nhận 2\u00a0hồ sơ" in shown
    document = zipfile.ZipFile(io.BytesIO(client.get(f"{REPORTS}{row.pk}/file/docx").content))
    for name in document.namelist():
        ElementTree.fromstring(document.read(name))  # noqa: S314 - our own file
    assert "DỰ THẢO" in document.read("word/header1.xml").decode()
    assert "tiếp nhận 2\u00a0hồ sơ" in document.read("word/document.xml").decode()
    book = zipfile.ZipFile(io.BytesIO(client.get(f"{REPORTS}{row.pk}/file/xlsx").content))
    assert "tiếp nhận 2\u00a0hồ sơ" in book.read("xl/worksheets/sheet1.xml").decode()


def test_a_report_that_fails_says_so_at_once_and_opens_when_the_next_try_succeeds(world: World) -> None:
    client = sit(world.cast.leader)
    client.post(f"{REPORTS}?month={MONTH}", {"do": "make", "report": "commune_month", "month": MONTH})
    row = Report.objects.get()
    entry = Entry.objects.get(subject=row.pk)
    handler = "dinh.indicators.reports.handlers:on_asked"
    with patch("dinh.indicators.reports.actions.compose", side_effect=ZeroDivisionError):
        assert not run_or_retry(handler, entry.pk, "papers")
    shown = client.get(f"{REPORTS}{row.pk}/")
    assert shown.context["failed"] and shown.context["again_at"]
    assert (
        "Chưa lập được báo cáo này" in shown.content.decode()
        and f"{REPORTS}look/commune_month/" in shown.content.decode()
    )
    assert run_or_retry(handler, entry.pk, "papers")
    row.refresh_from_db()
    assert row.state == Report.State.MADE and not HandlerFailure.objects.exists()


def test_all_figures_of_a_report_are_read_together(world: World, django_assert_max_num_queries: Any) -> None:
    row = made(world, sit(world.cast.leader))
    question = Question(
        actions.definition("commune_month"), row.unit, row.month, world.cast.leader, AT, AT.date()
    )
    with django_assert_max_num_queries(60):
        compose(question)


def test_a_copy_is_opened_by_who_sees_no_less(world: World) -> None:
    row = made(world, sit(world.cast.leader))
    assert read(row.content).blocks
    assert sit(world.cast.next_leader).get(f"{REPORTS}{row.pk}/").status_code == 404
    Report.objects.filter(pk=row.pk).update(account=world.cast.next_leader.pk)
    opened = sit(world.cast.leader).get(f"{REPORTS}{row.pk}/file/docx")
    assert opened.status_code == 200


def test_a_copy_of_today_is_opened_from_above_tomorrow(world: World) -> None:
    row = made(world, sit(world.cast.leader))
    row.hidden = sorted(store.get().indicators)  # nothing small stands in it
    viewer, day = world.cast.province_viewer, AT.date()
    assert not queries.may_open(viewer, row, AT, day)
    assert queries.may_open(viewer, row, AT, day + timedelta(days=1))
    row.account = viewer.pk
    assert queries.may_open(viewer, row, AT, day)  # their own is of their own close


def test_a_report_of_another_level_or_of_a_month_to_come_is_refused(world: World) -> None:
    client = sit(world.cast.leader)
    for report, month in (("province_month", MONTH), ("commune_month", "2031-01"), ("nothing", MONTH)):
        asked = {"do": "make", "report": report, "month": month}
        assert client.post(REPORTS, asked).status_code == 422, report
    assert not Report.objects.exists()


def test_a_schedule_makes_a_copy_for_each_reader_once_the_month_is_locked(
    world: World,
    monkeypatch: Any,
) -> None:
    leader, unit = world.cast.leader, world.cast.cocsan.pk
    asked = {"do": "set", "report": "commune_month", "when": "locked", "day": "5", "roles": ["leader"]}
    assert sit(world.cast.next_leader).post(f"{REPORTS}made/?unit={unit}", asked).status_code == 403
    assert sit(leader).post(f"{REPORTS}made/", asked | {"roles": []}).status_code == 422
    assert sit(leader).post(f"{REPORTS}made/", asked).status_code == 302
    row = ReportSchedule.objects.get(unit=unit)
    ReportSchedule.objects.filter(pk=row.pk).update(last_month=later(NUMBER, -1))
    row.refresh_from_db()
    later_on = AT + timedelta(days=40)
    assert scheduling.due(row, later_on) is None  # not locked
    lock(world)
    monkeypatch.setattr("dinh.indicators.reports.scheduling.timezone.now", lambda: AT)
    assert scheduling.due(row, AT) is None  # locked today, and the month is not over
    assert scheduling.due(row, later_on) == NUMBER
    monkeypatch.setattr("dinh.indicators.reports.scheduling.timezone.now", lambda: later_on)
    readers = {one.pk for one in scheduling.readers(row, later_on.date())}
    assert leader.pk in readers
    assert scheduling.make_due() == len(readers)
    assert scheduling.make_due() == 0
    assert set(Report.objects.filter(schedule=row).values_list("account", flat=True)) == readers
    copy = Report.objects.get(schedule=row, account=leader.pk)
    assert (copy.month, copy.sign) == (NUMBER, True)
    actions.make(copy, at=later_on)
    assert Message.objects.get(subject=copy.pk).account == leader.pk
    row.refresh_from_db()
    sit(leader).post(f"{REPORTS}made/", {"do": "stop", "schedule": row.pk, "version": row.version})
    assert scheduling.make_due() == 0
    assert not ReportSchedule.objects.filter(stopped_at=None).exists()
