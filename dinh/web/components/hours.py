"""When an office serves, in one line for the foot of every page: "Mon–Fri 07:30–11:30, 13:30–17:00"."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, override

DAYS = {
    "vi": ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


def office_hours(office: Any, language: str) -> str:
    """Return the hours of an office's desk as declared in the catalogue's calendar; "" when it declares none."""
    from dinh.catalogue import store

    wanted = "police" if office.key == "police" else "office"
    for calendar in store.get().calendars.values():
        for desk in calendar.desks:
            if desk.id == wanted:
                return say_hours(desk.weekdays, desk.half_days, desk.morning, desk.afternoon, language)
    return ""


def say_hours(
    weekdays: tuple[int, ...],
    half_days: tuple[int, ...],
    morning: tuple[str, str],
    afternoon: tuple[str, str],
    language: str,
) -> str:
    """Return the sentence. Days are 0 Monday to 6 Sunday; times are HH:MM."""
    names = DAYS[language[:2] if language[:2] in DAYS else "en"]
    whole = f"{_days(weekdays, names)}: {morning[0]}–{morning[1]}, {afternoon[0]}–{afternoon[1]}"
    if not half_days:
        return whole
    with override(language):
        half = gettext("%(days)s in the morning") % {"days": _days(half_days, names)}
    return f"{whole}; {half}: {morning[0]}–{morning[1]}"


def _days(days: tuple[int, ...], names: tuple[str, ...]) -> str:
    ordered = sorted(days)
    if len(ordered) > 2 and ordered == list(range(ordered[0], ordered[-1] + 1)):
        return f"{names[ordered[0]]} – {names[ordered[-1]]}"
    return ", ".join(names[day] for day in ordered)
