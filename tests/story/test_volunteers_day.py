"""A volunteer's day, lived by five people: nothing is lost without network, and every answer is brought back.

Ms Nga of the team of Ún Tà sets her telephone up, goes where there is no network, visits three houses, files a birth
for one and a pension for another, notes a difficulty and holds a workshop. The line comes back, breaks in the middle
of sending, and comes back. Officers decide the dossiers; she carries a result home; the difficulty is answered and
told; the leader of the team sends the month's report; the panel of the commune says what the database says.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from dinh.directory.models import Account
from dinh.directory.tests.cast import Cast
from dinh.dossiers.models import Dossier
from dinh.dossiers.tests.typed import ANSWERS
from dinh.dossiers.tests.world import settled
from dinh.journal.verify import verify
from dinh.outreach.actions import gatherings
from dinh.outreach.actions.tasks import make_all
from dinh.outreach.models import (
    Assistance,
    Attendance,
    Difficulty,
    FieldReport,
    Member,
    Operation,
    Visit,
    Workshop,
)
from dinh.outreach.tests.sending import Field, make_field
from dinh.population import actions as population
from dinh.population.models import Household
from dinh.web.field.tests.browser.phone import Phone
from tests.story.browsing import Person, the_worker_works
from tests.story.filling_on_the_phone import fill_and_file

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]


class Day:
    """The people of the day, and what passes between them."""

    def __init__(self, browser: Any, server: str, field: Field) -> None:
        self.browser, self.server, self.field = browser, server, field
        self.phone = Phone(browser, server)
        self.seats: list[Person] = []
        self.birth = self.pension = self.difficulty = ""  # receipt codes

    def at_desk(self, account: Account, width: int = 1280) -> Person:
        """Seat somebody of the staff, signed in."""
        one = Person(self.browser, self.server, width, account=account)
        self.seats.append(one)
        return one

    def end(self) -> None:
        assert self.phone.complaints == []
        self.phone.close()
        for one in self.seats:
            one.close()


@pytest.fixture
def day(cast: Cast, chromium: Any, live_server: Any, settings: Any) -> Iterator[Day]:
    settings.DINH_PUBLIC_URL = live_server.url
    field = make_field(settled(cast))
    Member.objects.filter(account=field.tho).update(role=Member.Role.LEADER)
    more: dict[str, Any] = {"by": None, "at": timezone.now() - timedelta(days=200)}
    for number, (name, year) in enumerate((("Giàng A Páo", "1950"), ("Tẩn Thị Mẩy", "1988")), 21):
        house = population.register_household(
            unit=cast.cocsan, village=cast.un_ta, address=f"nhà {number}", code=f"02746-000{number}", **more
        )
        person = population.register_person(
            full_name=name, sex="1" if year == "1950" else "2", birth=year, number=f"0101{year[2:]}0000{number}",
            ethnicity="14", relation="00", unit=cast.cocsan, household=house, **more,
        )  # fmt: skip
        population.set_head(household=house, person=person, **more)
    starts = timezone.now() + timedelta(minutes=30)
    planned = gatherings.Plan(
        "workshop",
        "Dùng VNeID an toàn",
        "electronic_id",
        "Nhà văn hóa Ún Tà",
        starts,
        starts + timedelta(hours=2),
    )
    gatherings.plan(unit=cast.un_ta, plan=planned, by=field.tho, at=timezone.now(), lead=field.nga)
    the_worker_works()
    yield Day(chromium, live_server.url, field)


def test_a_volunteers_day(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    _nga_sets_her_telephone_up(day)
    _she_goes_where_there_is_no_network(day)
    _she_holds_a_workshop(day)
    _the_line_comes_back_and_breaks_and_comes_back(day)
    _officers_decide_the_birth(day)
    _the_difficulty_is_answered(day)
    _the_result_and_the_answer_are_brought_home(day)
    assert verify().ok
    _the_month_is_reported(day, monkeypatch)
    day.end()


def _nga_sets_her_telephone_up(day: Day) -> None:
    """She makes a code for herself at the desk, opens its link, chooses a PIN, reads three cards."""
    desk = day.at_desk(day.field.nga, 360)
    page = desk.open("/vi/desk/teams/my-phones/")
    desk.press("main form[action$='devices/code'] button, main form button")
    code = page.locator("main p.code").inner_text()
    day.phone.enrol(code)
    day.phone.page.evaluate("navigator.serviceWorker.ready.then(() => 1)")


def _she_goes_where_there_is_no_network(day: Day) -> None:
    """Three houses: a birth filed at one, a pension at another, a difficulty at the third."""
    phone, world = day.phone, day.field.world
    phone.offline()
    phone.reload()
    phone.unlock()
    home = str(world.household.pk)
    phone.visit(home)
    phone.go(f"file/{home}/{world.phuc.pk}/birth_registration")
    phone.press("Bắt đầu")
    day.birth = fill_and_file(phone, ANSWERS["birth_registration"](world), "Ông Vàng Văn Sùng, trưởng thôn")
    elder, third = Household.objects.exclude(pk=home).order_by("code")
    phone.visit(str(elder.pk))
    phone.go(f"file/{elder.pk}/{elder.head_id}/social_pension")
    phone.press("Bắt đầu")
    answers = {
        **ANSWERS["social_pension"](world),
        "applicant.full_name": "Giàng A Páo",
        "applicant.birth": "1950",
    }
    day.pension = fill_and_file(phone, answers, "Bà Lò Thị Sen, hàng xóm")
    phone.visit(str(third.pk), "absent")
    phone.go(f"house/{third.pk}")
    phone.press("Ghi khó khăn")
    words = "Cả xóm không có sóng, phải leo lên đồi mới gọi được."
    day.difficulty = fill_and_file(phone, {"kind": "network", "words": words, "urgency": "normal"}, "")


def _she_holds_a_workshop(day: Day) -> None:
    """Two came who were not invited, one of them without a telephone; they can do more afterwards."""
    phone = day.phone
    workshop = Workshop.objects.get()
    phone.go(f"workshop/{workshop.pk}")
    for name in ("Vàng Thị Chở", "Giàng Seo Lùng"):
        phone.page.locator("#walkin").fill(name)
        phone.page.locator("form", has=phone.page.locator("#walkin")).locator("button").click()
    phone.page.locator("main .actions button").last.click()
    phone.receipt()
    assert Operation.objects.count() == 0  # nothing has left the telephone


def _the_line_comes_back_and_breaks_and_comes_back(day: Day) -> None:
    """The node has done the work, but its answer never arrives; the telephone sends again and nothing is done twice."""
    phone = day.phone
    lost = []

    def lose_the_answer(route: Any) -> None:
        if not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    phone.context.route("**/field/api/1/ops", lose_the_answer)
    phone.offline(False)
    phone.go("outbox")
    phone.press("Gửi ngay")
    for _try in range(100):
        phone.page.wait_for_timeout(100)
        if len(phone.stored("outbox")) == 0:
            break
        if _try % 20 == 19:
            phone.press("Gửi ngay")
    assert lost == [200]
    assert phone.stored("outbox") == []
    assert {one.state for one in Operation.objects.all()} == {"applied"}
    assert Operation.objects.count() == 9
    assert [one.present for one in Workshop.objects.all()] == [2]
    assert (Visit.objects.count(), Attendance.objects.count(), Difficulty.objects.count()) == (3, 2, 1)
    phone.go("today")
    phone.go("outbox")
    for code in (day.birth, day.pension, day.difficulty):
        phone.page.locator("main li", has_text=code).filter(has_text="Xã đã nhận").wait_for()


def _officers_decide_the_birth(day: Day) -> None:
    """Receive, examine, sign, and hand the paper over to whom carries it home; the citizen sees who helped."""
    cast, number = day.field.cast, Dossier.objects.get(procedure="birth_registration").number
    counter = day.at_desk(cast.reception)
    page = counter.open(f"/vi/desk/dossier/{number}/")
    assert day.field.nga.full_name in page.locator("main").inner_text()
    counter.press("form#do-receive button")
    examiner = day.at_desk(cast.examiner)
    page = examiner.open(f"/vi/desk/dossier/{number}/")
    page.locator("#panel-examine summary").click()
    examiner.press("#panel-examine .actions button")
    leader = day.at_desk(cast.leader)
    page = leader.open("/vi/desk/chair/")
    page.locator(f".file:has-text('{number}') input[name=file]").check()
    leader.press("#decisions .chair-bar button:not([type=button])")
    the_worker_works()
    assert Dossier.objects.get(number=number).result.decision == "approved"
    _the_hour_strikes()
    page = counter.open(f"/vi/desk/dossier/{number}/")
    page.keyboard.press("n")
    page.locator("#panel-return_result [name=collector_name]").fill(day.field.nga.full_name)
    page.locator("#panel-return_result [name=relation][value=authorised]").check()
    page.locator("#panel-return_result [name=checked][value=card]").check()
    counter.press("#panel-return_result .actions button")
    assert Dossier.objects.get(number=number).status == 10


def _the_difficulty_is_answered(day: Day) -> None:
    """The digital officer makes a question of it and answers; the answer becomes a task at the same house."""
    officer = day.at_desk(day.field.khoa)
    page = officer.open("/vi/desk/teams/difficulties/")
    page.locator("input[name=difficulty]").first.check()
    officer.press("form[action$='group'] .actions button")
    officer.press("main form[method=post] .actions button")
    page.locator("form[action$='/answer'] textarea").fill("Viettel dựng trạm ở đồi Ún Tà trước 20/12.")
    officer.press("form[action$='/answer'] .actions button")
    the_worker_works()


def _the_result_and_the_answer_are_brought_home(day: Day) -> None:
    """Two tasks have come onto the telephone; what she tells settles them."""
    _the_hour_strikes()
    phone = day.phone
    phone.go("outbox")
    phone.press("Gửi ngay")
    phone.page.locator("#line", has_text="chưa gửi").wait_for(state="detached")
    phone.go("today")
    phone.title("Hôm nay")
    for title in ("Mang kết quả đến nhà", "Báo lại câu trả lời"):
        phone.go("today")
        phone.page.locator("main h3 a", has_text=title).click()
        phone.page.locator("main .actions button").first.click()
        phone.receipt()
    phone.go("outbox")
    phone.press("Gửi ngay")
    phone.page.locator("#line", has_text="chưa gửi").wait_for(state="detached")
    assert Assistance.objects.get(procedure="birth_registration").brought_at is not None
    assert Difficulty.objects.get().told_at is not None


def _the_hour_strikes() -> None:
    """Let the worker make the tasks that follow from what happened."""

    def work() -> None:
        make_all()
        connection.close()

    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(work).result()
    the_worker_works()


def _the_month_is_reported(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the next month the leader of the team composes, reviews and sends; the panel counts what the database has."""
    later = timezone.now() + timedelta(days=14)
    monkeypatch.setattr(timezone, "now", lambda: later)
    leader = day.at_desk(day.field.tho, 360)
    page = leader.open("/vi/desk/teams/reports/")
    leader.press("form[action$='compose'] button")
    page.locator("#w-done").fill("Đến ba nhà, nộp hai hồ sơ, một buổi hướng dẫn.")
    leader.press("#words button[formaction]")
    leader.press("form[action$='/send'] button")
    report = FieldReport.objects.get()
    assert report.state == "sent"
    counted = {
        "visits": Visit.objects.filter(outcome="met").count(),
        "filings": Assistance.objects.filter(dossier__isnull=False).count(),
        "results": Assistance.objects.filter(brought_at__isnull=False).count(),
        "difficulties": Difficulty.objects.count(),
        "gatherings": Workshop.objects.filter(state="held").count(),
    }
    assert counted == {"visits": 2, "filings": 2, "results": 1, "difficulties": 1, "gatherings": 1}
    assert {key: report.figures["counts"][key] for key in counted} == counted
    supervisor = day.at_desk(day.field.khoa)
    page = supervisor.open(f"/vi/desk/teams/panel/?month={report.from_on:%Y-%m}")
    for figure, count in counted.items():
        shown = page.locator(f"main a[href*='/rows/{figure}/']").first
        assert shown.inner_text().split()[-1] == str(count), figure
        assert supervisor.open(str(shown.get_attribute("href"))).locator("tbody tr").count() == count
        supervisor.page.go_back()
