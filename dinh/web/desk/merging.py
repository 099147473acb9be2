"""What the page of a change of places shows: what it would touch, what is to be settled, its proof, what stands against undoing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dinh.directory.changes import drafting, telling
from dinh.directory.changes.applying import OPEN, require
from dinh.directory.changes.drafting import Preview
from dinh.directory.changes.plans import Plan
from dinh.directory.changes.touched import Way
from dinh.directory.changes.undoing import DAYS, newer
from dinh.directory.models import Account, UnitChange, UnitVersion
from dinh.lib.dates import local_date, show_date
from dinh.lib.errors import Fault, Invalid, NotPermitted
from dinh.papers import proofs
from dinh.web.components.fields import control_id
from dinh.web.components.notes import Problem
from dinh.web.desk.forms.places import TypeDecision

COLOURS: dict[str, str] = {
    UnitChange.State.APPLIED: "green",
    UnitChange.State.DRAFT: "gold",
    UnitChange.State.AGREED: "gold",
}
HEAD = TypeDecision.base_fields  # what stands at the head of a decision, by its words
# Of which rows that stand against undoing there is a page.
PAGES = {
    "directory.change": "desk:places_change",
    "directory.unit": "desk:place",
    "directory.account": "desk:account",
    "dossiers.dossier": "desk:dossier",
    "population.household": "desk:household",
    "population.person": "desk:person",
}


def context_of(change: UnitChange, account: Account, at: datetime) -> dict[str, Any]:
    """Return what the page of a change shows to an account at a moment."""
    context: dict[str, Any] = {"change": change, "line": line_of(change), "against": []}
    context["person"] = _names(change)
    if change.state in OPEN:
        context |= _previewed(change, account, at)
        context["drops"] = change.made_by == account.pk or context.get("applies", False)
    elif change.state == UnitChange.State.APPLIED and change.applied_at is not None:
        until = change.applied_at + timedelta(days=DAYS)
        context |= {"may_undo": at <= until, "undo_until": _day(until), "newer": _newer(change, account, at)}
    if change.proof:
        context |= {"lines": list(proofs.lines(change.proof)), "paper": proofs.paper_of(change)}
    return context


def _names(change: UnitChange) -> dict[str, str]:
    """Who drafted it, agreed to it, applied it and undid it; "" for the owner of the node."""
    ids = {
        "made": change.made_by,
        "agreed": change.agreed_by,
        "applied": change.applied_by,
        "undone": change.undone_by,
    }
    known = dict(
        Account.objects.filter(pk__in=[one for one in ids.values() if one]).values_list("pk", "full_name")
    )
    return {what: known.get(pk, "") if pk else "" for what, pk in ids.items()}


def _newer(change: UnitChange, account: Account, at: datetime) -> list[dict[str, Any]]:
    """What stands against undoing, with links to its pages; each page asks for the right itself."""
    return [
        {
            "message": one.message,
            "links": [
                (reverse(PAGES[what], args=[str(pk)]), label or _("Open it"))
                for what, pk, label in one.rows
                if what in PAGES
            ],
        }
        for one in newer(change, by=account, at=at)
    ]


def at_units(faults: Sequence[Fault]) -> list[Problem]:
    """Return faults of a decision with what they are about in words: a unit by name and code, a row of a table. One query."""
    versions = UnitVersion.objects.filter(code__in=[fault.path for fault in faults]).order_by("valid_from")
    units = {one.code: f"{one.full_name} ({one.code})" for one in versions}
    return [
        Problem(
            str(fault.message),
            control_id(fault.path) if fault.path in {"file", *HEAD} else "",
            units.get(fault.path) or _place(fault.path),
        )
        for fault in faults
    ]


def _place(path: str) -> str:
    """Return where in a decision something stands: "makes.0.code", which counts from nothing, as its reader counts."""
    if path == "file":
        return ""
    if path in HEAD:
        return f"{HEAD[path].label} ({path})"
    table, *rest = path.split(".")
    if not rest or not rest[0].isdigit():
        return path
    where = _("%(table)s, number %(number)s") % {"table": table, "number": int(rest[0]) + 1}
    return ", ".join([where, *rest[1:]])


def _applies(plan: Plan, account: Account, at: datetime) -> bool:
    """Return whether somebody manages every unit that a change names."""
    try:
        require(plan, account, at)
    except NotPermitted:
        return False
    return True


def _previewed(change: UnitChange, account: Account, at: datetime) -> dict[str, Any]:
    try:
        found = drafting.preview(change, by=account, at=at)
    except Invalid as refused:
        return {"against": [one.named for one in at_units(refused.faults)]}
    return {
        "preview": found,
        "touched": _grouped(found),
        "conflicts": [_conflict(one, found) for one in found.conflicts],
        "early": change.effective_on > local_date(at),
        "applies": _applies(found.plan, account, at),
        "steps": telling.steps(found.plan),
    }


def _grouped(found: Preview) -> list[dict[str, Any]]:
    """What a change touches, by what becomes of it: what moves first, what stays where it was written last."""
    groups = {
        "moves": _("Goes to the new unit"),
        "goes_on": _("Goes on in the new unit"),
        "stays": _("Stays under the old name; the new unit answers for it"),
        "as_is": _("Stays as it is"),
    }
    by_way: dict[str, list[drafting.Touched]] = {way: [] for way in groups}
    for one in found.touched:
        by_way[_way(one)].append(one)
    return [
        {"title": groups[way], "moves": way == "moves", "rows": rows} for way, rows in by_way.items() if rows
    ]


def _way(one: drafting.Touched) -> str:
    if one.table.way is Way.STAYS:
        return "stays"
    if one.table.way is Way.BY_HAND:
        return "goes_on"
    return "moves" if one.follow else "as_is"


def _conflict(one: Any, found: Preview) -> dict[str, Any]:
    seats = []
    if one.code == "seat":
        made = next(begun for begun in found.plan.begun if begun.made.code == one.about[0])
        formers = {piece.former for piece in found.plan.pieces if piece.to == made.unit}
        seats = [
            (version.code, version.full_name) for version in found.plan.formers if version.unit_id in formers
        ]
    return {
        "code": one.code,
        "message": one.message,
        "about": one.about,
        "blocks": one.blocks,
        "seats": seats,
    }


def line_of(change: UnitChange) -> dict[str, Any]:
    """Return a change as a list shows it."""
    return {
        "pk": change.pk, "title": change.title, "kind": change.get_kind_display(), "decree": change.decree,
        "on": _day(change.effective_on), "state": change.get_state_display(), "code": change.state,
        "colour": COLOURS.get(change.state, "plain"),
    }  # fmt: skip


def _day(on: date) -> str:
    return show_date(on, get_language() or "vi")
