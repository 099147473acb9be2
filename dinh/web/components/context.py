"""What every page knows: its languages, the house's name and telephone, whether this is a demonstration.

Everything is lazy: a page that shows none of it asks nothing of the database.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db.models import Count
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

CODES = tuple(code for code, _title in settings.LANGUAGES)
KEEP_SECONDS = 60.0  # as long as names of places: a merger shows in every process within a minute


@dataclass(frozen=True)
class LanguageLink:
    """One way to read the same page in another language."""

    code: str
    title: str
    url: str
    current: bool


@dataclass(frozen=True)
class House:
    """Who serves here: shown in the header and at the foot of every page. A province’s has a name alone: its communes have the centres."""

    unit_title: str = ""
    office_name: str = ""
    phone: str = ""
    address: str = ""
    hours: str = ""
    unit_code: str = ""


_houses: dict[str, tuple[float, House]] = {}


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the context of every page."""
    language = get_language() or "vi"
    return {
        "LANGUAGE_CODE": language,
        "demonstration": settings.DINH_DEMO,
        "public_host": urlsplit(settings.DINH_PUBLIC_URL).netloc,  # never the host that a request claims
        "languages": SimpleLazyObject(lambda: language_links(request, language)),
        "house": SimpleLazyObject(lambda: house(language)),
        "unread": SimpleLazyObject(lambda: _unread(request)),
        "kiosk": getattr(request, "kiosk", None),  # a shared computer (`web.kiosk.middleware`)
        "kiosk_bar": getattr(request, "kiosk_bar", None),
    }


def language_links(request: HttpRequest, language: str) -> list[LanguageLink]:
    """Return the same page in each language: path and question kept, the prefix changed.

    A page without prefix (a check code) takes `?lang=`.
    """
    path, query = request.path, request.META.get("QUERY_STRING", "")
    first, _slash, rest = path.lstrip("/").partition("/")
    prefixed = first in CODES
    if request.method != "GET" and request.method != "HEAD":
        query = ""
    links = []
    for code, title in settings.LANGUAGES:
        if prefixed:
            url = f"/{code}/{rest}" + (f"?{query}" if query else "")
        else:
            url = f"{path}?lang={code}"
        links.append(LanguageLink(code, str(title), url, code == language))
    return links


def house(language: str) -> House:
    """Return who serves here, kept for a minute: it changes a few times a year."""
    kept = _houses.get(language)
    if kept and kept[0] > time.monotonic():
        return kept[1]
    found = _read_house(timezone.localdate(), language)
    if found.unit_title:
        _houses[language] = (time.monotonic() + KEEP_SECONDS, found)
    return found


def forget_house() -> None:
    """Read the house again at the next page (tests; a change of the office)."""
    _houses.clear()


def _read_house(on: date, language: str) -> House:
    """Return the commune for which most of the staff work, with its centre; of many communes alike the unit above them all."""
    from dinh.directory.models import Office, UnitVersion
    from dinh.web.components.hours import office_hours

    centres = list(
        Office.objects.filter(key="service_centre", valid_from__lte=on)
        .exclude(valid_to__lte=on)
        .annotate(staff=Count("unit__grants"))
        .order_by("-staff", "name")
    )
    if not centres:
        return House()
    office = centres[0]
    if 2 * office.staff < sum(one.staff for one in centres):
        return House(_above_all([one.unit_id for one in centres], on))
    version = (
        UnitVersion.objects.filter(unit=office.unit_id, valid_from__lte=on).exclude(valid_to__lte=on).first()
    )
    title = version.full_name if version else ""
    code = version.code if version else ""
    return House(title, office.name, office.phone, office.address, office_hours(office, language), code)


def _above_all(units: Sequence[UUID], on: date) -> str:
    """Return the name of the lowest unit above some; "" where they have none in common."""
    from dinh.directory import tree

    tree.warm(units)
    lines = [tree.with_parents(unit, on)[1:] for unit in units]
    shared = set(lines[0]).intersection(*lines)
    return next((tree.title(unit, on, with_parents=False) for unit in lines[0] if unit in shared), "")


def _unread(request: HttpRequest) -> int:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return 0
    from dinh.messages import queries

    return int(queries.unread_count(user))
