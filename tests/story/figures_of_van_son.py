"""The figures of Vân Sơn from July to October 2025: opened in two boundaries, locked, late, restated, reported."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings as house
from django.db import connection

from dinh.indicators.engine import recount, touching
from dinh.journal import sealer
from dinh.papers.signing import authority
from dinh.population.models import Residence
from tests.story import three_communes as three
from tests.story.browsing import codes_in, signatures_of, the_worker_works
from tests.story.day_of_the_merger import Day
from tests.story.three_communes import REFORM, Wish, at

REPORTED = {"permanent": 270, "temporary": 33, "stay": 42}
FIRST_OF_NOVEMBER = date(2025, 11, 3)  # a Monday


def four_months_pass(day: Day) -> None:
    """The new commune settles what came from July to October, by the acts that people use."""
    made = [wish for wish, _dossier in day.flying] + [day.first]
    days = [REFORM + timedelta(days=number) for number in range(1, 121)]
    days = [one for one in days if one.weekday() < 5 and (one.month, one.day) not in {(9, 1), (9, 2)}]
    loud, house.DINH_HANDLERS = house.DINH_HANDLERS, "dinh.config.demo.quiet:HANDLERS"
    try:
        three.live_four_months(day.town, three.reported(day.town, made), day.new(), days)
        _elsewhere(lambda: sealer.seal_once(log_heads=False))
    finally:
        house.DINH_HANDLERS = loud
    _counted(day.clock.turn(FIRST_OF_NOVEMBER, "08:00"))
    for kind, number in REPORTED.items():
        assert Residence.objects.filter(kind=kind, dossier__isnull=False).count() == number


def _counted(moment: datetime) -> None:
    """Let the worker follow the entries and count everything, as it does at night."""

    def work() -> None:
        touching.mark_touched(moment)
        recount.rebuild(moment)

    _elsewhere(work)


def _elsewhere(work: Callable[[], object]) -> None:
    def run() -> None:
        work()
        connection.close()

    with ThreadPoolExecutor(1) as one:
        one.submit(run).result()


def _value(page: Any) -> int:
    return int(page.locator(".figure-head .tile-value b").inner_text().split()[0].replace(".", ""))


def the_figures_are_opened_in_both_boundaries(day: Day) -> None:
    """270, 33 and 42: of Vân Sơn as it was each month and today; and in the boundaries of 30 June of the three."""
    reader = day.seat(day.town.viewer)
    new, province = day.new().pk, day.town.province.pk
    for place, (kind, number) in enumerate(REPORTED.items()):
        address = f"/vi/board/figure/residences_{kind}_count/?month=2025-10&span=year&unit="
        for lines in ("was", "today"):
            assert _value(reader.open(f"{address}{new}&lines={lines}")) == number
        page = reader.open(f"{address}{province}&lines=2025-06-30")
        assert _value(page) == number
        for name, shares in three.COMMUNES.values():
            row = page.locator("table.ranked tr", has_text=f"xã {name}")
            assert row.locator("td.num").first.inner_text().split()[0] == str(shares[place])
        page = reader.open(f"{address}{province}&lines=today")
        assert page.locator("table.ranked tbody tr").count() == 1


def a_figure_opens_down_to_the_journal(day: Day) -> None:
    """The leader follows the 42 stays to their rows, and a row to its acts."""
    leader = day.seat(day.of("05194", "leader"))
    page = leader.open(f"/vi/board/figure/residences_stay_count/?month=2025-10&span=year&unit={day.new().pk}")
    leader.press("dl.sides a")
    assert page.locator("main .says").inner_text().startswith("Con số này đếm 42 dòng.")
    assert page.locator("main tbody tr").count() == 42
    first = page.locator("main tbody tr").first
    first.locator("summary").click()
    acts = first.locator(".acts").inner_text()
    assert "đã ghi nơi cư trú" in acts  # in words, not as the journal names them


def october_is_locked(day: Day) -> None:
    """One who declares submits, another verifies, the leader approves and locks: each on the page of the month.

    What nobody told is named to each of them, and holds up none.
    """
    steps = (
        ("05152", "digital_officer", "submit"), ("05176", "data_officer", "verify"), ("05194", "leader", "approve"),
        ("05194", "leader", "lock"),
    )  # fmt: skip
    for code, role, step in steps:
        officer = day.seat(day.of(code, role))
        page = officer.open(_october(day))
        assert page.locator("section[aria-labelledby=next] ul.names li").count()
        officer.press(f"button[name=do][value={step}]")
    assert page.locator(".chain li").count() == 1
    assert "chữ ký" in page.locator(".chain li .state.green").inner_text()


def _october(day: Day) -> str:
    return f"/vi/board/months/2025-10/?unit={day.new().pk}"


def _stays(day: Day, **more: str) -> int:
    query = "".join(f"&{name}={value}" for name, value in more.items())
    address = f"/vi/board/figure/residences_stay_count/?month=2025-10&unit={day.new().pk}{query}"
    return _value(day.seat(day.of("05194", "leader")).open(address))


def a_stay_is_told_late(day: Day) -> None:
    """A guest of 30 October is notified on 3 November: what is locked stays, and the difference stands beside it."""
    day.locked = _stays(day)
    commune = day.town.communes["05194"]
    wish = Wish("stay_notification", commune, commune.hamlets[0])
    late = three.settle_one(day.town, wish, at(FIRST_OF_NOVEMBER, "09:00"), day.new(), date(2025, 10, 30))
    the_worker_works()
    _counted(day.clock.turn(FIRST_OF_NOVEMBER, "11:00"))
    assert _stays(day) == day.locked
    leader = day.seat(day.of("05194", "leader"))
    page = leader.open(_october(day))
    row = page.locator("section[aria-labelledby=since] tbody tr", has_text="Lưu trú được thông báo").first
    told = [cell.split()[0] for cell in row.locator("td.num").all_inner_texts()]
    assert told == [str(day.locked), str(day.locked + 1), "+1"]
    leader.press("section[aria-labelledby=since] td a[href*='late=residences_stay']")
    assert page.locator("#late ul.late > li").count() == 1
    assert Residence.objects.get(dossier=late.pk).from_on == date(2025, 10, 30)


def october_is_restated_by_a_second_person(day: Day) -> None:
    """Who asks cannot decide; the leader does. What was locked first can still be read."""
    asker = day.seat(day.of("05152", "digital_officer"))
    page = asker.open(_october(day))
    page.locator("section[aria-labelledby=since] summary").last.click()
    page.locator("#why").fill("Một lưu trú ngày 30/10 được thông báo muộn.")
    asker.press("button[name=do][value=ask]")
    assert page.locator("button[name=do][value=restate]").count() == 0
    leader = day.seat(day.of("05194", "leader"))
    page = leader.open(_october(day))
    leader.press("button[name=do][value=restate]")
    assert page.locator(".chain li").count() == 2
    assert page.locator(".chain li .state.green").count() == 2
    assert _stays(day) == day.locked + 1


def the_report_is_signed_and_opens_its_figures(day: Day) -> None:
    """Made of the locked month, signed by the office; its square code leads to the figures behind its numbers."""
    leader = day.seat(day.of("05194", "leader"))
    page = leader.open(f"/vi/board/reports/?month=2025-10&unit={day.new().pk}")
    page.locator("#report").select_option("commune_month")
    leader.press("button[name=do][value=make]")
    the_worker_works()
    page.reload()
    report = day.folder / "report.pdf"
    assert leader.take("a[href$='/file/pdf']", report).startswith(b"%PDF-")
    said = signatures_of(report, authority.root_path())
    assert "Signature is Valid." in said and "Certificate is Trusted." in said, said
    (opens,) = [code for code in codes_in(report) if "/board/reports/" in code]
    leader.open(opens)
    leader.press("a[href*='/figure/residences_stay_count/']")
    assert _value(page) == day.locked + 1


def links_to_old_codes_lead_to_the_new_commune(day: Day) -> None:
    """The public page of a commune that is no more, as its posters have it."""
    page = day.seat(None, 360).open("/vi/board/open/05176/?month=2025-10")
    assert "xã Vân Sơn" in page.locator("main").inner_text()
