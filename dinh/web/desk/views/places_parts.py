"""A decree with parts, typed step by step: what is decided, who takes over, what goes where; then it is a draft.

Each page sends what was typed on the others along, hidden: nothing is kept before the end, nothing typed is lost on
the way, and every page works without script.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, cast

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dinh.directory.changes import drafting
from dinh.directory.changes.applying import MANAGE
from dinh.directory.changes.decisions import of_data
from dinh.directory.models import Account
from dinh.lib.errors import Fault, Invalid
from dinh.population.queries import living_by_village
from dinh.web.desk.forms.places_parts import WhatGoesWhere, WhatIsDecided, WhoTakesOver
from dinh.web.desk.views.base import account_of, desk_page, go, now, show, today
from dinh.web.desk.views.places_changes import reach

STEPS = ("what", "who", "where")
TITLES = (
    pgettext_lazy("places", "Decision"),
    gettext_lazy("Units that take over"),
    gettext_lazy("What goes where"),
)
OURS = re.compile(
    r"(kind|units|takers|title|decree|effective_on|(code|name|type|parent)_\d+|(whole|village|share|basis|heir)_[\w-]+)"
)


class Asked:
    """The three forms as far as they were filled."""

    def __init__(self, posted: QueryDict, account: Account) -> None:
        self.posted, self.account = posted, account
        self.well: dict[str, Any] = {}  # step -> its form, filled and well

    def form(self, step: str, *, filled: bool, **initial: str) -> Form:
        """Return the form of a step, once those before it are well: `filled` is held to what was typed, else it shows it."""
        shown = {**self.posted.dict(), **initial}
        given: dict[str, Any] = {"data": self.posted} if filled else {"initial": shown}
        if step == "what":
            return WhatIsDecided(account=self.account, today=today(), **given)
        if step == "who":
            return WhoTakesOver(what=self.well["what"], **given)
        return WhatGoesWhere(what=self.well["what"], who=self.well["who"], **given)

    def fill(self, before: str) -> tuple[str, Form] | None:
        """Fill the forms of the steps before one; return the first that is not well."""
        for step in STEPS[: STEPS.index(before) if before in STEPS else None]:
            form = self.form(step, filled=True)
            if not form.is_valid():
                return step, form
            self.well[step] = form
        return None

    def decision(self) -> dict[str, Any]:
        """Return what was typed as a decision has it."""
        what: WhatIsDecided = self.well["what"]
        head = {name: what.cleaned_data[name] for name in ("kind", "title", "decree", "effective_on")}
        return {**head, "makes": self.well["who"].makes(), "parts": self.well["where"].parts()}

    def carried(self, form: Form) -> Iterator[tuple[str, str]]:
        """Give what was typed on the other pages, for hidden fields."""
        for name in self.posted:
            if name not in form.fields and OURS.fullmatch(name):
                yield name, str(self.posted[name])

    def at_fault(self, faults: Sequence[Fault]) -> tuple[str, Form]:
        """Say each fault at its question; return the first step that has one."""
        told = set()
        for fault in faults:
            step, name = self._question(fault)
            self.well[step].add_error(name, str(fault.message) if name else f"{fault.path}: {fault.message}")
            told.add(step)
        first = next(step for step in STEPS if step in told)
        return first, self.well[first]

    def _question(self, fault: Fault) -> tuple[str, str | None]:
        """Return the step and the question that a fault of a decision is about; no question for one about all."""
        begun = {code: f"code_{number}" for number, (code, _title) in enumerate(self.well["who"].takers())}
        ending = [one.code for one in self.well["what"].formers]
        if fault.code == "of_nothing":
            return "where", f"share_{ending[0]}_{begun[fault.path].rpartition('_')[2]}"
        if fault.path in begun and not (
            fault.path in ending and fault.code in {"ended", "unknown", "began_then"}
        ):
            above = begun[fault.path].replace("code", "parent")
            of_above = fault.code == "parent_level" and above in self.well["who"].fields
            return "who", above if of_above else begun[fault.path]
        if fault.path in ending:
            return "what", "units"
        for step, name in (("where", f"village_{fault.path}"), ("what", fault.path)):
            if name in self.well[step].fields:
                return step, name
        return "where", None


@desk_page(MANAGE)
def parts(request: HttpRequest) -> HttpResponse:
    """Ask step by step; the last makes a draft."""
    asked = Asked(request.POST, account_of(request))
    if request.method != "POST":
        return _shown(request, asked, "what", asked.form("what", filled=False))
    at = request.POST.get("at", "")
    target = request.POST.get("go") or (STEPS[STEPS.index(at) + 1] if at in STEPS[:-1] else "draft")
    counts, target = target == "count", "where" if target == "count" else target
    if (wrong := asked.fill(target)) is not None:
        return _shown(request, asked, *wrong, status=422)
    if target in STEPS:
        counted = _counted(asked) if counts else {}
        if counts and not counted:
            messages.info(
                request,
                _("Mark first where each village goes and who is the heir; then the people are counted."),
            )
        return _shown(request, asked, target, asked.form(target, filled=False, **counted))
    try:
        change = drafting.draft(decision=of_data(asked.decision()), by=account_of(request), at=now())
    except Invalid as refused:
        return _shown(request, asked, *asked.at_fault(refused.faults), status=422)
    return go("places_change", change.pk)


def _counted(asked: Asked) -> dict[str, str]:
    """Return the shares by the people who live in the villages, as they are marked so far; of the rest for the heir."""
    form = cast(WhatGoesWhere, asked.form("where", filled=False))
    found: dict[str, str] = {}
    for former in form.formers:
        people = living_by_village(former.unit_id)
        marked, heir = form.chosen(former.code, asked.posted)
        by_taker: dict[str, int] = {}
        for taker, villages in marked.items():
            by_taker[taker or heir] = by_taker.get(taker or heir, 0) + sum(
                people.pop(one.unit, 0) for one in villages
            )
        by_taker[heir] = by_taker.get(heir, 0) + sum(people.values())
        total = sum(by_taker.values())
        if total and "" not in {taker for taker, count in by_taker.items() if count}:
            shares = {taker: Fraction(count, total) for taker, count in by_taker.items() if 0 < count < total}
            for number in range(len(form.takers)):
                found[f"share_{former.code}_{number}"] = str(shares.get(str(number), ""))
            found[f"basis_{former.code}"] = _("people of the villages, by the population register")
    return found


def _shown(request: HttpRequest, asked: Asked, step: str, form: Form, *, status: int = 200) -> HttpResponse:
    at = STEPS.index(step)
    context: Mapping[str, Any] = {
        **(reach(asked.account) if step == "what" else {}),
        "form": form,
        "step": step,
        "carried": list(asked.carried(form)),
        "back": STEPS[at - 1] if at else "",
        "steps": [
            {"title": title, "state": "done" if place < at else "now" if place == at else ""}
            for place, title in enumerate(TITLES)
        ],
    }
    return show(request, "admin/places_change_parts", context, status=status)
