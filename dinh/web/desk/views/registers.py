"""Registers: choose a book, search it, read a record with every version it had."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from dinh.catalogue import store
from dinh.catalogue.shapes.register import Register, RegisterField
from dinh.directory import policy
from dinh.directory import queries as directory
from dinh.dossiers.models import Result
from dinh.journal import access
from dinh.lib.dates import show_date
from dinh.lib.names import fold
from dinh.registers import queries
from dinh.registers.models import Record
from dinh.web.components.spreadsheets import as_file
from dinh.web.desk import saying
from dinh.web.desk.rows import key_of
from dinh.web.desk.sheet import Names
from dinh.web.desk.views.base import account_of, desk_page, may, now, require, show, today
from dinh.web.desk.views.tables import Asked

READ = "registers.read"
EXPORT = "registers.export"
ORDERS = {
    "newest": gettext_lazy("Newest first"),
    "oldest": gettext_lazy("Oldest first"),
    "name": gettext_lazy("Name"),
}


def readable(request: HttpRequest) -> dict[str, Register]:
    """Return the registers that this person reads somewhere."""
    account, on = account_of(request), today()
    return {key: one for key, one in store.get().registers.items() if queries.scope_of(account, key, on)}


@desk_page(READ)
def browse(request: HttpRequest) -> HttpResponse:
    """Show the registers that one may read."""
    language = get_language() or "vi"
    account, on = account_of(request), today()
    lines = []
    for key, one in readable(request).items():
        found = queries.scope_of(account, key, on).filter(
            Record.objects.filter(register=key), procedure_field=None
        )
        lines.append({"id": key, "title": one.title.of(language), "number": found.count()})
    return show(request, "registers", {"lines": sorted(lines, key=lambda line: fold(str(line["title"])))})


@desk_page(READ)
def search(request: HttpRequest, register: str) -> HttpResponse:
    """Search one register by number or name, in the order asked for, page by page; `?form=csv` takes it away."""
    shape = readable(request).get(register)
    if shape is None:
        raise Http404
    asked = Asked.of(request.GET, ORDERS)
    if asked.form:
        require(request, EXPORT)
    lines = asked.window
    found, more = asked.cut(
        queries.find_records(
            register, asked.q, scope=queries.scope_of(account_of(request), register, today()),
            offset=lines.start, limit=lines.stop - lines.start, order=asked.order,
        )
    )  # fmt: skip
    access.listed(
        kind="export" if asked.form else "search" if asked.q else "list", subject_type="record",
        query={"register": register, **asked.parts}, ids=[row.pk for row in found],
        by=account_of(request), at=now(), purpose=f"register:{register}",
    )  # fmt: skip
    title = shape.title.of(get_language() or "vi")
    if asked.form:
        head = [_("Number"), _("Name"), _("Registered on")]
        body = [[line["number"], line["name"], line["on"]] for line in _found(found)]
        return as_file([head, *body], asked.form, register.replace("_", "-"), title)
    context = {
        "register": register,
        "title": title,
        "lines": _found(found),
        "asked": asked.drawn(more, may(request, EXPORT)),
    }
    return show(request, "register", context)


def _found(found: list[Record]) -> list[dict[str, Any]]:
    language = get_language() or "vi"
    return [
        {
            "pk": row.pk,
            "number": row.number,
            "name": row.person_name,
            "on": show_date(row.registered_on, language),
        }
        for row in found
    ]


@desk_page(READ)
def record(request: HttpRequest, record: UUID) -> HttpResponse:
    """Show one record: what it says, where it comes from, and what it said before."""
    at, language = now(), get_language() or "vi"
    row = queries.open_record(
        account=account_of(request), record_id=record, at=at, purpose=f"record:{record}"
    )
    shape = store.get().registers[row.register]
    # A field may have fewer readers than its register: what this person does not read is never laid out.
    fields = queries.readable_fields(shape, policy.roles_of(account_of(request), today()))
    versions = queries.versions(row)
    names = Names(one["actor"] for one in versions)
    source = Result.objects.filter(record=row).select_related("dossier").first()
    context = {
        "record": row,
        "title": shape.title.of(language),
        "unit": directory.unit_title(row.unit_id, row.registered_on, with_parents=False),
        "on": show_date(row.registered_on, language),
        "lines": _lines(fields, row.data, language),
        "versions": [
            {
                "version": one["version"],
                "at": saying.moment(one["at"], language),
                "who": names(one["actor"]),
                "reason": one["reason"],
                "lines": _changed(fields, versions[place - 1]["data"] if place else {}, one["data"], language)
                if place
                else [],
            }
            for place, one in enumerate(versions)
        ],
        "dossier": (source.dossier.number, key_of(source.dossier.number, source.dossier.pk))
        if source
        else None,
    }
    return show(request, "record", context)


def _lines(fields: Sequence[RegisterField], data: dict[str, Any], language: str) -> list[tuple[str, str]]:
    return [
        (field.title.of(language), saying.answer(field, data.get(field.id), language))
        for field in fields
        if data.get(field.id) not in (None, "", [])
    ]


def _changed(
    fields: Sequence[RegisterField], before: dict[str, Any], after: dict[str, Any], language: str
) -> list[tuple[str, str, str]]:
    return [
        (
            field.title.of(language),
            saying.answer(field, before.get(field.id), language),
            saying.answer(field, after.get(field.id), language),
        )
        for field in fields
        if before.get(field.id) != after.get(field.id)
    ]
