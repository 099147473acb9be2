"""Pages that anyone may read: home, search, a procedure, what is real, accessibility and privacy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from dinh.catalogue import layout, queries, store
from dinh.catalogue.shapes.procedure import Procedure
from dinh.directory.models import Unit
from dinh.dossiers import queries as dossiers
from dinh.web.portal import places, words
from dinh.web.portal.words import language_now

# What people ask for most stands first; a procedure that is added comes after these, by title.
ICONS = {
    "civil_status_extract_copy": "copy",
    "certified_copy": "stamp",
    "birth_registration": "cake",
    "death_registration": "leaf",
    "permanent_residence": "home",
    "temporary_residence": "key",
    "stay_notification": "moon",
    "social_pension": "people",
}


@dataclass(frozen=True)
class ProcedureLine:
    """A procedure in a list."""

    id: str
    title: str
    summary: str
    icon: str


def lines(procedures: list[Procedure], language: str) -> list[ProcedureLine]:
    """Return procedures as lists show them."""
    return [
        ProcedureLine(p.id, p.title.of(language), p.summary.of(language), ICONS.get(p.id, "file"))
        for p in procedures
    ]


def every(language: str) -> list[ProcedureLine]:
    """Return all procedures in the order of the home page."""
    place = {id: n for n, id in enumerate(ICONS)}
    ordered = sorted(
        store.get().procedures.values(), key=lambda p: (place.get(p.id, len(place)), p.title.of(language))
    )
    return lines(ordered, language)


def home(request: HttpRequest) -> HttpResponse:
    """Show the search box, the procedures, and a door for each person."""
    return render(request, "portal/home.html", {"procedures": every(language_now())})


def find(request: HttpRequest) -> HttpResponse:
    """Find a procedure in plain words; say so when none fits, and where such a thing is done."""
    text, language = " ".join(request.GET.get("q", "").split())[:120], language_now()
    found = queries.look_for(text, language)
    nearest = lines(found.procedures, language)
    context = {
        "text": text,
        "found": nearest if found.sure else [],
        "nearest": [] if found.sure else nearest,
        "every": every(language) if text and not nearest else [],
        "elsewhere": found.elsewhere.of(language) if found.elsewhere else "",
    }
    return render(request, "portal/find.html", context)


def procedure(request: HttpRequest, procedure_id: str) -> HttpResponse:
    """Tell what a procedure is: for whom, with which papers, for how much, in how long."""
    language, today = language_now(), timezone.localdate()
    declared = store.get_procedure(procedure_id)
    context = {
        "p": declared,
        "title": declared.title.of(language),
        "summary": declared.summary.of(language),
        "papers": _papers(declared, language),
        "questions": [page.title.of(language) for page in layout.pages(declared)],
        "conditions": [one.message.of(language) for one in declared.eligibility],
        "fees": [
            {
                "title": fee.title.of(language),
                "amount": words.fee_amount(fee, language),
                "local": fee.local,
                "exempt": bool(fee.exempt_if),
                "source": fee.source,
            }
            for fee in declared.fees
        ],
        "limit": words.time_limit(declared.time_limit),
        "extension": words.time_limit(declared.extension) if declared.extension else "",
        "result": declared.result.title.of(language),
        "truly": _truly(declared, today),
        "online_reason": declared.online_reason.of(language) if declared.online_reason else "",
    }
    return render(request, "portal/procedure.html", context)


def _papers(declared: Procedure, language: str) -> list[dict[str, Any]]:
    return [
        {
            "title": document.title.of(language),
            "help": document.help.of(language) if document.help else "",
            "required": document.required,
            "sometimes": bool(document.required_if) and not document.required,
            "held": bool(document.held_as),
        }
        for document in declared.documents
    ]


def _truly(declared: Procedure, today: date) -> dict[str, Any] | None:
    """Return how long it truly took here, when enough requests were finished to say so."""
    unit = _unit_of(today)
    real = dossiers.real_time(declared.id, unit) if unit else None
    if real is None:
        return None
    return {
        "half": words.duration(real.median_minutes),
        "most": words.duration(real.p90_minutes),
        "count": real.count,
    }


def _unit_of(today: date) -> Unit | None:
    offices = places.serving_offices(today)
    return offices[0].unit if offices else None


def helping(request: HttpRequest) -> HttpResponse:
    """Tell how one helps somebody else file, and how a person checks who helps."""
    return render(request, "portal/helping.html")


def real_or_simulated(request: HttpRequest) -> HttpResponse:
    """Say plainly which parts are real and which are simulated in this house."""
    return render(request, "portal/real_or_simulated.html")


def privacy(request: HttpRequest) -> HttpResponse:
    """Say how accessible the pages are and what happens with personal data."""
    return render(request, "portal/privacy.html")


def complain(request: HttpRequest) -> HttpResponse:
    """Say what to do when one does not agree: ask, complain, go to court, and within which time."""
    return render(request, "portal/complain.html")


def offline(request: HttpRequest) -> HttpResponse:
    """Show what a phone shows without network."""
    return render(request, "components/errors/offline.html", {"heading": _("No network")})
