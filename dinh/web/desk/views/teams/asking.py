"""What the pages of panel, reports, gatherings and badges share: which month, which commune, a refusal as a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from dinh.directory import queries as directory
from dinh.directory import tree
from dinh.directory.models import Unit
from dinh.lib.dates import show_date
from dinh.lib.errors import NotPermitted, Refused, reasons
from dinh.lib.ids import as_uuid
from dinh.lib.names import fold
from dinh.outreach.queries.happenings import Period, month_of
from dinh.outreach.queries.leading import communes_of
from dinh.outreach.queries.reporting import periods
from dinh.web.components.posted import whole
from dinh.web.desk.views.base import account_of, now, today

YEARS = range(2000, 2101)


def month_asked(request: HttpRequest, usual: Period) -> Period:
    """Return the month named in the address ("2026-11"), else the usual one."""
    first = day_of(f"{request.GET.get('month') or request.POST.get('month', '')}-01")
    return month_of(first) if first is not None else usual


def day_of(text: str) -> date | None:
    """Return the day that an address names; None for none, and for years with which nobody reckons here."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year in YEARS else None


def month_choices() -> list[tuple[str, str]]:
    """Return the last twelve months for a select, newest first."""
    return [(f"{one.from_on:%Y-%m}", month_title(one)) for one in periods(now())]


def month_title(period: Period) -> str:
    """Return what a month is called."""
    return _("month %(month)s/%(year)s") % {"month": period.from_on.month, "year": period.from_on.year}


def commune_choices(request: HttpRequest, permission: str) -> list[tuple[str, str]]:
    """Return (id, title) of the communes over which somebody has a permission, by name."""
    ids = tree.standing(communes_of(account_of(request), permission, today()), today())
    titles = ((str(pk), directory.unit_title(pk, today(), with_parents=False)) for pk in ids)
    return sorted(titles, key=lambda pair: fold(pair[1]))


def commune_asked(request: HttpRequest, permission: str) -> UUID | None:
    """Return the commune named in the address when it is in reach, else the first that is; None without any."""
    ids = [pk for pk, _title in commune_choices(request, permission)]
    asked = as_uuid(request.GET.get("unit") or request.POST.get("unit") or "")
    wanted = (
        str(tree.owner(asked, today())) if asked else ""
    )  # a link to a commune of before leads to its heir
    found = wanted if wanted in ids else next(iter(ids), None)
    return UUID(found) if found else None


def unit_of(pk: UUID | None) -> Unit:
    """Return a unit's row. Raises Http404."""
    found = Unit.objects.filter(pk=pk).first() if pk else None
    if found is None:
        raise Http404
    return found


def tried(request: HttpRequest, act: Callable[..., Any], **given: Any) -> Any:
    """Do an act with actor and time, and return what it returns; what is refused is said on the next page (None)."""
    try:
        return act(**given, by=account_of(request), at=now())
    except NotPermitted:
        raise
    except Refused as refused:
        messages.error(request, " ".join(reasons(refused)))
    return None


class Guarded(Protocol):
    """A row that counts its changes."""

    version: int


def as_seen(request: HttpRequest, row: Guarded) -> None:
    """Take a row as the page showed it, so that what somebody else changed meanwhile is not written over unseen."""
    row.version = whole(request.POST.get("version", "")) or row.version


def meanwhile(form: forms.Form, row: Model, now_it_says: Callable[[], Mapping[str, Any]]) -> None:
    """Say beside a form that somebody changed the row meanwhile: what was typed stays, and beside it what stands now.

    now_it_says  returns the values as they are, once the row is read again
    """
    row.refresh_from_db()
    form.add_error(
        None,
        _(
            "Somebody else changed this while you were writing. What you typed is kept: compare it, then press again to keep yours."
        ),
    )
    for name, value in now_it_says().items():
        field = form.fields.get(name)
        if field is not None and _listed(form.cleaned_data.get(name)) != _listed(value):
            field.help_text = _("It says now: %(value)s") % {"value": _said(field, value) or "–"}


def _listed(value: Any) -> list[str]:
    return sorted(str(one) for one in value) if isinstance(value, list | tuple) else [str(value or "")]


def _said(field: forms.Field, value: Any) -> str:
    if isinstance(value, date):
        return show_date(value)
    titles = {str(key): str(title) for key, title in getattr(field, "choices", ())}
    return ", ".join(titles.get(one, one) for one in _listed(value) if one)
