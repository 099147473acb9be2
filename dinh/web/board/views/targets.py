"""What a unit means to reach in a year: beside what the catalogue says for all, and what was reached."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from dinh.catalogue import store
from dinh.catalogue.shapes.figures import Indicator
from dinh.indicators.actions import targets as actions
from dinh.indicators.actions.told import APPROVE
from dinh.indicators.rules.months import month_of
from dinh.lib.dates import show_date
from dinh.lib.errors import Fault
from dinh.lib.names import fold
from dinh.web.board import saying, taking
from dinh.web.board.asking import Asked
from dinh.web.board.views.base import account_of, language
from dinh.web.board.views.doing import attempt, board_form, go, may, shown
from dinh.web.board.views.months import commune_of
from dinh.web.board.views.targets_lines import Line, lines
from dinh.web.components.notes import Problem
from dinh.web.components.posted import whole

THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]+)?")
Groups = Mapping[str, list[Line]]  # code of a group -> its figures


@dataclass(frozen=True)
class Sought:
    """Which figures are shown: words of the title, a group, those with a target of the year or all."""

    q: str = ""
    group: str = ""
    show: str = "aimed"

    @classmethod
    def of(cls, found: Mapping[str, str], groups: Mapping[str, str]) -> Sought:
        """Read what is sought; what is unknown is taken as not said."""
        group = found.get("group", "")
        return cls(
            " ".join(found.get("q", "").split())[:80], group if group in groups else "",
            "all" if found.get("show") == "all" else "aimed",
        )  # fmt: skip

    def query(self) -> dict[str, str]:
        """Return it as parts of an address; what is usual is left out."""
        return {"q": self.q, "group": self.group, "show": self.show if self.show == "all" else ""}

    def among(self, some: Sequence[Line]) -> list[Line]:
        """Return what is sought, and what is wrong wherever it stands."""
        words = fold(self.q).split()
        return [
            one for one in some
            if one.wrong or (
                (not self.group or one.group == self.group)
                and (self.show == "all" or one.general or one.own or one.changed)
                and all(word in fold(one.title) for word in words)
            )
        ]  # fmt: skip


@board_form
def page(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Show the targets of a unit for a year, and set those that are sent; another choice keeps what was typed."""
    groups = {one.code: one.title.of(language()) for one in store.get().lists["indicator_groups"].entries}
    looks = request.POST.get("do") == "show"
    chosen = request.POST if looks else request.GET
    asked = replace(commune_of(asked), known="")
    year, sought = _year(chosen, asked), Sought.of(chosen, groups)
    asked, items = _so_far(asked, year), _items()
    address = asked.query(year=str(year), **sought.query())
    faults = _set(request, asked, year, items) if request.method == "POST" and not looks else []
    if request.method == "POST" and not looks and not faults:
        return go("targets", query=address)
    every = lines(items, asked, year, request.POST, faults, account_of(request))
    if request.method == "POST" and not any(one.changed for some in every.values() for one in some):
        return go("targets", query=address)
    found = {code: sought.among(some) for code, some in every.items()}
    if form := taking.wanted(request):
        return taking.file(_table(found, groups), form, f"targets-{year}", asked)
    titles = {one.id: one.title for some in every.values() for one in some}
    context = {
        **_shown(every, found, groups),
        "all": len(items),
        "sought": sought,
        "year": year,
        "years": range(asked.today.year + 1, asked.today.year - 5, -1),
        "until": _until(asked, year),
        "sets": may(request, APPROVE, asked),
        "faults": [
            Problem(str(one.message), f"t-{one.path}", titles[one.path]) if one.path in titles else one
            for one in faults
        ],
        "taken": address,
        "sub": "targets",
    }
    return shown(request, "targets", asked, context, nav="months", status=422 if faults else 200)


def _shown(every: Groups, found: Groups, groups: Mapping[str, str]) -> dict[str, Any]:
    """Return the figures that are shown by group, and those that wait aside with what was typed."""
    ids = {one.id for some in found.values() for one in some}
    changed = [one for some in every.values() for one in some if one.changed]
    return {
        "groups": [(groups[code], found[code]) for code in groups if found.get(code)],
        "aside": [one for one in changed if one.id not in ids],
        "waiting": len(changed),
        "count": len(ids),
        "group_choices": [(code, title) for code, title in groups.items() if code in every],
    }


def _items() -> list[Indicator]:
    """Return the figures that may have a target."""
    known = store.get().indicators.values()
    return [one for one in known if one.direction != "none" and one.kind != "score"]


def _year(found: Mapping[str, str], asked: Asked) -> int:
    year = whole(found.get("year", "")) or asked.month // 100
    return min(max(year, 2020), asked.today.year + 1)


def _so_far(asked: Asked, year: int) -> Asked:
    """Return the question over a year, as far as it has come for the reader; as it is for one to come."""
    last = min(year * 100 + 12, month_of(asked.close or asked.today))
    return replace(asked, month=last, span="year") if year * 100 < last else asked


def _until(asked: Asked, year: int) -> str:
    """Say until when what was reached is counted; "" for a year to come."""
    if year * 100 > asked.month:
        return ""
    day = asked.close or asked.today
    if asked.month == month_of(day):
        return _("Reached: from the start of %(year)s to %(day)s.") % {
            "year": year, "day": show_date(day, language()),
        }  # fmt: skip
    return _("Reached: from the start of %(year)s to the end of %(month)s.") % {
        "year": year, "month": saying.month(asked.month),
    }  # fmt: skip


def _set(request: HttpRequest, asked: Asked, year: int, items: Sequence[Indicator]) -> list[Fault]:
    """Set the targets that were typed anew; return what is wrong with them."""
    given, faults = {}, []
    for item in items:
        text = request.POST.get(f"t-{item.id}", "").strip()
        if text and text != request.POST.get(f"s-{item.id}"):
            try:
                given[item.id] = _number(text)
            except InvalidOperation:
                faults.append(Fault(item.id, "not_a_number", _("Write a number in figures: 95 or 97,5.")))
    if faults or not given:
        return faults or [Fault("", "nothing", _("No number was written, so nothing was saved."))]
    return attempt(
        request,
        partial(actions.set_targets, asked.unit, year, given, by=account_of(request), at=timezone.now()),
        _("The targets are kept. The board measures by them from now on."),
    )


def _number(text: str) -> Decimal:
    """Return a number as people write it; in Vietnamese points part thousands: "1.250,5". Raises InvalidOperation."""
    if language() == "vi" and THOUSANDS.fullmatch(text):
        text = text.replace(".", "")
    return Decimal(text.replace(",", "."))


def _table(found: Groups, groups: Mapping[str, str]) -> list[list[str]]:
    head = [
        _("Group"),
        _("Figure"),
        _("For all"),
        _("Of the unit"),
        _("Set by"),
        _("Reached"),
        _("How it stands"),
    ]
    return [
        head,
        *(
            [groups[code], one.title, one.general, one.own, one.who, one.reached, str(one.state.word)]
            for code in groups
            for one in found.get(code, ())
        ),
    ]
