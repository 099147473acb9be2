"""The working calendar of an office: hours and holidays from the catalogue, closures from the directory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import cast

from django.db.models import UUIDField

from dinh.catalogue import store
from dinh.catalogue.contents import Catalogue
from dinh.catalogue.shapes.others import DeskHours
from dinh.database.prepared import Prepared
from dinh.directory.models import Closure, Office
from dinh.directory.queries import office_now
from dinh.lib.calendar import DayException, Desk, WorkCalendar, closures_by_day
from dinh.lib.calendar.days import ClosedPart
from dinh.lib.errors import Broken


def calendar_for(office: Office | None, desk_id: str = "office") -> WorkCalendar:
    """Return when an office serves.

    office   None: the country's calendar without closures
    desk_id  "office", or "police" (also open on Saturday mornings): `time_limit.calendar` of a procedure

    One query for the closures. Raises Broken when the catalogue declares no such desk.
    """
    desk, exceptions = _country(desk_id)
    if office is None:
        return WorkCalendar(desk, exceptions)
    told = _closures(office=office.pk)
    if (now := office_now(office)).pk != office.pk:  # closed when it was there, and when its heir is
        told = [*told, *_closures(office=now.pk)]
    closures = ((on, cast(ClosedPart, part), reason) for on, part, reason in told)
    return WorkCalendar(desk, exceptions, closures_by_day(closures))


_closures = Prepared(
    lambda office: (
        Closure.objects.filter(office=office).order_by("on", "part").values_list("on", "part", "reason")
    ),
    office=UUIDField(),
)
_made: dict[str, tuple[Catalogue, Desk, Mapping[date, DayException]]] = {}


def _country(desk_id: str) -> tuple[Desk, Mapping[date, DayException]]:
    """Return desk and exceptions; made once for a catalogue, which is one object until it is read anew."""
    catalogue = store.get()
    made = _made.get(desk_id)
    if made is not None and made[0] is catalogue:
        return made[1], made[2]
    calendars = list(catalogue.calendars.values())
    desks = [desk for calendar in calendars for desk in calendar.desks if desk.id == desk_id]
    if not desks:
        raise Broken("directory.no_such_desk", desk=desk_id)
    exceptions = {
        day.on: DayException(day.kind, day.title.model_dump(), day.kind == "swap_work")
        for calendar in calendars
        for day in calendar.days
    }
    desk = _desk(desks[-1])
    _made[desk_id] = (catalogue, desk, exceptions)
    return desk, exceptions


def _desk(hours: DeskHours) -> Desk:
    morning, afternoon = (_span(span) for span in (hours.morning, hours.afternoon))
    return Desk(frozenset(hours.weekdays), frozenset(hours.half_days), morning, afternoon)


def _span(hours: tuple[str, str]) -> tuple[time, time]:
    opens, closes = (time.fromisoformat(hour) for hour in hours)
    return opens, closes
