"""The working calendar: when an office serves, when a time limit ends, and why then.

1. `days` knows on which days, and in which half of them, a desk serves.
2. `limits` counts time limits, pauses and working time on it.
3. `words` says each reason of a due date in the reader's language.

Pure: the caller gives the calendar (see `directory.calendars`) and every instant.
"""

from dinh.lib.calendar.days import Closure, DayException, Desk, WorkCalendar, closures_by_day
from dinh.lib.calendar.limits import (
    UNITS,
    Due,
    Reason,
    due,
    extend,
    reasons_as_json,
    reasons_from_json,
    working_minutes,
)
from dinh.lib.calendar.words import CODES, say

__all__ = [
    "CODES",
    "UNITS",
    "Closure",
    "DayException",
    "Desk",
    "Due",
    "Reason",
    "WorkCalendar",
    "closures_by_day",
    "due",
    "extend",
    "reasons_as_json",
    "reasons_from_json",
    "say",
    "working_minutes",
]
