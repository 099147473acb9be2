"""Filling a request with the person at the counter, page by page, and filing it on their behalf.

The draft is theirs: an officer works on it only with the consent recorded at its opening, and who typed
each answer stays visible.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dinh.catalogue import fees, store
from dinh.catalogue.layout import PlacedPage
from dinh.catalogue.queries import list_title
from dinh.catalogue.shapes.procedure import Procedure
from dinh.dossiers import actions, prefill, queries
from dinh.dossiers.models import Attachment, Channel, Draft
from dinh.dossiers.rules import answers as checking
from dinh.dossiers.rules.numbers import show_code
from dinh.lib.errors import Fault, Stale
from dinh.lib.ids import uuid7
from dinh.lib.money import show_vnd
from dinh.web.components import asking
from dinh.web.components.fields import FieldView, control_id
from dinh.web.components.notes import Problem
from dinh.web.components.posted import whole
from dinh.web.desk import sheet
from dinh.web.desk.questions import AtDesk
from dinh.web.desk.rows import key_of
from dinh.web.desk.views.base import account_of, desk_page, go, now, show, today


def draft_of(request: HttpRequest, code: str) -> tuple[Draft, Procedure]:
    """Return the draft, to the officer who has its owner's consent, and its procedure."""
    draft = queries.get_draft(code, account_of(request), at=now())
    return draft, store.get_procedure(draft.procedure, draft.procedure_version)


def _language() -> str:
    return get_language() or "vi"


def _names(draft: Draft) -> sheet.Names:
    by = [mark.get("by") for mark in draft.answers.values()]
    return sheet.Names([*by, draft.account_id, draft.helper_id, draft.consent.get("recorded_by")])


@desk_page("drafts.help")
def overview(request: HttpRequest, code: str) -> HttpResponse:
    """Go on where the draft stands: its first page that is not done, else the check."""
    draft, procedure = draft_of(request, code)
    if draft.dossier is not None:
        return go("dossier", key_of(draft.dossier.number, draft.dossier.pk))
    for page in asking.pages(procedure, checking.plain_answers(draft.answers), today()):
        if page.id not in draft.done_pages:
            return go("draft_page", draft.code, page.id)
    return go("draft_check", draft.code)


@desk_page("drafts.help")
def page(request: HttpRequest, code: str, page_id: str) -> HttpResponse:
    """Ask one page, or keep what was answered and go to the next."""
    draft, procedure = draft_of(request, code)
    if draft.dossier is not None:
        return go("dossier", key_of(draft.dossier.number, draft.dossier.pk))
    asked = asking.pages(procedure, checking.plain_answers(draft.answers), today())
    current = next((one for one in asked if one.id == page_id), None)
    if current is None:
        # Its condition no longer holds, or the address is old: go on where something is open.
        return go("draft", draft.code)
    if request.method == "POST":
        return _save(request, draft, procedure, current)
    return _ask(request, draft, procedure, current)


def _save(request: HttpRequest, draft: Draft, procedure: Procedure, current: PlacedPage) -> HttpResponse:
    post = request.POST
    sent = asking.read(current, post, draft.answers, today(), AtDesk(draft, account_of(request)))
    before = _visible(draft, procedure, current)
    try:
        check = actions.save_page(
            draft=draft, page_id=current.id, raw=sent.raw, by=account_of(request), at=now(),
            expected_version=whole(post.get("_version", "")),
        )  # fmt: skip
    except Stale as stale:
        fresh, _procedure = draft_of(request, draft.code)
        fault = Fault("", stale.code, stale.message)
        return _ask(request, fresh, procedure, current, faults=[fault], sent=sent, status=409)
    if sent.prepares:
        return _ask(request, draft, procedure, current, faults=sent.found_nothing(), sent=sent)
    called_up = _visible(draft, procedure, current) - before
    searched = {fault.path for fault in sent.faults}
    faults = [*sent.faults, *(one for one in check.faults if one.path not in searched | called_up)]
    if faults or called_up:
        return _ask(request, draft, procedure, current, faults=faults, sent=sent, warnings=check.warnings)
    for warning in check.warnings:
        messages.warning(request, str(warning.message))
    ids = [one.id for one in asking.pages(procedure, checking.plain_answers(draft.answers), today())]
    following = ids[ids.index(current.id) + 1 :] if current.id in ids else ids[:1]
    return go("draft_page", draft.code, following[0]) if following else go("draft_check", draft.code)


def _visible(draft: Draft, procedure: Procedure, current: PlacedPage) -> set[str]:
    return asking.visible_ids(current, procedure, draft.answers, today())


def _ask(
    request: HttpRequest,
    draft: Draft,
    procedure: Procedure,
    current: PlacedPage,
    *,
    faults: list[Fault] | None = None,
    sent: asking.Sent | None = None,
    warnings: Any = (),
    status: int = 0,
) -> HttpResponse:
    language, found = _language(), faults or []
    face = AtDesk(draft, account_of(request), _names(draft))
    parts = asking.sections(
        current, procedure, draft.answers, face, language=language, today=today(), faults=found, sent=sent
    )
    context = {
        **_frame(draft, procedure, current.id),
        "heading_text": current.title.of(language),
        "help": current.help.of(language) if current.help else "",
        "sections": parts,
        "faults": [fault for fault in found if fault.message],
        "warnings": [str(warning.message) for warning in warnings],
        "version": draft.version,
    }
    return show(request, "draft_page", context, status=status or (422 if found else 200))


