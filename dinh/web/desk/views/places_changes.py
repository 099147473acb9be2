"""Changes of places: a decree is drafted, everything it touches is shown and settled, then it is applied or undone."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dinh.directory import policy, tree
from dinh.directory.changes import agreeing, drafting, history
from dinh.directory.changes.applying import OPEN, apply, require
from dinh.directory.changes.decisions import Decision, of_data
from dinh.directory.changes.drafting import Preview
from dinh.directory.changes.importing import of_file, template
from dinh.directory.changes.plans import Plan
from dinh.directory.changes.touched import Way
from dinh.directory.changes.undoing import DAYS, newer, undo
from dinh.directory.models import Account, UnitChange
from dinh.lib.dates import show_date
from dinh.lib.errors import Invalid, NotPermitted, Refused
from dinh.lib.money import show_number
from dinh.papers import proofs
from dinh.papers.serving import serve
from dinh.papers.tasks import issue_when_read
from dinh.web.desk.forms.places import HandInDecision, TypeDecision
from dinh.web.desk.views.base import account_of, desk_page, go, now, show, today

MANAGE = "directory.manage_places"
COLOURS: dict[str, str] = {
    UnitChange.State.APPLIED: "green",
    UnitChange.State.DRAFT: "gold",
    UnitChange.State.AGREED: "gold",
}
# Of which rows that stand against undoing there is a page.
PAGES = {
    "directory.change": "desk:places_change",
    "directory.unit": "desk:place",
    "directory.account": "desk:account",
    "dossiers.dossier": "desk:dossier",
    "population.household": "desk:household",
    "population.person": "desk:person",
}
MOST_BYTES = 2_000_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@desk_page(MANAGE)
def browse(request: HttpRequest) -> HttpResponse:
    """List the changes that were drafted, applied or undone here."""
    mine = [one for one in history.applied() if _in_reach(request, one)]
    return show(request, "admin/places_changes", {"changes": [_line(one) for one in mine]})


@desk_page(MANAGE)
def new(request: HttpRequest) -> HttpResponse:
    """Type a decision or hand in its file; either becomes a draft."""
    typed = TypeDecision(request.POST if "kind" in request.POST else None)
    handed = HandInDecision(*((request.POST, request.FILES) if "file" in request.FILES else (None, None)))
    faults: list[str] = []
    if request.method == "POST":
        try:
            decision = _decision(typed, handed)
            if decision is not None:
                change = drafting.draft(decision=decision, by=account_of(request), at=now())
                return go("places_change", change.pk)
        except Invalid as refused:
            faults = [f"{fault.path}: {fault.message}" for fault in refused.faults]
    wrong = bool(faults or typed.errors or handed.errors)
    context = {"form": typed, "handed": handed, "faults": faults}
    return show(request, "admin/places_change_new", context, status=422 if wrong else 200)


@require_safe
@desk_page(MANAGE)
def workbook(request: HttpRequest) -> HttpResponse:
    """Give the empty workbook."""
    response = HttpResponse(template(), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="quyet-dinh-dia-ban.xlsx"'
    return response


@require_safe
@desk_page(MANAGE)
def page(request: HttpRequest, change: UUID) -> HttpResponse:
    """Show a change: as a draft all that it touches and what to settle, applied its proof."""
    found = _found(request, change)
    return _shown(request, found)


@require_POST
@desk_page(MANAGE)
def act(request: HttpRequest, change: UUID) -> HttpResponse:
    """Settle a conflict, apply, drop or undo a change."""
    found = _found(request, change)
    found.version = (
        int(request.POST.get("version", "")) if request.POST.get("version", "").isdigit() else found.version
    )
    how = request.POST.get("act", "")
    given: dict[str, Any] = {"change": found, "by": account_of(request), "at": now()}
    try:
        if how in {"agree", "apply"} and request.POST.get("sure") != "on":
            messages.error(request, _("Mark that you have read what will change."))
        elif how == "apply":
            apply(**given)
            messages.success(request, _("The change is applied, and nothing was lost: the proof is below."))
        elif how == "agree":
            agreeing.agree(**given)
            messages.success(request, _("Agreed: it takes effect by itself when its day begins."))
        elif how == "call_off":
            agreeing.call_off(**given)
            messages.success(request, _("Called off: it is a draft again."))
        elif how == "undo":
            undo(**given)
            messages.success(request, _("The change is undone: everything is as it was."))
        elif how == "drop":
            drafting.drop(**given)
            messages.success(request, _("The draft is given up."))
            return go("places_changes")
        elif how == "settle":
            drafting.redraft(**given, decision=_settled(found, request))
        else:
            messages.error(request, _("Choose what is to be done."))
    except Invalid as refused:
        messages.error(request, " ".join(str(fault.message) for fault in refused.faults))
    except NotPermitted:
        raise
    except Refused as refused:
        messages.error(request, str(refused.message))
    return go("places_change", found.pk)


@require_safe
@desk_page(MANAGE)
def proof(request: HttpRequest, change: UUID) -> HttpResponse:
    """Give the proof as the very JSON whose digest the journal holds."""
    found = _found(request, change)
    if not found.proof:
        raise Http404
    told = {**found.proof, "digest": found.proof_digest}
    response = HttpResponse(json.dumps(told, ensure_ascii=False, indent=1), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="proof-{found.pk}.json"'
    return response


@require_safe
@desk_page(MANAGE)
def paper(request: HttpRequest, change: UUID) -> HttpResponseBase:
    """Give the proof as the signed report; while the worker draws it, the page of the change."""
    found = _found(request, change)
    told = proofs.paper_of(found)
    if told is None or told.blob is None:
        if (
            told is not None and found.state == UnitChange.State.APPLIED
        ):  # an undone one proves nothing any more
            issue_when_read(told, at=now())
        messages.info(request, _("The report is being prepared: try again in a moment."))
        return go("places_change", found.pk)
    return serve(
        told.blob, f"doi-chieu-{found.effective_on:%Y-%m-%d}.pdf", download="download" in request.GET
    )


def _decision(typed: TypeDecision, handed: HandInDecision) -> Decision | None:
    if handed.is_bound:
        if not handed.is_valid():
            return None
        file = handed.cleaned_data["file"]
        if file.size > MOST_BYTES:
            handed.add_error("file", _("This file is too large for a decision."))
            return None
        return of_file(file.name, file.read())
    return of_data(typed.decision()) if typed.is_valid() else None


def _settled(change: UnitChange, request: HttpRequest) -> Decision:
    """Return the decision with the answer to one conflict: a seat, one person's accounts, two people."""
    told: dict[str, Any] = {**change.decision}
    post = request.POST
    if post.get("seat"):
        told["makes"] = [
            {**one, "seat": post["seat"]} if one["code"] == post.get("made") else one for one in told["makes"]
        ]
    pair = post.getlist("account")
    if len(pair) == 2 and post.get("keep") == "both":
        told["different_people"] = [*told["different_people"], pair]
    elif len(pair) == 2 and post.get("keep") in pair:
        close = next(one for one in pair if one != post["keep"])
        told["same_person"] = [*told["same_person"], {"keep": post["keep"], "close": close}]
    return of_data(told)


