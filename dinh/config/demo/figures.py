"""The figures of the demonstration: told and approved, wished for, locked, restated, asked about and answered.

The months of the history are locked by three people; a stay of November and one of December are notified after the
lock: November was restated for it, December shows the difference. Of the two months before today one is approved and
one submitted, so that each step of a month's way stands somewhere. Every row is written by the action that people use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import override

from dinh.config.demo import history, residence, schedule
from dinh.config.demo.books import Tell
from dinh.directory.models import Account, Unit
from dinh.dossiers import actions as dossiers
from dinh.dossiers.models import Channel, Dossier
from dinh.indicators.actions import periods, quality, targets, told
from dinh.indicators.actions.answers import answer_flag
from dinh.indicators.engine import recount, touching
from dinh.indicators.models import Flag
from dinh.indicators.rules.months import between, first_day, last_day, later, month_of
from dinh.lib.dates import VIETNAM, local_date

STAGE = "figures"
RETURNED = "petitions_rated"  # of the newest month: sent back to be corrected
WAITS = 4  # every fourth value of the newest month still waits for the leader
ANSWERS = (
    "Đã đối chiếu với sổ tiếp nhận: số đúng, tháng này có đợt làm giấy tờ lưu động ở thôn xa.",
    "Số kê khai lấy từ nhà cung cấp dịch vụ; tổ công nghệ số chưa đến hết các hộ.",
)
WHY_RETURNED = "Thiếu phiếu của điểm tiếp nhận ở Án San, xin xem lại."
WHY_RESTATED = "Một lưu trú cuối tháng được thông báo muộn, sau khi đã khóa số liệu."


@dataclass(frozen=True)
class Office:
    """The commune, and who of it tells, verifies and approves."""

    unit: Unit
    tells: Account
    verifies: Account
    approves: Account


def build(
    town: history.Town, values: Mapping[str, Any], now: datetime, tell: Tell, seal: Callable[[], None]
) -> None:
    """Make the figures of every month with a life of its own.

    now   the moment around which the demonstration is laid
    seal  seals what was written so far
    """
    staff = town.staff
    office = Office(town.unit, staff["hoa"], staff["nga"], staff["ha"])
    lived = list(between(month_of(values["history_from"]), month_of(values["history_to"])))
    recent = [month for month in (later(month_of(local_date(now)), -n) for n in (2, 1)) if month > lived[-1]]
    tell(STAGE, 0, 4)
    with transaction.atomic(), override("vi"):
        _tell_all(office, values["figures"], [*lived, *recent], waits=recent[-1] if recent else 0)
        _aim(office, values["figures"]["targets"], {lived[0] // 100, now.astimezone(VIETNAM).year})
    _count(now)
    tell(STAGE, 1, 4)
    with transaction.atomic():
        for month in lived:
            bring(office, month, "lock")
        for month, until in zip(recent, ("approve", "submit")[-len(recent) :], strict=False):
            bring(office, month, until)
    tell(STAGE, 2, 4)
    _come_late(town, office, lived, seal, now)
    tell(STAGE, 3, 4)
    _ask(office, staff["khoa"], [lived[-1], *recent[-1:]], now)
    tell(STAGE, 4, 4)


def _tell_all(office: Office, wanted: Mapping[str, Any], months: Sequence[int], waits: int) -> None:
    """Tell every month on the fifth of the next; the leader approves on the same day, of the one that waits in part.

    waits  a month that is submitted and no further: with figures that wait in it no month is approved; 0: none
    """
    for number, month in enumerate(months):
        at = after(month, 5, 9)
        given = {measure: (value, "") for measure, value in _values(office.unit, wanted, number, month)}
        rows = told.tell_all(office.unit.pk, month, given, by=office.tells, at=at)
        for place, row in enumerate(rows):
            if month == waits and row.measure == RETURNED:
                told.return_told(row, WHY_RETURNED, by=office.approves, at=at + timedelta(hours=3))
            elif month != waits or place % WAITS:
                told.approve_told(row, by=office.approves, at=at + timedelta(hours=3))


def _values(unit: Unit, wanted: Mapping[str, Any], number: int, month: int) -> Iterator[tuple[str, int]]:
    for measure, value in wanted["told"].items():
        yield measure, value if isinstance(value, int) else value[min(number, len(value) - 1)]
    filed = Dossier.objects.filter(
        unit=unit,
        filed_at__gte=datetime.combine(first_day(month), time(), VIETNAM),
        filed_at__lt=datetime.combine(last_day(month) + timedelta(days=1), time(), VIETNAM),
    )
    paid = filed.filter(fee_vnd__gt=0)
    for shares, counted in ((wanted["of_filed"], filed.count()), (wanted["of_paid"], paid.count())):
        yield from ((measure, int(counted * share)) for measure, share in shares.items())


def _aim(office: Office, goals: Mapping[str, int], years: set[int]) -> None:
    for year in sorted(years):
        for indicator, value in goals.items():
            at = schedule.at(max(date(year, 1, 8), date(2025, 7, 3)), time(15, 0))
            targets.set_target(indicator, office.unit.pk, year, Decimal(value), by=office.approves, at=at)


def _count(now: datetime) -> None:
    """Count everything, so that nothing waits to be counted before a month is locked."""
    while touching.mark_touched(now):
        pass
    recount.rebuild(now)


def bring(office: Office, month: int, until: str) -> None:
    """Bring a month as far as "submit", "approve" or "lock", a day for each step."""
    unit = office.unit.pk
    period = periods.submit(unit, month, by=office.tells, at=after(month, 6, 8))
    if until == "submit":
        return
    period = periods.verify(period, by=office.verifies, at=after(month, 7, 10))
    period = periods.approve(period, by=office.approves, at=after(month, 8, 9))
    if until == "lock":
        periods.lock(period, by=office.approves, at=after(month, 8, 16))


def _come_late(
    town: history.Town, office: Office, lived: Sequence[int], seal: Callable[[], None], now: datetime
) -> None:
    """A stay of each of the last two months is notified after their lock; the first of them is stated anew."""
    january = first_day(later(lived[-1], 1))
    with transaction.atomic():
        for day, month in zip((5, 12), lived[-2:], strict=True):
            _notify(town, last_day(month) - timedelta(days=1), january.replace(day=day))
    seal()
    while touching.mark_touched(now):
        pass
    recount.recount_touched(now)
    period = periods.period_of(office.unit.pk, lived[-2])
    at = schedule.at(january.replace(day=6), time(9, 0))
    wish = periods.ask_restatement(period, WHY_RESTATED, by=office.tells, at=at)
    periods.restate(wish, by=office.approves, at=at + timedelta(hours=6))


def _notify(town: history.Town, began: date, on: date) -> Dossier:
    """Live through the notification of a stay that began some time ago."""
    home = town.rng.choice(town.homes)
    host = home.head or town.adult()
    wanted = residence.receive_guest(town.rng, town.adult(), home, town.unit, began)
    how = history.Filing(Channel.ONLINE, True)
    filed = schedule.at(on, time(8, 40))
    request = history.Request("stay_notification", host, wanted)
    draft = history.prepare(town, request, how, filed - timedelta(minutes=9))
    dossier = history.submit(town, draft, how, filed)
    dossiers.receive(dossier=dossier, by=town.staff["dung"], at=filed + timedelta(minutes=12))
    history.live_through(town, dossier, 0.3)
    return dossier


def _ask(office: Office, answers: Account, months: Sequence[int], now: datetime) -> None:
    """Look at some months for what is odd; some questions are answered, one at least stays open."""
    for month in months:
        at = after(month, 6, 8)
        with transaction.atomic():
            quality.look(office.unit.pk, month, at=at)
    found = Flag.objects.filter(unit=office.unit.pk, month=months[0], state=Flag.State.OPEN)
    for flag, answer in zip([*found.order_by("check_id", "about")][:-1], ANSWERS, strict=False):
        answer_flag(flag, answer, by=answers, at=flag.found_at + timedelta(days=1))


def after(month: int, day: int, hour: int) -> datetime:
    """Return a moment of the month after."""
    return schedule.at(first_day(later(month, 1)).replace(day=day), time(hour, 0))
