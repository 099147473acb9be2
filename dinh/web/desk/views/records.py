"""One record: what it says and said, where each version comes from; entered, corrected, closed, reopened, taken back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dinh.catalogue import store
from dinh.catalogue.shapes.register import Register, RegisterField
from dinh.directory import policy
from dinh.directory import queries as directory
from dinh.directory.models import Unit
from dinh.journal import idempotency
from dinh.lib.dates import show_date
from dinh.lib.errors import Fault, Invalid, Stale
from dinh.lib.ids import uuid7
from dinh.registers import actions, queries
from dinh.registers.models import Record
from dinh.verification.actions import verify_again
from dinh.web.desk import judged, recording, telling
from dinh.web.desk.forms.registers import Enter, Reason
from dinh.web.desk.views.base import account_of, desk_page, go, may, now, show, today
from dinh.web.desk.views.register_page import seen_by
from dinh.web.desk.views.registers import READ, WRITE, register_of
from dinh.web.desk.views.scope import unit_choices, unit_named

CARRIED = frozenset({"csrfmiddlewaretoken", "confirmed", "back", "_search", "_key"})


@desk_page(READ)
def record(request: HttpRequest, record: UUID) -> HttpResponse:
    """Show one record with every version it had."""
    row, shape, fields = _opened(request, record)
    language = get_language() or "vi"
    found = queries.versions(row)
    keeps = may(request, WRITE, row.unit_id)
    writes = keeps and row.state == Record.State.VALID
    old = Record.objects.filter(queries.not_fresh(shape, today()), pk=row.pk).exists()
    context = {
        "record": row, "register": shape.id, "title": shape.title.of(language), "number": seen_by(request, shape).title(row)[0],
        "unit": directory.unit_title(row.unit_id, row.registered_on, with_parents=False),
        "on": show_date(row.registered_on, language), "lines": telling.lines(fields, row, language, shape),
        "valid": telling.validity(row, language), "confirmed": show_date(row.confirmed_on, language) if row.confirmed_on else "",
        "old": old and row.state == Record.State.VALID, "versions": telling.versions(shape, fields, found, language, account=account_of(request)),
        "writes": writes, "reopens": keeps and not writes, "takes_back": writes and _can_take_back(found),
        "judged": judged.of(row, account_of(request), today(), language) if shape.person else None,
    }  # fmt: skip
    return show(request, "record", context)


@desk_page(WRITE)
def correct(request: HttpRequest, record: UUID) -> HttpResponse:
    """Correct a record: type, see what changes, confirm."""
    row, shape, readable = _to_write(request, record)
    fields, language = recording.on_form(readable), get_language() or "vi"
    typed = recording.read(fields, request.POST, row.unit, today(), row) if request.method == "POST" else None
    form = Reason(request.POST or None, initial={"version": row.version})
    faults: Sequence[Fault] = ()
    if typed and form.is_valid() and not typed.faults and not typed.prepares and "back" not in request.POST:
        changes, shown = typed.changes(row), form.cleaned_data["version"]
        if not changes and "confirmed" in request.POST and shown != row.version:
            return _corrected(request, row)  # the same page was sent twice
        if not changes:
            form.add_error(None, _("Nothing was changed."))
        elif "confirmed" not in request.POST:
            return _confirm(request, shape, row, recording.told(fields, changes, row, language))
        else:
            row.version = shown  # as it was on the screen
            try:
                actions.amend(
                    row=row, changes=changes, reason=form.cleaned_data["reason"], provenance="correction",
                    person_name=_name(shape, changes), by=account_of(request), at=now(),
                )  # fmt: skip
            except Invalid as refused:
                faults = refused.faults
            except Stale:
                row.refresh_from_db()
                if typed.changes(row):
                    raise
                return _corrected(request, row)
            else:
                _again(shape, row)
                return _corrected(request, row)
    more = {"form": form, "action": "correct", "number": seen_by(request, shape).title(row)[0]}
    return _form(request, shape, row, fields, typed, faults, more)


def _corrected(request: HttpRequest, row: Record) -> HttpResponse:
    messages.success(request, _("The record is corrected. What it said before stands below."))
    return go("record", row.pk)


@desk_page(WRITE)
def new(request: HttpRequest, register: str) -> HttpResponse:
    """Enter a record by hand: type, look at it, confirm."""
    shape, account = register_of(request, register), account_of(request)
    language = get_language() or "vi"
    reading = queries.scope_of(account, register, today())
    units = [pair for pair in unit_choices(account, WRITE) if reading.allows(UUID(pair[0]))]
    if not units:
        raise policy.refusal(WRITE, account)
    form = Enter(request.POST or None, units=units, today=today())
    unit = unit_named(form["unit"].value() if form["unit"].value() in dict(units) else units[0][0])
    fields = recording.on_form(queries.readable_fields(shape, policy.roles_of(account, today())))
    typed = recording.read(fields, request.POST, unit, today()) if request.method == "POST" else None
    faults: Sequence[Fault] = ()
    if typed and form.is_valid() and not typed.faults and not typed.prepares and "back" not in request.POST:
        policy.require(account, WRITE, unit=unit.pk, on=today())
        data = {id: value for id, value in typed.values.items() if value is not None}
        if "confirmed" not in request.POST and not (faults := _missing(fields, data)):
            return _confirm(request, shape, None, recording.told(fields, data, None, language))
        if not faults:
            try:
                row = _entered(request, shape, unit, data, form.cleaned_data["on"])
            except Invalid as refused:
                faults = refused.faults
            else:
                messages.success(request, _("Entered as %(number)s.") % {"number": row.number})
                return go("record", row.pk)
    return _form(
        request, shape, None, fields, typed, faults, {"form": form, "action": "new", "unit_of": unit}
    )


def _entered(request: HttpRequest, shape: Register, unit: Unit, data: dict[str, Any], on: date) -> Record:
    """Enter a record and return it; the same page sent twice, by a double press, gives the record of the first time."""
    account, at = account_of(request), now()

    def do() -> dict[str, Any]:
        row = actions.enter(
            register=shape.id, unit=unit, data=data, registered_on=on, person_name=_name(shape, data) or "",
            provenance="desk", by=account, at=at,
        )  # fmt: skip
        _again(shape, row)
        return {"record": str(row.pk)}

    key = request.POST.get("_key", "")[:80] or uuid7().hex
    said = json.dumps([shape.id, unit.pk, on, data], sort_keys=True, default=str)
    digest = hashlib.sha256(said.encode()).hexdigest()
    answer = idempotency.once(f"registers.enter:{account.pk}", key, digest, at, do)
    return Record.objects.get(pk=answer["record"])


@desk_page(WRITE)
def close(request: HttpRequest, record: UUID) -> HttpResponse:
    """Take a record out of force, for a reason that stays with it."""
    told = _("The record is closed. It stays readable with its history.")
    return _with_reason(request, record, actions.close, Record.State.CLOSED, told, "registers/record_close")


@desk_page(WRITE)
def reopen(request: HttpRequest, record: UUID) -> HttpResponse:
    """Put a closed record in force again, for a reason that stays with it."""
    told = _("The record is in force again. Its closing stays in its history.")
    return _with_reason(request, record, actions.reopen, Record.State.VALID, told, "registers/record_reopen")


def _with_reason(
    request: HttpRequest, record: UUID, act: Callable[..., Record], becomes: str, told: str, page: str
) -> HttpResponse:
    row, shape, _fields = _to_write(request, record)
    form = Reason(request.POST or None, initial={"version": row.version})
    if request.method == "POST" and form.is_valid():
        if row.state != becomes:  # pressed twice, it is so already
            row.version = form.cleaned_data["version"]
            act(
                row=row, reason=form.cleaned_data["reason"], provenance="correction", by=account_of(request), at=now()
            )  # fmt: skip
            _again(shape, row)
        messages.success(request, told)
        return go("record", row.pk)
    context = {
        "record": row, "title": shape.title.of(get_language() or "vi"), "form": form,
        "number": seen_by(request, shape).title(row)[0],
    }  # fmt: skip
    return show(request, page, context, status=422 if form.errors else 200)


@require_POST
@desk_page(WRITE)
def take_back(request: HttpRequest, record: UUID) -> HttpResponse:
    """Let a record say again what it said before its last correction."""
    row, shape, _fields = _to_write(request, record)
    found = queries.versions(row)
    if not _can_take_back(found) or str(row.version) != request.POST.get("version"):
        messages.warning(request, _("Somebody changed this record meanwhile. Look at it again."))
        return go("record", row.pk)
    before = found[-2]
    names = {*row.data, *before["data"], *(row.as_written or {}), *(before["as_written"] or {})}
    written = before["as_written"] or {}
    changes = {
        id: before["data"].get(id)
        for id in names
        if before["data"].get(id) != row.data.get(id) or written.get(id) != (row.as_written or {}).get(id)
    }
    actions.amend(
        row=row, changes=changes, reason=_("Correction taken back"), provenance="correction",
        person_name=_name(shape, changes), as_written={id: written[id] for id in changes if id in written},
        by=account_of(request), at=now(),
    )  # fmt: skip
    _again(shape, row)
    messages.success(request, _("The correction is taken back."))
    return go("record", row.pk)


def _opened(request: HttpRequest, pk: UUID) -> tuple[Record, Register, tuple[RegisterField, ...]]:
    row = queries.open_record(account=account_of(request), record_id=pk, at=now(), purpose=f"record:{pk}")
    shape = store.get().registers[row.register]
    # A field may have fewer readers than its register: what this person does not read is never laid out.
    return row, shape, queries.readable_fields(shape, policy.roles_of(account_of(request), today()))


def _to_write(request: HttpRequest, pk: UUID) -> tuple[Record, Register, tuple[RegisterField, ...]]:
    row, shape, fields = _opened(request, pk)
    policy.require(account_of(request), WRITE, unit=row.unit_id, on=today())
    return row, shape, fields


def _again(shape: Register, row: Record) -> None:
    if shape.person is not None:
        verify_again(register=shape.id, unit=row.unit, at=now())


def _name(shape: Register, changes: Mapping[str, Any]) -> str | None:
    """Return the record's new name, when the changes say one."""
    named_by = shape.person.name if shape.person else ""
    return str(changes[named_by] or "") if named_by in changes else None


