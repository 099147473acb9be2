"""Changes of places: a decree is drafted, everything it touches is shown and settled, then it is applied or undone."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dinh.directory import policy, tree
from dinh.directory.changes import agreeing, drafting, history
from dinh.directory.changes.applying import apply
from dinh.directory.changes.decisions import Decision, of_data
from dinh.directory.changes.importing import of_file, template
from dinh.directory.changes.undoing import undo
from dinh.directory.models import Account, Level, UnitChange
from dinh.lib.errors import Invalid, NotPermitted, Refused
from dinh.papers import proofs
from dinh.papers.serving import serve
from dinh.papers.tasks import issue_when_read
from dinh.web.components.posted import whole
from dinh.web.desk.forms.places import HandInDecision, TypeDecision
from dinh.web.desk.forms.places_parts import NOT_YOURS
from dinh.web.desk.merging import at_units, context_of, line_of
from dinh.web.desk.views.base import account_of, desk_page, go, now, show, today

MANAGE = "directory.manage_places"
MOST_BYTES = 2_000_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@desk_page(MANAGE)
def browse(request: HttpRequest) -> HttpResponse:
    """List the changes that were drafted, applied or undone here."""
    found = history.applied()
    units = history.units_of_each(found)
    mine = [one for one in found if _in_reach(request, one, units[one.pk])]
    return show(request, "admin/places_changes", {"changes": [line_of(one) for one in mine]})


@desk_page(MANAGE)
def new(request: HttpRequest) -> HttpResponse:
    """Type a decision or hand in its file; either becomes a draft."""
    typed = TypeDecision(request.POST if "kind" in request.POST else None)
    handed = HandInDecision(*((request.POST, request.FILES) if "file" in request.FILES else (None, None)))
    faults: list[Any] = []
    if request.method == "POST":
        try:
            decision = _decision(typed, handed)
            if decision is not None:
                change = drafting.draft(decision=decision, by=account_of(request), at=now())
                return go("places_change", change.pk)
        except Invalid as refused:
            faults = at_units(refused.faults)
        except NotPermitted:
            faults = [str(NOT_YOURS)]
    wrong = bool(faults or typed.errors or handed.errors)
    context = {"form": typed, "handed": handed, "faults": faults, **reach(account_of(request))}
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
    version = whole(request.POST.get("version", ""))
    found.version = found.version if version is None else version
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


def reach(account: Account) -> dict[str, Any]:
    """Say, to who manages no whole province, which units they manage and who enters what touches others."""
    reaches = policy.scope(account, MANAGE, today()).reaches
    if any(one.level == Level.PROVINCE for one in reaches):
        return {}
    provinces = dict.fromkeys(tree.with_parents(one.unit, today())[-1] for one in reaches)
    above = dict.fromkeys(
        one.full_name for unit in provinces for one in policy.holders(MANAGE, unit, None, today())
    )
    mine = dict.fromkeys(tree.title(one.unit, today(), with_parents=False) for one in reaches)
    return {"mine": ", ".join(mine), "above": ", ".join(above)}


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
    if not _in_reach(request, found, history.units_of(found)):
        raise policy.refusal(MANAGE, account_of(request))
    return found


def _in_reach(request: HttpRequest, change: UnitChange, units: Iterable[UUID]) -> bool:
    """Whoever drafted it, and whoever manages one of its units."""
    account = account_of(request)
    if change.made_by == account.pk:
        return True
    return any(policy.may(account, MANAGE, unit=unit, on=today()) for unit in units)


def _shown(request: HttpRequest, change: UnitChange) -> HttpResponse:
    return show(request, "admin/places_change", context_of(change, account_of(request), now()))
