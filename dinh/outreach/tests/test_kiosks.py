"""Machines that are kiosks, and the line at the counter."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dinh.directory import actions as directory
from dinh.directory.models import Account
from dinh.directory.tests.cast import MONDAY_MORNING, Cast
from dinh.journal.models import Entry
from dinh.lib.errors import Invalid, NotFound, NotPermitted, Refused
from dinh.outreach.actions import kiosks, queueing
from dinh.outreach.models import QueueTicket
from dinh.outreach.queries import kiosks as machines
from dinh.outreach.queries import queueing as lines
from dinh.outreach.rules.lines import Waiting, in_order

AT = MONDAY_MORNING


@pytest.fixture
def manager(cast: Cast) -> Account:
    directory.appoint(
        account=cast.clerk, role="digital_officer", unit=cast.cocsan, by=None, at=AT - timedelta(days=3)
    )
    return cast.clerk


@pytest.mark.django_db
def test_a_machine_gets_its_key_once_and_loses_it_when_it_is_revoked(cast: Cast, manager: Account) -> None:
    kiosk, code = kiosks.register_kiosk(unit=cast.cocsan, name="Nhà văn hoá Ún Tà", by=manager, at=AT)
    paired, key = kiosks.pair(code=code.lower(), at=AT)
    assert paired.pk == kiosk.pk
    assert machines.find_kiosk(kiosk.pk, key) == kiosk
    assert machines.find_kiosk(kiosk.pk, key + "x") is None
    assert key not in str(list(type(kiosk).objects.values()))
    with pytest.raises(NotFound):
        kiosks.pair(code=code, at=AT)  # a code makes one machine

    kiosks.revoke_kiosk(kiosk=paired, by=manager, at=AT)

    assert machines.find_kiosk(kiosk.pk, key) is None
    assert machines.find_kiosk(kiosk.pk, "") is None


@pytest.mark.django_db
def test_a_code_ends_after_half_an_hour_and_a_new_one_ends_the_key(cast: Cast, manager: Account) -> None:
    kiosk, code = kiosks.register_kiosk(unit=cast.cocsan, name="Máy 1", by=manager, at=AT)
    with pytest.raises(NotFound):
        kiosks.pair(code=code, at=AT + timedelta(minutes=31))
    again = kiosks.renew_code(kiosk=kiosk, by=manager, at=AT + timedelta(hours=1))
    assert machines.digest(again) not in str(list(Entry.objects.values_list("body", flat=True)))
    paired, key = kiosks.pair(code=again, at=AT + timedelta(hours=1))
    assert machines.digest(key) not in str(list(Entry.objects.values_list("body", flat=True)))
    kiosks.renew_code(kiosk=paired, by=manager, at=AT + timedelta(hours=2))
    assert machines.find_kiosk(kiosk.pk, key) is None


@pytest.mark.django_db
def test_only_who_manages_the_teams_here_registers_a_machine(cast: Cast, manager: Account) -> None:
    with pytest.raises(NotPermitted):
        kiosks.register_kiosk(unit=cast.cocsan, name="Máy", by=cast.reception, at=AT)
    with pytest.raises(NotPermitted):
        kiosks.register_kiosk(unit=cast.next_commune, name="Máy", by=manager, at=AT)
    with pytest.raises(Invalid):
        kiosks.register_kiosk(unit=cast.cocsan, name=" ", by=manager, at=AT)
    assert machines.kiosks_of(cast.reception, AT.date()) == []


@pytest.mark.django_db
def test_the_line_is_numbered_each_day_and_called_in_order(cast: Cast) -> None:
    office = cast.offices["service_centre"]
    one, two, three = (
        queueing.take_ticket(office=office, wish="file", first=first, at=AT) for first in (False, False, True)
    )
    assert [t.number for t in (one, two, three)] == [1, 2, 3]
    assert lines.before(two, lines.line_of(office, AT.date())) == 2

    called = queueing.call_next(office=office, window="1", by=cast.reception, at=AT)
    assert called.pk == three.pk  # may go first
    queueing.end_ticket(ticket=called, came=True, by=cast.reception, at=AT)
    called = queueing.call_next(office=office, window="1", by=cast.reception, at=AT)
    assert called.pk == one.pk
    queueing.end_ticket(ticket=called, came=False, by=cast.reception, at=AT)
    queueing.back_in_line(ticket=called, by=cast.reception, at=AT)

    line = lines.line_of(office, AT.date())
    assert [t.number for t in line.waiting] == [1, 2]
    assert line.done == 1
    tomorrow = queueing.take_ticket(office=office, wish="ask", at=AT + timedelta(days=1))
    assert tomorrow.number == 1
    assert lines.get_ticket(one.code.lower().replace("-", "")).pk == one.pk


@pytest.mark.django_db
def test_nobody_is_called_by_who_does_not_serve_and_when_nobody_waits(cast: Cast) -> None:
    office = cast.offices["service_centre"]
    with pytest.raises(Refused):
        queueing.call_next(office=office, window="1", by=cast.reception, at=AT)
    ticket = queueing.take_ticket(office=office, wish="file", at=AT)
    for act in (
        lambda: queueing.call_next(office=office, window="1", by=cast.next_reception, at=AT),
        lambda: queueing.back_in_line(ticket=ticket, by=cast.next_reception, at=AT),
        lambda: queueing.end_ticket(ticket=ticket, came=True, by=cast.next_reception, at=AT),
    ):
        with pytest.raises(NotPermitted):
            act()
    with pytest.raises(Refused):
        queueing.end_ticket(ticket=ticket, came=True, by=cast.reception, at=AT)  # was not called yet
    with pytest.raises(Invalid):
        queueing.take_ticket(office=office, wish="sing", at=AT)
    assert QueueTicket.objects.get().state == "waiting"


@pytest.mark.parametrize(
    ("first", "row", "expected"),
    [
        ("", 0, [1, 2, 3, 4, 5]),
        ("345", 0, [3, 4, 1, 5, 2]),
        ("345", 2, [1, 3, 4, 2, 5]),
        ("12345", 2, [1, 2, 3, 4, 5]),
    ],
)
def test_who_goes_first_does_not_keep_the_others_waiting_for_ever(
    first: str, row: int, expected: list[int]
) -> None:
    line = [Waiting(n, str(n) in first) for n in (5, 4, 3, 2, 1)]
    assert [one.number for one in in_order(line, row)] == expected
