"""What the pages of panel, reports, gatherings and badges share: which month, which commune, a refusal as a sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from dinh.directory import queries as directory
from dinh.directory.models import Unit
from dinh.lib.errors import Invalid, NotPermitted, Refused
from dinh.lib.names import fold
from dinh.outreach.queries.happenings import Period, month_of
from dinh.outreach.queries.leading import communes_of
from dinh.outreach.queries.reporting import periods
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
    ids = communes_of(account_of(request), permission, today())
    titles = ((str(pk), directory.unit_title(pk, today(), with_parents=False)) for pk in ids)
    return sorted(titles, key=lambda pair: fold(pair[1]))


def commune_asked(request: HttpRequest, permission: str) -> UUID | None:
    """Return the commune named in the address when it is in reach, else the first that is; None without any."""
    ids = [pk for pk, _title in commune_choices(request, permission)]
    wanted = request.GET.get("unit") or request.POST.get("unit") or ""
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
    except Invalid as refused:
        messages.error(
            request, " ".join(str(fault.message) for fault in refused.faults) or str(refused.message)
        )
    except Refused as refused:
        messages.error(request, str(refused.message))
    return None
