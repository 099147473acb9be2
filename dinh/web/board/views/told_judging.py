"""What was told and waits for a second person: shown with what was told before, judged several at once, taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dinh.directory import tree
from dinh.indicators.actions import told as actions
from dinh.indicators.models import Told
from dinh.indicators.queries import told as queries
from dinh.lib.errors import Fault
from dinh.lib.money import show_number
from dinh.web.board import saying
from dinh.web.board.asking import Asked
from dinh.web.board.views.base import account_of, language
from dinh.web.board.views.doing import attempt, names
from dinh.web.board.views.told_lines import who
from dinh.web.components.notes import Problem


@dataclass(frozen=True)
class Waiting:
    """A value that this reader may judge; `key` names its controls, `place` the commune that told it.

    stays  whether its month is verified: it may be approved, and not returned
    """

    key: str
    place: str
    title: str
    unit: str
    shown: str
    taken: str
    before: tuple[str, str] | None
    counted: str
    gap: str
    far: bool
    who: str
    version: int
    choice: str
    why: str
    wrong: str
    stays: bool


def waiting(
    found: Mapping[str, queries.Row], request: HttpRequest, asked: Asked, faults: Sequence[Fault] = ()
) -> list[Waiting]:
    """Return values that wait as the page shows them, by the keys of their controls. Three queries."""
    rows = {key: one.told for key, one in found.items() if one.told is not None}
    people = names({row.entered_by for row in rows.values()})
    units, measures = ({getattr(row, name) for row in rows.values()} for name in ("unit", "measure"))
    last = queries.before(units, measures, asked.month)
    stays = actions.verified(units, asked.month)
    wrong, told = {one.path: str(one.message) for one in faults}, language()
    return [
        Waiting(
            key, tree.title(row.unit, asked.day, with_parents=False), one.measure.title.of(told),
            one.measure.unit.of(told), show_number(row.value, told), row.note, _before(last.get((row.unit, row.measure))),
            "" if one.counted is None else show_number(one.counted, told),
            "" if one.gap is None else saying.signed(one.gap, told), one.far,
            who(row, people), row.version,
            request.POST.get(f"j-{key}", ""), request.POST.get(f"r-{key}", ""), wrong.get(f"r-{key}", ""),
            row.unit in stays,
        )
        for key, one in found.items() for row in [rows[key]]
    ]  # fmt: skip


def at_their_lines(faults: Iterable[Fault], known: Mapping[str, str]) -> list[Fault | Problem]:
    """Return faults as the summary lists them: with the name of the line, and a link to its control.

    known  path of a fault, which is the id of the control -> what the line is called
    """
    return [
        Problem(str(one.message), one.path, known[one.path]) if one.path in known else one for one in faults
    ]


def lines_of(waits: Iterable[Waiting]) -> dict[str, str]:
    """Return what lines that wait are called, by the ids of their controls: the figure, of several communes with its own."""
    found = list(waits)
    several = len({one.place for one in found}) > 1
    return {f"r-{one.key}": f"{one.title}, {one.place}" if several else one.title for one in found}


def _before(row: Told | None) -> tuple[str, str] | None:
    return (saying.month(row.month), show_number(row.value, language())) if row else None


def judge(request: HttpRequest, rows: Mapping[str, Told]) -> list[Fault]:
    """Approve and return what was chosen, or all that was shown; what somebody changed meanwhile is left, and said.

    rows  what waits now, by the keys of its controls
    """
    every = request.POST.get("do") == "judge_all"
    given: dict[str, tuple[Told, str | None]] = {}
    changed = 0
    for key, row in rows.items():
        choice, shown_as = request.POST.get(f"j-{key}", ""), request.POST.get(f"k-{key}", "")
        if not shown_as or (choice not in {"approve", "return"} and not every):
            continue
        changed += shown_as != str(row.version)
        if shown_as == str(row.version):
            given[key] = row, request.POST.get(f"r-{key}", "") if choice == "return" else None
    if not given:
        message = _("Nothing was chosen, or somebody changed it meanwhile. Look again and choose.")
        return [Fault("", "nothing", message)]
    by, at, n = account_of(request), timezone.now(), len(given)
    done = ngettext("%(n)s value is judged.", "%(n)s values are judged.", n) % {"n": n}
    faults = attempt(request, partial(actions.judge_told, list(given.values()), by=by, at=at), done)
    if changed and not faults:
        left = ngettext(
            "%(n)s value was changed meanwhile: look at it again.",
            "%(n)s values were changed meanwhile: look at them again.",
            changed,
        )
        messages.warning(request, left % {"n": changed})
    keys = {str(row.pk): key for key, (row, _reason) in given.items()}
    return [replace(one, path=f"r-{keys[one.path]}") if one.path in keys else one for one in faults]


def judged(rows: Iterable[Told], request: HttpRequest, asked: Asked) -> list[dict[str, Any]]:
    """Return what this reader approved and may take back, as the page shows it."""
    told, by = language(), account_of(request).pk
    mine = [row for row in rows if row.state == Told.State.APPROVED and row.judged_by == by]
    return [
        {
            "key": f"{row.pk}:{row.version}", "title": saying.about(row.measure, told),
            "place": tree.title(row.unit, asked.day, with_parents=False), "shown": show_number(row.value, told),
        }
        for row in mine
    ]  # fmt: skip


def take_back(request: HttpRequest, rows: Iterable[Told]) -> list[Fault]:
    """Take back the approvals that were chosen; those that somebody touched meanwhile are left."""
    chosen = set(request.POST.getlist("back"))
    given = [row for row in rows if f"{row.pk}:{row.version}" in chosen]
    if not given:
        message = _("Nothing was chosen, or somebody changed it meanwhile. Look again and choose.")
        return [Fault("", "nothing", message)]
    by, at, n = account_of(request), timezone.now(), len(given)
    done = ngettext("%(n)s approval is taken back.", "%(n)s approvals are taken back.", n) % {"n": n}
    faults = attempt(request, partial(actions.reopen_told, given, by=by, at=at), done)
    return [replace(one, path="") for one in faults]
