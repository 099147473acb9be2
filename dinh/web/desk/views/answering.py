"""Answers of a dossier given anew: corrected at examination, or completed by the citizen at the counter.

Both show the questions as the citizen saw them; only what was changed is sent to the act, and who typed what
before stays visible.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dinh.catalogue import layout, store
from dinh.catalogue.shapes.procedure import Procedure
from dinh.directory.models import Account
from dinh.dossiers import actions, queries
from dinh.dossiers.models import Attachment, Dossier
from dinh.lib.errors import Fault, Invalid, Refused, Stale
from dinh.web.components import asking
from dinh.web.components.fields import FieldView, control_id
from dinh.web.components.posted import whole
from dinh.web.desk import sheet
from dinh.web.desk.doing import DOINGS
from dinh.web.desk.forms import acts
from dinh.web.desk.panels import form_for
from dinh.web.desk.questions import AtDesk
from dinh.web.desk.rows import key_of
from dinh.web.desk.views.acts import conflict
from dinh.web.desk.views.base import account_of, desk_page, go, now, show, today
from dinh.web.desk.views.dossier import open_dossier


@dataclass
class _AsDraft:
    """A dossier as `questions` reads a draft."""

    answers: dict[str, Any]
    person_id: UUID | None
    applicant_id: UUID | None
    helper_id: UUID | None


@desk_page("dossiers.examine")
def correct(request: HttpRequest, number: str) -> HttpResponse:
    """Correct what was mistyped, and pass the dossier on."""
    at = now()
    dossier = open_dossier(request, number, at)
    _require(request, dossier, "examine", at)
    form = form_for(DOINGS["examine"], dossier, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _show(request, dossier, "correct", form=form)
    sent = _sent(request, dossier, None)
    if sent.prepares:
        return _again(request, dossier, "correct", sent, form=form)
    if not form.is_valid() or sent.faults:
        return _show(request, dossier, "correct", form=form, sent=sent, faults=sent.faults, status=422)
    if form.cleaned_data["version"] != dossier.version:
        return conflict(request, dossier, form.cleaned_data["version"])
    try:
        actions.examine(
            dossier=dossier, note=form.cleaned_data["note"], by=account_of(request), at=at,
            corrections=_changed(dossier, account_of(request), sent, None), proposal=form.cleaned_data["proposal"],
            on_site=form.cleaned_data["on_site"], version=dossier.version,
        )  # fmt: skip
    except Stale:
        return conflict(request, open_dossier(request, number, at), form.cleaned_data["version"])
    except Invalid as refused:
        return _show(
            request, dossier, "correct", form=form, sent=sent, faults=list(refused.faults), status=422
        )
    messages.success(request, str(DOINGS["examine"].said))
    return go("dossier", key_of(dossier.number, dossier.pk))


@desk_page("dossiers.receive", "dossiers.examine", "drafts.help")
def complete(request: HttpRequest, number: str) -> HttpResponse:
    """Take in what the citizen brings to complete the dossier: answers and papers that were asked for."""
    at = now()
    dossier = open_dossier(request, number, at)
    _require(request, dossier, "supplement", at)
    asked = {item["item"] for item in dossier.supplements.latest("sequence").items}
    if request.method != "POST":
        return _show(request, dossier, "complete", only=asked)
    version = whole(request.POST.get("version", "")) or 0
    if version != dossier.version:
        return conflict(request, dossier, version)
    sent, faults = _sent(request, dossier, asked), _take_papers(request, dossier, asked, at)
    if sent.prepares and not faults:
        return _again(request, dossier, "complete", sent, only=asked)
    faults += sent.faults
    if not faults:
        try:
            changed = _changed(dossier, account_of(request), sent, asked)
            actions.supplement(dossier=dossier, by=account_of(request), at=at, answers=changed)
        except Invalid as refused:
            faults = list(refused.faults)
        else:
            messages.success(request, _("Taken in. The clock runs again."))
            return go("dossier", key_of(dossier.number, dossier.pk))
    return _show(request, dossier, "complete", only=asked, sent=sent, faults=faults, status=422)


def _again(
    request: HttpRequest, dossier: Dossier, template: str, sent: asking.Sent, **more: Any
) -> HttpResponse:
    """Show the page again with what a search found, or with one row more or less."""
    faults = sent.found_nothing()
    return _show(request, dossier, template, sent=sent, faults=faults, status=422 if faults else 200, **more)


def _require(request: HttpRequest, dossier: Dossier, verb: str, at: datetime) -> None:
    if verb not in queries.verbs_for(dossier, account_of(request), at=at):
        message = _("This cannot be done now, or it is a colleague's step.")
        raise Refused("desk.not_now", message, dossier=dossier.pk, verb=verb)


def _as_draft(dossier: Dossier) -> _AsDraft:
    return _AsDraft(dossier.answers, dossier.subject_id, dossier.applicant_id, None)


def _sections(
    dossier: Dossier,
    officer: Account,
    procedure: Procedure,
    only: Collection[str] | None,
    sent: asking.Sent | None,
    faults: list[Fault],
) -> list[asking.Section]:
    names = sheet.Names(mark.get("by") for mark in dossier.answers.values())
    face = AtDesk(_as_draft(dossier), officer, names)
    found = []
    for page in layout.pages(procedure):
        for section in asking.sections(
            page,
            procedure,
            dossier.answers,
            face,
            language=get_language() or "vi",
            today=today(),
            faults=faults,
            sent=sent,
        ):
            views = [view for view in section.fields if only is None or view.name in only]
            if views:
                titles = [page.title.of(get_language() or "vi"), section.title]
                found.append(asking.Section(" – ".join(title for title in titles if title), views))
    return found


def _procedure(dossier: Dossier) -> Procedure:
    return store.get_procedure(dossier.procedure, dossier.procedure_version)


def _sent(request: HttpRequest, dossier: Dossier, only: Collection[str] | None) -> asking.Sent:
    face = AtDesk(_as_draft(dossier), account_of(request))
    sent = asking.read_all(_procedure(dossier), request.POST, dossier.answers, today(), face, only)
    sent.show_all = True  # nothing of it is kept yet: when the page comes back, it shows what was typed
    return sent


def _changed(
    dossier: Dossier, officer: Account, sent: asking.Sent, only: Collection[str] | None
) -> dict[str, Any]:
    """Return only the answers that are no longer what the page showed."""
    shown = {
        view.name: view
        for part in _sections(dossier, officer, _procedure(dossier), only, None, [])
        for view in part.fields
    }
    return {
        key: raw
        for key, raw in sent.raw.items()
        if key in shown and not _same(shown[key], raw, dossier.answers.get(key, {}).get("value"))
    }


def _same(view: FieldView, raw: Any, value: Any) -> bool:
    if view.control == "people":
        before = [{k: str(v) for k, v in row.items() if v} for row in value or []]
        return before == [{k: v for k, v in row.items() if v} for row in raw]
    return str(raw).strip() == str(view.value).strip()


def _take_papers(request: HttpRequest, dossier: Dossier, asked: Collection[str], at: datetime) -> list[Fault]:
    faults: list[Fault] = []
    for document in _procedure(dossier).documents:
        if document.id not in asked:
            continue
        for upload in request.FILES.getlist(document.id):
            try:
                actions.hand_in(
                    to=dossier, document=document.id, pieces=upload.chunks(), filename=upload.name or "",
                    copy=Attachment.Copy.COPY, by=account_of(request), at=at,
                )  # fmt: skip
            except Invalid as refused:
                faults += [Fault(document.id, one.code, one.message) for one in refused.faults]
    return faults


def _show(
    request: HttpRequest,
    dossier: Dossier,
    template: str,
    *,
    form: Any = None,
    only: Collection[str] | None = None,
    sent: asking.Sent | None = None,
    faults: list[Fault] | None = None,
    status: int = 200,
) -> HttpResponse:
    procedure, language, found = _procedure(dossier), get_language() or "vi", faults or []
    wrong = {fault.path: str(fault.message) for fault in found}
    papers = [
        FieldView(
            id=control_id(one.id), name=one.id, label=one.title.of(language), control="file", plain=True,
            help=one.help.of(language) if one.help else "", error=wrong.get(one.id, ""),
        )
        for one in procedure.documents
        if only is not None and one.id in only
    ]  # fmt: skip
    context = {
        "dossier": dossier,
        "key": key_of(dossier.number, dossier.pk),
        "title": procedure.title.of(language),
        "sections": _sections(dossier, account_of(request), procedure, only, sent, found),
        "papers": papers,
        "supplements": sheet.supplements(dossier, procedure)[-1:] if only is not None else [],
        "form": form if isinstance(form, acts.Examine) else None,
        "faults": found or None,
    }
    return show(request, template, context, status=status)
