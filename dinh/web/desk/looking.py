"""Traces in words: who looked at data and why, and who changed a dossier since a page was opened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dinh.dossiers.models import Dossier
from dinh.journal.models import Access, Entry
from dinh.web.components.acts import done
from dinh.web.components.purposes import why
from dinh.web.desk import saying
from dinh.web.desk.sheet import Names


@dataclass(frozen=True)
class Look:
    """One trace: when, who, what, why."""

    at: str
    who: str
    what: str
    why: str = ""


def lines(rows: Iterable[Access]) -> list[Look]:
    """Return access rows in words, in the order given."""
    found = list(rows)
    language = get_language() or "vi"
    names = Names(row.actor for row in found)
    kinds = {
        "open": _("opened"),
        "list": _("saw it in a list"),
        "search": _("found it in a search"),
        "export": _("took it away in a file"),
        "file": _("opened a file"),
    }
    return [
        Look(
            saying.moment(row.at, language),
            names(row.actor) or _("the system"),
            kinds.get(row.kind, row.kind),
            why(row.purpose),
        )
        for row in found
    ]


def changes_since(dossier: Dossier, version: int) -> list[Look]:
    """Return what was done to a dossier after a version of it, oldest first."""
    entries = list(
        Entry.objects.filter(subject=dossier.pk, subject_version__gt=version).order_by("subject_version")
    )
    language = get_language() or "vi"
    names = Names(entry.actor for entry in entries)
    return [
        Look(
            saying.moment(entry.at, language),
            names(entry.actor) or _("the system"),
            done(entry.kind),
            _note(entry.body),
        )
        for entry in entries
    ]


def _note(body: Any) -> str:
    done = (body or {}).get("done") or {}
    return str(done.get("note") or "")
