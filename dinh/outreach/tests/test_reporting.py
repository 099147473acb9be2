"""A report is counted, reviewed, sent and then locked; a correction is another edition; the commune sums its teams."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, timedelta

import pytest

from dinh.directory.tests.cast import HANOI, Cast
from dinh.lib.errors import Invalid, NotPermitted, Refused
from dinh.outreach.actions import reporting
from dinh.outreach.models import FieldReport, Team
from dinh.outreach.queries import report_text
from dinh.outreach.queries.happenings import month_of
from dinh.outreach.queries.reporting import missing, reports_for
from dinh.outreach.tests import doing
from dinh.outreach.tests.enrolled import Field, make_field, make_house
from dinh.work.models import Plan

AT = datetime(2026, 12, 2, 9, 0, tzinfo=HANOI)
NOVEMBER = month_of(date(2026, 11, 1))
THEN = datetime(2026, 11, 10, 9, 0, tzinfo=HANOI)


@pytest.fixture
def field(cast: Cast) -> Field:
    return make_field(cast)


@pytest.fixture
def report(cast: Cast, field: Field) -> FieldReport:
    house = make_house(cast.un_ta, cast.cocsan, 1)
    doing.visit(field.volunteer, house, THEN, minutes=90)
    doing.visit(field.volunteer, house, THEN - timedelta(days=30))
    doing.help_given(field.volunteer, house, THEN)
    Plan.objects.create(
        unit=cast.un_ta, measure="visits", month=date(2026, 11, 1), goal=3, set_by=field.officer
    )
    return reporting.compose(team=field.team, unit=cast.cocsan, period=NOVEMBER, by=field.leader, at=AT)


def test_a_report_counts_the_month_beside_its_goal_and_the_month_before(report: FieldReport) -> None:
    by = {one.key: one for one in report_text.told(report).lines}

    assert (by["visits"].value, by["visits"].before, by["visits"].goal, by["visits"].reached) == (
        1,
        1,
        3,
        False,
    )
    assert by["hours"].value == 1
    assert report.figures["helps"] == {"electronic_id": 1}


def test_a_report_is_reviewed_then_sent_then_locked(cast: Cast, field: Field, report: FieldReport) -> None:
    reporting.write(report=report, words={"done": "Đi hết thôn.", "asks": "Xin loa."}, by=field.leader, at=AT)
    with pytest.raises(Refused, match="not_reviewed"):
        reporting.send(report=report, by=field.leader, at=AT)
    reporting.review(report=report, by=field.leader, at=AT)
    reporting.send(report=report, by=field.leader, at=AT)

    assert (report.state, report.sent_to_id) == ("sent", cast.cocsan.pk)
    with pytest.raises(Refused, match="locked"):
        reporting.write(report=report, words={"done": "Khác"}, by=field.leader, at=AT)
    doing.visit(field.volunteer, make_house(cast.un_ta, cast.cocsan, 2), THEN)
    again = reporting.compose(team=field.team, unit=cast.cocsan, period=NOVEMBER, by=field.leader, at=AT)
    assert again.pk == report.pk
    assert again.figures["counts"]["visits"] == 1


def test_words_written_after_the_review_ask_for_another_review(field: Field, report: FieldReport) -> None:
    reporting.review(report=report, by=field.leader, at=AT)
    reporting.write(report=report, words={"done": "Thêm."}, by=field.leader, at=AT)

    with pytest.raises(Refused, match="not_reviewed"):
        reporting.send(report=report, by=field.leader, at=AT)


def test_a_month_that_is_not_over_is_not_sent(cast: Cast, field: Field) -> None:
    early = datetime(2026, 11, 30, 20, 0, tzinfo=HANOI)
    report = reporting.compose(team=field.team, unit=cast.cocsan, period=NOVEMBER, by=field.leader, at=early)
    reporting.review(report=report, by=field.leader, at=early)

    with pytest.raises(Refused, match="too_early"):
        reporting.send(report=report, by=field.leader, at=early)


def test_a_correction_is_another_edition_with_a_reason(cast: Cast, field: Field, report: FieldReport) -> None:
    with pytest.raises(Refused, match="not_sent"):
        reporting.correct(report=report, reason="Sót", by=field.leader, at=AT)
    reporting.review(report=report, by=field.leader, at=AT)
    reporting.send(report=report, by=field.leader, at=AT)
    doing.visit(field.volunteer, make_house(cast.un_ta, cast.cocsan, 2), THEN)
    with pytest.raises(Invalid):
        reporting.correct(report=report, reason=" ", by=field.leader, at=AT)
    second = reporting.correct(report=report, reason="Ghi sót một hộ", by=field.leader, at=AT)

    report.refresh_from_db()
    assert (report.figures["counts"]["visits"], second.figures["counts"]["visits"], second.edition) == (
        1,
        2,
        2,
    )
    with pytest.raises(Refused, match="not_sent"):
        reporting.correct(report=report, reason="Lại", by=field.leader, at=AT)


def test_the_communes_report_sums_its_teams(cast: Cast, field: Field, report: FieldReport) -> None:
    whole = reporting.compose(team=None, unit=cast.cocsan, period=NOVEMBER, by=cast.leader, at=AT)

    assert (
        whole.figures["counts"]["visits"]
        == sum(one["counts"]["visits"] for one in whole.figures["teams"])
        == 1
    )
    assert missing(cast.cocsan.pk, NOVEMBER) == [field.team]
    # A team without villages goes to no house: it owes no report, and holds up nobody's.
    Team.objects.create(
        unit=cast.cocsan, kind=Team.Kind.COMMUNE, name="Tổ xã", opened_on=field.team.opened_on
    )
    assert missing(cast.cocsan.pk, NOVEMBER) == [field.team]
    reporting.review(report=whole, by=cast.leader, at=AT)
    reporting.send(report=whole, by=cast.leader, at=AT)
    assert whole.sent_to_id == cast.province.pk


def test_nobody_else_writes_or_reads_a_report(cast: Cast, field: Field, report: FieldReport) -> None:
    for stranger in (field.volunteer, cast.reception, cast.next_leader):
        with pytest.raises(NotPermitted):
            reporting.write(report=report, words={}, by=stranger, at=AT)
        assert not reports_for(stranger, AT.date(), NOVEMBER)
    assert [one.pk for one in reports_for(field.leader, AT.date(), NOVEMBER)] == [report.pk]
    assert [one.pk for one in reports_for(cast.leader, AT.date(), NOVEMBER)] == [report.pk]


def test_the_message_for_the_chat_group_stays_short(field: Field, report: FieldReport) -> None:
    reporting.write(report=report, words={"asks": "Xin thêm loa. " * 200}, by=field.leader, at=AT)

    text = report_text.chat(report)

    assert len(text) <= report_text.CHAT_AT_MOST
    assert "1" in text and text.endswith("…")


def test_the_office_document_holds_figures_and_words(field: Field, report: FieldReport) -> None:
    reporting.write(report=report, words={"done": "Đi hết <thôn> & bản."}, by=field.leader, at=AT)

    with zipfile.ZipFile(io.BytesIO(report_text.office_document(report))) as archive:
        body = archive.read("word/document.xml").decode()

    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in body
    assert "Đi hết &lt;thôn&gt; &amp; bản." in body
    assert "TỔ ÚN TÀ" in body


def test_the_day_of_the_document_is_that_of_viet_nam(report: FieldReport) -> None:
    FieldReport.objects.filter(pk=report.pk).update(composed_at=datetime(2026, 12, 1, 0, 30, tzinfo=HANOI))
    report.refresh_from_db()

    with zipfile.ZipFile(io.BytesIO(report_text.office_document(report))) as packed:
        assert "ngày 01 tháng 12" in packed.read("word/document.xml").decode()
