"""Which commune serves a person: of the communes this node serves, the one where they live, else the first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from dinh.directory.models import Office, Unit
from dinh.lib.errors import Refused
from dinh.population.models import Person
from dinh.web.components.context import house

NOBODY = _("No office serves here yet. Come back when this house has been set up.")


def serving_offices(on: date, key: str = "service_centre") -> Sequence[Office]:
    """Return the offices of one kind that are open, one per commune, by name. One query."""
    return list(
        Office.objects.filter(key=key, valid_from__lte=on)
        .exclude(valid_to__lte=on)
        .select_related("unit")
        .order_by("name")
    )


def serving_unit(person: Person | None, on: date) -> Unit:
    """Return the commune to which a request of this person goes, unless they choose another.

    Raises Refused when nothing here serves anybody: the node is not set up yet.
    """
    offices = serving_offices(on)
    if not offices:
        raise Refused("portal.nobody_serves", NOBODY)
    by_unit = {office.unit_id: office.unit for office in offices}
    if person is not None and person.unit_id in by_unit:
        return by_unit[person.unit_id]
    return offices[0].unit


def telephone(language: str) -> str:
    """Return the telephone number of the foot, for sentences that say whom to call."""
    return house(language).phone
