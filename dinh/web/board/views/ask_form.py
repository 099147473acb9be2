"""What may be asked of the data: figures, units, months, and questions to start from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from dinh.catalogue import store
from dinh.indicators.asking.things import PREFIX, thing
from dinh.indicators.queries.questions import kept
from dinh.lib.names import fold
from dinh.web.board import liking, questions, saying
from dinh.web.board.asking import written
from dinh.web.board.questions import Wanted
from dinh.web.board.views.base import account_of


@dataclass(frozen=True)
class Choice:
    """A figure that can be chosen, found by its words without accents."""

    key: str
    title: str
    words: str
    chosen: bool


def form(request: HttpRequest, wanted: Wanted, told: str) -> Mapping[str, Any]:
    """Return what stands in the form beside the answer, and questions to start from."""
    first = [(written(one), saying.month(one), one == wanted.first) for one in questions.months(wanted)]
    last = [(written(one), saying.month(one), one == wanted.last) for one in questions.months(wanted)]
    return {
        "groups": _groups(wanted, told),
        "firsts": first,
        "lasts": last,
        "eaches": [(code, title, wanted.each == code) for code, title in (("month", _("each month")), ("quarter", _("each quarter")), ("year", _("each year")), ("sum", _("the whole time together")))],
        "states": [(code, title, wanted.state == code) for code, title in (("official", _("as locked; the rest provisional")), ("live", _("as counted now")), ("locked", _("locked months alone")))],
        "shows": [(code, title, wanted.show == code) for code, title in (("value", _("the value")), ("cases", _("numerator / denominator")))],
        "ofs": _ofs(wanted, told),
        "examples": _examples(wanted),
        "kept": kept(account_of(request), wanted.asked.today, kind="figures")[:8],
    }  # fmt: skip


def _ofs(wanted: Wanted, told: str) -> list[tuple[str, str, bool]]:
    """Return which units may be shown; nothing where there is no choice."""
    found = [("below", _("the units below it"))] if wanted.asked.children else []
    found.append(("self", _("itself alone")))
    if wanted.like is not None:
        called = liking.called(wanted.asked.level, wanted.like.kind, told)
        found.append(("like", _("units like this one: %(like)s") % {"like": called}))
    return [(code, title, wanted.of == code) for code, title in found] if len(found) > 1 else []


def _groups(wanted: Wanted, told: str) -> list[tuple[str, list[Choice], int]]:
    """Return the figures to choose by group, and at the end the measures by themselves."""
    chosen = {one.key for one in wanted.things}
    every = store.get()
    groups: dict[str, list[Choice]] = {entry.code: [] for entry in every.lists["indicator_groups"].entries}
    for indicator in every.indicators.values():
        title = indicator.title.of(told)
        groups.setdefault(indicator.group, []).append(
            Choice(indicator.id, title, fold(f"{title} {indicator.id}"), indicator.id in chosen)
        )
    titles = {entry.code: entry.title.of(told) for entry in every.lists["indicator_groups"].entries}
    measures = [
        Choice(
            PREFIX + one.id,
            one.title.of(told),
            fold(f"{one.title.of(told)} {one.id}"),
            PREFIX + one.id in chosen,
        )
        for one in every.measures.values()
    ]
    found = [
        (titles.get(code, code), sorted(some, key=lambda one: one.words)) for code, some in groups.items()
    ]
    found.append(
        (_("Measures by themselves: what is counted or told"), sorted(measures, key=lambda one: one.words))
    )
    return [(title, some, sum(one.chosen for one in some)) for title, some in found if some]


def _examples(wanted: Wanted) -> list[tuple[str, str]]:
    """Return questions to start from, about the unit that is shown and its latest months."""

    def asks(keys: tuple[str, ...], **changes: Any) -> str:
        things = tuple(found for key in keys if (found := thing(key)))
        usual = {"of": "below" if wanted.asked.children else "self", "by": "", "also": "", "parts": (), "seconds": (), "only": (),
                 "units": (), "each": "month", "across": "time", "sort": "", "down": False, "show": "value"}  # fmt: skip
        return wanted.query(things=things, **{**usual, **changes})

    return [
        (_("Dossiers on time, unit by unit, month by month"), asks(("on_time_rate",))),
        (_("Who files online? By sex and unit"), asks(("online_rate",), by="sex", each="sum", across="part")),
        (_("On time, women only, unit by unit, month by month"), asks(("on_time_rate",), only=(("sex", "2"),))),
        (_("Dossiers filed, by age and sex"), asks(("m.dossiers_filed",), by="age_band", also="sex", across="second", each="sum", of="self")),
        (_("Filed, ended, late: side by side"), asks(("dossiers_filed_count", "dossiers_ended_count", "late_rate"), each="sum", across="figure")),
        (_("Identity level 2, unit by unit, the lowest first"), asks(("eid_2_rate",), each="sum", sort="1")),
    ]  # fmt: skip
