"""The rota of each week: helpers at the centre, one at each house of culture; and the machine that stands there."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from dinh.config.demo.outreach.spans import SATURDAY, SUNDAY, at, first_on
from dinh.config.demo.outreach.weeks import Field
from dinh.directory import queries as places
from dinh.directory.models import Unit
from dinh.outreach.actions import duties, kiosks
from dinh.outreach.models import Duty, Member

MORNING = (time(8), time(11))
EVENING = (time(18, 30), time(20, 30))
CENTRE, CULTURE_HOUSE = Duty.Place.CENTRE, Duty.Place.CULTURE_HOUSE


def live_week(field: Field, number: int, monday: date) -> None:
    """Plan the duties of a week and mark those that are over."""
    planned = at(monday, 7, 30)
    if not field.span.has(planned):
        return
    young = field.crew.young
    for place, weekday in enumerate((1, 3)):
        member = young[(number * 2 + place) % len(young)]
        _duty(field, member, CENTRE, field.crew.unit, first_on(monday, weekday), MORNING, planned)
    for village, members in field.crew.members.items():
        free = [one for one in members if one.until_on is None]
        weekday, span = ((SATURDAY, MORNING), (SUNDAY, MORNING), (4, EVENING))[(village + number) % 3]
        member = free[(number + village) % len(free)]
        _duty(
            field,
            member,
            CULTURE_HOUSE,
            field.crew.villages[village],
            first_on(monday, weekday),
            span,
            planned,
        )


def _duty(
    field: Field, member: Member, place: str, unit: Unit, on: date, span: tuple[time, time], planned: datetime
) -> None:
    duty = duties.plan_duty(
        member=member,
        place=place,
        unit=unit,
        on=on,
        starts=span[0],
        ends=span[1],
        by=field.crew.officer,
        at=planned,
    )
    over = at(on, span[1].hour, span[1].minute) + timedelta(minutes=10)
    if not field.span.has(over):
        return
    came = field.rng.random() > 0.06
    duties.mark_duty(
        duty=duty, state=Duty.State.DONE if came else Duty.State.MISSED,
        helped=field.rng.randrange(2, 14) if came else 0, by=field.crew.officer, at=over,
    )  # fmt: skip


def set_up_kiosks(field: Field) -> int:
    """Register the machine of each house of culture and type its code there; return how many."""
    officer, centre = field.crew.officer, places.office(field.crew.unit, "service_centre", field.span.first)
    for number, village in field.crew.villages.items():
        when = at(field.span.first + timedelta(days=9), 14) + timedelta(minutes=25 * number)
        title = places.unit_title(village.pk, field.span.first, with_parents=False)
        _kiosk, code = kiosks.register_kiosk(
            unit=field.crew.unit, name=f"Máy dùng chung {title}", place=f"Nhà văn hóa {title}", office=centre,
            by=officer, at=when,
        )  # fmt: skip
        kiosks.pair(code=code, at=when + timedelta(minutes=6))
    return len(field.crew.villages)
