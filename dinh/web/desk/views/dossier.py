"""A dossier on one page: everything an officer needs to decide the next step, and the step itself.

`acts` does what is pressed here and comes back with the page when something has to be corrected.
"""

from __future__ import annotations

from collections.abc import Sequence
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
from dinh.catalogue.shapes.procedure import Procedure
from dinh.directory.models import Account
from dinh.dossiers import corrections, queries
from dinh.dossiers.actions.consent import PROOF
from dinh.dossiers.models import Attachment, Dossier, Step
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
    account, language = account_of(request), get_language() or "vi"
    procedure = store.get_procedure(dossier.procedure, dossier.procedure_version)
    verbs = queries.verbs_for(dossier, account, at=at)
    steps, given = queries.steps_of(dossier), queries.attachments_of(dossier)
    names = _names(dossier, steps, given)
    parts = sheet.sections(dossier, procedure, names, dates.local_date(at))
    differing = [line for part in parts for line in part.lines if line.differs]
    rows = sheet.of_registers(corrections.shown(dossier, procedure, account, at), language)
    takes = any([*(line.takes for line in differing), *(row.may for row in rows)])
    return {
        "dossier": dossier,
        "version": dossier.version,
        "title": procedure.title.of(language),
        "sections": parts,
        "differing": differing,
        "rows_differing": rows,
        "events": course.timeline(dossier, procedure, names, steps),
        "attachments": _attachments(given, procedure, names, language),
        "supplements": sheet.supplements(dossier, procedure),
        **_standing(dossier, at, language),
        **_hands(dossier, account, names),
        **_papers(request, dossier),
        **_acts(request, dossier, verbs, bound, takes=takes),
    }


def _names(dossier: Dossier, steps: Sequence[Step], given: Sequence[Attachment]) -> sheet.Names:
    """Return the names of everybody whom the page names."""
    acted = [pk for step in steps for pk in (step.actor_id, step.delegated_by)]
    typed = queries.typists(dossier.answers)
    return sheet.Names([*typed, *acted, dossier.holder_id, dossier.helper_id, *(one.by for one in given)])


def _attachments(
    given: Sequence[Attachment], procedure: Procedure, names: sheet.Names, language: str
) -> list[tuple[str, Attachment, str]]:
    """Return the files handed in: what each is, itself, and who gave it."""
    titles = {one.id: one.title.of(language) for one in procedure.documents}
    titles[PROOF] = _("Proof of consent")
    return [(titles.get(one.document, one.document), one, names(one.by)) for one in given]


def _standing(dossier: Dossier, at: datetime, language: str) -> dict[str, Any]:
    """Return how urgent it is, by when it is due, and why then."""
    state = clock.state_of(dossier, at)
    return {
        "state": state,
        "late": state == "late",
        "due": saying.moment(dossier.due_at, language),
        "why": sheet.reasons(dossier, at),
        "promised": dates.show_date(dossier.promised_on, language) if dossier.promised_on else "",
    }


def _hands(dossier: Dossier, account: Account, names: sheet.Names) -> dict[str, Any]:
    """Return who holds it, and who helped to file it."""
    return {
        "holder": names(dossier.holder_id),
        "held_by_me": dossier.holder_id == account.pk,
        "helper": names(dossier.helper_id),
    }


def _papers(request: HttpRequest, dossier: Dossier) -> dict[str, Any]:
    """Return the papers drawn for it, and whether an issued one may be taken back."""
    papers = papers_of(dossier.pk)
    issued = any(one.state == Paper.State.ISSUED for one in papers)
    revokes = issued and may(request, "papers.revoke", dossier.unit_id, dossier.procedure)
    return {"papers": papers, "may_take_back": revokes}


def _acts(
    request: HttpRequest, dossier: Dossier, verbs: Sequence[str], bound: dict[str, forms.Form], *, takes: bool
) -> dict[str, Any]:
    """Return what may be done now, each act with its panel.

    takes  the examination can take over values of a register
    """
    key, next_page, token = key_of(dossier.number, dossier.pk), came_from(request), get_token(request)
    panels = [
        panel_of(
            doing,
            dossier,
            bound.get(doing.verb),
            key=key,
            came_from=next_page,
            csrf_token=token,
            takes=takes and doing.verb == "examine",
        )
        for doing in sheet.offered(verbs)
    ]
    return {
        "csrf_token": token,
        "key": key,
        "came_from": next_page,
        "main": next((panel for panel in panels if panel.doing.main), None),
        "others": [panel for panel in panels if not panel.doing.main and not panel.doing.rare],
        "rare": [panel for panel in panels if panel.doing.rare],
        "open": next(iter(bound), ""),
        "form": next(iter(bound.values()), None),
        "verbs": {panel.doing.verb for panel in panels},
        "may_apologise": "apologise" in verbs,
        "completes": "supplement" in verbs and life.waits_for_citizen(dossier),
    }
