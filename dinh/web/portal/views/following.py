"""Following a request after it was sent: where it is, who has it, when it is due and why; its papers; rating."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dinh.catalogue import layout, store
from dinh.catalogue.shapes.procedure import Procedure
from dinh.dossiers import actions
from dinh.dossiers import queries as dossiers
from dinh.dossiers.models import Attachment, Dossier, Supplement
from dinh.dossiers.queries.showing import show_value
from dinh.dossiers.rules import clock, life
from dinh.lib import calendar
from dinh.lib.dates import show_date, show_datetime
from dinh.lib.errors import Fault, Invalid, NotFound
from dinh.papers import queries as issued
from dinh.papers.models import Paper
from dinh.papers.serving import serve
from dinh.web.components.fields import FieldView, control_id
from dinh.web.portal import asking
from dinh.web.portal.access import account_of, citizen_required
from dinh.web.portal.views.sending import _attach, answered_pages

EVENTS = {
    "filed": gettext_lazy("Sent"),
    "receive": gettext_lazy("Received: everything needed was there"),
    "request_supplement": gettext_lazy("You were asked to complete it"),
    "supplemented": gettext_lazy("You completed it"),
    "examine": gettext_lazy("Examined"),
    "send_back": gettext_lazy("Sent back to be examined again"),
    "approve": gettext_lazy("Approved and signed"),
    "reject": gettext_lazy("Refused, with the reason"),
    "refuse": gettext_lazy("Not received, with the reason"),
    "withdraw": gettext_lazy("Withdrawn"),
    "return": gettext_lazy("Result handed over"),
    "return_result": gettext_lazy("Result handed over"),
    "rated": gettext_lazy("You rated it"),
}
FAULT_WORDS = {
    "incorrect": gettext_lazy("not correct"),
    "incomplete": gettext_lazy("not complete"),
    "outdated": gettext_lazy("out of date"),
}


def _language() -> str:
    return get_language() or "vi"


def dossier_of(request: HttpRequest, number: str, purpose: str = "") -> Dossier:
    """Return the citizen's dossier and write down that it was opened; NotFound for anybody else's."""
    return dossiers.get_dossier(number, account_of(request), at=timezone.now(), purpose=purpose)


def procedure_of(dossier: Dossier) -> Procedure:
    """Return the procedure in the version under which the dossier was filed."""
    return store.get_procedure(dossier.procedure, dossier.procedure_version)


@citizen_required
def filed(request: HttpRequest, number: str) -> HttpResponse:
    """Say that it is sent: the number, and what happens next."""
    found = dossier_of(request, number)
    context = {
        "d": found,
        "filed_at": show_datetime(found.filed_at, _language()),
        "due": show_date(timezone.localtime(found.due_at).date(), _language()) if found.due_at else "",
        "receipt": _paper(found, "receipt") is not None,
    }
    return render(request, "portal/filed.html", context)


@citizen_required
@require_GET
def dossier(request: HttpRequest, number: str) -> HttpResponse:
    """Show one dossier to the citizen: what now, when and why then, what happened, what was said."""
    found, now, language = dossier_of(request, number), timezone.now(), _language()
    declared = procedure_of(found)
    verbs = dossiers.verbs_for(found, account_of(request), at=now)
    result = getattr(found, "result", None)
    papers = [one for one in reversed(issued.papers_of(found.pk)) if one.state != Paper.State.FAILED]
    context = {
        "d": found,
        "title": declared.title.of(language),
        "clock": clock.state_of(found, now),
        "due": show_datetime(found.due_at, language),
        "reasons": [calendar.say(one, language) for one in calendar.reasons_from_json(found.due_reasons)],
        "waits": life.waits_for_citizen(found),
        "verbs": verbs,
        "result": result,
        "papers": papers,
        "result_paper": result.paper if result and result.paper and result.paper.state == "issued" else None,
        "preparing": any(p.state == "requested" for p in papers),
        "events": _events(found, declared, language),
        "pages": answered_pages(declared, found.answers, language, timezone.localdate(found.filed_at), set()),
        "attachments": _attachments(found, declared, language),
        "rating": getattr(found, "rating", None),
    }
    return render(request, "portal/dossier.html", context)


def _events(found: Dossier, declared: Procedure, language: str) -> list[dict[str, Any]]:
    """Return the timeline: what was done, then the steps that are still to come."""
    events: list[dict[str, Any]] = [
        {
            "title": str(EVENTS.get(one.verb, one.verb)),
            "at": show_datetime(one.at, language),
            "who": one.actor,
            "note": "" if one.verb in {"filed", "rated"} else one.note,
            "state": "done",
        }
        for one in dossiers.timeline(found)
    ]
    following = (
        [] if found.status in life.DONE and found.status != life.FINISHED else _steps_left(found, declared)
    )
    for n, step in enumerate(following):
        events.append(
            {
                "title": step.title.of(language),
                "who": found.holder.full_name if n == 0 and found.holder else "",
                "state": "now" if n == 0 else "next",
                "note": _("being done now") if n == 0 and found.holder else "",
            }
        )
    return events


def _steps_left(found: Dossier, declared: Procedure) -> list[Any]:
    ids = [step.id for step in declared.steps]
    return list(declared.steps[ids.index(found.step) :]) if found.step in ids else []


def _attachments(found: Dossier, declared: Procedure, language: str) -> list[dict[str, Any]]:
    titles = {d.id: d.title.of(language) for d in declared.documents}
    return [
        {
            "id": row.pk,
            "title": titles.get(row.document, row.document),
            "filename": row.filename,
            "size": row.blob.size_bytes,
        }
        for row in found.attachments.select_related("blob").order_by("at")
    ]


def _paper(found: Dossier, template: str) -> Paper | None:
    return (
        Paper.objects.filter(subject=found.pk, template=template, state="issued")
        .order_by("-issued_at")
        .first()
    )


@citizen_required
@require_GET
def receipt(request: HttpRequest, number: str) -> HttpResponseBase:
    """Hand over the receipt slip."""
    found = dossier_of(request, number)
    slip = _paper(found, "receipt")
    return _serve(slip, f"{found.number}.pdf")


@citizen_required
@require_GET
def paper(request: HttpRequest, number: str, code: str) -> HttpResponseBase:
    """Hand over one paper of the dossier."""
    found = dossier_of(request, number)
    one = (
        Paper.objects.filter(subject=found.pk, check_code=code, state="issued").select_related("blob").first()
    )
    return _serve(one, f"{one.title}.pdf" if one else "")


def _serve(one: Paper | None, filename: str) -> HttpResponseBase:
    if one is None or one.blob is None:
        raise NotFound("portal.no_paper", _("This paper is not ready yet. Come back in a moment."))
    return serve(one.blob, filename, download=True)


@citizen_required
@require_GET
def attachment(request: HttpRequest, number: str, attachment_id: str) -> HttpResponseBase:
    """Show a file that was handed in."""
    found = dossier_of(request, number)
    row = Attachment.objects.filter(pk=attachment_id, dossier=found).select_related("blob").first()
    if row is None:
        raise NotFound("portal.no_file")
    return serve(row.blob, row.filename)


@citizen_required
def supplement(request: HttpRequest, number: str) -> HttpResponse:
    """Answer a request to complete the dossier: only what was asked, with what is wrong beside it."""
    found, now = dossier_of(request, number), timezone.now()
    asked = Supplement.objects.filter(dossier=found, answered_at=None).order_by("-sequence").first()
    if asked is None or not life.waits_for_citizen(found):
        return redirect("portal:dossier", found.number)
    declared, language, today = procedure_of(found), _language(), timezone.localdate()
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
    today: Any,
) -> FieldView:
    from dinh.web.components.fields import from_declaration

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
    request: HttpRequest, declared: Procedure, found: Dossier, wanted: list[str], today: Any
) -> dict[str, Any]:
    """Return what was typed for the asked questions; a place is found by its name."""
    raw: dict[str, Any] = {}
    for page in layout.pages(declared):
        if {one.id for one in page.fields} & set(wanted):
            posted = asking.read_post(page, request.POST, found, today)
            raw |= {key: posted.raw.get(key) for key in wanted if key in {one.id for one in page.fields}}
    return raw


def _answer(
    request: HttpRequest, found: Dossier, raw: dict[str, Any], documents: list[str], now: Any
) -> list[Fault]:
    faults: list[Fault] = []
    for document in documents:
        for upload in request.FILES.getlist(document):
            try:
                _attach(request, found, document, upload, now)
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
            "title": procedure_of(found).title.of(_language()),
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
            "title": procedure_of(found).title.of(_language()),
            "faults": refused.faults,
            "comment": request.POST.get("comment", ""),
        }
        return render(request, "portal/rate.html", context, status=422)
    return redirect("portal:dossier", found.number)
