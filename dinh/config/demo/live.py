"""The live desk: files whose dates lie around the day on which the demonstration is built.

They are marked `live`, lie after the months that the provinces reported of, and count as any other. When today is no day of
service, the desk is laid for the next one. Each due date is what the calendar gives;
the reception is dated so that it falls where the scenario wants it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction

from dinh.config.demo import schedule
from dinh.config.demo.history import Filing, Request, Town, officers, prepare, submit, wish
from dinh.directory.calendars import calendar_for
from dinh.directory.queries import office
from dinh.dossiers import actions
from dinh.dossiers.models import Channel, Dossier, Draft
from dinh.lib.calendar import WorkCalendar
from dinh.population.models import Person

ONLINE = Filing(Channel.ONLINE, electronic=True, live=True)
# Procedure, working days that the office has, step that waits. Files received after 15:00
# the day before are due today by the cut-off rule: 0 days here.
TODAY = (
    *[("certified_copy", 0, "receive")] * 5, *[("civil_status_extract_copy", 0, "receive")] * 4,
    *[("certified_copy", 0, "examine")] * 5, *[("civil_status_extract_copy", 0, "examine")] * 5,
    *[("birth_registration", 0, "examine")] * 2,
    *[("certified_copy", 0, "approve")] * 5, *[("civil_status_extract_copy", 0, "approve")] * 5,
    *[("temporary_residence", 3, "examine")] * 2, *[("temporary_residence", 3, "approve")] * 1,
    *[("permanent_residence", 7, "examine")] * 1, *[("permanent_residence", 7, "approve")] * 2,
    *[("social_pension", 10, "approve")] * 3,
)  # fmt: skip
SOON = (
    ("social_pension", 10, "examine"), ("social_pension", 10, "examine"), ("temporary_residence", 3, "examine"),
    ("temporary_residence", 3, "receive"), ("permanent_residence", 7, "examine"), ("permanent_residence", 7, "examine"),
)  # fmt: skip
LATE = (("civil_status_extract_copy", 0, "approve"), ("social_pension", 10, "approve"))


def build(town: Town, values: Mapping[str, Any], now: datetime, phuc: Person) -> Iterator[Dossier | Draft]:
    """Lay the desk of the working day at hand; yields each file, and Mr Phúc's half-filled draft."""
    wanted = {"due_today": TODAY, "soon": SOON, "late": LATE}
    for name, files in wanted.items():
        if len(files) != values[name]:
            raise ValueError(f"the live desk has {len(files)} files for {name}, not {values[name]}")
    calendar = calendar_for(office(town.unit, "service_centre", now.date()))
    today = schedule.day_at_hand(calendar, now.date())
    tomorrow = schedule.day_at_hand(calendar, today + timedelta(days=1))
    yesterday = schedule.step_back(calendar, today, 1)
    for due, files in ((today, TODAY), (tomorrow, SOON), (yesterday, LATE)):
        with transaction.atomic():
            done = [_file(town, calendar, due, number, *one) for number, one in enumerate(files)]
        yield from done
    yield _half_filled(town, phuc, now)


def _file(
    town: Town, calendar: WorkCalendar, due: date, number: int, procedure: str, days: int, waits: str
) -> Dossier:
    """File one request so that it is due on that day, and take it to the step that waits."""
    received = _received_at(calendar, due, days, number)
    filed = received - timedelta(minutes=4 + number % 9)
    request = wish(town, procedure, filed.date())
    draft = prepare(town, request, ONLINE, filed - timedelta(minutes=12))
    dossier = submit(town, draft, ONLINE, filed)
    if waits == "receive":
        return dossier
    actions.receive(dossier=dossier, by=town.staff["huong" if number % 2 else "tam"], at=received)
    if waits == "approve":
        examined = received + timedelta(minutes=7 + number % 20)
        actions.examine(dossier=dossier, by=officers(town, procedure)[0], at=examined)
    return dossier


def _received_at(calendar: WorkCalendar, due: date, days: int, number: int) -> datetime:
    """Return the moment of reception from which the calendar counts to `due`."""
    if days == 0:
        day = schedule.step_back(calendar, due, 1)
        return schedule.at(day, time(15, 10)) + timedelta(minutes=number * 2 % 95)
    return schedule.at(schedule.step_back(calendar, due, days), time(8, 5)) + timedelta(
        minutes=number * 7 % 180
    )


def _half_filled(town: Town, phuc: Person, now: datetime) -> Draft:
    """Mr Phúc began at home yesterday evening, and stopped where he no longer understood."""
    request = Request(
        "civil_status_extract_copy", phuc, {"event": "birth", "for_whom": "self", "purpose": "Bán đất"}
    )
    evening = schedule.at(now.date() - timedelta(days=1), time(20, 15))
    return prepare(town, request, ONLINE, evening, pages=1)