def _found(request: HttpRequest, change: UUID) -> UnitChange:
    found = UnitChange.objects.exclude(state=UnitChange.State.LISTED).filter(pk=change).first()
    if found is None:
        raise Http404
    if not _in_reach(request, found):
        raise policy.refusal(MANAGE, account_of(request))
    return found


def _in_reach(request: HttpRequest, change: UnitChange) -> bool:
    """Whoever drafted it, and whoever manages one of its units."""
    account = account_of(request)
    if change.made_by == account.pk:
        return True
    return any(policy.may(account, MANAGE, unit=unit, on=today()) for unit in history.units_of(change))


def _shown(request: HttpRequest, change: UnitChange) -> HttpResponse:
    context: dict[str, Any] = {"change": change, "line": _line(change), "faults": []}
    context["person"] = _names(change)
    if change.state in OPEN:
        context |= _previewed(change, account_of(request))
    elif change.state == UnitChange.State.APPLIED and change.applied_at is not None:
        until = change.applied_at + timedelta(days=DAYS)
        context |= {"may_undo": now() <= until, "undo_until": _day(until), "newer": _newer(change)}
    if change.proof:
        context |= {"lines": list(proofs.lines(change.proof)), "paper": proofs.paper_of(change)}
    return show(request, "admin/places_change", context)


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


def _newer(change: UnitChange) -> list[dict[str, Any]]:
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
        for one in newer(change)
    ]


def _applies(plan: Plan, account: Account) -> bool:
    """Return whether somebody manages every unit that a change names."""
    try:
        require(plan, account, now())
    except NotPermitted:
        return False
    return True


def _previewed(change: UnitChange, account: Account) -> dict[str, Any]:
    try:
        found = drafting.preview(change)
    except Invalid as refused:
        return {"faults": [f"{fault.path}: {fault.message}" for fault in refused.faults]}
    return {
        "preview": found,
        "touched": [
            {
                "title": str(one.table.title),
                "count": one.count,
                "open": one.open,
                "rows": one.rows,
                "way": _way(one),
            }
            for one in found.touched
        ],
        "conflicts": [_conflict(one, found) for one in found.conflicts],
        "early": change.effective_on > today(),
        "applies": _applies(found.plan, account),
        "steps": _steps(found),
    }


def _way(one: drafting.Touched) -> str:
    if one.table.way is Way.STAYS:
        return _("stay under the old name, the new unit answers for them")
    if one.table.way is Way.BY_HAND:
        return _("go on in the new unit")
    if not one.follow:
        return _("stay as they are")
    return _("%(count)s go to the new unit") % {"count": show_number(one.follow, get_language() or "vi")}


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


def _steps(found: Preview) -> list[tuple[str, str]]:
    """What was and what will be, unit by unit."""
    names = {one.unit: f"{one.full_name} ({one.made.code})" for one in found.plan.begun}
    names |= {
        one: tree.title(one, found.plan.on, with_parents=False)
        for one in found.plan.takers
        if one not in names
    }
    told = [
        (f"{version.full_name} ({version.code})", ", ".join(
            names[piece.to] + (f" {piece.share}" if piece.share else "")
            for piece in found.plan.pieces if piece.former == version.unit_id
        ))
        for version in found.plan.formers
    ]  # fmt: skip
    for kept in found.plan.kept:
        asked, was = kept.amended, kept.version
        now_ = f"{asked.type or was.type} {asked.name or was.name} ({asked.code or was.code})"
        above = (
            f", {tree.title(kept.parent, found.plan.on, with_parents=False)}"
            if asked.parent and kept.parent
            else ""
        )
        told.append((f"{was.full_name} ({was.code})", f"{now_}{above}"))
    return told or [("–", name) for name in names.values()]


def _line(change: UnitChange) -> dict[str, Any]:
    return {
        "pk": change.pk, "title": change.title, "kind": change.get_kind_display(), "decree": change.decree,
        "on": _day(change.effective_on), "state": change.get_state_display(), "code": change.state,
        "colour": COLOURS.get(change.state, "plain"),
    }  # fmt: skip


def _day(on: date) -> str:
    return show_date(on, get_language() or "vi")
