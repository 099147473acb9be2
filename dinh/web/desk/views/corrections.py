"""Corrections for an office that keeps its register elsewhere: a protected workbook to answer, and what was corrected."""

from __future__ import annotations

import re
from datetime import datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import FileResponse, HttpResponseBase
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dinh.catalogue.shapes.register import Register
from dinh.directory import policy
from dinh.directory.models import Account
from dinh.lib.errors import Fault, Invalid, Refused
from dinh.registers.queries import scope_of, taking_scope
from dinh.verification import actions, exports, queries
from dinh.verification.runs import files
from dinh.web.components.answers import TYPES
from dinh.web.desk.forms.verification import Answered
from dinh.web.desk.receiving import receives
from dinh.web.desk.views.base import account_of, desk_page, go, may, now, show, today
from dinh.web.desk.views.findings import DECIDE, EXPORT
from dinh.web.desk.views.scope import unit_choices, unit_named
from dinh.web.desk.views.verification import register_of

FAULTS_SHOWN = 200
PLACE = re.compile(r"row (\d+)(?:, column ([A-Z]+))?")  # of `verification.answers`


def answers(request: HttpRequest) -> bool:
    """Return whether whoever asks may bring answers back; asked before a file is received."""
    user = request.user
    return isinstance(user, Account) and user.is_staff and may(request, DECIDE)


@receives("DINH_MAX_IMPORT_BYTES", answers)
@desk_page(EXPORT, DECIDE)
def page(request: HttpRequest, register: str) -> HttpResponse:
    """Offer the files, and take a workbook back that was filled in."""
    shape = register_of(request, register)
    form = Answered(request.POST or None, request.FILES or None)
    faults: list[tuple[str, str]] = []
    if request.method == "POST" and form.is_valid():
        policy.require(account_of(request), DECIDE, on=today())
        try:
            return _take_back(request, shape, form.cleaned_data["file"].received)
        except (Invalid, Refused) as refused:
            given = refused.faults if isinstance(refused, Invalid) else ()
            faults = [(place_of(one), str(one.message)) for one in given]
            form.add_error("file", str(refused.message or refused.code))
    account, on = account_of(request), today()
    context = {
        "register": shape.id,
        "title": str(shape.title),
        "form": form,
        "units": units_of(request, shape.id),
        "open": queries.count_findings(account, on, queries.Which(register=shape.id)),
        "takes": may(request, EXPORT),
        "wrong": faults[:FAULTS_SHOWN],
        "more": max(0, len(faults) - FAULTS_SHOWN),
        "forms": exports.FORMS,
        "since": request.GET.get("since", on.replace(day=1).isoformat()),
    }
    return show(request, "verification/corrections", context, status=422 if form.errors else 200)


def _take_back(request: HttpRequest, shape: Register, received: Any) -> HttpResponse:
    units = dict(units_of(request, shape.id))
    given = request.POST.get("unit", "")
    if not units:
        raise Http404
    unit = unit_named(given if given in units else next(iter(units)))
    with TemporaryDirectory(dir=received.path.parent) as folder:
        with received.path.open("rb") as file:
            workbook = file.read(2) == b"PK"
        path = Path(folder) / ("answers.xlsx" if workbook else "answers.csv")  # its reader goes by the ending
        path.symlink_to(received.path.resolve())
        told = actions.import_corrections(
            register=shape.id, unit=unit, path=path, by=account_of(request), at=now()
        )
    said = ngettext("%(n)s answer was taken over.", "%(n)s answers were taken over.", len(told.done))
    messages.success(request, said % {"n": len(told.done)})
    return go("corrections", shape.id)


def place_of(fault: Fault) -> str:
    """Return where a fault stands, in words: "row 12, column L"."""
    found = PLACE.fullmatch(fault.path)
    if found is None:
        return fault.path
    row, column = found.groups()
    return (
        _("row %(row)s, column %(column)s") % {"row": row, "column": column}
        if column
        else _("row %(row)s") % {"row": row}
    )


def units_of(request: HttpRequest, register: str) -> list[tuple[str, str]]:
    """Return the units in which this person both reads the register and decides its findings."""
    reading = scope_of(account_of(request), register, today())
    return [pair for pair in unit_choices(account_of(request), DECIDE) if reading.allows(UUID(pair[0]))]


@desk_page(EXPORT)
def download(request: HttpRequest, register: str, form: str) -> HttpResponseBase:
    """Take away what is open, to be answered; `?since=2026-11-01` takes what was decided from that day on."""
    shape = register_of(request, register)
    if form not in exports.FORMS:
        raise Http404
    account, on = account_of(request), today()
    since = since_of(request.GET.get("since", ""))
    with TemporaryDirectory(dir=files.root()) as folder:
        path = exports.corrections(
            shape.id, taking_scope(account, shape.id, on), form, since, path=Path(folder) / f"corrections.{form}",
            roles=policy.roles_of(account, on), by=account, at=now(),
        )  # fmt: skip
        content = path.open("rb")  # what is open outlives its folder
    kind = "da-sua" if since else "can-sua"
    name = f"{shape.id.replace('_', '-')}-{kind}-{on:%Y%m%d}.{form}"
    return FileResponse(content, as_attachment=True, filename=name, content_type=TYPES[form])


def since_of(text: str) -> datetime | None:
    """Return the beginning of a day here; None for no day."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return timezone.make_aware(datetime.combine(day, time())) if day else None