def _frame(draft: Draft, procedure: Procedure, here: str) -> dict[str, Any]:
    """Return what stands beside every page of a draft: whose it is, and how far it has come."""
    language = _language()
    asked = asking.pages(procedure, checking.plain_answers(draft.answers), today())
    person = draft.person or draft.applicant
    return {
        "draft": draft,
        "code": show_code(draft.code),
        "procedure_title": procedure.title.of(language),
        "person": person,
        "consent": sheet.consent(draft.consent, _names(draft), language),
        "pages": [
            {
                "id": one.id,
                "title": one.title.of(language),
                "done": one.id in draft.done_pages,
                "here": one.id == here,
            }
            for one in asked
        ],
    }


@desk_page("drafts.help")
def check(request: HttpRequest, code: str) -> HttpResponse:
    """Show everything before filing, with the papers; then file it once, on the person's behalf."""
    draft, procedure = draft_of(request, code)
    if draft.dossier is not None:
        return go("dossier", key_of(draft.dossier.number, draft.dossier.pk))
    if request.method == "POST":
        return _file(request, draft, procedure)
    return summary(request, draft, procedure)


def _file(request: HttpRequest, draft: Draft, procedure: Procedure) -> HttpResponse:
    missing = [
        Problem(
            _("Confirm: %(who)s") % {"who": list_title("consents", one).of(_language())}, f"consent-{one}"
        )
        for one in procedure.consents
        if f"consent-{one}" not in request.POST
    ]
    if missing:
        return summary(request, draft, procedure, missing)
    key = request.POST.get("_key", "")[:80] or None
    try:
        dossier = actions.file(draft=draft, by=account_of(request), at=now(), idempotency_key=key)
    except actions.NotComplete:
        return summary(request, draft, procedure, sent=True)
    messages.success(request, _("Filed for the person. Receive it now, and print the slip."))
    return go("dossier", key_of(dossier.number, dossier.pk))


def summary(
    request: HttpRequest,
    draft: Draft,
    procedure: Procedure,
    missing: list[Problem] | None = None,
    *,
    sent: bool = False,
) -> HttpResponse:
    language, on = _language(), today()
    plain = checking.plain_answers(draft.answers)
    held = prefill.held_papers(procedure, draft.person or draft.applicant)
    files: dict[str, list[Attachment]] = {}
    for row in draft.attachments.select_related("blob").order_by("at"):
        files.setdefault(row.document, []).append(row)
    wrong = checking.check_all(procedure, plain, set(files) | set(held), on, language)
    faults: list[Any] = [*(missing or [])]
    faults += (
        [Problem(str(one.message), _anchor(one)) for found in wrong.values() for one in found] if sent else []
    )
    needed = {one.id for one in checking.documents_needed(procedure, plain, on)}
    owed = fees.lines(procedure, plain, on, online=draft.channel == Channel.ONLINE)
    context = {
        **_frame(draft, procedure, "check"),
        "parts": sheet.sections_of(draft.answers, procedure, _names(draft), on),
        "wrong": {page: [str(one.message) for one in found] for page, found in wrong.items()},
        "open_pages": [(page, [str(one.message) for one in found]) for page, found in wrong.items()],
        "documents": [
            {
                "id": one.id,
                "title": one.title.of(language),
                "help": one.help.of(language) if one.help else "",
                "needed": one.id in needed,
                "files": files.get(one.id, []),
                "held": held[one.id].title if one.id in held else "",
                "field": _file_field(one.id, one.title.of(language)),
            }
            for one in checking.documents_asked(procedure, plain, on)
        ],
        "copies": Attachment.Copy.choices,
        "stopped": [one.message.of(language) for one in checking.ineligibility(procedure, plain, on)],
        "fees": [(line.fee.title.of(language), show_vnd(line.amount_vnd, language)) for line in owed],
        "total": show_vnd(sum(line.amount_vnd for line in owed), language),
        "consents": [(one, list_title("consents", one).of(language)) for one in procedure.consents],
        "faults": faults,
        "key": request.POST.get("_key") or uuid7().hex,
        "complete": not wrong,
    }
    return show(request, "draft_check", context, status=422 if faults else 200)


def _anchor(fault: Fault) -> str:
    return f"a-{fault.path}"


def _file_field(document: str, title: str) -> FieldView:
    return FieldView(
        id=control_id(document),
        name="file",
        label=_("Add: %(title)s") % {"title": title},
        control="file",
        plain=True,
    )


@require_POST
@desk_page("drafts.help")
def discard(request: HttpRequest, code: str) -> HttpResponse:
    """Throw away a draft of somebody without an account; one begun at home is its owner's to discard."""
    draft, _procedure = draft_of(request, code)
    actions.discard(draft=draft, by=account_of(request), at=now())
    messages.success(request, _("The draft was thrown away."))
    return go("counter")
