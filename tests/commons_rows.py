"""Rows of kiosks, tickets and the commune's pages that paths of `tests.paths_outreach` name; made when first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from dinh.directory.models import Office
from dinh.outreach.models import CommonsPage, CommonsPicture, Kiosk, QueueTicket
from dinh.papers.actions import keep
from tests.house import House

PDF = b"%PDF-1.7 commons"


def page(house: House, state: str = "draft") -> CommonsPage:
    """Return a page of the commune here."""
    unit = house.here.draft.unit
    found, _new = CommonsPage.objects.get_or_create(
        slug=f"trang-{state}",
        defaults={
            "unit": unit, "kind": "place", "title": {"vi": "Trang"}, "summary": {"vi": "Lời"}, "state": state,
            "made_by": house.here.staff["administrator"], "made_at": timezone.now(), "changed_at": timezone.now(),
        },
    )  # fmt: skip
    return found


def of_page(house: House) -> Mapping[str, Any]:
    """Name a draft: only its editors know it."""
    return {"page_id": page(house).pk}


def of_slug(house: House) -> Mapping[str, Any]:
    """Name a published page."""
    return {"slug": page(house, "published").slug}


def of_picture(house: House) -> Mapping[str, Any]:
    """Name a picture of a published page."""
    shown = page(house, "published")
    blob = keep(PDF, timezone.now())
    found, _new = CommonsPicture.objects.get_or_create(
        page=shown, blob=blob, defaults={"width": 3, "height": 2, "says": {"vi": "Ảnh"}}
    )
    return {"picture_id": found.pk}


def of_kiosk(house: House) -> Mapping[str, Any]:
    """Name a machine of the commune here."""
    found, _new = Kiosk.objects.get_or_create(
        name="Máy", unit=house.here.draft.unit, made_by=house.here.staff["administrator"],
        defaults={"made_at": timezone.now()},
    )  # fmt: skip
    return {"kiosk_id": found.pk}


def of_ticket(house: House) -> Mapping[str, Any]:
    """Name a ticket of the counter here."""
    found, _new = QueueTicket.objects.get_or_create(
        code="K7M2-9QXD",
        defaults={
            "office": _counter(house), "on": timezone.localdate(), "number": 1, "wish": "file",
            "taken_at": timezone.now(),
        },
    )  # fmt: skip
    return {"code": found.code}


def of_counter(house: House) -> Mapping[str, Any]:
    """Name the counter here."""
    return {"office_id": _counter(house).pk}


def _counter(house: House) -> Office:
    return Office.objects.get(unit=house.here.draft.unit, key="service_centre")
