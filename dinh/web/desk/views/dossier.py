"""A dossier on one page: everything an officer needs to decide the next step, and the step itself.

`acts` does what is pressed here and comes back with the page when something has to be corrected.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dinh.catalogue import store
from dinh.dossiers import corrections, queries
from dinh.dossiers.actions.consent import PROOF
from dinh.dossiers.models import Dossier
from dinh.dossiers.rules import clock, life
from dinh.journal import access
from dinh.lib import dates
from dinh.papers.models import Paper
from dinh.papers.queries import papers_of
from dinh.web.desk import course, looking, saying, sheet
from dinh.web.desk.panels import panel_of
from dinh.web.desk.rows import key_of
from dinh.web.desk.views.base import account_of, desk_page, may, now, partial, show


@desk_page("dossiers.read")
def page(request: HttpRequest, number: str) -> HttpResponse:
    """Show the dossier: alone with its list beside it, or as a pane of the worklist (htmx)."""
    at = now()
    dossier = open_dossier(request, number, at)
    return shown(request, dossier, at)


@desk_page("dossiers.read")
def looked(request: HttpRequest, number: str) -> HttpResponse:
    """Show who opened this dossier, when and why."""
    at = now()
    dossier = open_dossier(request, number, at)
    rows = access.opened_rows(dossier.pk, 200)
    context = {"dossier": dossier, "key": key_of(dossier.number, dossier.pk), "lines": looking.lines(rows)}
    return show(request, "looked", context)


def open_dossier(request: HttpRequest, number: str, at: datetime) -> Dossier:
    """Return the dossier to someone who may see it; writes the access row. Its relations are read when asked for."""
    return queries.get_dossier(number, account=account_of(request), at=at, related=())


def shown(
    request: HttpRequest,
    dossier: Dossier,
    at: datetime,
    *,
    bound: dict[str, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the page; `bound` holds the form of an act that has something to correct."""
    context = context_of(request, dossier, at, bound or {})
    return show(request, "bits/dossier" if partial(request) else "dossier", context, status=status)


def came_from(request: HttpRequest) -> str:
    """Return the page to go back to after an act: the decisions, when the dossier is read beside them."""
    decisions = reverse("desk:chair")
    if request.method == "POST":
        return decisions if request.POST.get("next") == decisions else ""
    return (
        decisions
        if partial(request) and urlsplit(request.headers.get("HX-Current-URL", "")).path == decisions
        else ""
    )


def context_of(
    request: HttpRequest, dossier: Dossier, at: datetime, bound: dict[str, forms.Form]
) -> dict[str, Any]:
    """Return all that the page draws."""
    account = account_of(request)
    language = get_language() or "vi"
    procedure = store.get_procedure(dossier.procedure, dossier.procedure_version)
    verbs = queries.verbs_for(dossier, account, at=at)
    steps, given = queries.steps_of(dossier), queries.attachments_of(dossier)
    acted = [pk for step in steps for pk in (step.actor_id, step.delegated_by)]
    typed = queries.typists(dossier.answers)
    names = sheet.Names([*typed, *acted, dossier.holder_id, dossier.helper_id, *(one.by for one in given)])
    offered = sheet.offered(verbs)
    late = clock.state_of(dossier, at) == "late"
    parts = sheet.sections(dossier, procedure, names, dates.local_date(at))
    rows = sheet.of_registers(corrections.shown(dossier, procedure, account, at), language)
    papers = papers_of(dossier.pk)
    titles = {one.id: one.title.of(language) for one in procedure.documents}
    titles[PROOF] = _("Proof of consent")
    differing = [line for part in parts for line in part.lines if line.differs]
    key, next_page = key_of(dossier.number, dossier.pk), came_from(request)
    token = get_token(request)
    panels = [
        panel_of(
            doing,
            dossier,
            bound.get(doing.verb),
            key=key,
            came_from=next_page,
            csrf_token=token,
            takes=doing.verb == "examine"
            and any([*(line.takes for line in differing), *(row.may for row in rows)]),
        )
        for doing in offered
    ]
    return {
        "csrf_token": token,
        "dossier": dossier,
        "version": dossier.version,
        "key": key,
        "came_from": next_page,
        "title": procedure.title.of(language),
        "state": clock.state_of(dossier, at),
        "due": saying.moment(dossier.due_at, language),
        "why": sheet.reasons(dossier, at),
        "sections": parts,
        "differing": differing,
        "rows_differing": rows,
        "main": next((panel for panel in panels if panel.doing.main), None),
        "others": [panel for panel in panels if not panel.doing.main and not panel.doing.rare],
        "rare": [panel for panel in panels if panel.doing.rare],
        "open": next(iter(bound), ""),
        "form": next(iter(bound.values()), None),
        "events": course.timeline(dossier, procedure, names, steps),
        "attachments": [(titles.get(one.document, one.document), one, names(one.by)) for one in given],
        "papers": papers,
        "may_take_back": any(one.state == Paper.State.ISSUED for one in papers)
        and may(request, "papers.revoke", dossier.unit_id, dossier.procedure),
        "supplements": sheet.supplements(dossier, procedure),
        "holder": names(dossier.holder_id),
        "held_by_me": dossier.holder_id == account.pk,
        "helper": names(dossier.helper_id),
        "may_apologise": "apologise" in verbs,
        "promised": dates.show_date(dossier.promised_on, language) if dossier.promised_on else "",
        "verbs": {doing.verb for doing in offered},
        "completes": "supplement" in verbs and life.waits_for_citizen(dossier),
        "late": late,
    }
