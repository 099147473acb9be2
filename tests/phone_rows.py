"""Rows of telephones that paths of `tests.paths_outreach` name; made when first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from dinh.outreach.models import Device, Member, Team
from tests.house import House


def of_device(house: House) -> Mapping[str, Any]:
    """A telephone of a member of a team here, who has no role in the field: their own would open to them."""
    commune = house.here
    account = commune.staff["administrator"]
    team, _new = Team.objects.get_or_create(
        unit=commune.draft.unit, kind=Team.Kind.COMMUNE, name="Tổ", opened_on=date(2025, 7, 1)
    )
    Member.objects.get_or_create(team=team, account=account, from_on=date(2025, 7, 1))
    at = timezone.now()
    device, _new = Device.objects.get_or_create(
        token="0" * 64,
        defaults={
            "account": account,
            "label": "Vivo",
            "public": b"\x04" * 65,
            "enrolled_at": at,
            "last_contact": at,
        },
    )
    return {"device": device.pk}


def of_language(house: House) -> Mapping[str, Any]:
    """The app in Vietnamese."""
    return {"language": "vi"}
