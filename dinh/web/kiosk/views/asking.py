"""Following a request, printing its papers, handing in a scan: the doors to what the portal and the desk do.

Where one stands is told to who holds the receipt slip: its number and its code. Everything else belongs to the
person, who signs in, or to the officer who helps with their consent.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from dinh.catalogue import store
from dinh.directory.limits import address, limit
from dinh.directory.models import Account
from dinh.dossiers import queries as dossiers
from dinh.dossiers.models import Dossier
from dinh.dossiers.rules import life, numbers
from dinh.lib.dates import show_date, show_datetime
from dinh.lib.errors import NotFound
from dinh.papers import queries as papers
from dinh.papers.models import Paper
from dinh.papers.serving import serve
from dinh.web.components.fields import FieldView
from dinh.web.components.notes import Problem
from dinh.web.kiosk.views.machine import on_kiosk
from dinh.web.kiosk.words import DRAFT_LABEL, NO_DRAFT, NUMBER_LABEL, SLIP_LABEL, UNKNOWN, language_now

TRIES = "30/10m"


@on_kiosk
def follow(request: HttpRequest) -> HttpResponse:
    """Tell where a request stands, to who has its slip; lead the others to sign-in."""
    given = {name: request.POST.get(name, "").strip()[:60] for name in ("number", "code")}
    found, problem = None, ""
    if request.method == "POST":
        limit("kiosk-follow", address(request), TRIES, timezone.now())
        found = _of_slip(given["number"], given["code"])
        problem = "" if found else str(UNKNOWN)
    context = {
        "fields": [
            _line("number", str(NUMBER_LABEL), given["number"], problem),
            _line("code", str(SLIP_LABEL), given["code"], ""),
        ],
        "faults": [Problem(problem, "id_number")] if problem else [],
        "told": _told(found) if found else None,
    }
    return render(request, "kiosk/follow.html", context, status=422 if problem else 200)


def _of_slip(number: str, code: str) -> Dossier | None:
    """Return the dossier whose receipt slip carries both."""
    slip = papers.find_by_code(code)
    if slip is None or slip.template != "receipt":
        return None
    dossier = Dossier.objects.filter(pk=slip.subject).select_related("office").first()
    wanted = "".join(number.split()).upper()
    return dossier if dossier and wanted and dossier.number.upper() == wanted else None


def _told(found: Dossier) -> dict[str, Any]:
    """Return what stands on the slip anyway, and how far it is: nothing about the person."""
    language = language_now()
    declared = store.get_procedure(found.procedure, found.procedure_version)
    done = found.finished_at is not None
    return {
        "dossier": found,
        "title": declared.title.of(language),
        "due": show_datetime(found.due_at, language) if found.due_at and not done else "",
        "finished": show_date(timezone.localtime(found.finished_at).date(), language) if done else "",
        "waits": life.waits_for_citizen(found),
        "office": found.office.name,
    }


@on_kiosk
def print_result(request: HttpRequest) -> HttpResponse:
    """Lead to the papers of a request: the person's own after sign-in, or those that the helper may open."""
    account = _account(request)
    if account is None:
        here = urlencode({"next": reverse("kiosk:print")})
        return render(request, "kiosk/print.html", {"sign_in": f"{reverse('portal:sign_in')}?{here}"})
    number = request.POST.get("number", "").strip()[:60]
    if not number:
        own = account.kind == Account.Kind.CITIZEN
        context = {
            "lines": _lines(dossiers.for_citizen(account, 30)) if own else [],
            "mine": own,
            "field": None if own else _line("number", str(NUMBER_LABEL), "", ""),
            "signed": True,
        }
        return render(request, "kiosk/print.html", context)
    found = dossiers.get_dossier(number, account, at=timezone.now(), purpose="kiosk:print", related=())
    return render(request, "kiosk/print.html", {"lines": _lines([found]), "signed": True})


def _lines(found: list[Dossier]) -> list[dict[str, Any]]:
    """Return each dossier that has papers, with them."""
    lines = []
    for one in found:
        ready = [paper for paper in papers.papers_of(one.pk) if paper.state == Paper.State.ISSUED]
        if ready:
            title = store.get_procedure(one.procedure, one.procedure_version).title.of(language_now())
            lines.append({"number": one.number, "title": title, "papers": ready})
    return lines


@on_kiosk
def paper(request: HttpRequest, paper_id: str) -> HttpResponseBase:
    """Show one paper for printing, to who may open its dossier. Raises NotFound, NotPermitted."""
    account = _account(request)
    if account is None:
        return redirect("kiosk:print")
    found = Paper.objects.filter(pk=paper_id, state=Paper.State.ISSUED).select_related("blob").first()
    if found is None or found.blob is None or found.subject_type != "dossier":
        raise NotFound("kiosk.no_paper")
    dossiers.get_dossier(found.subject, account, at=timezone.now(), purpose="kiosk:print", related=())
    return serve(found.blob, found.title)


@on_kiosk
def scan(request: HttpRequest) -> HttpResponse:
    """Lead with the draft's code to the page that takes its papers, for its owner or the helper."""
    code = numbers.clean_code(request.POST.get("code", ""))
    problem = ""
    if request.method == "POST":
        if numbers.is_draft_code(code):
            return redirect("portal:papers", code)
        problem = str(NO_DRAFT)
    context = {
        "field": _line("code", str(DRAFT_LABEL), request.POST.get("code", "")[:40], problem),
        "faults": [Problem(problem, "id_code")] if problem else [],
    }
    return render(request, "kiosk/scan.html", context, status=422 if problem else 200)


def _account(request: HttpRequest) -> Account | None:
    return request.user if isinstance(request.user, Account) else None


def _line(name: str, label: str, value: str, error: str) -> FieldView:
    return FieldView(
        id=f"id_{name}", name=name, label=label, value=value, error=error, required=True, width="medium",
        autocomplete="off",
    )  # fmt: skip
