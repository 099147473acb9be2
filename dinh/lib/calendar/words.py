"""Each reason of a due date, in a sentence.

`CODES` is the whole list of codes; the `detail` of each is given in brackets.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from dinh.lib.calendar.days import Words
from dinh.lib.calendar.limits import Reason
from dinh.lib.dates import show_date

CODES = {
    # what happened on the day of acceptance; [HH:MM]
    "received": _("%(date)s: received at %(detail)s."),
    "after_cutoff": _(
        "%(date)s: received after %(detail)s, so it counts as received on the next working day."
    ),
    "after_hours": _(
        "%(date)s: received after the desk closed at %(detail)s, so it counts from the next day of service."
    ),
    "accepted_on": _("%(date)s: counts as the day of receipt."),
    # days that do not count; [title of the day, or the office's reason]
    "weekend": _("%(date)s: weekend, not counted."),
    "half_day": _("%(date)s: the desk opens in the morning only; the day is not counted."),
    "holiday": _("%(date)s: public holiday (%(detail)s), not counted."),
    "swap_off": _("%(date)s: day off in exchange for another (%(detail)s), not counted."),
    "compensation": _("%(date)s: day off in lieu (%(detail)s), not counted."),
    "closed_day": _("%(date)s: the office is closed (%(detail)s), not counted."),
    "closed_morning": _("%(date)s: the office is closed in the morning (%(detail)s)."),
    "closed_afternoon": _("%(date)s: the office is closed in the afternoon (%(detail)s)."),
    # days that count
    "swap_work": _("%(date)s: working day in exchange for another (%(detail)s), counted."),
    "counted": _("%(date)s: working day %(detail)s."),  # [n/of how many]
    "last_day": _("%(date)s: the last of %(detail)s days."),  # [how many]
    "moved_on": _("%(date)s: the first working day after it."),
    # the end; [HH:MM]
    "due": _("%(date)s: due at %(detail)s at the latest."),
}


def say(reason: Reason, language: str | None = None) -> str:
    """Return a reason as a sentence in a language ("vi", "fr", "en"), or in the active one."""
    language = language or get_language() or "vi"
    with override(language):
        sentence = str(CODES[reason.code])
    return sentence % {"date": show_date(reason.date, language), "detail": _in(language, reason.detail)}


def _in(language: str, words: Words) -> str:
    if isinstance(words, Mapping):
        return words.get(language[:2]) or words.get("vi", "")
    return str(words)
