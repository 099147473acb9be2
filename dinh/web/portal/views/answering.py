"""What a citizen does with a dossier after sending it: complete it, withdraw it, say how it went."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dinh.catalogue import layout
from dinh.catalogue.shapes.procedure import Document, Procedure
from dinh.dossiers import actions
from dinh.dossiers.models import Attachment, Dossier, Supplement
from dinh.dossiers.rules import life
from dinh.lib.dates import show_datetime
from dinh.lib.errors import Fault, Invalid
from dinh.web.components import asking
from dinh.web.components.fields import FieldView, control_id
from dinh.web.components.posted import whole
from dinh.web.portal.access import account_of, citizen_required
from dinh.web.portal.questions import OnPortal
from dinh.web.portal.views.following import dossier_of, procedure_of
from dinh.web.portal.views.sending import keep_files
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
    declared = procedure_of(found)
    items = {one["item"]: one for one in asked.items}
    documents = [one for one in declared.documents if one.id in items]
    faults: list[Fault] = []
    sent: asking.Sent | None = None
    if request.method == "POST":
        sent = asking.read_all(
            declared, request.POST, found.answers, timezone.localdate(), OnPortal(found), only=items
        )
        sent.show_all = True  # nothing of it is kept yet
        faults = _taken(request, found, sent, [one.id for one in documents], now)
        if not faults and not sent.prepares:
            return redirect("portal:dossier", found.number)
    context = {
        "d": found,
        "title": declared.title.of(language_now()),
        "views": [*_questions(found, declared, items, sent, faults), *_papers(documents, items, faults)],
        "reason": asked.reason,
        "asked_at": show_datetime(asked.requested_at, language_now()),
        "who": asked.requested_by.full_name if asked.requested_by else "",
        "sent_files": _added(found, [one.id for one in documents]),
        "faults": faults,
    }
    return render(request, "portal/supplement.html", context, status=422 if faults else 200)


Items = dict[str, dict[str, str]]  # id of a question or a paper -> what was said of it


def _said(item: dict[str, str]) -> str:
    fault = str(FAULT_WORDS.get(item["fault"], ""))
    return f"{fault}: {item['note']}" if item.get("note") else fault


def _questions(
    found: Dossier, declared: Procedure, items: Items, sent: asking.Sent | None, faults: list[Fault]
) -> list[FieldView]:
    """Return the questions that were asked again, each with what is wrong with its answer."""
    language, today = language_now(), timezone.localdate()
    views = [
        view
        for page in layout.pages(declared)
        for section in asking.sections(
            page, declared, found.answers, OnPortal(found), language=language, today=today, faults=faults,
            sent=sent, only=items,
        )
        for view in section.fields
    ]  # fmt: skip
    names = layout.field_names(declared)
    for view in views:
        view.label = names[view.name].of(language)  # whose it is: no page stands above it
        view.required, view.remark, view.source_note = True, _said(items[view.name]), ""
    return views


def _papers(documents: list[Document], items: Items, faults: list[Fault]) -> list[FieldView]:
    wrong = {fault.path: str(fault.message) for fault in faults}
    return [
        FieldView(
            id=control_id(one.id), name=one.id, label=one.title.of(language_now()), control="file",
            remark=_said(items[one.id]), error=wrong.get(one.id, ""), required=True,
        )
        for one in documents
    ]  # fmt: skip


def _added(found: Dossier, documents: list[str]) -> list[Attachment]:
    """Return the files that were added since the papers were asked for."""
    since = found.supplements.latest("sequence").requested_at
    return list(found.attachments.filter(document__in=documents, at__gte=since).order_by("at"))


def _taken(
    request: HttpRequest, found: Dossier, sent: asking.Sent, documents: list[str], now: datetime
) -> list[Fault]:
    """Keep the files that were sent, and, unless a button only prepared the page, send the answer; say what is wrong."""
    faults = [fault for document in documents for fault in keep_files(request, found, document, now)]
    if sent.prepares:
        return [*faults, *sent.found_nothing()]
    faults += sent.faults
    added = {one.document for one in _added(found, documents)}
    if not faults:
        missing = _("Add the paper that was asked for.")
        faults = [Fault(one, "portal.paper_missing", missing) for one in documents if one not in added]
    if faults:
        return faults
    try:
        actions.supplement(dossier=found, by=account_of(request), at=timezone.now(), answers=sent.raw)
    except Invalid as refused:
        return list(refused.faults)
    return []


@citizen_required
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take a dossier back, asked twice."""
    found = dossier_of(request, number)
    if request.method == "POST":
        actions.withdraw(
            dossier=found, by=account_of(request), at=timezone.now(), reason=request.POST.get("reason", ""),
            version=whole(request.POST.get("_version", "")),
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
    try:
        actions.rate(
            dossier=found, stars=whole(request.POST.get("stars", "")) or 0, by=account_of(request), at=timezone.now(),
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
