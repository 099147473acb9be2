"""One register: its rates, and its records searched, filtered, sorted, taken away by those who may."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy

from dinh.catalogue.shapes.register import Register, RegisterField
from dinh.directory import policy
from dinh.directory.models import Level, UnitVersion
from dinh.directory.queries import in_force
from dinh.journal import access
from dinh.lib.dates import show_date
from dinh.lib.ids import uuid7
from dinh.lib.money import show_number
from dinh.lib.names import fold
from dinh.registers import exports, queries
from dinh.registers.exports import formats
from dinh.registers.models import Record
from dinh.registers.queries import Seen
from dinh.verification import queries as verification
from dinh.web.desk import bringing, judged, rating
from dinh.web.desk.telling import SOURCES
from dinh.web.desk.views.base import account_of, desk_page, may, now, require, show, today
from dinh.web.desk.views.registers import EXPORT, IMPORT, READ, WRITE, register_of
from dinh.web.desk.views.tables import Asked, Choice

# Rows of one file taken through a page, which waits for it; more are taken by `dinh register export`.
EXPORT_AT_MOST = {"csv": 500_000, "parquet": 500_000, "xlsx": 100_000, "geojson": 200_000}
TOO_MANY = gettext_lazy(
    "This would be %(rows)s rows; a page gives %(most)s at most in this form. Narrow the search, take CSV, or ask the "
    "administrator for `dinh register export`."
)
ORDERS = {
    "newest": gettext_lazy("Newest first"),
    "oldest": gettext_lazy("Oldest first"),
    "name": gettext_lazy("Name"),
}


def seen_by(request: HttpRequest, shape: Register) -> Seen:
    """Return what whoever asks reads of a register."""
    return Seen.by(shape, policy.roles_of(account_of(request), today()))


@desk_page(READ)
def search(request: HttpRequest, register: str) -> HttpResponseBase:
    """Search one register by number or name, filtered and in the order asked for; `?form=csv` takes it away whole."""
    shape, language = register_of(request, register), get_language() or "vi"
    rates = verification.register_rates(account_of(request), register, today())
    asked, form = _asked(request, shape, rates), request.GET.get("form", "")
    seen, scope = seen_by(request, shape), queries.scope_of(account_of(request), register, today())
    if form in formats.WRITERS:
        require(request, EXPORT)
        return _taken(request, shape, asked, seen, form)
    lines = asked.window
    text = asked.q if seen.names or asked.q[:1].isdigit() else ""
    records, more = asked.cut(
        queries.find_records(
            register, text, scope=scope, state=_state(asked), where=_where(shape, asked), offset=lines.start,
            limit=lines.stop - lines.start, order=asked.order,
        )
    )  # fmt: skip
    access.listed(
        kind="search" if asked.q or asked.chosen else "list", subject_type="record",
        query={"register": register, **asked.parts}, ids=[row.pk for row in records],
        by=account_of(request), at=now(), purpose=f"register:{register}",
    )  # fmt: skip
    outlined = any(field.type == "geometry" for field in queries.readable_fields(shape, seen.roles))
    context = {
        "register": register,
        "title": shape.title.of(language),
        "lines": _found(shape, seen, records, language),
        "shown": [field.title.of(language) for field in _shown(shape, seen)],
        "names": seen.names and shape.person is not None,
        "rates": rating.line(rates, language, rating.brought_in()),
        "criteria": rating.criteria(rates, language),
        "about_people": shape.person is not None,
        "may_import": may(request, IMPORT),
        "may_write": may(request, WRITE),
        "outlined": outlined,
        "judged": shape.person is not None and rates.at is not None,
        "narrowed": bool(asked.q or asked.chosen),
        "folded": len(asked.chosen),
        "asked": asked.drawn(more, takes=False),
        "take": _take(asked, outlined) if may(request, EXPORT) else [],
    }
    return show(request, "register", context)


def _asked(request: HttpRequest, shape: Register, rates: verification.RegisterRates) -> Asked:
    language = get_language() or "vi"
    closed = {"closed": gettext_lazy("closed")}
    choices = [Choice("state", gettext_lazy("State"), closed, blank=pgettext_lazy("record", "In force"))]
    if shape.fresh_within_months is not None:
        words = {"fresh": gettext_lazy("confirmed in time"), "old": gettext_lazy("not confirmed in time")}
        choices.append(Choice("fresh", gettext_lazy("Freshness"), words))
    choices.append(Choice("source", gettext_lazy("Entered from"), SOURCES))
    choices.append(Choice("written", gettext_lazy("Values"), {"1": gettext_lazy("kept as written")}))
    if shape.person is not None:
        choices.append(Choice("verdict", gettext_lazy("Verification"), judged.CHOICES))
    if rates.communes:
        titles = _communes(rates, language)
        choices.append(Choice("commune", gettext_lazy("Commune in the row"), titles))
    return Asked.of(request.GET, ORDERS, *choices)


def _communes(rates: verification.RegisterRates, language: str) -> Mapping[str, str | Promise]:
    codes = [one.commune for one in rates.communes if one.commune]
    known = UnitVersion.objects.filter(in_force(today()), level=Level.COMMUNE, code__in=codes)
    names = {one.code: one.full_name for one in known}
    return {
        code: names.get(code, code) for code in sorted(codes, key=lambda code: fold(names.get(code, code)))
    }


def _state(asked: Asked) -> str:
    return asked.chosen.get("state", Record.State.VALID)


def _where(shape: Register, asked: Asked) -> Q:
    """Return the condition of the filters that are set."""
    where, chosen = Q(), asked.chosen
    if fresh := chosen.get("fresh"):
        old = queries.not_fresh(shape, today())
        where &= old if fresh == "old" else ~old
    if source := chosen.get("source"):
        where &= Q(provenance=source)
    if commune := chosen.get("commune"):
        where &= Q(match__commune=commune)
    if verdict := chosen.get("verdict"):
        where &= judged.where(shape.id, verdict)
    if chosen.get("written"):
        where &= Q(as_written__isnull=False)
    return where


def _take(asked: Asked, outlined: bool) -> list[tuple[str, str]]:
    before = f"{asked.query}&" if asked.query else ""
    forms = [("csv", "CSV"), ("xlsx", "XLSX"), ("parquet", "Parquet")]
    forms += [("geojson", "GeoJSON")] if outlined else []
    return [(f"?{before}form={form}", word) for form, word in forms]


def _taken(request: HttpRequest, shape: Register, asked: Asked, seen: Seen, form: str) -> HttpResponseBase:
    """Answer a file with all rows that fit and all fields that may be read; who took which stands in the journal."""
    account = account_of(request)
    scope = queries.taking_scope(account, shape.id, today())
    question = exports.Question(
        shape, titles="id", roles=seen.roles, scope=scope, where=_where(shape, asked), state=_state(asked),
        text=asked.q if seen.names or asked.q[:1].isdigit() else "",
    )  # fmt: skip
    if (rows := question.rows().count()) > EXPORT_AT_MOST[form]:
        language = get_language() or "vi"
        said = {"rows": show_number(rows, language), "most": show_number(EXPORT_AT_MOST[form], language)}
        messages.warning(request, TOO_MANY % said)
        return redirect(f"{reverse('desk:register', args=[shape.id])}?{asked.query}")
    folder = settings.DINH_HOME / "exports"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{uuid7()}.{form}"
    exports.write(question, path, by=account, at=now(), purpose=f"register:{shape.id}")
    name = f"{shape.id.replace('_', '-')}-{timezone.localdate():%Y%m%d}.{form}"
    try:
        return FileResponse(path.open("rb"), as_attachment=True, filename=name)
    finally:
        path.unlink()  # the open file lives until it is sent


def _shown(shape: Register, seen: Seen) -> list[RegisterField]:
    """Return the fields that a list shows beside number and name: birth and place of the person, where they are read."""
    readable_ids = {field.id: field for field in queries.readable_fields(shape, seen.roles)}
    wanted = (shape.person.birth, shape.person.place) if shape.person else ()
    plain = [id for id in wanted if id in readable_ids]
    if not plain:
        skipped = {shape.key, shape.person.name if shape.person else ""}
        plain = [id for id, field in readable_ids.items() if id not in skipped and field.type != "geometry"][
            :2
        ]
    return [readable_ids[id] for id in plain]


def _found(shape: Register, seen: Seen, found: list[Record], language: str) -> list[dict[str, Any]]:
    fields = _shown(shape, seen)
    verdicts = judged.badges(found) if shape.person is not None else {}
    return [
        {
            "pk": row.pk,
            **dict(zip(("number", "name"), seen.title(row), strict=True)),
            "on": show_date(row.registered_on, language),
            "closed": row.state == Record.State.CLOSED,
            "written": len(row.as_written or ()),
            "verdict": verdicts.get(row.pk, ""),
            "cells": [
                (
                    field.title.of(language),
                    (row.as_written or {}).get(field.id)
                    or bringing.value(field, row.data.get(field.id), language),
                )
                for field in fields
            ],
        }
        for row in found
    ]