def _missing(fields: Sequence[RegisterField], data: Mapping[str, Any]) -> Sequence[Fault]:
    sentence = _("Fill in “%(title)s”.")
    language = get_language() or "vi"
    return [
        Fault(one.id, "registers.missing", sentence % {"title": one.title.of(language)})
        for one in fields
        if one.required and one.id not in data
    ]


def _can_take_back(found: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether the last version is a correction made here; a finding's is taken back with its finding."""
    last = found[-1] if found else None
    return (
        len(found) > 1 and last is not None and last["provenance"] == "correction" and not last["provenance_id"]
        and last["state"] == found[-2]["state"] == Record.State.VALID
    )  # fmt: skip


def _form(
    request: HttpRequest,
    shape: Register,
    row: Record | None,
    fields: Sequence[RegisterField],
    typed: recording.Typed | None,
    faults: Sequence[Fault],
    more: Mapping[str, Any],
) -> HttpResponse:
    language = get_language() or "vi"
    unit = row.unit if row else more["unit_of"]
    views = recording.views(fields, language, unit=unit, on=today(), row=row, typed=typed, faults=faults)
    back = bool(typed) and "back" in request.POST
    wrong = [*faults, *(typed.faults if typed and not typed.prepares else ())]
    form = more["form"]
    context = {
        **more, "register": shape.id, "title": shape.title.of(language), "record": row, "views": views,
        "faults": [] if back else [*wrong, *_of_form(form)],
    }  # fmt: skip
    bad = bool(context["faults"])
    return show(request, "registers/record_form", context, status=422 if bad else 200)


def _of_form(form: Any) -> list[Fault]:
    return [
        Fault(name if name != "__all__" else "", "web.form", message)
        for name, found in (form.errors.items() if form.is_bound else ())
        for message in found
    ]


def _confirm(
    request: HttpRequest, shape: Register, row: Record | None, changes: Sequence[Any]
) -> HttpResponse:
    """Show what will be written, with everything that was typed kept in the page."""
    carried = [(key, value) for key, values in request.POST.lists() if key not in CARRIED for value in values]
    context = {
        "register": shape.id, "title": shape.title.of(get_language() or "vi"), "record": row, "changes": changes,
        "carried": carried, "reason": request.POST.get("reason", ""), "key": uuid7().hex,
    }  # fmt: skip
    return show(request, "registers/record_confirm", context)
