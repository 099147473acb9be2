"""The check page, for anyone with a paper in hand: genuine, revoked, altered or unknown.

It tells only what stands on the paper anyway: its kind, number, date and signers,
never whose it is. Tries are limited, so that codes cannot be guessed.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from dinh.directory import queries as directory
from dinh.directory.limits import address, limit
from dinh.lib.dates import local_date, show_datetime
from dinh.lib.errors import Invalid
from dinh.lib.sizes import show_size
from dinh.papers import queries as papers
from dinh.papers.models import Paper
from dinh.web.components.fields import FieldView
from dinh.web.components.notes import Problem
from dinh.web.portal import short

FILES_A_SPAN = "10/10m"
REPORT = "report"  # subject of a report of figures; what nobody signed is not issued

VERDICTS: dict[str, tuple[str, str, Any, Any]] = {
    "genuine": ("green", "✓", gettext_lazy("Genuine"), gettext_lazy("This office issued a paper with this code, and it is in force.")),
    "file": ("green", "✓", gettext_lazy("Genuine"), gettext_lazy("This file is exactly as the office signed it: not one letter was changed.")),
    "unsigned": ("green", "✓", gettext_lazy("Genuine"), gettext_lazy("This office made a paper with this code, and it is in force. It bears no signature.")),
    "draft": ("gold", "◌", gettext_lazy("Draft"), gettext_lazy("This house drew up this report from figures that are still provisional, and nobody signed it. It is no document of the office.")),
    "copy": ("gold", "◌", gettext_lazy("Unsigned copy"), gettext_lazy("This house drew up this copy of a report for somebody to read. Its figures are locked, but nobody signed it: it is no document of the office.")),
    "revoked": ("red", "■", gettext_lazy("Revoked"), gettext_lazy("The office issued this paper and took it back. It is no longer in force.")),
    "altered": ("red", "■", gettext_lazy("Altered"), gettext_lazy("This file is not as it was signed. Do not rely on it; ask the person for the original or call us.")),
    "unknown": ("gold", "?", gettext_lazy("Unknown"), gettext_lazy("We know no such paper. Check the code letter by letter; if it is right, do not rely on the paper and call us.")),
}  # fmt: skip


def check(request: HttpRequest) -> HttpResponse:
    """Ask for a code or a file, and look at the file."""
    with override(_language(request)):
        if request.method == "POST":
            return _check_file(request)
        code = request.GET.get("code", "").strip()[:60]
        if code:
            return short.lead(request, "check:paper", _clean(code) or "-")
        return _show(request)


def paper(request: HttpRequest, code: str) -> HttpResponse:
    """Say what is known of the paper with this code."""
    with override(_language(request)):
        at = timezone.now()
        short.hold_back("check", request, at)
        found = papers.find_by_code(_clean(code))
        short.count("check", request, _clean(code), at, known=found is not None)
        if found is None:
            return _show(request, "unknown", code=code[:20], status=404)
        return _show(request, _verdict(found, "genuine"), found)


def _verdict(found: Paper, signed: str) -> str:
    """Return what a paper of ours is; of a signed one as given."""
    if found.state == Paper.State.REVOKED:
        return "revoked"
    if found.signers:
        return signed
    if found.subject_type != REPORT:
        return "unsigned"
    return "copy" if found.data.get("values", {}).get("locked") else "draft"


def _check_file(request: HttpRequest) -> HttpResponse:
    limit("check-file", address(request), FILES_A_SPAN, timezone.now())
    upload = request.FILES.get("file")
    if upload is None or not upload.size:
        return _show(request, problem=_("Choose the PDF file first."))
    if upload.size > settings.DINH_MAX_UPLOAD_BYTES:
        return _show(request, problem=_("A file may have at most %(size)s.") % {"size": _most()})
    try:
        verdict = papers.check_file(upload.read())
    except Invalid as refused:
        return _show(
            request, problem=str(refused.faults[0].message) if refused.faults else str(refused.message)
        )
    state = str(verdict.state)
    if verdict.state == "genuine" and verdict.paper is not None:
        state = _verdict(verdict.paper, "file")
    return _show(request, state, verdict.paper)


def _most() -> str:
    return show_size(settings.DINH_MAX_UPLOAD_BYTES, get_language() or "vi")


def _show(
    request: HttpRequest,
    state: str = "",
    found: Paper | None = None,
    *,
    code: str = "",
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    colour, shape, word, sentence = VERDICTS.get(state, ("", "", "", ""))
    view = FieldView(
        id="id_file", name="file", label=_("Signed file (PDF)"), control="file", error=problem, plain=True,
        attrs={"accept": ".pdf"},
    )  # fmt: skip
    lang = short.chosen(request)
    context = {
        "verdict": {"colour": colour, "shape": shape, "word": word, "sentence": sentence} if state else None,
        "paper": _told(found) if found is not None else None,
        "by_code": request.method != "POST",
        "code": code,
        "file_field": view,
        "faults": [Problem(problem, "id_file")] if problem else [],
        "lang": lang,
        "lang_query": f"?lang={lang}" if lang else "",
    }
    response = render(request, "portal/check.html", context, status=422 if problem else status)
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-store"
    return response


def _told(found: Paper) -> dict[str, Any]:
    language = get_language() or "vi"
    # As the commune was called then: it may have merged since.
    on = local_date(found.issued_at) if found.issued_at else timezone.localdate()
    return {
        "title": found.title,
        "number": found.number,
        "issued": show_datetime(found.issued_at, language),
        "drawn": found.subject_type == REPORT and not found.signers,
        "unit": directory.unit_title(found.unit, on),
        "signatures": [
            {"name": one.name, "at": show_datetime(one.signed_at, language)}
            for one in sorted(found.signatures.all(), key=lambda row: row.order)
        ],
        "revoked": show_datetime(found.revoked_at, language),
        "because": found.revoked_because,
    }


def _clean(code: str) -> str:
    return "".join(ch for ch in code.upper().rstrip("/").rsplit("/", 1)[-1] if ch.isalnum())[:16]


def _language(request: HttpRequest) -> str:
    return short.chosen(request) or get_language() or "vi"
