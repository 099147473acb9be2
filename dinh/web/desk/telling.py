"""A record in words: what it says, when it is true, its versions with what changed and where each comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from dinh.catalogue.shapes.register import Register, RegisterField
from dinh.directory import policy
from dinh.directory.models import Account
from dinh.dossiers.models import Dossier
from dinh.lib.dates import show_date
from dinh.registers.models import ImportBatch, Record
from dinh.registers.scans import keying
from dinh.registers.scans import queries as scans
from dinh.web.desk import bringing, recording, saying
from dinh.web.desk.rows import key_of
from dinh.web.desk.sheet import Names
from dinh.web.desk.views.tables import Words

SOURCES: Words = {
    "import": pgettext_lazy("provenance", "a file"),
    "dossier": pgettext_lazy("provenance", "a dossier"),
    "correction": pgettext_lazy("provenance", "a correction"),
    "desk": pgettext_lazy("provenance", "entered at the desk"),
    "scan": pgettext_lazy("provenance", "a paper book"),
    "exchange": pgettext_lazy("provenance", "an exchange"),
}


def lines(
    fields: Sequence[RegisterField], row: Record, language: str, shape: Register
) -> list[dict[str, Any]]:
    """Return what a record says, field by field, with what to do about a text that could not be read.

    The picture of the paper that it was keyed from here has no line: the history leads to it.
    """
    picture = shape.paper.scan if shape.paper else ""
    written = row.as_written or {}
    told = []
    for field in fields:
        text = written.get(field.id)
        value = text or bringing.value(field, row.data.get(field.id), language)
        if field.id == picture and str(value).startswith(keying.PICTURE):
            continue
        if value or field.needed or field.required:
            note = recording.unread(field, text, row.unit, timezone.localdate()) if text else ""
            told.append({"title": field.title.of(language), "value": value, "note": note})
    return told


def validity(row: Record, language: str) -> str:
    """Return in words when a record is true, as its fields say; "" where they do not."""
    first, last = (show_date(day, language) if day else "" for day in (row.valid_from, row.valid_to))
    if first and last:
        return _("from %(first)s to %(last)s") % {"first": first, "last": last}
    if first:
        return _("from %(first)s") % {"first": first}
    return _("until %(last)s") % {"last": last} if last else ""


def versions(
    shape: Register,
    fields: Sequence[RegisterField],
    found: Sequence[Mapping[str, Any]],
    language: str,
    *,
    account: Account,
) -> list[dict[str, Any]]:
    """Return the versions, newest first: who, when, why, from where, and what each changed.

    account  who reads: only what this account may open is linked, the rest is named
    """
    names = Names(one["actor"] for one in found)
    sources = _sources(shape, found, account)
    told = []
    for place, one in enumerate(found):
        before = found[place - 1] if place else None
        told.append(
            {
                "version": one["version"], "at": saying.moment(one["at"], language), "who": names(one["actor"]),
                "reason": one["reason"], "source": SOURCES.get(one["provenance"], one["provenance"]),
                "link": sources.get(one["provenance_id"]),
                "finding": one["provenance_id"] if one["provenance"] == "correction" else None, "closed": one["state"] == Record.State.CLOSED,
                "changes": _changed(fields, before, one, language) if before else [],
            }
        )  # fmt: skip
    return told[::-1]


def _sources(
    shape: Register, found: Sequence[Mapping[str, Any]], account: Account
) -> dict[UUID, tuple[str, str]]:
    """Return (address, words) of the files, dossiers and pictures of paper that versions come from."""
    links: dict[UUID, tuple[str, str]] = {}
    on = timezone.localdate()
    imports = policy.may(account, "registers.import", on=on)
    ids = {kind: [one["provenance_id"] for one in found if one["provenance"] == kind] for kind in SOURCES}
    for batch in ImportBatch.objects.filter(pk__in=[one for one in ids["import"] if one]).select_related(
        "source"
    ):
        address = reverse("desk:register_import", args=[shape.id, batch.source_id]) if imports else ""
        links[batch.pk] = (address, batch.source.filename)
    dossiers = [one for one in ids["dossier"] if one]
    for one in Dossier.objects.filter(pk__in=dossiers) if dossiers else ():
        reads = policy.may(account, "dossiers.read", unit=one.unit_id, procedure=one.procedure, on=on)
        address = reverse("desk:dossier", args=[key_of(one.number, one.pk)]) if reads else ""
        links[one.pk] = (address, one.number)
    for entry, page, place, title in scans.pages_of_entries([one for one in ids["scan"] if one]):
        words = _("%(title)s, page %(page)s") % {"title": title, "page": place}
        links[entry] = (reverse("desk:scan_page", args=[page]), words)
    return links


def _changed(
    fields: Sequence[RegisterField], before: Mapping[str, Any], after: Mapping[str, Any], language: str
) -> list[tuple[str, str, str]]:
    def said(field: RegisterField, version: Mapping[str, Any]) -> str:
        text = (version["as_written"] or {}).get(field.id)
        return str(text) if text else bringing.value(field, version["data"].get(field.id), language)

    pairs = ((field.title.of(language), said(field, before), said(field, after)) for field in fields)
    return [(title, old, new) for title, old, new in pairs if old != new]
