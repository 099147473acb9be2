"""What a citizen does with a dossier after sending it: complete it, withdraw it, say how it went."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dinh.catalogue import layout
from dinh.catalogue.shapes.procedure import Procedure
from dinh.dossiers import actions
from dinh.dossiers.models import Dossier, Supplement
from dinh.dossiers.queries.showing import show_value
from dinh.dossiers.rules import life
from dinh.lib.dates import show_datetime
from dinh.lib.errors import Fault, Invalid
from dinh.web.components import asking
from dinh.web.components.fields import FieldView, control_id, from_declaration
from dinh.web.portal.access import account_of, citizen_required
from dinh.web.portal.questions import OnPortal
from dinh.web.portal.views.following import dossier_of, procedure_of
from dinh.web.portal.views.sending import attach_file
from dinh.web.portal.words import language_now

FAULT_WORDS = {
    "incorrect": gettext_lazy("not correct"),
    "incomplete": gettext_lazy("not complete"),
    "outdated": gettext_lazy("out of date"),
}


@citizen_required
def supplement(request: HttpRequest, number: str) -> HttpResponse:
    """Answer a request to complete the dossier: only what was asked, with what is wrong beside it."""
    found, now = dossier_of(request, number), timezone.now()
    asked = Supplement.objects.filter(dossier=found, answered_at=None).order_by("-sequence").first()
    if asked is None or not life.waits_for_citizen(found):
        return redirect("portal:dossier", found.number)
    declared, language, today = procedure_of(found), language_now(), timezone.localdate()
    faults: list[Fault] = []
    items = {one["item"]: one for one in asked.items}
    fields = {key: one for key, one in layout.fields(declared).items() if key in items}
    documents = [one for one in declared.documents if one.id in items]
    raw: dict[str, Any] = {}
    if request.method == "POST":
        raw = _supplement_raw(request, declared, found, list(fields), today)
        faults = _answer(request, found, raw, [one.id for one in documents], now)
        if not faults:
            return redirect("portal:dossier", found.number)
    wrong = {fault.path: str(fault.message) for fault in faults}
    views = [
        _supplement_view(one, found, raw, wrong, items[key], language, today) for key, one in fields.items()
    ] + [
        FieldView(
            id=control_id(one.id), name=one.id, label=one.title.of(language), control="file",
            remark=_said(items[one.id]), error=wrong.get(one.id, ""), required=True,
        )
        for one in documents
    ]  # fmt: skip
    since = asked.requested_at
    context = {
        "d": found,
        "title": declared.title.of(language),
        "views": views,
        "reason": asked.reason,
        "asked_at": show_datetime(since, language),
        "who": asked.requested_by.full_name if asked.requested_by else "",
        "sent_files": list(found.attachments.filter(at__gte=since, document__in=[d.id for d in documents])),
        "faults": faults,
        "version": found.version,
    }
    return render(request, "portal/supplement.html", context, status=422 if faults else 200)


def _said(item: dict[str, str]) -> str:
    fault = str(FAULT_WORDS.get(item["fault"], ""))
    return f"{fault}: {item['note']}" if item.get("note") else fault


def _supplement_view(
    one: Any,
    found: Dossier,
    raw: dict[str, Any],
    wrong: dict[str, str],
    item: dict[str, str],
    language: str,
    today: date,
) -> FieldView:
    value = raw.get(one.id, found.answers.get(one.id, {}).get("value"))
    shown = show_value(one, value, language, today) if one.type == "place" else ""
    view = from_declaration(
        one,
        value,
        wrong.get(one.id, ""),
        language=language,
        required=True,
        shown=shown,
        relations=asking.relations(one, language),
    )
    view.source_note = ""
    view.remark = _said(item)
    return view


def _supplement_raw(
    request: HttpRequest, declared: Procedure, found: Dossier, wanted: list[str], today: date
) -> dict[str, Any]:
    """Return what was typed for the asked questions; a place is found by its name."""
    raw: dict[str, Any] = {}
    for page in layout.pages(declared):
        if {one.id for one in page.fields} & set(wanted):
            posted = asking.read(page, request.POST, found.answers, today, OnPortal(found))
            raw |= {key: posted.raw.get(key) for key in wanted if key in {one.id for one in page.fields}}
    return raw


def _answer(
    request: HttpRequest, found: Dossier, raw: dict[str, Any], documents: list[str], now: Any
) -> list[Fault]:
    faults: list[Fault] = []
    for document in documents:
        for upload in request.FILES.getlist(document):
            try:
                attach_file(request, found, document, upload, now)
            except Invalid as refused:
                faults.extend(Fault(document, one.code, one.message) for one in refused.faults)
    since = found.supplements.latest("sequence").requested_at
    for document in documents:
        if not faults and not found.attachments.filter(document=document, at__gte=since).exists():
            faults.append(Fault(document, "portal.paper_missing", _("Add the paper that was asked for.")))
    if faults:
        return faults
    try:
        actions.supplement(dossier=found, by=account_of(request), at=timezone.now(), answers=raw)
    except Invalid as refused:
        return list(refused.faults)
    return []


@citizen_required
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take a dossier back, asked twice."""
    found = dossier_of(request, number)
    if request.method == "POST":
        version = request.POST.get("_version", "")
        actions.withdraw(
            dossier=found, by=account_of(request), at=timezone.now(), reason=request.POST.get("reason", ""),
            version=int(version) if version.isdecimal() else None,
        )  # fmt: skip
        return redirect("portal:dossier", found.number)
    reason = FieldView(
        id="id_reason",
        name="reason",
        label=_("Why (you need not say)"),
        control="textarea",
        max_length=500,
        plain=True,
    )
    return render(
        request,
        "portal/withdraw.html",
        {
            "d": found,
            "title": procedure_of(found).title.of(language_now()),
            "reason": reason,
            "version": found.version,
        },
    )


@citizen_required
def rate(request: HttpRequest, number: str) -> HttpResponse:
    """Say how it went, once."""
    found = dossier_of(request, number)
    if request.method != "POST":
        return redirect("portal:dossier", found.number)
    stars = request.POST.get("stars", "")
    try:
        actions.rate(
            dossier=found, stars=int(stars) if stars.isdecimal() else 0, by=account_of(request), at=timezone.now(),
            comment=request.POST.get("comment", ""),
        )  # fmt: skip
    except Invalid as refused:
        context = {
            "d": found,
            "title": procedure_of(found).title.of(language_now()),
            "faults": refused.faults,
            "comment": request.POST.get("comment", ""),
        }
        return render(request, "portal/rate.html", context, status=422)
    return redirect("portal:dossier", found.number)
