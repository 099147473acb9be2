"""Months told, approved, locked and restated by their pages; surveys answered without a name."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dinh.directory import tree
from dinh.directory.models import Account
from dinh.directory.tests.cast import Cast, enrol, make_account, make_data_officer, make_grant
from dinh.indicators.actions import periods
from dinh.indicators.actions import told as told_actions
from dinh.indicators.engine import definitions
from dinh.indicators.engine.cells import series_of
from dinh.indicators.models import Cell, Flag, Period, Survey, SurveyCode, SurveyMark, Target, Told
from dinh.indicators.queries import places
from dinh.indicators.rules.months import later, month_of
from dinh.journal.models import Entry
from dinh.web.board.asking import written

BOARD = "/vi/board/"


@pytest.fixture
def month(cast: Cast) -> str:
    for memory in (definitions, places, tree):
        memory.forget()
    return written(later(month_of(timezone.localdate()), -1))


class Seats:
    """Who declares, verifies and approves in the commune."""

    def __init__(self, cast: Cast) -> None:
        self.unit = cast.cocsan.pk
        self.tells = seat(cast, "tells", "digital_officer")
        self.verifies = make_data_officer(cast)
        self.approves = cast.leader
        self.council = seat(cast, "council", "council_member")


def seat(cast: Cast, username: str, role: str) -> Account:
    account = make_account(username, f"Lục Thị {username.title()}")
    make_grant(account, role, cast.cocsan)
    enrol([account])
    return account


@pytest.fixture
def seats(cast: Cast) -> Seats:
    return Seats(cast)


def send(account: Account, address: str, **values: Any) -> Any:
    client = Client()
    client.force_login(account)
    path = f"{BOARD}{address}"
    shown = client.get(path)
    assert shown.status_code == 200, address
    period = shown.context.get("period")
    version = values.pop("version", period.version if period else 0)
    return client.post(path, {"version": version, **values})


def test_a_month_is_locked_by_three_people_and_restated_by_two(seats: Seats, month: str) -> None:
    page = f"months/{month}/"
    assert send(seats.tells, page, do="submit").status_code == 302
    again = send(seats.tells, page, do="submit")
    assert again.status_code == 422 and "đã trình" in again.content.decode()
    back = send(seats.verifies, page, do="send_back", reason=" ")
    assert back.status_code == 422
    assert send(seats.verifies, page, do="verify", version=7).status_code == 422  # somebody was faster
    for account, step in ((seats.verifies, "verify"), (seats.approves, "approve"), (seats.approves, "lock")):
        assert send(account, page, do=step).status_code == 302, step

    period = Period.objects.get()
    assert period.state == "locked"
    assert send(seats.tells, page, do="ask", reason="Một hồ sơ đến sau").status_code == 302
    shown = send(seats.approves, page, do="nothing")
    assert shown.status_code == 422 and "Một hồ sơ đến sau" in shown.content.decode()
    assert send(seats.approves, page, do="restate", version=shown.context["wish"].version).status_code == 302
    chain = send(seats.tells, page, do="nothing").context["chain"]
    assert [(one["number"], one["holds"]) for one in chain] == [(1, True), (2, True)]
    assert chain[1]["previous"] == chain[0]["digest"][:12]


def test_however_many_figures_differ_since_the_lock_they_are_read_at_once(seats: Seats, month: str) -> None:
    number, at = int(month.replace("-", "")), timezone.now()
    ids = ["base_stations", "base_stations_5g", "villages_without_power", "petitions_open"]
    told_actions.tell_all(seats.unit, number, dict.fromkeys(ids, (10, "")), by=seats.tells, at=at)
    Told.objects.update(state=Told.State.APPROVED)
    period = periods.submit(seats.unit, number, by=seats.tells, at=at)
    periods.verify(period, by=seats.verifies, at=at)
    periods.approve(period, by=seats.approves, at=at)
    periods.lock(period, by=seats.approves, at=at)
    client = Client()
    client.force_login(seats.tells)
    took = []
    for some in (ids[:1], ids):  # the first page finds in memory what others left there
        Cell.objects.filter(series__in=map(series_of, some)).update(value=9)
        places.forget()
        with CaptureQueriesContext(connection) as queries:
            shown = client.get(f"{BOARD}months/{month}/?unit={seats.unit}")
        took.append((len(shown.context["figures"]), len(queries)))

    (one, few), (several, more) = took
    assert (one, several) == (1, 4) and more <= few + 5


def test_who_closes_a_month_sees_what_waits_in_it_and_whom_to_call(seats: Seats, month: str) -> None:
    page = f"months/{month}/"
    given = {"v-pupils_all": "100", "v-petitions_received": "7"}
    assert send(seats.tells, f"told/?month={month}", do="tell", **given).status_code == 302
    row = Told.objects.get(measure="pupils_all")
    back = {"j-pupils_all": "return", "k-pupils_all": row.version, "r-pupils_all": "Nhầm năm học"}
    assert send(seats.approves, f"told/?month={month}", do="judge", **back).status_code == 302
    assert send(seats.tells, page, do="submit").status_code == 302

    shown = send(seats.verifies, page, do="verify")
    assert shown.status_code == 422  # of what was sent back nobody said that it stays unknown
    assert [len(shown.context[one]) for one in ("entered", "returned")] == [1, 1] and shown.context["untold"]
    assert 'name="sure"' in shown.content.decode()
    assert seats.verifies.full_name in send(seats.tells, page, do="nothing").context["whom"]
    assert send(seats.verifies, page, do="verify", sure="yes").status_code == 302
    shown = send(seats.approves, page, do="approve", sure="yes")
    words = shown.content.decode()
    assert shown.status_code == 422 and 'value="approve"' not in words and "board/told/" in words
    waits = send(seats.tells, page, do="nothing")
    assert waits.context["whom"] == "Phạm Thu Hà, Trần Ngọc Sơn" in waits.content.decode()  # both leaders

    row = Told.objects.get(measure="petitions_received")
    yes = {f"k-{row.measure}": row.version}
    assert send(seats.approves, f"told/?month={month}", do="judge_all", **yes).status_code == 302
    for step in ("approve", "lock"):
        assert send(seats.approves, page, do=step, sure="yes").status_code == 302, step
    assert Period.objects.get().state == "locked"


def test_the_score_says_what_was_told_and_sent_back(seats: Seats, month: str) -> None:
    Told.objects.create(
        measure="procedures_with_online_dossiers", unit=seats.unit, month=later(month_of(timezone.localdate()), -1),
        value=3, state="returned", entered_by=seats.tells.pk, entered_at=timezone.now(),
    )  # fmt: skip
    client = Client()
    client.force_login(seats.approves)
    groups = client.get(f"{BOARD}score/", {"month": month}).context["groups"]
    said = {
        part.url.split("/figure/")[1].split("/")[0]: part.sentence for one in groups for part in one.parts
    }

    assert "bị trả lại" in said["d766_3_2"] and "bị trả lại" not in said["d766_3_3"]


def test_what_is_told_is_refused_whole_and_in_words(seats: Seats, month: str) -> None:
    page = f"told/?month={month}"
    values = {"v-pupils_all": "100", "v-pupils_transcript": "140", "v-petitions_received": "1.250"}
    refused = send(seats.tells, page, do="tell", **values)

    assert refused.status_code == 422 and not Told.objects.exists()
    words = refused.content.decode()
    assert "140 trên 100 là 140 %" in words and 'value="1.250"' in words  # what was typed is kept

    assert send(seats.tells, page, do="tell", **values | {"v-pupils_transcript": "90"}).status_code == 302
    assert dict(Told.objects.values_list("measure", "value"))["petitions_received"] == 1250
    left = {
        "v-petitions_received": "7",
        "s-petitions_received": "7|",
        "v-pupils_all": "100",
        "v-pupils_transcript": "80",
    }
    assert send(seats.tells, page, do="tell", **left).status_code == 302
    told = dict(Told.objects.values_list("measure", "value"))
    assert (told["petitions_received"], told["pupils_transcript"]) == (
        1250,
        80,
    )  # who left one so overwrites nobody
    version = Told.objects.get(measure="pupils_all").version
    given = {"j-pupils_all": "return", "k-pupils_all": version, "r-pupils_all": "Nhầm năm học"}
    assert send(seats.approves, page, do="judge", **given).status_code == 302
    assert Told.objects.get(measure="pupils_all").state == "returned"
    assert not Cell.objects.filter(value=100).exists()


def test_an_odd_figure_is_answered(seats: Seats, month: str) -> None:
    flag = Flag.objects.create(
        check_id="jump", about="dossiers_filed", unit=seats.unit, month=later(month_of(timezone.localdate()), -1),
        detail={"value": 90, "usual": 10}, found_at=timezone.now(),
    )  # fmt: skip
    values = {"flag": str(flag.pk), "version": 1}
    assert send(seats.tells, "questions/", **values, answer="").status_code == 422
    assert send(seats.tells, "questions/", **values, answer="Đợt cấp lại").status_code == 302
    flag.refresh_from_db()
    assert (flag.state, flag.answer) == ("answered", "Đợt cấp lại")
    assert send(seats.approves, "targets/?year=2026", **{"t-on_time_rate": "140"}).status_code == 422
    given = {"t-on_time_rate": "97,5", "t-visits_count": "1.250"}
    assert send(seats.approves, "targets/?year=2026", **given).status_code == 302
    left = {
        "t-on_time_rate": "90",
        "s-on_time_rate": "90",
        "t-visits_count": "1300",
    }  # one as it was before
    assert send(seats.approves, "targets/?year=2026", **left).status_code == 302
    kept = dict(Target.objects.values_list("indicator", "value"))
    assert kept == {"on_time_rate": Decimal("97.5"), "visits_count": 1300}
    typed = {"t-on_time_rate": "88", "s-on_time_rate": "97,5", "typed_for": "2026"}
    other = send(seats.approves, "targets/", do="show", year="2026", q="không có tên này", **typed)
    assert other.status_code == 200 and not other.context["groups"] and other.context["waiting"] == 1
    assert 'name="t-on_time_rate" value="88"' in other.content.decode()  # it waits aside, and is not kept yet
    assert Target.objects.get(indicator="on_time_rate").value == Decimal("97.5")


def test_a_question_of_today_is_seen_from_above_tomorrow(seats: Seats, cast: Cast, month: str) -> None:
    now = timezone.now()
    flag = Flag.objects.create(
        check_id="jump", about="dossiers_filed", unit=seats.unit, month=later(month_of(timezone.localdate()), -1),
        detail={"value": 9017, "usual": 10}, found_at=now,
    )  # fmt: skip
    officer = make_account("duyet", "Lục Thị Duyệt")
    make_grant(officer, "province_figures", cast.province)
    enrol([officer])
    pages = (f"months/{month}/", "questions/")

    def told(account: Account) -> list[bool]:
        client = Client()
        client.force_login(account)
        found = [client.get(f"{BOARD}{one}", {"unit": str(seats.unit)}).content.decode() for one in pages]
        return ["9017" in one for one in found]

    assert told(seats.council) == told(officer) == [True, True]  # who decides sees what it is about
    assert told(cast.province_viewer) == [False, False]
    viewer = Client()
    viewer.force_login(cast.province_viewer)
    assert viewer.get(f"{BOARD}told/", {"unit": str(seats.unit)}).status_code == 302
    assert viewer.get(f"{BOARD}told/petitions_received/", {"unit": str(seats.unit)}).status_code == 404
    Flag.objects.filter(pk=flag.pk).update(found_at=now - timedelta(days=1))
    assert told(cast.province_viewer) == [True, True]


def test_a_survey_is_answered_once_a_code_without_a_name_and_told(seats: Seats, month: str) -> None:
    closes = timezone.localdate() + timedelta(days=7)
    values = {
        "title": "Tiếp dân",
        "questions": ["counter", "time"],
        "count": 5,
        "closes_on": closes.isoformat(),
    }
    assert send(seats.council, "surveys/", do="send", **values | {"count": 2}).status_code == 422
    council = Client()
    council.force_login(seats.council)
    address = f"{BOARD}surveys/"
    assert council.post(address, {"do": "send", **values}).status_code == 302
    codes = council.get(address).context["codes"]
    assert council.get(address).context["codes"] == codes and Survey.objects.count() == 1  # loaded again
    assert codes[0] not in str(dict(council.session.items()))
    assert council.post(address, {"do": "printed"}).status_code == 302
    assert council.get(address).context["codes"] == []
    assert len(codes) == 5 and not re.search(codes[0], str(list(SurveyCode.objects.values())))

    anybody = Client()
    address = f"{BOARD}survey/"
    assert anybody.get(address, {"c": "sai"}).status_code == 200
    assert anybody.post(address, {"given": codes[0], "q-counter": "5"}).status_code == 422
    for number, code in enumerate(codes):
        given = {"given": code.upper(), "q-counter": "5", "q-time": "4" if number else "1"}
        assert anybody.post(address, given).status_code == 302
    assert anybody.post(address, given).status_code == 422  # used

    survey = Survey.objects.get()
    assert survey.answers == 5 and sum(SurveyMark.objects.values_list("count", flat=True)) == 10
    bodies = str(list(Entry.objects.filter(kind="indicators.survey_answered").values_list("body", flat=True)))
    assert "counter" not in bodies
    close = {"survey": str(survey.pk), "version": survey.version}
    before = council.get(f"{BOARD}surveys/").context["surveys"]
    assert send(seats.council, "surveys/", do="close", **close).status_code == 302
    after = council.get(f"{BOARD}surveys/").context["surveys"]
    assert (before[0]["lines"], len(after[0]["lines"])) == (
        [],
        2,
    )  # while it is open, one more could be told apart
    told = dict(Told.objects.values_list("measure", "value"))
    assert told == {"survey_answers": 10, "survey_satisfied": 9}
