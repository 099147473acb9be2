"""The lines of a month that is told: fields or values, what was told before, what is counted of the same thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from dinh.catalogue import store
from dinh.catalogue.shapes.figures import Measure
from dinh.indicators.actions import told as actions
from dinh.indicators.engine import definitions
from dinh.indicators.models import Told
from dinh.indicators.queries import told as queries
from dinh.indicators.queries.explaining import measures_in
from dinh.lib.dates import show_datetime
from dinh.lib.money import show_number
from dinh.web.board import saying
from dinh.web.board.asking import Asked
from dinh.web.board.told_files import Typed
from dinh.web.board.views.base import language
from dinh.web.components.fields import FieldView

STATES = {
    "": ("–", "plain"), "entered": ("●", "indigo"), "approved": ("✓", "green"), "returned": ("■", "red"),
}  # fmt: skip

SAYS_NOTHING = 1_000_000  # a limit from which on it tells nobody what a number may be


@dataclass(frozen=True)
class Line:
    """One told measure of a month as the page shows it.

    value, note  the fields; None for who may not tell
    before       when and what was told last before this month: "10/2026", "1.250"; None for nothing within a year
    same         whether it may be filled as before: there is something, and it does not stand there
    filled       whether it was filled as before, and is not saved yet
    counted, gap what the house counts of the same thing, and how far apart; "" where nothing is
    stood        what the fields held when the page was shown, so that who left them so overwrites nobody
    """

    id: str
    title: str
    unit: str
    shown: str
    value: FieldView | None
    note: FieldView | None
    before: tuple[str, str] | None
    same: bool
    filled: bool
    counted: str
    gap: str
    far: bool
    state: str
    shape: str
    colour: str
    who: str
    reason: str
    url: str
    stood: str


@dataclass(frozen=True)
class Sheet:
    """What all lines of a page share.

    typed   measure -> what was typed and is not saved
    last    measure -> what was told last before this month
    faults  measure -> what is wrong with what was typed
    tells   whether this reader may tell
    """

    asked: Asked
    typed: Mapping[str, Typed]
    last: Mapping[str, Told]
    faults: Mapping[str, str]
    people: Mapping[Any, str]
    tells: bool


def stood(value: str, note: str) -> str:
    """Return what two fields hold, to be compared with what is sent."""
    return f"{value.strip()}|{note.strip()}"


def filled(
    typed: Mapping[str, Typed], last: Mapping[str, Told], only: str = ""
) -> tuple[Mapping[str, Typed], int]:
    """Return what is typed with what was told before in its place, and how many lines were filled so.

    only  a measure; "": all that tell what stands at the end of a time and are empty. What happens in a time (petitions,
          payments) is another number each month: it is filled line by line alone.
    """
    known = definitions.measures()
    given = {
        id: (str(row.value), typed[id][1].strip() or row.note)
        for id, row in last.items()
        if id in typed
        and (id == only or (not only and known[id].kind == "stock" and not typed[id][0].strip()))
    }
    return {**typed, **given}, len(given)


def line(one: queries.Row, sheet: Sheet) -> Line:
    """Return a measure as the page shows it."""
    item, row, told = one.measure, one.told, language()
    state = str(row.state) if row else ""
    shape, colour = STATES[state]
    stands = (str(row.value), row.note) if row else ("", "")
    value, note = sheet.typed.get(item.id) or stands
    last, types = sheet.last.get(item.id), sheet.tells and item.id not in actions.OF_SURVEYS
    as_before = last is not None and value.strip() == str(last.value)
    return Line(
        item.id, item.title.of(told), item.unit.of(told), show_number(row.value if row else None, told),
        _value(item, value, sheet.faults.get(item.id, "")) if types else None,
        _note(item, note) if types else None,
        (saying.month(last.month), show_number(last.value, told)) if last else None,
        types and last is not None and not as_before, types and as_before and value != stands[0],
        "" if one.counted is None else show_number(one.counted, told),
        "" if one.gap is None else saying.signed(one.gap, told), one.far,
        str(Told.State(state).label) if state else _("not told"), shape, colour,
        who(row, sheet.people), row.reason if row and state == "returned" else "",
        f"{reverse('board:told_history', args=[item.id])}?{sheet.asked.query()}" if row else "",
        # What was returned is told again even as it was.
        stood(*stands) if row and state != "returned" else "",
    )  # fmt: skip


def _value(item: Measure, value: str, wrong: str) -> FieldView:
    words = item.unit.of(language())
    least, most = (show_number(limit, language()) for limit in (item.minimum, item.maximum))
    if item.minimum is not None and item.maximum is not None and item.maximum < SAYS_NOTHING:
        words = _("%(unit)s, from %(least)s to %(most)s") % {"unit": words, "least": least, "most": most}
    return FieldView(
        id=f"v-{item.id}", name=f"v-{item.id}", label=item.title.of(language()), help=words, error=wrong,
        value=value, inputmode="numeric", width="short", plain=True,
    )  # fmt: skip


def _note(item: Measure, note: str) -> FieldView:
    return FieldView(
        id=f"n-{item.id}", name=f"n-{item.id}", label=_("Taken from"), value=note, max_length=400, plain=True
    )


def who(row: Told | None, people: Mapping[Any, str]) -> str:
    """Return who judged a value, else who told it, and when; "" where nobody did."""
    if row is None:
        return ""
    by, at = (row.judged_by, row.judged_at) if row.judged_by else (row.entered_by, row.entered_at)
    return f"{people.get(by, '')}, {show_datetime(at, language())}"


def groups(lines: Sequence[Line]) -> list[tuple[str, list[Line]]]:
    """Return the lines by the group of the first figure that each is a part of."""
    titles = {
        entry.code: entry.title.of(language()) for entry in store.get().lists["indicator_groups"].entries
    }
    of: dict[str, str] = {}
    for item in definitions.indicators().values():
        if item.kind != "score":
            for id in measures_in(item):
                of.setdefault(id, item.group)
    found = [(title, [one for one in lines if of.get(one.id) == code]) for code, title in titles.items()]
    rest = [one for one in lines if of.get(one.id) not in titles]
    return [pair for pair in [*found, (_("Others"), rest)] if pair[1]]
