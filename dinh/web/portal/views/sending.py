"""Papers, the summary before sending, and sending once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dinh.catalogue import fees, layout
from dinh.catalogue.queries import list_title
from dinh.catalogue.shapes.procedure import Field, Procedure
from dinh.directory.limits import limit
from dinh.dossiers import actions, prefill
from dinh.dossiers.models import Attachment, Channel, Dossier, Draft
from dinh.dossiers.queries.showing import show_value
from dinh.dossiers.rules import answers as checking
from dinh.lib.errors import Fault, Invalid
from dinh.lib.ids import uuid7
from dinh.lib.sizes import show_size
from dinh.outreach.actions.assisting import file_beside
from dinh.web.components import asking
from dinh.web.components.fields import FieldView, control_id
from dinh.web.components.notes import Problem
from dinh.web.portal import words
from dinh.web.portal.access import account_of, filler_required, helps
from dinh.web.portal.views.filling import draft_of, procedure_of
from dinh.web.portal.words import language_now

UPLOADS = "60/1h"
AGREE = gettext_lazy("Tick that what you write is true: the law asks for it.")


@filler_required
def papers(request: HttpRequest, draft_code: str) -> HttpResponse:
    """Hand in papers: files that were chosen stay, papers already held are only confirmed."""
    draft = draft_of(request, draft_code)
    if draft.dossier is not None:
        return redirect("portal:filed", draft.dossier.number)
    declared, today = procedure_of(draft), timezone.localdate()
    plain = checking.plain_answers(draft.answers)
    asked = checking.documents_asked(declared, plain, today)
    faults: list[Fault] = []
    if request.method == "POST":
        faults = [fault for one in asked for fault in keep_files(request, draft, one.id, timezone.now())]
        removed = _attachment(draft, request.POST.get("_remove"))
        if removed:
            actions.detach(attachment=removed, by=account_of(request), at=timezone.now())
        if not faults and not removed and "_upload" not in request.POST:
            return redirect("portal:check_answers", draft.code)
    needed = {document.id for document in checking.documents_needed(declared, plain, today)}
    held = prefill.held_papers(declared, draft.person or draft.applicant)
    files: dict[str, list[Attachment]] = {}
    for row in draft.attachments.select_related("blob").order_by("at"):
        files.setdefault(row.document, []).append(row)
    wrong = {fault.path: str(fault.message) for fault in faults}
    language = language_now()
    pages = asking.pages(declared, plain, today)
    context = {
        "draft": draft,
        "procedure_title": declared.title.of(language),
        "most": show_size(settings.DINH_MAX_UPLOAD_BYTES, language),
        "faults": faults,
        "documents": [
            {
                "title": d.title.of(language),
                "files": files.get(d.id, []),
                "held": held[d.id].title if d.id in held else "",
                "view": FieldView(
                    id=control_id(d.id),
                    name=d.id,
                    label=d.title.of(language),
                    help=d.help.of(language) if d.help else "",
                    control="file",
                    required=d.id in needed,
                    error=wrong.get(d.id, ""),
                    attrs={
                        "accept": ",".join(
                            f".{kind}" for kind in (*d.accepts, *(("jpeg",) if "jpg" in d.accepts else ()))
                        )
                    },
                ),
            }
            for d in asked
        ],
        "back": reverse("portal:page", args=[draft.code, pages[-1].id]),
        "place": len(pages) + 1,
        "total": len(pages) + 2,
    }
    return render(request, "portal/papers.html", context, status=422 if faults else 200)


def _attachment(draft: Draft, text: str | None) -> Attachment | None:
    """Return the file of this draft that the button names."""
    try:
        return Attachment.objects.filter(pk=UUID(text), draft=draft).first() if text else None
    except ValueError:
        return None


def keep_files(request: HttpRequest, to: Draft | Dossier, document: str, now: datetime) -> list[Fault]:
    """Keep every file that was sent for a document; return what is wrong with those that could not be kept."""
    account, faults = account_of(request), []
    for upload in request.FILES.getlist(document):
        limit("upload", str(account.pk), UPLOADS, now)
        name = upload.name or ""
        try:
            actions.hand_in(
                to=to, document=document, pieces=upload.chunks(), filename=name, by=account, at=now
            )
        except Invalid as refused:
            # The browser forgets which file it was: the sentence names it.
            faults += [Fault(document, one.code, f"{name}: {one.message}") for one in refused.faults]
    return faults


@filler_required
def check_answers(request: HttpRequest, draft_code: str) -> HttpResponse:
    """Show everything before it is sent: answers, papers, what it costs; then send it once."""
    draft = draft_of(request, draft_code)
    if draft.dossier is not None:
        return redirect("portal:filed", draft.dossier.number)
    declared, today = procedure_of(draft), timezone.localdate()
    plain = checking.plain_answers(draft.answers)
    stopped = checking.ineligibility(declared, plain, today)
    if stopped:
        reasons = [{"text": one.message.of(language_now()), "source": one.source} for one in stopped]
        context = {"draft": draft, "reasons": reasons, "title": declared.title.of(language_now())}
        return render(request, "portal/stopped.html", context)
    if request.method == "POST":
        return _send(request, draft, declared, today)
    return _summary(request, draft, declared, today)


def _send(request: HttpRequest, draft: Draft, declared: Procedure, today: date) -> HttpResponse:
    missing = [Problem(str(AGREE), "id_true")] if "true" not in request.POST else []
    missing += [
        Problem(
            _("Tick that the agreement is given: %(who)s")
            % {"who": list_title("consents", one).of(language_now())},
            f"id_consent-{one}",
        )
        for one in declared.consents
        if f"consent-{one}" not in request.POST
    ]
    if missing:
        return _summary(request, draft, declared, today, missing)
    try:
        send = file_beside if helps(request) else actions.file
        dossier = send(
            draft=draft,
            by=account_of(request),
            at=timezone.now(),
            idempotency_key=request.POST.get("_key", "")[:80] or None,
        )
    except actions.NotComplete:
        return _summary(request, draft, declared, today)
    return redirect("portal:filed", dossier.number)


def _summary(
    request: HttpRequest, draft: Draft, declared: Procedure, today: date, missing: list[Problem] | None = None
) -> HttpResponse:
    language = language_now()
    plain = checking.plain_answers(draft.answers)
    handed_in = list(draft.attachments.order_by("at"))
    held = prefill.held_papers(declared, draft.person or draft.applicant)
    wrong = checking.check_all(
        declared, plain, {row.document for row in handed_in} | set(held), today, language
    )
    documents = [
        {
            "title": d.title.of(language),
            "files": [row.filename for row in handed_in if row.document == d.id],
            "held": held[d.id].title if d.id in held else "",
        }
        for d in checking.documents_asked(declared, plain, today)
    ]
    faults: list[Any] = list(missing or [])
    for page_faults in wrong.values():
        faults.extend(
            Problem(str(fault.message), f"answer-{control_id(fault.path)}") for fault in page_faults
        )
    owed = fees.lines(declared, plain, today, online=draft.channel == Channel.ONLINE)
    context = {
        "draft": draft,
        "title": declared.title.of(language),
        "pages": answered_pages(
            declared,
            draft.answers,
            language,
            today,
            {f.path for fs in wrong.values() for f in fs},
            remarks=True,
        ),
        "documents": documents,
        "papers_wrong": checking.DOCUMENTS in wrong,
        "fees": [
            {
                "title": line.fee.title.of(language),
                "amount": words.vnd(line.amount_vnd, language),
                "exempt": line.exempt,
            }
            for line in owed
        ],
        "total": words.vnd(sum(line.amount_vnd for line in owed), language),
        "consents": [
            {"id": one, "title": list_title("consents", one).of(language)} for one in declared.consents
        ],
        "ticked": set(request.POST),
        "faults": faults,
        "complete": not wrong,
        "key": request.POST.get("_key") or uuid7().hex,
        "summary_anchor": True,
    }
    return render(
        request,
        "portal/check_answers.html",
        context,
        status=422 if faults and request.method == "POST" else 200,
    )


def answered_pages(
    declared: Procedure,
    answers: dict[str, Any],
    language: str,
    today: date,
    wrong: set[str],
    *,
    remarks: bool = False,
) -> list[dict[str, Any]]:
    """Return page by page what was asked and answered, for summaries; hidden questions are left out.

    remarks  say beside what somebody typed what looks odd in it, while it can still be corrected
    """
    plain = checking.plain_answers(answers)
    _pages, visible = layout.visible(declared, plain, today)
    found = []
    odd = _odd(declared, answers, language) if remarks else {}
    for page in asking.pages(declared, plain, today):
        rows = [
            {
                "id": control_id(one.id),
                "label": one.title.of(language),
                "value": _in_words(one, answers.get(one.id, {}), language, today),
                "wrong": one.id in wrong,
                "remark": odd.get(one.id, ""),
            }
            for one in page.fields
            if one.id in visible and (plain.get(one.id) not in (None, "", []) or one.id in wrong)
        ]
        found.append(
            {
                "id": page.id,
                "title": page.title.of(language),
                "rows": rows,
                "wrong": any(r["wrong"] for r in rows),
            }
        )
    return found


def _odd(declared: Procedure, answers: Mapping[str, Mapping[str, Any]], language: str) -> dict[str, str]:
    """Return what looks odd in the answers that were typed, not in those of a register."""
    typed = [
        one for one in layout.fields(declared).values() if answers.get(one.id, {}).get("source") != "register"
    ]
    return {
        fault.path: asking.said_beside(layout.fields(declared)[fault.path].title.of(language), fault.message)
        for fault in checking.odd(typed, checking.plain_answers(answers), language)
    }


def _in_words(one: Field, mark: Mapping[str, Any], language: str, today: date) -> str:
    """Return an answer in words; one that could not be read as it was typed."""
    typed = mark.get("typed")
    if typed and isinstance(typed, str):
        return typed
    return show_value(one, typed or mark.get("value"), language, today)
