"""Bring a file into a register: hand it in, say what its columns mean, let it be checked, then loaded or given up.

Each step is kept before its page is answered; what takes minutes is the worker's (`registers.tasks`). The page of an
import shows where it stands, so it is the way back after a browser was closed or a node started again.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from dinh.catalogue.shapes.register import Register
from dinh.directory import policy
from dinh.directory import queries as directory
from dinh.directory.models import Account
from dinh.lib.dates import show_date
from dinh.lib.errors import Fault, Invalid, Refused, reasons
from dinh.lib.money import show_number
from dinh.registers import imports, queries
from dinh.registers.imports import handing
from dinh.registers.imports.checking import drop, file_of
from dinh.registers.imports.stage import is_kept
from dinh.registers.models import Import, Record
from dinh.registers.tasks import load_import, read_import
from dinh.web.components.spreadsheets import TYPES, as_file
from dinh.web.desk import bringing, saying
from dinh.web.desk.forms.registers import HandIn
from dinh.web.desk.receiving import receives
from dinh.web.desk.sheet import Names
from dinh.web.desk.views.base import account_of, desk_page, go, may, now, partial, show, today
from dinh.web.desk.views.registers import IMPORT, register_of
from dinh.web.desk.views.scope import unit_choices, unit_named
from dinh.web.desk.views.tables import Asked, Choice
from dinh.web.desk.views.verification import START

ORDERS = {"newest": gettext_lazy("Newest first"), "oldest": gettext_lazy("Oldest first")}


def brings_files(request: HttpRequest) -> bool:
    """Return whether whoever asks may bring in files anywhere; asked before the file is received."""
    user = request.user
    return isinstance(user, Account) and user.is_staff and may(request, IMPORT)


@receives("DINH_MAX_IMPORT_BYTES", brings_files)
@desk_page(IMPORT)
def page(request: HttpRequest, register: str) -> HttpResponse:
    """Hand a file in; see what was brought in before."""
    shape = register_of(request, register)
    account, language = account_of(request), get_language() or "vi"
    reading = queries.scope_of(account, register, today())
    units = [pair for pair in unit_choices(account, IMPORT) if reading.allows(UUID(pair[0]))]
    form = HandIn(request.POST or None, request.FILES or None, units=units, today=today())
    if request.method == "POST" and form.is_valid():
        unit = unit_named(form.cleaned_data["unit"])
        policy.require(account, IMPORT, unit=unit.pk, on=today())
        received = form.cleaned_data["file"].received
        try:
            row = handing.hand_in(
                register=register, unit=unit, file=received, on=form.cleaned_data["on"], by=account, at=now()
            )
        except Refused as refused:
            form.add_error("file", reasons(refused, 1)[0])
        else:
            return go("register_import", register, row.pk)
    asked = Asked.of(request.GET, ORDERS, Choice("state", gettext_lazy("State"), dict(Import.State.choices)))
    lines, more = asked.cut(_before(account, register, asked))
    context = {
        "register": register, "title": shape.title.of(language), "form": form, "lines": _drawn(lines, language),
        "asked": asked.drawn(more, takes=False), "narrowed": bool(asked.q or asked.chosen),
    }  # fmt: skip
    return show(request, "registers/import", context, status=422 if form.errors else 200)


def _before(account: Account, register: str, asked: Asked) -> list[Import]:
    found = policy.scope(account, IMPORT, today()).filter(
        Import.objects.filter(register=register), procedure_field=None
    )
    if state := asked.chosen.get("state"):
        found = found.filter(state=state)
    if asked.q:
        found = found.filter(filename__icontains=asked.q)
    order = "at" if asked.order == "oldest" else "-at"
    return list(found.order_by(order, "pk")[asked.window])


def _drawn(rows: list[Import], language: str) -> list[dict[str, Any]]:
    names = Names(row.by for row in rows)
    return [
        {
            "pk": row.pk, "name": row.filename, "at": saying.moment(row.at, language), "who": names(row.by),
            "state": bringing.badge(row), "rows": row.rows, "entered": row.entered, "changed": row.changed,
        }
        for row in rows
    ]  # fmt: skip


@desk_page(IMPORT)
def file(request: HttpRequest, register: str, source: UUID) -> HttpResponse:
    """Show where an import stands and take its next step."""
    shape, row = register_of(request, register), _import(request, register, source)
    if request.method == "POST":
        return _act(request, shape, row)
    if partial(request) and row.state not in (Import.State.READING, Import.State.LOADING):
        return go("register_import", register, row.pk)  # the whole page: the step is done
    if partial(request):
        return show(
            request,
            "registers/progress",
            {"doing": bringing.progress(row, get_language() or "vi"), "row": row},
        )
    return _page(request, shape, row)


@desk_page(IMPORT)
def report(request: HttpRequest, register: str, source: UUID, form: str) -> HttpResponse:
    """Take away everything that is wrong with a file."""
    register_of(request, register)
    row = _import(request, register, source)
    if form not in TYPES or not is_kept(row.pk):
        raise Http404
    return as_file(bringing.report(row), form, f"loi-{register.replace('_', '-')}", _("Faults"))


def _act(request: HttpRequest, shape: Register, row: Import) -> HttpResponse:
    act = request.POST.get("do", "")
    try:
        if act in ("show", "check") and row.state == Import.State.NEW:
            return _columns_said(request, shape, row, check=act == "check")
        match act:
            case "again":
                handing.choose_again(row)
            case "read":
                Import.objects.filter(pk=row.pk, state=Import.State.READING).update(error="")
                read_import.enqueue(str(row.pk))
            case "load":
                with transaction.atomic():
                    handing.ask_to_load(
                        row, load_good=bool(row.bad) and request.POST.get("good_only") == "1",
                        close_missing=request.POST.get("close_missing") == "1", by=account_of(request),
                    )  # fmt: skip
                    load_import.enqueue(str(row.pk))
            case "drop":
                drop(row)
                messages.success(request, _("Given up: nothing of this file is in the register."))
    except Invalid as refused:
        return _page(request, shape, row, refused=refused)
    return go("register_import", shape.id, row.pk)


def _columns_said(request: HttpRequest, shape: Register, row: Import, *, check: bool) -> HttpResponse:
    """Keep what the columns mean; other letters or another sheet are other columns, and are shown first."""
    encoding, sheet = request.POST.get("encoding", "")[:12], request.POST.get("sheet", "")[:120]
    if request.POST.get("was") != f"{encoding}|{sheet}":
        handing.confirm_columns(row, {}, encoding=encoding, sheet=sheet)
        return go("register_import", shape.id, row.pk)
    titles = {one["at"]: one["title"] for one in bringing.columns(_opened(row)) if one["title"]}
    chosen = {at: request.POST.get(f"column-{at}", "") for at in titles}
    # Of two columns with one title the first that brings something speaks: a mapping knows columns by title.
    meant: dict[str, str] = {}
    for at, title in titles.items():
        meant[title] = meant.get(title) or chosen[at]
    opened = handing.confirm_columns(row, meant, encoding=encoding, sheet=sheet)
    if check:
        _require(opened)
        with transaction.atomic():  # the step and its task, or neither
            handing.begin_reading(row)
            read_import.enqueue(str(row.pk))
    return go("register_import", shape.id, row.pk)


def _require(opened: imports.Opened) -> None:
    """Refuse to go on while no column brings a field without which nothing is entered."""
    lacking, _needed = bringing.missing(opened, get_language() or "vi")
    sentence = _("Choose the column that brings “%(title)s”. Without it no row can be entered.")
    if lacking:
        faults = [Fault("columns", "imports.column_missing", sentence % {"title": one}) for one in lacking]
        raise Invalid("imports.column_missing", faults, faults[0].message)


def _opened(row: Import) -> imports.Opened:
    return imports.open_wish(handing.wish_of(row), lenient=True)


def _page(request: HttpRequest, shape: Register, row: Import, refused: Invalid | None = None) -> HttpResponse:
    language = get_language() or "vi"
    context: dict[str, Any] = {
        "row": row, "register": shape.id, "title": shape.title.of(language),
        "unit": directory.unit_title(row.unit_id, today(), with_parents=False), "on": show_date(row.on, language),
        "steps": bringing.steps(row), "state": bringing.badge(row), "kept": is_kept(row.pk),
        "list_url": reverse("desk:register_imports", args=[shape.id]),
    }  # fmt: skip
    match row.state:
        case Import.State.NEW:
            template = "columns"
            try:
                context |= _columns(row, shape, language)
            except Refused as error:  # the file itself cannot be read, as letters or sheet were chosen
                context |= {"broken": reasons(error, 1)[0]}
        case Import.State.READING | Import.State.LOADING:
            template, context["doing"] = "waiting", bringing.progress(row, language)
        case Import.State.CHECKED:
            template = "result"
            context |= bringing.found(row) | {
                "good": row.rows - row.bad, "good_said": show_number(row.rows - row.bad, language), "can_close": _can_close(shape, row), "file_here": file_of(row).exists()
            }  # fmt: skip
        case _:
            template = "done"
            context["verifies"] = shape.person is not None and may(request, START, row.unit_id)
            context |= bringing.found(row) if context["kept"] else {}
            context["until"] = show_date(until, language) if (until := handing.report_until(row)) else ""
    if refused is not None:
        context["faults"] = refused.faults
    return show(request, f"registers/import_{template}", context, status=422 if refused else 200)


def _columns(row: Import, shape: Register, language: str) -> dict[str, Any]:
    opened = _opened(row)
    shown = imports.preview(handing.wish_of(row), opened, row.on)
    required, needed = bringing.missing(opened, language)
    ways = bringing.ways_to_read(opened)
    return {
        "columns": bringing.columns(opened), "fields": bringing.fields_of(shape, language),
        "preview": bringing.first_rows(opened, shown, language), "notes": shown.notes,
        "missing": required, "needed": needed, "ways": ways,
    }  # fmt: skip


def _can_close(shape: Register, row: Import) -> bool:
    """Return whether earlier files brought rows that this one may lack."""
    here = Record.objects.filter(register=shape.id, unit=row.unit_id, state=Record.State.VALID)
    return bool(shape.key) and here.exclude(seen_in=None).exists()


def _import(request: HttpRequest, register: str, pk: UUID) -> Import:
    """Return an import of this register to somebody who brings in files where its rows belong."""
    account, on = account_of(request), today()
    row = Import.objects.select_related("unit").filter(pk=pk, register=register).first()
    if row is None or not queries.scope_of(account, register, on).allows(row.unit_id):
        raise Http404
    policy.require(account, IMPORT, unit=row.unit_id, on=on)
    return row
